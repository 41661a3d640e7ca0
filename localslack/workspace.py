"""The running workspace: its files, its memory, its connections, gathered for whoever needs them."""

from localslack.clock import Clock, SystemClock, seconds
from localslack.config import App, Person, Team
from localslack.faults import Faults
from localslack.feed import Feed
from localslack.limits import Limits
from localslack.line.deliveries import Deliveries
from localslack.line.port import Line
from localslack.line.signed import Signed
from localslack.line.sockets import Sockets
from localslack.line.trouble import Troubled
from localslack.line.waits import Waits
from localslack.slips import Slips
from localslack.state import State, packed
from localslack.team.people import People
from localslack.team.rooms import Room, Rooms
from localslack.wire import Json

MOST_CALLS_KEPT = 5000


class Workspace:
    """One workspace with one app in it."""

    def __init__(self, team: Team, app: App, state: State, clock: Clock) -> None:
        self.team = team
        self.app = app
        self.state = state
        self.clock = clock
        self.people = People(team, state)
        self.rooms = Rooms(team, self.people, state, clock)
        self.feed = Feed()
        self.slips = Slips(state, clock)
        self.faults = Faults()
        self.limits = Limits(clock)
        self.waits = Waits(clock)
        self.sockets = Sockets(clock, team.app_id, self.waits, self.log_call, enabled=app.addresses is None)
        self.line: Line = Troubled(self._real_line(), self.faults, clock, self.waits, self.log_call)
        self.deliveries = Deliveries(state, clock, self.line, self.faults, self.limits)
        self.base_url = ""
        self.rooms.settle()

    def _real_line(self) -> Line:
        addresses = self.app.addresses
        if addresses is None:
            return self.sockets
        return Signed(addresses, self.app.signing_secret, self.clock, SystemClock(), self.waits, self.log_call)

    def direct(self, users: frozenset[str]) -> Room:
        """Return the direct conversation of exactly these users, made if there is none yet."""
        room, fresh = self.rooms.direct(users)
        if fresh:
            self.feed.tell("rooms", {}, only=users)
        return room

    def person(self, user: str) -> Person:
        """Return a person; refuses an unknown one."""
        return self.people.needed(user)

    def knows(self, user: str) -> bool:
        """Return whether an id is a person or the bot."""
        return user == self.team.bot_user or self.people.get(user) is not None

    def reset(self) -> None:
        """Forget everything that happened and begin again from the workspace file; pages load anew."""
        self.state.empty()
        self.people.load()
        self.rooms.settle()
        self.faults.clear()
        self.limits.forget()
        self.feed.tell("reset", {})

    def log_call(self, method: str, error: str | None, detail: Json) -> None:
        """Write one line into the log of calls; only the last few thousand are kept."""
        self.state.run(
            "INSERT INTO calls (at, method, ok, error, detail) VALUES (?, ?, ?, ?, ?)",
            *(seconds(self.clock), method, int(error is None), error, packed(detail)),
        )
        self.state.run("DELETE FROM calls WHERE id <= (SELECT max(id) FROM calls) - ?", MOST_CALLS_KEPT)
