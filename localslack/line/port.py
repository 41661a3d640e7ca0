"""The port for reaching the app: whoever has something for it delivers it here, over sockets or signed requests."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from localslack.wire import Json

ACK_LIMIT_S = 3


class Why(enum.Enum):
    """Why the app did not take what was delivered."""

    NOT_CONNECTED = "not_connected"
    NO_ADDRESS = "no_address"
    TIMEOUT = "timeout"
    CLOSED = "closed"
    REFUSED = "refused"
    TOO_MANY_REDIRECTS = "too_many_redirects"


@dataclass(frozen=True)
class Acked:
    """The app took it; `payload` is what it said in the same breath, or None."""

    payload: Json | None


@dataclass(frozen=True)
class Unanswered:
    """The app did not take it: `status` is the HTTP status it said so with, `no_retry` that it wants no second try."""

    why: Why
    status: int | None = None
    no_retry: bool = False


Outcome = Acked | Unanswered


class Line(Protocol):
    """A way to the app."""

    @property
    def connected(self) -> int:
        """How many connections there are: open sockets, or 1 for an app that answers at its address."""
        ...

    @property
    def reasons(self) -> Mapping[Why, str]:
        """What Slack calls each failure when it tries an event again over this line."""
        ...

    async def deliver(self, kind: str, payload: Json, accepts: bool, retry: tuple[int, str] | None = None) -> Outcome:
        """Hand one thing to the app and wait for its answer, three seconds at most.

        `kind` is `events_api`, `interactive` or `slash_commands`; `accepts` says whether what the app answers counts;
        `retry` is the attempt (from 1) and its reason.
        """
        ...

    def tick(self) -> None:
        """Do what is due; called many times a second."""
        ...

    async def stop(self) -> None:
        """Let go of the app; nothing is delivered after this."""
        ...
