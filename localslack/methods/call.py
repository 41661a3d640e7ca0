"""What a Web API method gets: the workspace and the arguments; and the look-ups all of them share."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from localslack.wire import Args, Json, SlackError
from localslack.workspace import Room, Workspace

MOST_PER_PAGE = 999


@dataclass(frozen=True)
class Call:
    """One call of the app."""

    workspace: Workspace
    args: Args

    def room(self, name: str = "channel") -> Room:
        """Return the conversation an argument names, by id; refuses what the bot cannot see."""
        found = self.workspace.room(self.args.needed(name))
        hidden = found is not None and found.kind != "channel" and not self.workspace.is_member(found.id, self.bot)
        if found is None or hidden:
            raise SlackError("channel_not_found")
        return found

    def own_room(self, name: str = "channel") -> Room:
        """Return a conversation the bot is in; refuses the others."""
        found = self.room(name)
        if not self.workspace.is_member(found.id, self.bot):
            raise SlackError("not_in_channel")
        return found

    @property
    def bot(self) -> str:
        """The bot's user id."""
        return self.workspace.team.bot_user

    def page(self, key: str, items: Sequence[Json], default: int = 100) -> Json:
        """Return one page of a list, with the cursor of the next one."""
        limit = self.args.whole("limit", default, MOST_PER_PAGE)
        start = start_of(self.args.text("cursor"))
        rest = start + limit < len(items)
        cursor = base64.b64encode(f"at:{start + limit}".encode()).decode() if rest else ""
        return {key: list(items[start : start + limit]), "response_metadata": {"next_cursor": cursor}}


def start_of(cursor: str | None) -> int:
    """Return where a cursor points; refuses one that was not made here."""
    if not cursor:
        return 0
    try:
        name, _, place = base64.b64decode(cursor, validate=True).decode().partition(":")
        if name == "at" and place.isdigit():
            return int(place)
    except ValueError:
        pass
    raise SlackError("invalid_cursor")


def without_metadata(message: Json) -> dict[str, Any]:
    """Return a message as those see it who did not ask for metadata."""
    return {key: value for key, value in message.items() if key != "metadata"}
