"""Time and ids: the only places that ask the machine for either. Stored times are UTC microseconds."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The time, aware UTC."""
        return from_us(time.time_ns() // 1000)


class RandomIds:
    """Ids that begin with the time, so that new rows lie side by side on disk, and end with what nobody can guess."""

    def new(self, prefix: str) -> str:
        """`prefix_` and sixteen letters or digits."""
        return f"{prefix}_{_letters(time.time_ns() // 1_000_000, 8)}{_letters(int.from_bytes(os.urandom(6)), 8)}"


def _letters(number: int, width: int) -> str:
    letters = []
    for _ in range(width):
        number, rest = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[rest])
    return "".join(reversed(letters))


def to_us(at: datetime) -> int:
    """Microseconds since 1970, exactly."""
    return (at - _EPOCH) // _MICROSECOND


def from_us(us: int) -> datetime:
    """The aware UTC time of `us` microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=us)


def moment(us: int | None) -> datetime | None:
    """A stored time, or None."""
    return None if us is None else from_us(us)
