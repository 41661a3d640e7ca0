"""Events on their way to the app: kept until acknowledged, tried again as Slack does, then given up."""

import asyncio
import secrets
from typing import assert_never

from localslack.clock import Clock, seconds
from localslack.line.port import Acked, Line, Unanswered, Why
from localslack.state import State, opened, packed
from localslack.wire import Json

RETRY_AFTER_S = (0, 60, 300)
"""Almost at once, after a minute, after five minutes: https://docs.slack.dev/apis/events-api/#retries"""
GIVEN_UP_AFTER_S = sum(RETRY_AFTER_S) + 1


class Deliveries:
    """The queue. A row stays in the file until the app took the event or the last try failed."""

    def __init__(self, state: State, clock: Clock, line: Line) -> None:
        self._state = state
        self._clock = clock
        self._line = line
        self._under_way: dict[str, asyncio.Task[None]] = {}

    def add(self, payload: Json) -> None:
        """Queue one event for delivery; the payload gets its `event_id`."""
        event_id = "Ev0" + secrets.token_hex(5).upper()
        self._state.run(
            "INSERT INTO deliveries (event_id, payload, attempt, reason, due_at, made_at) VALUES (?, ?, 0, '', ?, ?)",
            *(event_id, packed({**payload, "event_id": event_id}), seconds(self._clock), seconds(self._clock)),
        )

    def waiting(self) -> int:
        """Return how many events the app has not taken yet."""
        row = self._state.one("SELECT count(*) AS n FROM deliveries")
        return int(row["n"]) if row else 0

    def tick(self) -> None:
        """Start every delivery that is due.

        While no socket is open nothing is tried, so that an app which comes back has its events at once and not after the
        next step of the schedule; what is older than the whole schedule is lost, as it is at Slack.
        """
        if not self._line.connected:
            self._hold()
            return
        due = self._state.all("SELECT * FROM deliveries WHERE due_at <= ? ORDER BY rowid", seconds(self._clock))
        for row in due:
            if row["event_id"] not in self._under_way:
                task = asyncio.create_task(
                    self._try(row["event_id"], opened(row["payload"]), row["attempt"], row["reason"])
                )
                self._under_way[row["event_id"]] = task

    def _hold(self) -> None:
        self._state.run("UPDATE deliveries SET attempt = 1, reason = 'connection_failed' WHERE attempt = 0")
        self._state.run("DELETE FROM deliveries WHERE made_at < ?", seconds(self._clock) - GIVEN_UP_AFTER_S)

    async def stop(self) -> None:
        """Stop trying; what is not delivered stays in the file."""
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _try(self, event_id: str, payload: Json, attempt: int, reason: str) -> None:
        try:
            retry = (attempt, reason) if attempt else None
            match await self._line.deliver("events_api", payload, accepts=False, retry=retry):
                case Acked():
                    self._state.run("DELETE FROM deliveries WHERE event_id = ?", event_id)
                case Unanswered(why):
                    self._later(event_id, attempt, why)
                case other:
                    assert_never(other)
        finally:
            self._under_way.pop(event_id, None)

    def _later(self, event_id: str, attempt: int, why: Why) -> None:
        if attempt >= len(RETRY_AFTER_S):
            self._state.run("DELETE FROM deliveries WHERE event_id = ?", event_id)
            return
        self._state.run(
            "UPDATE deliveries SET attempt = ?, reason = ?, due_at = ? WHERE event_id = ?",
            *(attempt + 1, why.value, seconds(self._clock) + RETRY_AFTER_S[attempt], event_id),
        )
