"""What the suites of the embedded systems share: a clock that stands still and a database in a folder of its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core.contract.base import EffectId, TaskId
from core.contract.effect import Call
from core.contract.work import Resolved
from core.crypto import Cipher
from core.moment import RandomIds
from gateways.adapter import Adapter, Pointer, Value
from gateways.systems import Systems

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
KEY = bytes(range(32))


class FixedClock:
    """Moves only when a test says so."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> None:
        self.at += timedelta(**by)


def open_systems(folder: Path, clock: FixedClock) -> Systems:
    """The embedded systems' database in `folder`."""
    return Systems(f"sqlite:///{folder / 'harbor-systems.db'}", Cipher(KEY), clock, RandomIds())


def resolved(
    adapter: Adapter, operation: str, arguments: Mapping[str, Value], handles: Mapping[str, Pointer]
) -> Resolved:
    """What the adapter says would happen; the test fails when it refuses."""
    answer = adapter.resolve(operation, arguments, handles)
    assert isinstance(answer, Resolved), answer
    return answer


def claimed(
    adapter: Adapter,
    clock: FixedClock,
    effect_id: str,
    operation: str,
    arguments: Mapping[str, Value],
    handles: Mapping[str, Pointer],
) -> Call:
    """A call as the door out makes it: resolved, handles replaced by the keys that they name, ten seconds to leave."""
    keys = {name: handles[str(value)].key if str(value) in handles else value for name, value in arguments.items()}
    exact = resolved(adapter, operation, arguments, handles)
    return Call(EffectId(effect_id), TaskId("T-1042"), operation, keys, exact, clock.now() + timedelta(seconds=10))
