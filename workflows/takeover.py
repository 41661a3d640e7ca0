"""A person takes a task, and hands it back. While somebody has it the agents stand still: what was ready is held, not sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from core.contract.authority import Refused
from core.contract.work import Handoff, Party
from core.ledger import Ledger, Phase, TaskState, Unit
from core.ports import Member
from policies.rules import authority
from policies.schema import Policy
from workflows import history, joined, requests

Held = Literal["discard", "redraft"]
CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Taken:
    """The person has the task now."""

    task_id: str
    person: str


@dataclass(frozen=True, slots=True)
class HandedBack:
    """The agents have the task again; `to` is an agent, or `close` when nothing more happens."""

    task_id: str
    to: str


@dataclass(frozen=True, slots=True)
class Closed:
    """Nothing more happens on the task."""

    task_id: str


@dataclass(frozen=True, slots=True)
class TakeOver:
    """Taking over and handing back. Any active member with a role may take over: it is always safe."""

    ledger: Ledger
    policy: Callable[[], Policy]

    def take(self, task_id: str, member: Member, surface: str) -> Taken | Refused:
        """Gives the task to this person. Their claim is checked in every claiming transaction from now on."""
        with self.ledger.unit(task_id) as unit:
            if refusal := self._refusal(unit, member):
                return refusal
            task = unit.task
            task.claimed_by, task.claimed_at = member.user_id, unit.at
            unit.wait("person")
            self._decide(unit, member, "take_over", surface, "")
            self._stop_agents(unit, member)
            answered = self._answer_escalation(unit, member)
            if not answered and not unit.one("card.of_subject", subject=task_id, kind="task"):
                policy = self.policy()
                queue = task.owner if task.owner in policy.queues else next(iter(policy.queues))
                unit.card("task", task_id, policy.channel_of(queue))
            _tell_all(unit)
            return Taken(task_id, member.user_id)

    def hand_back(self, task_id: str, member: Member, did: str, to: str, held: Held) -> HandedBack | Refused:
        """Gives the task back to an agent, with what the person did; or closes it. Handing back is explicit, always."""
        handoff = self._note(task_id, member, did, to)
        with self.ledger.unit(task_id) as unit:
            task = unit.task
            if not member.is_member:
                return Refused(code="not_a_member", reason="Only full members of this team can hand a task back.")
            if task.claimed_by != member.user_id:
                return Refused(code="claimed_by_other", reason="Only the person who has the task can hand it back.")
            task.claimed_by, task.claimed_at = None, None
            self._decide(unit, member, "hand_back", "modal", did, CLOSE if to == CLOSE or handoff is None else to)
            requests.supersede_open(unit, "Thrown away when the task was handed back."
                                    if held == "discard" else "A fresh draft was asked for.")  # fmt: skip
            if to == CLOSE or handoff is None:
                unit.close()
            else:
                history.record_handoff(unit, handoff, self.policy())
                task.owner, task.handoff_id, task.hop = to, handoff.handoff_id, handoff.hop
                unit.next(Phase.TURN)
            _tell_all(unit)
            return HandedBack(task_id, CLOSE if handoff is None else to)

    def close(self, task_id: str, member: Member, why: str) -> Closed | Refused:
        """Ends the task: nothing more happens on it, and what agents had ready is thrown away."""
        with self.ledger.unit(task_id) as unit:
            if unit.task.claimed_by != member.user_id and (refusal := self._refusal(unit, member)):
                return refusal
            unit.task.step += 1
            unit.task.claimed_by, unit.task.claimed_at = None, None
            requests.supersede_open(unit, "The task was closed.")
            for request_id, _, _, _ in unit.all("request.of_task", task=task_id, state=requests.PENDING):
                unit.change("request.close", key=request_id, state="closed", reason="The task was closed.", at=unit.at, by=None,
                            effect=None)  # fmt: skip
            unit.audit("task.closed", f"person:{member.user_id}", reason=why)
            unit.close()
            _tell_all(unit)
            return Closed(task_id)

    def _refusal(self, unit: Unit, member: Member) -> Refused | None:
        if not member.is_member:
            return Refused(code="not_a_member", reason="Only full members of this team can take a task.")
        if not authority.roles_of(self.policy(), member.mail):
            return Refused(code="not_the_role", reason="You have no role in Baton yet. Ask the owner to give you one.")
        if unit.task.claimed_by:
            return Refused(code="claimed_by_other", reason=f"<@{unit.task.claimed_by}> has it already.")
        if unit.task.state in (TaskState.DONE, TaskState.CANCELLED):
            return Refused(code="already_decided", reason="This task has ended.")
        return None

    def _stop_agents(self, unit: Unit, member: Member) -> None:
        """Open approvals are withdrawn, ready effects held; a turn in flight ends as stale."""
        unit.task.step += 1
        for request_id, kind, _, _ in unit.all("request.of_task", task=unit.task.id, state=requests.PENDING):
            if kind == requests.APPROVAL:
                unit.change("request.close", key=request_id, state="closed", reason="taken_over", at=unit.at, by=None,
                            effect=None)  # fmt: skip
                unit.audit("approval.closed", f"person:{member.user_id}", request=request_id, reason="taken_over")
                unit.want(request_id)
                joined.wake(unit, request_id)
        for effect_id, _, request_id in unit.all("effect.of_agents_in", task=unit.task.id, state="ready"):
            unit.move_effect(effect_id, "ready", "held", "a person has the task")
            unit.audit("effect.held", f"person:{member.user_id}", effect=effect_id, reason="taken over")
            unit.want(request_id or effect_id)
            joined.wake(unit, request_id)
        joined.withdraw(unit, "taken_over")

    def _answer_escalation(self, unit: Unit, member: Member) -> bool:
        answered = False
        for request_id, kind, _, _ in unit.all("request.of_task", task=unit.task.id, state=requests.PENDING):
            if kind == requests.ESCALATION:
                unit.change("request.close", key=request_id, state="taken", reason=member.user_id, at=unit.at, by=None,
                            effect=None)  # fmt: skip
                unit.want(request_id)
                answered = True
        return answered

    def _decide(self, unit: Unit, member: Member, verb: str, surface: str, note: str, reason: str = "") -> None:
        unit.insert("decision", id=unit.ids.new("de"), target_kind="task", target_id=unit.task.id, task_id=unit.task.id,
                    target_version=unit.task.step, person=member.user_id, verb=verb, note=note, surface=surface,
                    reason=reason, at=unit.at)  # fmt: skip
        unit.audit("decision.made", f"person:{member.user_id}", verb=verb)

    def _note(self, task_id: str, member: Member, did: str, to: str) -> Handoff | None:
        """The handoff from the person to the agent; None when no agent has had the task, so that it can only be closed."""
        task = self.ledger.task(task_id)
        if task is None or task.handoff_id is None or to == CLOSE:
            return None
        last = history.handoff(self.ledger, task)
        return last.model_copy(update={
            "handoff_id": self.ledger.ids.new("ho"), "message_type": "hand_back", "previous": last.handoff_id,
            "source": Party(kind="person", name=member.user_id), "receiver": Party(kind="agent", name=to),
            "owner": Party(kind="agent", name=to), "context_summary": f"{last.context_summary}\n{did}".strip(),
            "completed_actions": history.completed(self.ledger, task_id), "hop": last.hop + 1,
            "created_at": self.ledger.clock.now(),
        })  # fmt: skip


def _tell_all(unit: Unit) -> None:
    """Every card of the task says who has it now."""
    unit.change("card.want_task", task=unit.task.id)
    unit.cards_changed = True
