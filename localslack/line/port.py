"""The port for reaching the app: whoever has something for it delivers it here, over sockets or signed requests."""

import enum
from dataclasses import dataclass
from typing import Protocol

from localslack.wire import Json

ACK_LIMIT_S = 3


class Why(enum.Enum):
    """Why the app did not take what was delivered; the values are Slack's retry reasons."""

    NOT_CONNECTED = "connection_failed"
    CLOSED = "connection_closed"
    TIMEOUT = "http_timeout"
    REFUSED = "http_error"
    TOO_MANY_REDIRECTS = "too_many_redirects"


@dataclass(frozen=True)
class Acked:
    """The app took it; `payload` is what it said in the same breath, or None."""

    payload: Json | None


@dataclass(frozen=True)
class Unanswered:
    """The app did not take it. `no_retry` says that it does not want to be asked again."""

    why: Why
    status: int | None = None
    no_retry: bool = False


Outcome = Acked | Unanswered


class Line(Protocol):
    """A way to the app."""

    @property
    def connected(self) -> int:
        """How many connections to the app there are: open sockets, or 1 for an address that answered its challenge."""
        ...

    async def deliver(self, kind: str, payload: Json, accepts: bool, retry: tuple[int, str] | None = None) -> Outcome:
        """Hand one thing to the app and wait for its answer, three seconds at most.

        `kind` is `events_api`, `interactive` or `slash_commands`; `accepts` says whether what the app answers counts;
        `retry` is the attempt (from 1) and its reason.
        """
        ...
