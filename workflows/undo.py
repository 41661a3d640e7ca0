"""Taking back what was done: an effect of its own, by the operation that its gateway declares for it, within the rules' window.

Whoever may is said by the rule of that operation. One press is enough, so one signature must be: an operation whose undo would
need several people is not offered as one that can be undone (`policies.crosscheck` holds it)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.contract.authority import Deny, Escalate, NeedsApproval, Refused
from core.contract.work import Argument, Party, Proposal, Resolved
from core.ledger import Ledger, Unit
from core.moment import to_us
from core.ports import Member
from gateways.adapter import NotResolved, Operation
from gateways.base import DoorOut
from gateways.checks import Checks
from gateways.handles import of_task
from gateways.settling import card_of
from policies.rules import authority
from policies.schema import Policy
from workflows import answers, history, requests, undone
from workflows.people import NotPossible

NOTHING_TO_UNDO = "This cannot be undone."
REASON = "A person takes back what was done."


@dataclass(frozen=True, slots=True)
class Press:
    """Somebody wants an effect taken back. `version`: what the button carried; `seconds`: since its card appeared."""

    effect_id: str
    version: int
    note: str = ""
    surface: str = "card"
    details_opened: bool = False
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Undoing:
    """It is on its way; the card says what came of it."""

    effect_id: str  # of the undo


@dataclass(frozen=True, slots=True)
class _Undo:
    """What pressing would do, as it was looked up before the lock was taken."""

    operation: Operation
    proposal: Proposal
    exact: Resolved | NotResolved


@dataclass(frozen=True, slots=True)
class Undo:
    """The verb."""

    ledger: Ledger
    door_out: DoorOut
    policy: Callable[[], Policy]

    def open_of(self, task_id: str) -> tuple[str, ...]:
        """What of a task can be undone now: ids of effects, the oldest first."""
        rows = self.ledger.rows("undo.open_of_task", task=task_id, now=to_us(self.ledger.clock.now()))
        return tuple(row[0] for row in rows if not self._is_undone(task_id, str(row[0])))

    def undo(self, press: Press, member: Member) -> Undoing | NotPossible | Refused:
        """Takes the effect back that `press.effect_id` names. `NotPossible` says why there is nothing to do, `Refused` why
        this person's press does not count. Raises `Retry` when the other system cannot be asked what would happen."""
        effect = self.ledger.row("effect", "effect.get", id=press.effect_id)
        if effect is None:
            return answers.UNKNOWN
        found = self._looked_up(effect, press, member)
        with self.ledger.unit(effect["task_id"]) as unit:
            effect = unit.row("effect", "effect.get", id=press.effect_id) or {}
            refusal = self._refusal(unit, effect, member)
            if refusal is not None or found is None:
                return self._refused(unit, press, member, refusal or NotPossible(NOTHING_TO_UNDO))
            if isinstance(found.exact, NotResolved):
                return self._refused(
                    unit, press, member, NotPossible(f"It cannot be undone any more: {found.exact.reason}")
                )
            return self._judged(unit, effect, found, found.exact, press, member)

    def _looked_up(self, effect: dict[str, Any], press: Press, member: Member) -> _Undo | None:
        """None where the gateway declares no way back, or the provider has given none."""
        done = self.door_out.registry.operation(effect["operation"])
        back = self.door_out.registry.operation(done[0].undo) if done and done[0].undo else None
        if back is None or not effect["undo"]:
            return None
        operation = back[0]
        needs = dict(line.split("=", 1) for line in effect["undo"].splitlines())
        proposal = Proposal(
            gateway=operation.gateway, operation=operation.name, reason=press.note or REASON, evidence=(), confidence=1.0,
            risk="low", author=Party(kind="person", name=member.user_id),
            arguments={name: Argument(value=value, origin="person") for name, value in needs.items()},
        )  # fmt: skip
        return _Undo(operation, proposal, self.door_out.resolve(proposal, of_task(self.ledger, effect["task_id"])))

    # Under the task's lock -------------------------------------------------------------------------------------------

    def _refusal(self, unit: Unit, effect: dict[str, Any], member: Member) -> NotPossible | Refused | None:
        if not member.is_member:
            return Refused(code="not_a_member", reason="Only full members of this team can undo something.")
        last = unit.row("effect", "undo.of_effect", task=unit.task.id, effect=effect["id"])
        if last is not None and last["state"] not in undone.ENDED:
            return Refused(code="already_decided", reason="Somebody has pressed Undo before.")
        if effect["state"] != "sent" or effect["undo_until"] is None:
            return NotPossible(NOTHING_TO_UNDO)
        if effect["undo_until"] <= unit.at:
            return Refused(code="undo_over", reason="It stays as it was done. The task can still be taken over.")
        return None

    def _judged(
        self, unit: Unit, effect: dict[str, Any], found: _Undo, exact: Resolved, press: Press, member: Member
    ) -> Undoing | NotPossible | Refused:
        policy, agent = self.policy(), str(effect["agent"])
        verdict = Checks(policy, self.door_out.directory).verdict(unit, agent, found.proposal, exact, found.operation)
        if isinstance(verdict, Deny | Escalate):
            why = verdict.reason if isinstance(verdict, Deny) else verdict.why
            return self._refused(unit, press, member, NotPossible(f"The rules do not allow this undo: {why}"))
        if not isinstance(verdict, NeedsApproval) or sum(step.count for step in verdict.steps) > 1:
            return self._refused(
                unit, press, member, NotPossible("By the rules one person cannot undo this. Take the task over.")
            )
        roles = authority.roles_of(policy, member.mail)
        role = authority.signing_role(verdict, (), roles)
        if not role:
            needed = " or ".join(step.role.replace("_", " ") for step in verdict.steps)
            return self._refused(
                unit, press, member, Refused(code="not_the_role", reason=f"To undo this needs {needed}.")
            )
        if unit.task.requester == member.user_id and not verdict.self_approval:
            why = "You asked for this, so somebody else has to undo it."
            return self._refused(unit, press, member, Refused(code="own_request", reason=why))
        return self._begin(unit, effect, found, exact, verdict, press, member, role)

    def _begin(
        self, unit: Unit, effect: dict[str, Any], found: _Undo, exact: Resolved, verdict: NeedsApproval, press: Press,
        member: Member, role: str,
    ) -> Undoing:  # fmt: skip
        policy, agent = self.policy(), str(effect["agent"])
        _record(unit, press, member, role=role)
        proposal_id = history.record_proposal(unit, found.proposal, exact, verdict, policy.version, None)
        unit.audit("verdict.given", "policy", proposal=proposal_id, operation=found.proposal.operation, verdict=verdict.kind,
                   digest=exact.digest())  # fmt: skip
        undo_id = requests.make_effect(
            unit, proposal_id, found.proposal, exact, found.operation, agent, None, compensates=str(effect["id"])
        )
        before = unit.row("proposal", "proposal.get", id=effect["proposal_id"]) or {}
        unit.insert("correction", id=unit.ids.new("co"), task_id=unit.task.id, request_id=effect["request_id"] or "", kind="undo",
                    agent=agent, person=member.user_id, reason="", before=before["resolved"], after=press.note,
                    at=unit.at)  # fmt: skip
        unit.want(card_of(unit, effect))
        return Undoing(undo_id)

    def _refused(
        self, unit: Unit, press: Press, member: Member, refusal: NotPossible | Refused
    ) -> NotPossible | Refused:
        _record(unit, press, member, refused=refusal.code if isinstance(refusal, Refused) else "not_possible")
        return refusal

    def _is_undone(self, task_id: str, effect_id: str) -> bool:
        last = self.ledger.row("effect", "undo.of_effect", task=task_id, effect=effect_id)
        return last is not None and last["state"] not in undone.ENDED


def _record(unit: Unit, press: Press, member: Member, *, role: str = "", refused: str = "") -> None:
    """The decision's row, which is also the undo's signature, and its audit line."""
    unit.insert(
        "decision", id=unit.ids.new("de"), target_kind="effect", target_id=press.effect_id,
        target_version=press.version, task_id=unit.task.id, person=member.user_id, verb="undo", role=role,
        note=press.note, surface=press.surface, details_opened=press.details_opened, seconds=press.seconds,
        refusal=refused, at=unit.at,
    )  # fmt: skip
    unit.audit("decision.refused" if refused else "decision.made", f"person:{member.user_id}", effect=press.effect_id,
               verb="undo", refusal=refused, version=press.version,
               audit_class="security" if refused else "action")  # fmt: skip
