"""What a Web API method gets: the workspace and the arguments; and the look-ups all of them share."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from localslack import messages
from localslack.rooms import Room
from localslack.wire import Args, Json, SlackError
from localslack.workspace import Workspace

MOST_PER_PAGE = 999


@dataclass(frozen=True)
class Call:
    """One call of the app."""

    workspace: Workspace
    args: Args

    def room(self, name: str = "channel") -> Room:
        """Return the conversation an argument names, by id; refuses what the bot cannot see."""
        found = self.workspace.rooms.get(self.args.needed(name))
        hidden = found is not None and found.closed and not self.workspace.rooms.has(found.id, self.bot)
        if found is None or hidden:
            raise SlackError("channel_not_found")
        return found

    def own_room(self, name: str = "channel") -> Room:
        """Return a conversation the bot is in; refuses the others."""
        found = self.room(name)
        if not self.workspace.rooms.has(found.id, self.bot):
            raise SlackError("not_in_channel")
        return found

    def open_room(self, name: str = "channel") -> Room:
        """Return a conversation the bot is in and may write to; refuses archived ones too."""
        found = self.own_room(name)
        if found.archived:
            raise SlackError("is_archived")
        return found

    def message(self, room: Room, name: str = "ts") -> Json:
        """Return the message of a conversation an argument names; refuses what is not there."""
        return messages.found(self.workspace, room.id, self.args.needed(name))

    def limit(self, default: int = 100, highest: int = MOST_PER_PAGE) -> int:
        """Return how many items the caller wants on a page."""
        return self.args.whole("limit", default, highest)

    @property
    def bot(self) -> str:
        """The bot's user id."""
        return self.workspace.team.bot_user

    def page(self, key: str, items: Sequence[Json], default: int = 100) -> Json:
        """Return one page of a list, with the cursor of the next one."""
        limit, start = self.limit(default), start_of(self.args.text("cursor"))
        rest = start + limit < len(items)
        cursor = made_cursor("at", str(start + limit)) if rest else ""
        return {key: list(items[start : start + limit]), "response_metadata": {"next_cursor": cursor}}


def made_cursor(way: str, place: str) -> str:
    """Return a cursor that says how to go on from where."""
    return base64.b64encode(f"{way}:{place}".encode()).decode()


def read_cursor(cursor: str) -> tuple[str, str]:
    """Return what a cursor says; refuses one that was not made here."""
    try:
        way, _, place = base64.b64decode(cursor, validate=True).decode().partition(":")
    except ValueError:
        raise SlackError("invalid_cursor") from None
    if not place.replace(".", "", 1).isdigit():
        raise SlackError("invalid_cursor")
    return way, place


def start_of(cursor: str | None) -> int:
    """Return how many items a list's cursor skips."""
    if not cursor:
        return 0
    way, place = read_cursor(cursor)
    if way != "at" or not place.isdigit():
        raise SlackError("invalid_cursor")
    return int(place)


def without_metadata(message: Json) -> dict[str, Any]:
    """Return a message as those see it who did not ask for metadata."""
    return {key: value for key, value in message.items() if key != "metadata"}
