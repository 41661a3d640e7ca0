"""What a Web API method gets: the workspace and the arguments; and the look-ups all of them share."""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from localslack import events
from localslack.config import Person
from localslack.methods import scopes
from localslack.methods.scopes import ANYWHERE, ByKind
from localslack.talk import messages
from localslack.team.rooms import Room
from localslack.wire import Args, Json, SlackError, invalid
from localslack.workspace import Workspace

MOST_PER_PAGE = 999
TS = re.compile(r"\d{1,10}\.\d{1,6}")


@dataclass(frozen=True)
class Call:
    """One call of the app. `by_kind` are the scopes its method wants for each kind of conversation.

    `warnings` are what Slack finds worth saying about a call that went well.
    """

    workspace: Workspace
    args: Args
    by_kind: ByKind = field(default_factory=lambda: ANYWHERE)
    warnings: list[str] = field(default_factory=list)

    def room(self, name: str = "channel") -> Room:
        """Return the conversation an argument names, by id; refuses what the bot cannot see or has no scope for."""
        found = self.workspace.rooms.get(self.given(name))
        hidden = found is not None and found.closed and not self.workspace.rooms.has(found.id, self.bot)
        if found is None or hidden:
            raise SlackError("channel_not_found")
        self.check_scope(events.channel_type(found))
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

    def check_scope(self, kind: str) -> None:
        """Refuse when the app has no scope for a kind of conversation."""
        scopes.check(self.workspace.app, self.by_kind.get(kind, ()))

    def message(self, room: Room, name: str = "ts") -> Json:
        """Return the message of a conversation an argument names; refuses what is not there."""
        return messages.found(self.workspace, room.id, self.given(name))

    def person(self, user: str) -> Person:
        """Return a person the app may know of; of other companies those it shares a conversation with."""
        found = self.workspace.people.needed(user)
        if self.workspace.people.is_stranger(user) and not self.meets(user):
            raise SlackError("user_not_visible")
        return found

    def meets(self, user: str) -> bool:
        """Return whether somebody is in a conversation with the bot."""
        theirs = {room.id for room in self.workspace.rooms.of(user)}
        return any(room.id in theirs for room in self.workspace.rooms.of(self.bot))

    def given(self, name: str) -> str:
        """Return an argument that has to be there, though it may be empty: what is empty names nothing."""
        if not self.args.has(name):
            raise invalid(f"missing required field: {name}")
        return self.args.text(name) or ""

    def stamp(self, name: str, code: str) -> str:
        """Return a timestamp that has to be there; refuses with `code` what is none."""
        value = self.given(name)
        if not TS.fullmatch(value):
            raise SlackError(code)
        return value

    def users(self, name: str = "users") -> list[str]:
        """Return the user ids of a list that came as JSON or with commas, each once."""
        value = self.args.structure(name, "user_not_found") if self._is_list(name) else self.args.text(name)
        parts = value if isinstance(value, list) else (value or "").split(",")
        return list(dict.fromkeys(user for part in parts if (user := str(part).strip())))

    def limit(self, default: int = 100, highest: int = MOST_PER_PAGE) -> int:
        """Return how many items the caller wants on a page; a number out of range is put right, as Slack does.

        https://docs.slack.dev/apis/web-api/pagination
        """
        value = self.args.text("limit")
        if not value:
            return default
        try:
            number = int(value)
        except ValueError:
            raise SlackError("invalid_limit") from None
        return min(number, highest) if number > 0 else default

    def warn(self, warning: str) -> None:
        """Add one of Slack's warnings to the answer."""
        self.warnings.append(warning)

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

    def _is_list(self, name: str) -> bool:
        return isinstance(self.args.raw(name), list) or str(self.args.raw(name) or "").startswith("[")


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
