"""What the clock starts. A tick is an event, and its work is a job like any other.

A tick's source id is its name and scheduled time, so that any number of restarts and processes run it once, also when several ask
for it in the same moment. When it is time is the business of `workflows/calendar.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson

from core.contract.work import Event
from core.errors import Bug
from core.ledger import Job, Ledger, Phase, Unit
from core.moment import to_us
from policies.schema import Policy
from workflows import attention, views
from workflows.control import Controls
from workflows.sweep import Sweep
from workflows.unusual import Watch

KEEP_TICKS = timedelta(days=7)
KEEP_DRAFTS = timedelta(days=1)  # of edits that nobody confirmed
FOLLOW_UP, DIGEST, WATCH = "follow_up", "digest", "watch"


@dataclass(frozen=True, slots=True)
class Schedule:
    """Ticks, and what each of them does."""

    ledger: Ledger
    policy: Callable[[], Policy]
    controls: Controls
    sweep: Sweep

    def works(self) -> Mapping[str, Callable[[datetime], None]]:
        """What each job of `schedule.yml` does at its time."""
        return {FOLLOW_UP: self.follow_up, DIGEST: self.digest, WATCH: Watch(self.ledger, self.policy).run}

    def skipped(self, name: str, at: datetime) -> None:
        """Says on the record, once, that a missed time was passed over, as policy wants it. Raises `Retry`."""
        with self.ledger.unit() as unit:
            if _open(unit, name, at):
                unit.audit("tick.skipped", "system", f"clock:{name}", audit_class="system")

    def tick(self, name: str, at: datetime) -> None:
        """Opens the tick's event and asks for its job; a tick that is known does nothing. Raises `Retry`."""
        with self.ledger.unit() as unit:
            if key := _open(unit, name, at):
                unit.next(Phase.TICK, key)

    def run(self, job: Job) -> None:
        """Does the work of one tick."""
        row = self.ledger.row("event", "event.tick", key=job.subject_id)
        if row is None:
            raise Bug(f"there is no tick {job.subject_id}")
        event = Event.model_validate_json(row["body"])
        self.works()[event.text](event.at)
        with self.ledger.unit(None, job) as unit:
            if event.text != FOLLOW_UP:
                unit.audit("tick.done", "system", f"clock:{event.text}", audit_class="system")
            unit.change("event.forget_ticks", before=to_us(unit.now - KEEP_TICKS))
            unit.change("draft.forget", before=to_us(unit.now - KEEP_DRAFTS))

    def follow_up(self, _at: datetime) -> None:
        """Lifts pauses that have run out and lets go what waits for none; reminds, expires and escalates what waits too long."""
        self.controls.lift_expired()
        self.controls.release()
        self.sweep.run()

    def digest(self, at: datetime) -> None:
        """One message for the day: came in, done, waiting and for whom, errors, and the head of the audit."""
        numbers = views.day(self.ledger, at - timedelta(days=1), at)
        waiting = views.waiting(self.ledger)
        head = self.ledger.rows("audit.last")
        detail = {
            "at": to_us(at), "came_in": numbers.came_in, "done": numbers.done, "decisions": dict(numbers.decisions),
            "effects": dict(numbers.effects), "errors": list(numbers.errors[:10]), "spent_microcents": numbers.spent_microcents,
            "waiting": [{k: w[k] for k in ("task_id", "kind", "queue", "due_at")} for w in waiting[:20]],
            "waiting_count": len(waiting), "expired": numbers.expired,
            "audit": {"seq": head[0][0], "hash": head[0][1]} if head else None,
        }  # fmt: skip
        subject = f"{DIGEST}:{at:%Y-%m-%dT%H:%MZ}"
        policy = self.policy()
        hasty = views.hasty(self.ledger, at - timedelta(days=1), at, policy.limits.hasty_s)
        with self.ledger.unit() as unit:
            if not unit.one("card.of_subject", subject=subject, kind=DIGEST):
                unit.card(DIGEST, subject, policy.channels["digest"], detail=orjson.dumps(detail).decode())
                attention.tell_owner(unit, policy, subject, hasty)


def _open(unit: Unit, name: str, at: datetime) -> str:
    """Writes the tick's event; its key, or nothing when it is known. Processes with the same tick wait here for each other."""
    key = f"{name}:{at:%Y-%m-%dT%H:%MZ}"  # nothing personal in it: kept readable
    unit.one("counter.lock", key="task")
    if unit.one("event.known", source="clock", key=key):
        return ""
    event = Event(source="clock", source_id=key, text=name, at=at)
    unit.insert("event", id=unit.ids.new("ev"), source="clock", source_key=key, task_id=None, body=event.model_dump_json(),
                at=to_us(at))  # fmt: skip
    return key
