"""The running workspace: its files, its memory, its connections, gathered for whoever needs them."""

import hashlib
from dataclasses import dataclass

from localslack.clock import Clock, seconds
from localslack.config import App, Person, Team
from localslack.line.deliveries import Deliveries
from localslack.faults import Faults
from localslack.feed import Feed
from localslack.slips import Slips
from localslack.line.sockets import Sockets
from localslack.state import State, packed
from localslack.wire import Json, SlackError

MOST_CALLS_KEPT = 5000


@dataclass(frozen=True)
class Room:
    """A conversation; `kind` is `channel`, `im` or `mpim`."""

    id: str
    kind: str
    name: str
    topic: str
    created: int


class Workspace:
    """One workspace with one app in it."""

    def __init__(self, team: Team, app: App, state: State, clock: Clock) -> None:
        self.team = team
        self.app = app
        self.state = state
        self.clock = clock
        self.feed = Feed()
        self.slips = Slips(state, clock)
        self.sockets = Sockets(clock, team.app_id)
        self.deliveries = Deliveries(state, clock, self.sockets)
        self.faults = Faults()
        self.base_url = ""
        self._settle_channels()

    def _settle_channels(self) -> None:
        """Put the file's channels into memory; a channel that is already there keeps who joined it since."""
        with self.state.transaction():
            for channel in self.team.channels:
                fresh = self.state.run(
                    "INSERT OR IGNORE INTO channels (id, kind, name, topic, created) VALUES (?, 'channel', ?, ?, ?)",
                    *(channel.id, channel.name, channel.topic, int(seconds(self.clock))),
                )
                self.state.run(
                    "UPDATE channels SET name = ?, topic = ? WHERE id = ?", channel.name, channel.topic, channel.id
                )
                if fresh:
                    for user in (*channel.members, *([self.team.bot_user] if channel.app else [])):
                        self.join(channel.id, user)

    def join(self, channel: str, user: str) -> None:
        """Put somebody into a conversation."""
        self.state.run("INSERT OR IGNORE INTO members (channel, user) VALUES (?, ?)", channel, user)

    def room(self, channel: str) -> Room | None:
        """Return a conversation by id, or None."""
        row = self.state.one("SELECT * FROM channels WHERE id = ?", channel)
        return Room(**row) if row else None

    def rooms(self) -> list[Room]:
        """Return every conversation, oldest first."""
        return [Room(**row) for row in self.state.all("SELECT * FROM channels ORDER BY rowid")]

    def members(self, channel: str) -> list[str]:
        """Return the user ids of a conversation, the app's bot among them."""
        return [
            row["user"] for row in self.state.all("SELECT user FROM members WHERE channel = ? ORDER BY rowid", channel)
        ]

    def is_member(self, channel: str, user: str) -> bool:
        """Return whether somebody is in a conversation."""
        return self.state.one("SELECT 1 FROM members WHERE channel = ? AND user = ?", channel, user) is not None

    def audience(self, channel: str) -> frozenset[str]:
        """Return who may see what happens in a conversation."""
        return frozenset(self.members(channel))

    def direct(self, users: frozenset[str]) -> Room:
        """Return the direct conversation of exactly these users, made if there is none yet."""
        kind = "im" if len(users) <= 2 else "mpim"
        digest = hashlib.sha256(" ".join(sorted(users)).encode()).hexdigest()[:9].upper()
        room_id = ("D0" if kind == "im" else "G0") + digest
        if self.room(room_id) is None:
            with self.state.transaction():
                self.state.run(
                    "INSERT INTO channels (id, kind, name, topic, created) VALUES (?, ?, ?, '', ?)",
                    *(
                        room_id,
                        kind,
                        "" if kind == "im" else "mpdm-" + "--".join(sorted(users)),
                        int(seconds(self.clock)),
                    ),
                )
                for user in sorted(users):
                    self.join(room_id, user)
            self.feed.tell("rooms", {}, only=users)
        found = self.room(room_id)
        if found is None:
            raise LookupError(room_id)
        return found

    def person(self, user: str) -> Person:
        """Return a person of the team; refuses a stranger."""
        found = self.team.person(user)
        if found is None:
            raise SlackError("user_not_found")
        return found

    def knows(self, user: str) -> bool:
        """Return whether an id is a person of the team or the bot."""
        return user == self.team.bot_user or self.team.person(user) is not None

    def log_call(self, method: str, error: str | None, detail: Json) -> None:
        """Write one line into the log of calls; only the last few thousand are kept."""
        self.state.run(
            "INSERT INTO calls (at, method, ok, error, detail) VALUES (?, ?, ?, ?, ?)",
            *(seconds(self.clock), method, int(error is None), error, packed(detail)),
        )
        self.state.run("DELETE FROM calls WHERE id <= (SELECT max(id) FROM calls) - ?", MOST_CALLS_KEPT)
