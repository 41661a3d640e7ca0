"""The time, injected: tests move it, and from the command line it is the machine's own until somebody sets it."""

from datetime import UTC, datetime, timedelta
from typing import Protocol

YEARS = range(2000, 2100)


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


class SettableClock:
    """A clock that can be set, and runs on from there."""

    def __init__(self, base: Clock) -> None:
        self._base = base
        self._ahead = timedelta()

    def now(self) -> datetime:
        """Return the present moment as an aware UTC datetime."""
        return self._base.now() + self._ahead

    def set(self, at: datetime) -> None:
        """Make it this moment (an aware datetime) now; `ValueError` outside of `YEARS`."""
        if at.year not in YEARS:
            raise ValueError(f"the clock goes from {YEARS.start} to {YEARS.stop - 1}")
        self._ahead = at.astimezone(UTC) - self._base.now()

    def forward(self, seconds: float) -> None:
        """Let this many seconds pass at once, or go back with a negative number; `ValueError` outside of `YEARS`."""
        try:
            self.set(self.now() + timedelta(seconds=seconds))
        except OverflowError:
            raise ValueError("that is too far") from None

    def real(self) -> None:
        """Go by the base clock again."""
        self._ahead = timedelta()

    @property
    def ahead_s(self) -> float:
        """How many seconds it is ahead of the base clock."""
        return self._ahead.total_seconds()


def seconds(clock: Clock) -> float:
    """Return the clock's time in seconds since 1970."""
    return clock.now().timestamp()
