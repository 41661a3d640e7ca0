"""Other databases than the configured one, put together for `move`, `backup` and `restore` from the same parts as the product."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from commands.context import Installation, Installations, ProviderCall
from core.crypto import Cipher, load_or_make_key
from core.errors import BadInput
from core.moment import RandomIds, SystemClock
from core.places import Place
from core.runner_lock import RunnerLock
from core.settings import Settings
from gateways.systems import Systems

if TYPE_CHECKING:
    from app import House

RUNS = "Baton is running here. Stop it first; nothing was changed."


def installations(build: Callable[[Settings], House], lock_of: Callable[[Settings], RunnerLock]) -> Installations:
    """`build` puts the product together over some settings; `lock_of` gives the lock of whoever runs it."""

    @contextmanager
    def opened(settings: Settings) -> Iterator[Installation]:
        house = build(settings)
        try:
            place = Place(settings.database_url, settings.systems_url, house.systems.tables())
            yield Installation(house.services, place)
        finally:
            house.close()

    @contextmanager
    def alone(settings: Settings) -> Iterator[None]:
        lock = lock_of(settings)
        if not lock.take():
            raise BadInput(RUNS)
        try:
            yield
        finally:
            lock.release()

    return Installations(opened, alone, calls)


def calls(settings: Settings) -> tuple[ProviderCall, ...]:
    """The embedded systems' own log; empty where there is no database of theirs."""
    if settings.on_sqlite and not Path(settings.systems_url.removeprefix("sqlite:///")).exists():
        return ()
    systems = Systems(settings.systems_url, Cipher(load_or_make_key(settings.key_file)), SystemClock(), RandomIds())
    try:
        return tuple(ProviderCall(each.key, each.operation, each.outcome.value, each.at) for each in systems.calls())
    finally:
        systems.close()
