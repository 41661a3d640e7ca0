"""Events on their way to the app: kept until acknowledged, tried again as Slack does, then given up."""

import asyncio
import secrets
import sqlite3
from typing import assert_never

from localslack.clock import Clock, seconds
from localslack.faults import Faults
from localslack.limits import Limits
from localslack.line.port import Acked, Line, Unanswered
from localslack.state import State, opened, packed
from localslack.wire import Json

RETRY_AFTER_S = (0, 60, 300)
"""Almost at once, after a minute, after five minutes: https://docs.slack.dev/apis/events-api/#retries"""
GIVEN_UP_AFTER_S = sum(RETRY_AFTER_S) + 1


class Deliveries:
    """The queue. A row stays in the file until the app took the event or the last try failed."""

    def __init__(self, state: State, clock: Clock, line: Line, faults: Faults, limits: Limits) -> None:
        self._state = state
        self._clock = clock
        self._line = line
        self._faults = faults
        self._limits = limits
        self._under_way: dict[str, asyncio.Task[None]] = {}

    def add(self, payload: Json) -> None:
        """Queue one event for delivery; the payload gets its `event_id`.

        Above the hourly limit it is lost, and the app hears of that once a minute.
        """
        verdict = self._limits.event()
        if verdict.allowed:
            event_id = _event_id()
            self._queue(event_id, {**payload, "event_id": event_id})
        elif verdict.minute is not None:
            named = {key: payload[key] for key in ("token", "team_id", "api_app_id")}
            self._queue(_event_id(), {**named, "type": "app_rate_limited", "minute_rate_limited": verdict.minute})

    def waiting(self) -> int:
        """Return how many events the app has not taken yet."""
        row = self._state.one("SELECT count(*) AS n FROM deliveries")
        return int(row["n"]) if row else 0

    def tick(self) -> None:
        """Start every delivery that is due, in the order in which things happened.

        While the app is not connected nothing is tried, so that an app which comes back has its events at once and not after
        the next step of the schedule; what is older than the whole schedule is lost, as it is at Slack.
        """
        now = seconds(self._clock)
        self._state.run("UPDATE deliveries SET due_at = ? WHERE due_at > ?", now, now + max(RETRY_AFTER_S))
        if not self._line.connected:
            self._hold(now)
            return
        rows = self._state.all("SELECT * FROM deliveries WHERE due_at <= ? ORDER BY rowid", now)
        due = [row for row in rows if row["event_id"] not in self._under_way]
        for row in self._arranged(due):
            self._under_way[row["event_id"]] = asyncio.create_task(
                self._try(row["event_id"], opened(row["payload"]), row["attempt"], row["reason"])
            )

    async def stop(self) -> None:
        """Stop trying; what is not delivered stays in the file."""
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _queue(self, event_id: str, payload: Json) -> None:
        now = seconds(self._clock)
        self._state.run(
            "INSERT INTO deliveries (event_id, payload, attempt, reason, due_at, made_at) VALUES (?, ?, 0, '', ?, ?)",
            *(event_id, packed(payload), now, now),
        )

    def _hold(self, now: float) -> None:
        self._state.run("UPDATE deliveries SET attempt = 1, reason = 'connection_failed' WHERE attempt = 0")
        self._state.run("DELETE FROM deliveries WHERE made_at < ?", now - GIVEN_UP_AFTER_S)

    def _arranged(self, due: list[sqlite3.Row]) -> list[sqlite3.Row]:
        """Return what goes out now: with the fault `reorder`, new events wait for each other and then go last first."""
        wanted = self._faults.reordered()
        if not wanted:
            return due
        fresh = [row for row in due if row["attempt"] == 0]
        again = [row for row in due if row["attempt"]]
        if len(fresh) < wanted:
            return again
        self._faults.end_reordering()
        return [*again, *fresh[:wanted][::-1], *fresh[wanted:]]

    async def _try(self, event_id: str, payload: Json, attempt: int, reason: str) -> None:
        try:
            retry = (attempt, reason) if attempt else None
            match await self._line.deliver("events_api", payload, accepts=False, retry=retry):
                case Acked():
                    self._state.run("DELETE FROM deliveries WHERE event_id = ?", event_id)
                case Unanswered() as outcome:
                    self._later(event_id, attempt, outcome)
                case other:
                    assert_never(other)
        finally:
            self._under_way.pop(event_id, None)

    def _later(self, event_id: str, attempt: int, outcome: Unanswered) -> None:
        if attempt >= len(RETRY_AFTER_S) or outcome.no_retry:
            self._state.run("DELETE FROM deliveries WHERE event_id = ?", event_id)
            return
        self._state.run(
            "UPDATE deliveries SET attempt = ?, reason = ?, due_at = ? WHERE event_id = ?",
            *(attempt + 1, self._line.reasons[outcome.why]),
            *(seconds(self._clock) + RETRY_AFTER_S[attempt], event_id),
        )


def _event_id() -> str:
    return "Ev0" + secrets.token_hex(5).upper()
