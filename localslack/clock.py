"""The time, injected: tests move it, the command line door uses the machine's own."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Where the time comes from."""

    def now(self) -> datetime:
        """Return the present moment as an aware UTC datetime."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present moment as an aware UTC datetime."""
        return datetime.now(UTC)


def seconds(clock: Clock) -> float:
    """Return the clock's time in seconds since 1970."""
    return clock.now().timestamp()
