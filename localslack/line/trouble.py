"""A line with the troubles that were ordered: things lost, delivered twice, or acknowledged too late."""

import asyncio
from collections.abc import Mapping

from localslack.clock import Clock, seconds
from localslack.faults import FaultKind, Faults
from localslack.line.port import ACK_LIMIT_S, Acked, Line, Outcome, Unanswered, Why
from localslack.line.sockets import Log
from localslack.line.waits import Waits
from localslack.wire import Json


class Troubled:
    """Passes everything on to the real line, unless a fault is ordered for it."""

    def __init__(self, line: Line, faults: Faults, clock: Clock, waits: Waits, log_call: Log) -> None:
        self._line = line
        self._faults = faults
        self._clock = clock
        self._waits = waits
        self._log_call = log_call
        self._twins: set[asyncio.Task[Outcome]] = set()

    @property
    def connected(self) -> int:
        """How many connections the real line has."""
        return self._line.connected

    @property
    def reasons(self) -> Mapping[Why, str]:
        """What Slack calls each failure; see `Line`."""
        return self._line.reasons

    async def deliver(self, kind: str, payload: Json, accepts: bool, retry: tuple[int, str] | None = None) -> Outcome:
        """Deliver; see `Line`."""
        if self._faults.of_line(FaultKind.DROP, kind):
            return await self._waits.begin(ACK_LIMIT_S, _timeout())
        begun = seconds(self._clock)
        slow = self._faults.of_line(FaultKind.SLOW_ACK, kind)
        twice = self._faults.of_line(FaultKind.DUPLICATE, kind)
        first = asyncio.ensure_future(self._line.deliver(kind, payload, accepts, retry))
        if twice:
            await asyncio.sleep(0)  # the first leaves first
            self._twin(kind, payload, accepts, retry)
        outcome = await first
        if slow and isinstance(outcome, Acked):
            return await self._held_back(kind, outcome, begun, slow.by_s)
        return outcome

    def tick(self) -> None:
        """Do what is due on the real line."""
        self._line.tick()

    async def stop(self) -> None:
        """Stop the real line."""
        await self._line.stop()

    async def _held_back(self, kind: str, outcome: Outcome, begun: float, by_s: float) -> Outcome:
        taken = seconds(self._clock) - begun
        if taken + by_s < ACK_LIMIT_S:
            return await self._waits.begin(by_s, outcome)
        given_up = await self._waits.begin(max(ACK_LIMIT_S - taken, 0), _timeout())
        self._log_call("late_ack", "late_ack", {"kind": kind, "after_s": round(taken + by_s, 3)})
        return given_up

    def _twin(self, kind: str, payload: Json, accepts: bool, retry: tuple[int, str] | None) -> None:
        """What the app says to the second copy changes nothing."""
        task = asyncio.create_task(self._line.deliver(kind, payload, accepts, retry))
        self._twins.add(task)
        task.add_done_callback(self._twins.discard)


def _timeout() -> Outcome:
    return Unanswered(Why.TIMEOUT)
