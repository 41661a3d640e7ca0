"""Time and ids: the only places that ask the machine for either. Stored times are UTC microseconds."""

from __future__ import annotations

import secrets
import string
import time
from datetime import UTC, datetime, timedelta

_ALPHABET = string.ascii_letters + string.digits
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The time, aware UTC."""
        return from_us(time.time_ns() // 1000)


class RandomIds:
    """Ids that cannot be guessed."""

    def new(self, prefix: str) -> str:
        """`prefix_` and ten letters or digits."""
        return prefix + "_" + "".join(secrets.choice(_ALPHABET) for _ in range(10))


def to_us(at: datetime) -> int:
    """Microseconds since 1970, exactly."""
    return (at - _EPOCH) // _MICROSECOND


def from_us(us: int) -> datetime:
    """The aware UTC time of `us` microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=us)
