"""One sweep over everything that waits for people: reminders, expiry, ladders, and people who keep a task.

Each row is looked at again under its task's lock, and each for itself: one that cannot be looked after stops no other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson

from core.database import Row
from core.errors import Retry
from core.ledger import Ledger, Unit
from core.moment import to_us
from core.people import NoDirectory
from core.ports import Directory
from policies.schema import Policy
from workflows import calling, feed, joined, ladder, requests, rungs, twins, views
from workflows.away import Absences
from workflows.later import Later
from workflows.one_by_one import each

HELD_ASK_EVERY_S = 3600
TOLD_AFTER = 3  # sweeps that could not look after the same row


@dataclass(frozen=True, slots=True)
class Sweep:
    """Run by the follow-up tick; safe to run at any time, twice, and in several processes."""

    ledger: Ledger
    policy: Callable[[], Policy]
    directory: Directory = field(default_factory=NoDirectory)
    _left: dict[str, bool] = field(default_factory=dict)  # of this run: Slack is slow, and people stand on many ladders

    def run(self) -> None:
        """Reminds, expires and climbs whatever is due now. Raises `Away`."""
        now = to_us(self.ledger.clock.now())
        self._left.clear()
        each(self.ledger.rows("person.away_over", now=now), Absences(self.ledger, self.policy).end)
        each(self.ledger.rows("request.due", now=now), self._due, self._failed)
        each(self.ledger.rows("twin.over"), self._follow, self._failed)
        each(self.ledger.rows("request.remind", now=now), self._remind, self._failed)
        each(self.ledger.rows("snooze.due", now=now), Later(self.ledger, self.policy).ring, self._failed)
        each(self.ledger.rows("task.claimed", before=now - HELD_ASK_EVERY_S * 1_000_000), self._ask_holder)

    # What is due -----------------------------------------------------------------------------------------------------

    def _due(self, request_id: str, task_id: str, kind: str) -> bool:
        gone = self._gone(request_id) if kind == requests.ESCALATION else rungs.NONE_GONE
        with self.ledger.unit(task_id) as unit:
            request = unit.row("request", "request.get", id=request_id) or {}
            if request["state"] != requests.PENDING or request["due_at"] > unit.at:
                return False
            if kind == requests.APPROVAL:
                self._expire(unit, request)
            else:
                ladder.go_on(unit, self.policy(), request, gone)
            return True

    def _gone(self, request_id: str) -> frozenset[str]:
        """Who of those that this ladder may call has left the team. Asked before the lock is taken: Slack may be slow."""
        request = self.ledger.row("request", "request.get", id=request_id)
        if request is None:
            return rungs.NONE_GONE
        return frozenset(each for each in rungs.watched(self.ledger, self.policy(), request) if self._has_left(each))

    def _expire(self, unit: Unit, request: dict[str, Any]) -> None:
        """Nobody decided: nothing is sent, and the task goes to the queue that the rule names. Never an approval."""
        unit.change("request.close", key=request["id"], state="expired", reason="", at=unit.at, by=None, effect=None)
        unit.audit("approval.expired", "policy", request=request["id"])
        requests.timeline(unit, request["id"], "expired")
        unit.want(request["id"])
        joined.wake(unit, request["id"])
        why = "Nobody decided in time. Nothing was sent."
        requests.escalate(unit, self.policy(), "expired", why, agent=request["agent"], queue=request["on_expiry"])

    def _follow(self, request_id: str, task_id: str) -> bool:
        return twins.look_after(self.ledger, request_id, task_id)

    def _remind(self, request_id: str, task_id: str) -> bool:
        view = views.request_view(self.ledger, request_id)
        if view and calling.waits_for_morning(self.ledger, self.policy(), view, self.ledger.clock.now()):
            return False
        with self.ledger.unit(task_id) as unit:
            if not unit.change("request.reminded", key=request_id, at=unit.at):
                return False
            requests.timeline(unit, request_id, "reminded")
            return True

    def _failed(self, row: Row, why: str) -> None:
        """A request that cannot be looked after is on the record, and is tried again with the next sweep. When it failed a few
        times people are told, and its task gets a call if it has none."""
        request_id, task_id = str(row[0]), str(row[1])
        with self.ledger.unit(task_id) as unit:
            known = [orjson.loads(facts).get("request") for kind, _, facts, _ in unit.all("audit.of_subject", subject=task_id)
                     if kind == "sweep.failed"]  # fmt: skip
            times = known.count(request_id) + 1
            if times > TOLD_AFTER:
                return
            unit.audit("sweep.failed", "system", request=request_id, reason=why, audit_class="system")
            if times == TOLD_AFTER:
                text = f"Baton cannot look after a request of {task_id} ({why}), so nobody is reminded of it. Look at the task."
                feed.tell(unit, self.policy(), f"{request_id}:failed", text)
        if times == TOLD_AFTER:
            with self.ledger.unit(task_id) as unit:
                words = f"Baton cannot look after a request of this task ({why})."
                requests.escalate(unit, self.policy(), "failed", words, agent=unit.task.owner)

    # Who has a task --------------------------------------------------------------------------------------------------

    def _ask_holder(self, task_id: str, person: str, since: int) -> bool:
        """Once an hour: whoever has a task is asked about it. Who has left the team has it no longer, and the queue is called."""
        hours = (to_us(self.ledger.clock.now()) - since) // (HELD_ASK_EVERY_S * 1_000_000)
        subject = f"{task_id}:held:{since}:{hours}"
        if self.ledger.rows("card.of_subject", subject=subject, kind="timeline"):
            return False
        has_left = self._has_left(person)
        with self.ledger.unit(task_id) as unit:
            if unit.task.claimed_by != person or unit.one("card.of_subject", subject=subject, kind="timeline"):
                return False
            if has_left:
                self._take_from(unit, person)
            else:
                requests.tell_holder(unit, "held", subject=subject, person=person)
            return True

    def _has_left(self, person: str) -> bool:
        known = self._left.get(person)
        if known is None:
            try:
                member = self.directory.fresh(person)
                known = member is None or not member.is_member
            except Retry:  # nobody can say now
                known = False
            self._left[person] = known
        return known

    def _take_from(self, unit: Unit, person: str) -> None:
        """What agents had ready is thrown away: it fits no more, and nobody may know of it."""
        unit.task.claimed_by, unit.task.claimed_at = None, None
        unit.task.step += 1
        requests.supersede_open(unit, "Whoever had the task has left the team.")
        unit.audit("task.holder_left", "system", person=person, audit_class="security")
        why = "Whoever had this task has left the team without handing it back."
        requests.escalate(unit, self.policy(), "holder_left", why, agent=unit.task.owner, queue=unit.task.owner)
        unit.change("card.want_task", task=unit.task.id)
        unit.cards_changed = True
