"""Conversations: channels, direct and group direct conversations, and who is in them."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from localslack.clock import Clock, seconds
from localslack.config import Team
from localslack.state import State
from localslack.team.people import People

SHARED = ("no", "ext", "org", "pending")
COLUMNS = "id, kind, name, topic, created, private, archived, shared, purpose, creator"
CHANGEABLE = frozenset({"name", "topic", "private", "archived", "shared", "purpose"})


@dataclass(frozen=True)
class Room:
    """A conversation; `kind` is `channel`, `im` or `mpim`, `created` in seconds since 1970, `shared` one of `SHARED`."""

    id: str
    kind: str
    name: str
    topic: str
    created: int
    private: bool = False
    archived: bool = False
    shared: str = "no"
    purpose: str = ""
    creator: str = ""

    @property
    def closed(self) -> bool:
        """Whether one must be in it to know of it."""
        return self.private or self.kind != "channel"


class Rooms:
    """All conversations. Tells nobody; who changes one tells the pages and the app."""

    def __init__(self, team: Team, people: People, state: State, clock: Clock) -> None:
        self._team = team
        self._people = people
        self._state = state
        self._clock = clock

    def settle(self) -> None:
        """Put the file's channels into memory; one that is already there keeps what was changed and who joined since."""
        with self._state.transaction():
            for each in self._team.channels:
                fresh = self._state.run(
                    f"INSERT OR IGNORE INTO channels ({COLUMNS}) VALUES (?, 'channel', ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
                    *(each.id, each.name, each.topic, int(seconds(self._clock)), each.private, each.archived),
                    *(each.shared, each.purpose, self._team.people[0].id if self._team.people else ""),
                )
                if fresh:
                    for user in (*each.members, *([self._team.bot_user] if each.app else [])):
                        self.join(each.id, user)

    def get(self, channel: str) -> Room | None:
        """Return a conversation by id, or None."""
        row = self._state.one(f"SELECT {COLUMNS} FROM channels WHERE id = ?", channel)  # noqa: S608
        return _room(row) if row else None

    def named(self, name: str) -> Room | None:
        """Return the channel of a name (with or without its `#`), or None."""
        row = self._state.one(
            f"SELECT {COLUMNS} FROM channels WHERE kind = 'channel' AND name = ?",  # noqa: S608
            name.removeprefix("#"),
        )
        return _room(row) if row else None

    def all(self) -> list[Room]:
        """Return every conversation, oldest first."""
        return [_room(row) for row in self._state.all(f"SELECT {COLUMNS} FROM channels ORDER BY rowid")]  # noqa: S608

    def of(self, user: str) -> list[Room]:
        """Return the conversations somebody is in, oldest first."""
        mine = {row["channel"] for row in self._state.all("SELECT channel FROM members WHERE user = ?", user)}
        return [room for room in self.all() if room.id in mine]

    def members(self, channel: str) -> list[str]:
        """Return the user ids of a conversation, the app's bot among them, those who left the team not."""
        rows = self._state.all("SELECT user FROM members WHERE channel = ? ORDER BY rowid", channel)
        return [row["user"] for row in rows if not self._left(row["user"])]

    def has(self, channel: str, user: str) -> bool:
        """Return whether somebody is in a conversation."""
        row = self._state.one("SELECT 1 FROM members WHERE channel = ? AND user = ?", channel, user)
        return row is not None and not self._left(user)

    def audience(self, channel: str) -> frozenset[str]:
        """Return who may see what happens in a conversation."""
        return frozenset(self.members(channel))

    def join(self, channel: str, user: str) -> bool:
        """Put somebody into a conversation; returns whether that is new."""
        return bool(self._state.run("INSERT OR IGNORE INTO members (channel, user) VALUES (?, ?)", channel, user))

    def leave(self, channel: str, user: str) -> bool:
        """Take somebody out of a conversation; returns whether that changed anything."""
        return bool(self._state.run("DELETE FROM members WHERE channel = ? AND user = ?", channel, user))

    def create(self, name: str, private: bool, creator: str) -> Room:
        """Make a channel with its creator in it. The caller has checked the name."""
        room = Room(
            "C0" + secrets.token_hex(4).upper(),
            "channel",
            name,
            "",
            int(seconds(self._clock)),
            private,
            creator=creator,
        )
        self._add(room, [creator])
        return room

    def change(self, channel: str, **changes: object) -> Room:
        """Change fields of a conversation and return it; refuses unknown ones with `ValueError`."""
        if changes.keys() - CHANGEABLE:
            raise ValueError(f"a conversation's changeable fields are {', '.join(sorted(CHANGEABLE))}")
        if changes.get("shared", "no") not in SHARED:
            raise ValueError(f"shared is one of {', '.join(SHARED)}")
        for name, value in changes.items():
            self._state.run(f"UPDATE channels SET {name} = ? WHERE id = ?", value, channel)  # noqa: S608 - of CHANGEABLE
        found = self.get(channel)
        if found is None:
            raise ValueError(f"there is no conversation {channel}")
        return found

    def direct(self, users: frozenset[str]) -> tuple[Room, bool]:
        """Return the direct conversation of exactly these users, and whether it was made just now."""
        kind = "im" if len(users) <= 2 else "mpim"
        digest = hashlib.sha256(" ".join(sorted(users)).encode()).hexdigest()[:9].upper()
        room_id = ("D0" if kind == "im" else "G0") + digest
        found = self.get(room_id)
        if found is not None:
            return found, False
        name = "" if kind == "im" else "mpdm-" + "--".join(sorted(users)).lower() + "-1"
        made = Room(room_id, kind, name, "", int(seconds(self._clock)))
        self._add(made, sorted(users))
        return made, True

    def _add(self, room: Room, members: Iterable[str]) -> None:
        with self._state.transaction():
            self._state.run(
                f"INSERT INTO channels ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
                *(room.id, room.kind, room.name, room.topic, room.created, room.private, room.archived),
                *(room.shared, room.purpose, room.creator),
            )
            for user in members:
                self.join(room.id, user)

    def _left(self, user: str) -> bool:
        found = self._people.get(user)
        return found is not None and found.deleted


def _room(row: object) -> Room:
    values = dict(row)  # type: ignore[call-overload]
    return Room(**{**values, "private": bool(values["private"]), "archived": bool(values["archived"])})
