"""The one door out. Nothing else calls a provider, and nobody else holds credentials.

    execute    resolve ─► claim ─► call ─► settle
    claim      one transaction: digest, authority, a person's claim, stage, pause, limits, spend, kill epoch; ready → sending
    call       once, after one more look at the clock; its timeout is the adapter's
    settle     one transaction: sending → sent | failed | unknown, or back to ready when it certainly did not go out

Never twice, never silently lost; what is unknown is shown to a person. A refusal is a value and commits, with its audit row.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal, Protocol, assert_never

from core.contract.authority import NeedsApproval
from core.contract.base import EffectId, TaskId
from core.contract.effect import Call, EffectState, NotSent, Receipt, Sent, Unknown
from core.contract.work import Proposal, Resolved
from core.errors import BatonError, Bug, Retry
from core.ledger import Job, Ledger, Phase, Unit
from core.moment import from_us, to_us
from core.ports import Directory
from core.workers import is_alive
from gateways.adapter import Adapter, NotResolved, Operation, Pointer
from gateways.checks import AskAgain, Checks, Clear, Hold, Later, Refuse
from gateways.handles import of_task
from gateways.registry import Registry
from policies.schema import Policy

log = logging.getLogger("baton.gateways")

CALL_WITHIN = timedelta(seconds=10)  # from the claim to the moment the bytes leave
RETRY_FIRST_S, RETRY_MOST = 5, 5


@dataclass(frozen=True, slots=True)
class Claimed:
    """The effect is ours. `attempt` is this claim's number: a receipt counts only for the claim that it belongs to."""

    call: Call
    attempt: int


@dataclass(frozen=True, slots=True)
class CutOff:
    """A call whose process is gone was found without its receipt."""

    call: Call
    attempt: int


@dataclass(frozen=True, slots=True)
class Nothing:
    """Somebody else has moved the effect on, or it must wait; there is nothing to call."""


class Consequences(Protocol):
    """What follows from an effect, said by the workflows and committed with its receipt."""

    def settled(self, unit: Unit, effect: dict[str, Any], receipt: Receipt) -> None: ...

    def asked_again(self, unit: Unit, effect: dict[str, Any], verdict: NeedsApproval, why: str) -> None: ...

    def refused(self, unit: Unit, effect: dict[str, Any], why: str) -> None: ...


@dataclass(frozen=True, slots=True)
class DoorOut:
    """Carries effects out. `policy` gives today's rules, so that a claim is judged by them and not by yesterday's."""

    ledger: Ledger
    registry: Registry
    policy: Callable[[], Policy]
    directory: Directory

    def resolve(self, proposal: Proposal, handles: dict[str, Pointer]) -> Resolved | NotResolved:
        """What the proposal would do, exactly. Reads only."""
        found = self.registry.operation(proposal.operation)
        if found is None:
            return NotResolved(f"there is no operation {proposal.operation}")
        operation, adapter = found
        values = proposal.values()
        unknown = [name for name in operation.handles if name in values and str(values[name]) not in handles]
        if unknown:
            return NotResolved(f"{', '.join(unknown)} names no record of this task")
        return adapter.resolve(operation.name, values, handles)

    def execute(self, job: Job, then: Consequences) -> None:
        """Carries the job's effect out, or says why not. Safe to call again at any time, from any process."""
        effect_id = EffectId(job.subject_id)
        effect = self.ledger.row("effect", "effect.get", id=effect_id)
        if effect is None:
            raise Bug(f"there is no effect {effect_id}")
        proposal = self._proposal(str(effect["proposal_id"]))
        found = self.registry.operation(proposal.operation)
        if found is None:
            self._refuse(job, f"no gateway carries out {proposal.operation} any more", then)
            return
        operation, adapter = found
        resolved = self.resolve(proposal, of_task(self.ledger, str(effect["task_id"])))
        match self._claim(job, effect, proposal, resolved, operation, then):
            case Claimed(call=call, attempt=attempt):
                self.ledger.reach("effect.claimed")
                receipt = self._call(adapter, call)
            case CutOff(call=call, attempt=attempt):
                receipt = self._after_crash(adapter, operation, call)
            case Nothing():
                return
            case never:
                assert_never(never)
        self.ledger.reach("effect.called")
        self._settle(job, receipt, attempt, then)
        self.ledger.reach("effect.settled")

    def cleared_up(self, effect_id: EffectId, went_out: bool, person: str, then: Consequences) -> bool:
        """A person says what became of an unknown effect. `went_out=False` sends it again under the same key.

        False when that is not safe yet (the call may still be on its way) or somebody was faster."""
        row = self.ledger.row("effect", "effect.get", id=effect_id)
        if row is None or row["state"] != EffectState.UNKNOWN:
            return False
        with self.ledger.unit(str(row["task_id"])) as unit:
            effect = unit.row("effect", "effect.get", id=effect_id) or {}
            if effect["state"] != EffectState.UNKNOWN or unit.now <= self.safe_from(effect):
                return False
            unit.audit("effect.cleared_up", f"person:{person}", effect=effect_id, went_out=went_out)
            if went_out:
                self._put(unit, effect, EffectState.SENT, Sent(reference="seen by a person"), old=EffectState.UNKNOWN)
                then.settled(unit, effect, Sent(reference="seen by a person"))
            else:
                unit.move_effect(effect_id, "unknown", "ready")
                unit.next(Phase.EFFECT, effect_id)
            unit.want(str(effect["request_id"] or effect_id))
        return True

    def safe_from(self, effect: dict[str, Any]) -> Any:
        """When a call that was cut off can no longer be on its way: its `call_by` and the same time again."""
        return from_us(int(effect["call_by"] or 0)) + CALL_WITHIN

    # Claim -----------------------------------------------------------------------------------------------------------

    def _claim(
        self, job: Job, seen: dict[str, Any], proposal: Proposal, resolved: Resolved | NotResolved,
        operation: Operation, then: Consequences,
    ) -> Claimed | CutOff | Nothing:  # fmt: skip
        effect_id = job.subject_id
        checks = Checks(self.policy(), self.directory)
        signers = checks.fresh_signers(self.ledger, str(seen["request_id"] or ""))
        self.ledger.reach("effect.before_claim")
        with self.ledger.unit(str(seen["task_id"])) as unit:
            effect = unit.row("effect", "effect.get", id=effect_id) or {}
            if effect["state"] == EffectState.SENDING:
                return self._found_sending(unit, job, effect, proposal, operation)
            if effect["state"] != EffectState.READY:
                unit.done_job = job
                return Nothing()
            clearance = checks.clearance(unit, effect, proposal, resolved, operation, signers)
            match clearance:
                case Clear(resolved=exact):
                    return self._claimed(unit, effect, proposal, exact)
                case Later(wait=wait):
                    until = wait.until or unit.now + timedelta(minutes=5)
                    unit.move_effect(effect_id, "ready", "ready", wait.reason, to_us(until))
                    unit.audit("effect.waits", "policy", effect=effect_id, rule=wait.rule)
                    unit.next(Phase.EFFECT, effect_id, until)
                case Hold(reason=reason):
                    unit.move_effect(effect_id, "ready", "held", reason)
                    unit.audit("effect.held", "policy", effect=effect_id, reason=reason)
                case AskAgain(verdict=verdict, why=why):
                    unit.move_effect(effect_id, "ready", "cancelled", why)
                    unit.audit("effect.refused", "policy", effect=effect_id, reason=why, asked_again=True)
                    then.asked_again(unit, effect, verdict, why)
                case Refuse(why=why, words=words):
                    unit.move_effect(effect_id, "ready", "cancelled", why)
                    reason = why if words == "ours" else "the gateway's words"
                    unit.audit("effect.refused", "policy", effect=effect_id, reason=reason)
                    then.refused(unit, effect, why)
                case never:
                    assert_never(never)
            unit.done_job = job
            unit.want(str(effect["request_id"] or effect_id))
            return Nothing()

    def _found_sending(
        self, unit: Unit, job: Job, effect: dict[str, Any], proposal: Proposal, operation: Operation
    ) -> CutOff | Nothing:
        """Somebody has claimed it and not said what came of it: cut off, or still at it."""
        over = self.safe_from(effect)
        at_it = is_alive(self.ledger, str(effect["run"]))
        asks = (
            operation.after_crash == "look_up" and not operation.closes
        )  # what is still on its way would be overlooked
        if unit.now <= over and (at_it or asks):
            unit.next(Phase.EFFECT, str(effect["id"]), over + timedelta(seconds=1))
            unit.done_job = job
            return Nothing()
        call = self._make_call(effect, proposal, self._as_approved(unit, effect))
        return CutOff(call, int(effect["attempts"]))

    def _claimed(self, unit: Unit, effect: dict[str, Any], proposal: Proposal, resolved: Resolved) -> Claimed | Nothing:
        call_by = unit.now + CALL_WITHIN
        epoch = unit.count("counter.get", key="kill_epoch")
        stage = unit.task.stage
        if not unit.change("effect.claim", key=effect["id"], at=unit.at, call_by=to_us(call_by), epoch=epoch,
                           policy=self.policy().version, stage=stage, run=self.ledger.run):  # fmt: skip
            return Nothing()
        unit.audit("effect.claimed", str(effect["agent"]), effect=effect["id"], operation=proposal.operation,
                   digest=resolved.digest(), cents=resolved.amount_cents, epoch=epoch)  # fmt: skip
        call = self._make_call({**effect, "call_by": to_us(call_by)}, proposal, resolved)
        return Claimed(call, int(effect["attempts"]) + 1)

    def _make_call(self, effect: dict[str, Any], proposal: Proposal, resolved: Resolved) -> Call:
        found = self.registry.operation(proposal.operation)
        handles = of_task(self.ledger, str(effect["task_id"]))
        named = found[0].handles if found else frozenset()
        arguments = {k: handles[str(v)].key if k in named else v for k, v in proposal.values().items()}
        call_by = from_us(int(effect["call_by"]))
        return Call(EffectId(effect["id"]), TaskId(effect["task_id"]), proposal.operation, arguments, resolved, call_by)

    def _as_approved(self, unit: Unit, effect: dict[str, Any]) -> Resolved:
        row = unit.row("proposal", "proposal.get", id=effect["proposal_id"]) or {}
        return Resolved.model_validate_json(row["resolved"])

    # Call ------------------------------------------------------------------------------------------------------------

    def _call(self, adapter: Adapter, call: Call) -> Receipt:
        if self.ledger.clock.now() >= call.call_by:
            return NotSent(reason="too late: the claim had run out before the call", again=True)
        return self._guarded(lambda: adapter.call(call))

    def _after_crash(self, adapter: Adapter, operation: Operation, call: Call) -> Receipt:
        """What became of a call whose receipt is missing; each operation declares how that is found out."""
        kind: Literal["by_key", "look_up", "ask"] = operation.after_crash
        match kind:
            case "by_key":
                late = Call(call.effect_id, call.task_id, call.operation, call.arguments, call.resolved,
                            self.ledger.clock.now() + CALL_WITHIN)  # fmt: skip
                return self._guarded(lambda: adapter.call(late))
            case "look_up":
                return self._guarded(lambda: adapter.look_up(operation.name, call.effect_id))
            case "ask":
                return Unknown(reason="Baton was cut off in the middle of the call")
            case never:
                assert_never(never)

    def _guarded(self, ask: Callable[[], Receipt]) -> Receipt:
        try:
            return ask()
        except Retry as error:
            return NotSent(reason=error.reason, again=True)
        except BatonError as error:
            return NotSent(reason=str(error), again=False)
        # An adapter that breaks its word must not be called again: whether the provider has it, nobody knows.
        except Exception as error:  # noqa: BLE001
            log.error("an adapter failed with %s", type(error).__name__)  # noqa: TRY400  the message may quote a customer
            return Unknown(reason=f"the connection broke ({type(error).__name__})")

    # Settle ----------------------------------------------------------------------------------------------------------

    def _settle(self, job: Job, receipt: Receipt, attempt: int, then: Consequences) -> None:
        effect_id = job.subject_id
        self.ledger.reach("effect.before_receipt")
        with self.ledger.unit(job.task_id) as unit:
            effect = unit.row("effect", "effect.get", id=effect_id) or {}
            if effect["state"] == EffectState.SENDING and int(effect["attempts"]) != attempt:
                return  # claimed anew by others while this process stood still; the job is theirs
            unit.done_job = job
            if effect["state"] != EffectState.SENDING:
                return
            unit.audit("effect.settled", str(effect["agent"]), effect=effect_id, receipt=receipt.kind)
            match receipt:
                case Sent():
                    self._put(unit, effect, EffectState.SENT, receipt)
                case NotSent(again=True, reason=reason) if int(effect["attempts"]) < RETRY_MOST:
                    wait = timedelta(seconds=RETRY_FIRST_S * 2 ** (int(effect["attempts"]) - 1))
                    unit.move_effect(effect_id, "sending", "ready", reason, to_us(unit.now + wait))
                    unit.next(Phase.EFFECT, effect_id, unit.now + wait)
                    unit.want(str(effect["request_id"] or effect_id))
                    return
                case NotSent():
                    self._put(unit, effect, EffectState.FAILED, receipt)
                case Unknown():
                    self._put(unit, effect, EffectState.UNKNOWN, receipt)
                case never:
                    assert_never(never)
            then.settled(unit, effect, receipt)
            unit.want(str(effect["request_id"] or effect_id))

    def _put(
        self,
        unit: Unit,
        effect: dict[str, Any],
        state: EffectState,
        receipt: Receipt,
        old: EffectState = EffectState.SENDING,
    ) -> None:
        sent = receipt if isinstance(receipt, Sent) else Sent(reference="")
        reason = "" if isinstance(receipt, Sent) else receipt.reason
        rule = self.policy().operation(str(effect["operation"]))
        undo_until = unit.at + rule.undo_window_s * 1_000_000 if rule and rule.undo_window_s and sent.undo else None
        undo = unit.seal("effect", "undo", str(effect["id"]), "\n".join(f"{k}={v}" for k, v in sent.undo.items()))
        unit.change("effect.settle", key=effect["id"], old=old.value, state=state.value, at=unit.at, undo=undo,
                    reason=unit.seal("effect", "reason", str(effect["id"]), reason),
                    reference=unit.seal("effect", "reference", str(effect["id"]), sent.reference),
                    undo_until=undo_until)  # fmt: skip

    def _refuse(self, job: Job, why: str, then: Consequences) -> None:
        effect_id = job.subject_id
        with self.ledger.unit(job.task_id) as unit:
            unit.done_job = job
            effect = unit.row("effect", "effect.get", id=effect_id) or {}
            if unit.move_effect(effect_id, "ready", "cancelled", why):
                unit.audit("effect.refused", "policy", effect=effect_id, reason=why)
                then.refused(unit, effect, why)

    def _proposal(self, proposal_id: str) -> Proposal:
        row = self.ledger.row("proposal", "proposal.get", id=proposal_id)
        if row is None:
            raise Bug(f"there is no proposal {proposal_id}")
        return Proposal.model_validate_json(row["body"])
