"""Waiting by the injected clock: whoever waits has an answer in time, or what was agreed for being late."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from localslack.clock import Clock, seconds

T = TypeVar("T")


@dataclass
class _Wait:
    done: Callable[[], bool]
    give_up: Callable[[], None]
    begun_at: float
    for_s: float


class Waits:
    """Everything that is waited for. Time passes only in `tick`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open: list[_Wait] = []

    def begin(self, for_s: float, late: T) -> "asyncio.Future[T]":
        """Return a future for the answer; after `for_s` seconds without one it becomes `late`."""
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._open.append(_Wait(answer.done, lambda: answer.set_result(late), seconds(self._clock), for_s))
        return answer

    def tick(self) -> None:
        """Give up on what is late. A clock that was set back makes nobody wait longer than agreed from then on."""
        now = seconds(self._clock)
        self._open = [wait for wait in self._open if not wait.done()]
        for wait in self._open:
            wait.begun_at = min(wait.begun_at, now)
            if now > wait.begun_at + wait.for_s:
                wait.give_up()

    def stop(self) -> None:
        """Let nobody wait any longer."""
        for wait in self._open:
            if not wait.done():
                wait.give_up()
        self._open.clear()
