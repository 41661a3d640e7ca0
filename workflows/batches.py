"""Decisions over a list: all that are shown or some of them, at once or not at all; each a decision, a digest and an effect of
its own."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

from core.contract.authority import Decision, Refused
from core.contract.base import RequestId
from core.ledger import Ledger, Unit
from core.ports import Member
from workflows import answers, gather
from workflows.people import People

CHANGED = "Something in this list has changed since it was drawn. None of them was decided; look at it again."
OVER = "All of these were decided already."


@dataclass(frozen=True, slots=True)
class OfList:
    """One answer to a list. `shown`: the number of the state that the person saw; `which`: the requests chosen, None for all;
    `read`: of which of them the details were opened."""

    batch_id: str
    shown: int
    verb: Literal["approve", "reject"]
    which: Collection[str] | None = None
    reason: str = ""
    note: str = ""
    surface: str = "list"
    read: Collection[str] = ()
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """So many were decided."""

    count: int


@dataclass(frozen=True, slots=True)
class Batches:
    """The verbs of a list."""

    ledger: Ledger
    people: People

    def decide(self, answer: OfList, member: Member) -> Decided | Refused:
        """All of them or none: one that has changed, or that this person may not decide, stops the others too."""
        tasks = [str(row[1]) for row in self.ledger.rows("batch.items", batch=answer.batch_id)]
        if not tasks:
            return answers.UNKNOWN
        with self.ledger.units(tasks) as units:
            first = next(iter(units.values()))
            gather.lock(first)
            pending = first.all("batch.pending", batch=answer.batch_id)
            if refused := self._refusal(first, answer, pending, member):
                return refused
            chosen = [row for row in pending if answer.which is None or row[0] in answer.which]
            return self._decide(units, chosen, answer, member)

    def _refusal(self, unit: Unit, answer: OfList, pending: list[Any], member: Member) -> Refused | None:
        known = {row[0] for row in pending}
        if not pending:
            refused = Refused(code="already_decided", reason=OVER)
        elif answer.shown != gather.number_of(pending) or not known.issuperset(answer.which or ()):
            refused = Refused(code="stale_card", reason=CHANGED)
        else:
            return None
        unit.want(answer.batch_id)  # they look again, and must not see the same once more
        unit.audit("decision.refused", answers.actor_of(member), subject=answer.batch_id, verb=answer.verb,
                   refusal=refused.code, audit_class="security")  # fmt: skip
        return refused

    def _decide(self, units: dict[str, Unit], chosen: list[Any], answer: OfList, member: Member) -> Decided | Refused:
        judged = []
        for request_id, version, task_id in chosen:
            decision = Decision(
                request_id=RequestId(request_id), version=version, person=member.user_id, verb=answer.verb, reason=answer.reason,
                note=answer.note, surface=answer.surface, details_opened=request_id in answer.read, seconds=answer.seconds,
            )  # fmt: skip
            unit = units[task_id]
            judged.append((unit, decision, self.people.judged(unit, decision, member)))
        for unit, decision, found in judged:
            if isinstance(found.standing, Refused):
                self.people.answered(unit, decision, found)  # it is on the record, and nothing else happens
                none = f"{unit.task.id}: {found.standing.reason} None of the list was decided."
                return found.standing.model_copy(update={"reason": none})
        for unit, decision, found in judged:
            self.people.answered(unit, decision, found)
        return Decided(len(judged))
