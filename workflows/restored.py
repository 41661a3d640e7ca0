"""A ledger that comes out of a backup: the world is ahead of it, by all that was done since.

Before anybody works with it, it says so on its own rows. Everything stands still by a pause that a person lifts, and nothing that
may have gone out meanwhile goes out by itself:

    an effect that was not over        → unknown, and a person is asked; its job is dropped
    an approval that was open          → asked again, saying that it may have been given before
    a task that agents were at         → a person, who can look what they did on it
    a date that has not come           → stays
    new tasks                          → further on, so that no number is used twice
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.contract.authority import NeedsApproval
from core.contract.work import Proposal, Resolved
from core.ledger import Job, Ledger, Phase, TaskState, Unit
from core.moment import to_us
from policies.schema import Policy
from workflows import history, requests

EVERYTHING = "everything"
NUMBERS_BETWEEN = 1_000  # more than anybody opened since, and one for each minute
_ENDED = (TaskState.DONE, TaskState.CANCELLED)


@dataclass(frozen=True, slots=True)
class Gap:
    """The time that this ledger knows nothing of. `log`: what the embedded systems' own log says of an effect, by its id.

    `lost_lines`: of the record, as far as the anchor that it had can tell."""

    since: datetime
    until: datetime
    log: Mapping[str, str] = field(default_factory=dict)
    lost_lines: int = 0


@dataclass(frozen=True, slots=True)
class Unclear:
    """An effect of which nobody knows whether it went out. `log`: what its embedded system's own log says, if anything."""

    task_id: str
    operation: str
    log: str


@dataclass(frozen=True, slots=True)
class Doubts:
    """What a person has to look at, most of it as tasks."""

    unknown: tuple[Unclear, ...]
    asked_again: tuple[str, ...]
    to_people: tuple[str, ...]
    next_task: int
    reason: str  # as the pause's card says it


@dataclass(frozen=True, slots=True)
class Restored:
    """Nobody else may be at work on this ledger yet."""

    ledger: Ledger
    policy: Callable[[], Policy]

    def begin(self, gap: Gap) -> Doubts:
        """Says what is not known any more, and stops everything."""
        effects: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for effect_id, task_id, operation in self.ledger.rows("effect.in_doubt"):
            effects[task_id].append((effect_id, operation))
        jobs: dict[str, list[Job]] = defaultdict(list)
        for job in self.ledger.jobs():
            jobs[job.task_id].append(job)
        tasks = dict.fromkeys([*(row[0] for row in self.ledger.rows("task.unfinished")), *effects])
        asked_again, to_people = [], []
        for task_id in tasks:
            with self.ledger.unit(task_id) as unit:
                for effect_id, operation in effects[task_id]:
                    self._unknown(unit, effect_id, operation, gap)
                if self._ask_again(unit, gap):
                    asked_again.append(task_id)
                if self._to_a_person(unit, effects[task_id], jobs[task_id], gap):
                    to_people.append(task_id)
                unit.change("card.want_task", task=task_id)
                unit.cards_changed = True
        unknown = tuple(
            Unclear(task_id, operation, gap.log.get(effect_id, ""))
            for task_id in effects for effect_id, operation in effects[task_id]
        )  # fmt: skip
        reason = self._reason(gap, len(unknown), len(asked_again), len(to_people))
        return Doubts(
            unknown, tuple(asked_again), tuple(to_people), self._stop(gap, reason, jobs[""], len(unknown)), reason
        )

    def _unknown(self, unit: Unit, effect_id: str, operation: str, gap: Gap) -> None:
        effect = unit.row("effect", "effect.get", id=effect_id) or {}
        said = f" The system's own log says of it: {gap.log[effect_id]}." if effect_id in gap.log else ""
        since = self._at(gap.since)
        before = f" Before: {effect['reason']}" if effect["reason"] else ""
        reason = f"none that this record knows. It was open at the backup of {since} and may have gone out since.{said}{before}"
        unit.change("effect.doubt", key=effect_id, at=unit.at, since=to_us(gap.since),
                    reason=unit.seal("effect", "reason", effect_id, reason))  # fmt: skip
        unit.audit("effect.doubted", "system", effect=effect_id, operation=operation, was=effect["state"])
        unit.want(str(effect["request_id"] or effect_id))

    def _ask_again(self, unit: Unit, gap: Gap) -> bool:
        """Every open approval of the task, in its old card's place, with as much time as it had."""
        was = unit.task.state, unit.task.waiting_for
        asked = [
            self._again(unit, request_id, gap)
            for request_id, kind, _, _ in unit.all("request.of_task", task=unit.task.id, state=requests.PENDING)
            if kind == requests.APPROVAL
        ]
        if asked and requests.waits_for_person(unit):
            unit.task.state, unit.task.waiting_for = was
        return bool(asked)

    def _again(self, unit: Unit, request_id: str, gap: Gap) -> str:
        request = unit.row("request", "request.get", id=request_id) or {}
        row = unit.row("proposal", "proposal.get", id=request["proposal_id"]) or {}
        asked = NeedsApproval.model_validate_json(request["asked"])
        had = timedelta(microseconds=int(request["due_at"]) - int(request["created_at"]))
        asked = asked.model_copy(update={"due_at": unit.now + had})
        proposal, exact = Proposal.model_validate_json(row["body"]), Resolved.model_validate_json(row["resolved"])
        again = history.record_proposal(unit, proposal, exact, asked, self.policy().version, row["turn_id"],
                                        supersedes=row["supersedes_id"] or row["id"])  # fmt: skip
        why = f"it was open at the backup of {self._at(gap.since)} and may have been approved and carried out since. Look first."
        return requests.ask_approval(unit, self.policy(), again, proposal, exact, asked, str(request["agent"]), why_again=why,
                                     in_place_of=request_id, requester=str(request["requester"]))  # fmt: skip

    def _to_a_person(self, unit: Unit, effects: list[tuple[str, str]], jobs: list[Job], gap: Gap) -> bool:
        """Whether the task is handed to people now. Whoever had it keeps it; a date that has not come is kept too."""
        task = unit.task
        ahead = task.waiting_for == "time" and any(job.due_at > to_us(gap.until) for job in jobs)
        if not ahead or effects:
            task.step += 1  # turns that were owed are stale
            for job in jobs:
                if job.phase is not Phase.ANSWER:  # somebody waits for these words, and nothing goes out with them
                    unit.change("job.done", key=job.id)
        if task.claimed_by or requests.waits_for_person(unit):
            return False
        if effects:
            names = ", ".join(operation for _, operation in effects)
            why = f"A backup was restored, and nobody knows whether this went out since {self._at(gap.since)}: {names}."
            requests.escalate(
                unit, self.policy(), requests.UNKNOWN_EFFECT, why, agent=task.owner, effect_id=effects[0][0]
            )
            return True
        if ahead or task.state in _ENDED or unit.count("request.open_of_task", task=task.id):
            return False
        why = f"A backup was restored. What agents did on this since {self._at(gap.since)} is not known: look before you go on."
        requests.escalate(unit, self.policy(), "failed", why, agent=task.owner)
        return True

    def _stop(self, gap: Gap, reason: str, ticks: Iterable[Job], unknown: int) -> int:
        """The pause of everything and its card; where the numbers of new tasks begin."""
        minutes = int((gap.until - gap.since) / timedelta(minutes=1))
        with self.ledger.unit() as unit:
            for job in ticks:
                if job.phase is Phase.TICK:  # the calendar looks by itself for what it missed
                    unit.change("job.done", key=job.id)
            unit.change("worker.forget_all")
            unit.change("lease.forget_all")
            first = unit.count("counter.skip", key="task", by=NUMBERS_BETWEEN + max(0, minutes) + gap.lost_lines) + 1
            epoch = unit.count("counter.next", key="kill_epoch")
            control_id = unit.insert("control", id=unit.ids.new("ct"), scope="all", name=EVERYTHING, mode="finish", reason=reason,
                                     by="command line", epoch=epoch, at=unit.at)  # fmt: skip
            unit.audit("ledger.restored", "command line", "system", since=gap.since.isoformat(), until=gap.until.isoformat(),
                       unknown=unknown, lost_lines=gap.lost_lines, first_task=first, epoch=epoch,
                       audit_class="security")  # fmt: skip
            unit.card("paused", control_id, self.policy().channels["feed"], urgent=True)
        return first

    def _reason(self, gap: Gap, unknown: int, asked: int, people: int) -> str:
        counted = (
            ("Actions of which nobody knows whether they went out", unknown), ("approvals asked again", asked),
            ("tasks that are with people now", people),
        )  # fmt: skip
        doubts = ", ".join(f"{what}: {number}" for what, number in counted if number)
        return (
            f"A backup was restored. What was done from {self._at(gap.since)} to {self._at(gap.until)} is not in this record and "
            f"may have gone out: look into the systems themselves. {doubts[:1].upper()}{doubts[1:]}{'. ' if doubts else ''}"
            "What came in since is not here either."
        )

    def _at(self, at: datetime) -> str:
        there = at.astimezone(self.policy().company.zone)
        return f"{there:%b} {there.day}, {there:%I:%M %p %Z}".replace(", 0", ", ")
