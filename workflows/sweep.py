"""One sweep over everything that waits for people: reminders, expiry, ladders.

Each row is looked at again under its task's lock.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from core.ledger import Ledger, Unit
from core.moment import from_us, to_us
from policies.rules import escalation
from policies.schema import Policy
from workflows import requests

AFTER_LAST_RUNG = timedelta(hours=1)
HELD_ASK_EVERY_S = 3600


@dataclass(frozen=True, slots=True)
class Sweep:
    """Run by the follow-up tick; safe to run at any time and twice."""

    ledger: Ledger
    policy: Callable[[], Policy]

    def run(self) -> None:
        """Reminds, expires and climbs whatever is due now."""
        now = to_us(self.ledger.clock.now())
        for request_id, task_id, kind in self.ledger.rows("request.due", now=now):
            with self.ledger.unit(task_id) as unit:
                request = unit.row("request", "request.get", id=request_id) or {}
                if request["state"] == requests.PENDING and request["due_at"] <= unit.at:
                    self._expire(unit, request) if kind == requests.APPROVAL else self._climb(unit, request)
        for request_id, task_id in self.ledger.rows("request.remind", now=now):
            with self.ledger.unit(task_id) as unit:
                if unit.change("request.reminded", key=request_id, at=unit.at):
                    requests.timeline(unit, request_id, "reminded")
        for task_id, person, since in self.ledger.rows("task.claimed", before=now - HELD_ASK_EVERY_S * 1_000_000):
            self._ask_holder(task_id, person, (now - since) // (HELD_ASK_EVERY_S * 1_000_000))

    def _expire(self, unit: Unit, request: dict[str, Any]) -> None:
        """Nobody decided: nothing is sent, and the task goes to the queue that the rule names. Never an approval."""
        unit.change("request.close", key=request["id"], state="expired", reason="", at=unit.at, by=None, effect=None)
        unit.audit("approval.expired", "policy", request=request["id"])
        requests.timeline(unit, request["id"], "expired")
        unit.want(request["id"])
        why = "Nobody decided in time. Nothing was sent."
        requests.escalate(unit, self.policy(), "expired", why, agent=request["agent"], queue=request["on_expiry"])

    def _climb(self, unit: Unit, request: dict[str, Any]) -> None:
        """The next rung of the ladder is called; after the last one everybody on it is asked again, every hour."""
        rungs = escalation.ladder(self.policy(), request["trigger"], from_us(request["created_at"]), request["queue"])
        rung = min(request["rung"] + 1, max(len(rungs) - 1, 0))
        later = [at for _, at in rungs[rung + 1 :] if at > unit.now]
        due = later[0] if later else unit.now + AFTER_LAST_RUNG
        unit.change("request.climb", key=request["id"], rung=rung, due=to_us(due))
        unit.audit("escalation.called", "policy", request=request["id"], rung=rung)
        requests.timeline(unit, request["id"], "called", role=rungs[rung][0] if rungs else "", rung=rung)
        unit.want(request["id"])

    def _ask_holder(self, task_id: str, person: str, hours: int) -> None:
        with self.ledger.unit(task_id) as unit:
            if unit.task.claimed_by != person:
                return
            for (request_id,) in unit.all("request.taken_of_task", task=task_id):
                if not unit.one("card.of_subject", subject=f"{request_id}:held:{hours}", kind="timeline"):
                    requests.timeline(unit, request_id, "held", subject=f"{request_id}:held:{hours}", person=person)
                return
