"""The one door out. Nothing else calls a provider, and nobody else holds credentials.

    execute    its gateway answers? ─► resolve ─► claim ─► call ─► settle
    claim      one transaction: digest, authority, a person's claim, stage, pause, limits, spend, kill epoch, breaker;
               ready → sending
    call       `gateways.calling`: once, after one more look at two clocks; its timeout is the adapter's
    settle     `gateways.settling`, one transaction: sending → sent | failed | unknown, or ready when it certainly did not go out

    found `sending` without a receipt, or an answer that says nothing: unknown, and then as the operation declares:
    by_key     the same call again under the same key
    look_up    the provider is asked; at once where the question closes the call, else when it can no longer be on its way
    ask        a person says what happened, on the task's card or on the card of the outage

Never twice, never silently lost; what is unknown is shown to a person. A refusal is a value and commits, with its audit row.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, assert_never

from core.contract.base import EffectId
from core.contract.effect import EffectState, Receipt, Unknown
from core.contract.work import Proposal, Resolved
from core.errors import Bug, Retry
from core.ledger import Job, Ledger, Phase, Unit
from core.moment import to_us
from core.ports import Directory
from core.workers import is_alive
from gateways import breaker, calling
from gateways.adapter import NotResolved, Operation, Pointer
from gateways.calling import CALL_WITHIN, Deadline
from gateways.checks import AskAgain, Checks, Clear, Hold, Later, Refuse, away
from gateways.claims import Claimed, CutOff, Nothing, call_of, proposal_of
from gateways.finding import LOOK_AGAIN, FindingOut, would_overlook
from gateways.handles import of_task
from gateways.registry import Registry
from gateways.settling import RETRY_FIRST_S, Consequences, Settling, safe_from
from policies.schema import Policy

__all__ = ["CALL_WITHIN", "Claimed", "Consequences", "DoorOut"]

UNDER_WAY = (EffectState.READY, EffectState.SENDING, EffectState.UNKNOWN)  # what a job can have to do with
WRITE_AGAIN_S = (0.1, 0.3, 1.0, 2.0, 3.0, 3.0)
CUT_OFF = "Baton was cut off in the middle of the call"


@dataclass(frozen=True, slots=True)
class DoorOut:
    """Carries effects out. `policy` gives today's rules, so that a claim is judged by them and not by yesterday's.
    `steady`: seconds of a clock that nobody sets; `pause`: lets so many of them pass."""

    ledger: Ledger
    registry: Registry
    policy: Callable[[], Policy]
    directory: Directory
    steady: Callable[[], float] = time.monotonic
    pause: Callable[[float], None] = time.sleep

    @property
    def settling(self) -> Settling:
        """What writes receipts down."""
        return Settling(self.ledger, self.policy)

    @property
    def finding(self) -> FindingOut:
        """What asks the provider about calls of which nobody knows."""
        return FindingOut(self.ledger, self.policy, self.directory, self.settling)

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
        effect = self.ledger.row("effect", "effect.get", id=job.subject_id)
        if effect is None:
            raise Bug(f"there is no effect {job.subject_id}")
        proposal = proposal_of(self.ledger, effect)
        found = self.registry.operation(proposal.operation)
        if found is None:
            self._refuse(job, f"no gateway carries out {proposal.operation} any more", then)
            return
        operation, adapter = found
        if self._turned_away(job, effect, operation):
            return
        if effect["state"] != EffectState.READY:
            if effect["state"] == EffectState.UNKNOWN or self._is_cut_off(job, operation, then):
                self.finding.ask(job, proposal, operation, adapter, then)
            return
        resolved = self._resolved(job, effect, proposal, operation, then)
        if resolved is None:
            return
        match self._claim(job, effect, proposal, resolved, operation, then):
            case Claimed(call=call, attempt=attempt, until_s=until_s):
                self.ledger.reach("effect.claimed")
                receipt = calling.once(adapter, Deadline(call, self.ledger.clock, self.steady, until_s))
                self.ledger.reach("effect.called")
                self._write_down(job, operation, receipt, attempt, then)
                self.ledger.reach("effect.settled")
            case CutOff():
                self.finding.ask(job, proposal, operation, adapter, then)
            case Nothing():
                return
            case never:
                assert_never(never)

    def _write_down(self, job: Job, operation: Operation, receipt: Receipt, attempt: int, then: Consequences) -> None:
        """What is known now must not become unknown because the database is away for a moment."""
        for wait_s in WRITE_AGAIN_S:
            try:
                self.settling.settle(job, operation, receipt, attempt, then)
            except Retry:
                self.pause(wait_s)
            else:
                return
        self.settling.settle(job, operation, receipt, attempt, then)

    def cleared_up(self, effect_id: EffectId, attempt: int, went_out: bool, person: str, then: Consequences) -> bool:
        """A person says what became of an unknown effect, see `Settling.cleared_up`."""
        return self.settling.cleared_up(effect_id, attempt, went_out, person, then)

    def _turned_away(self, job: Job, seen: dict[str, Any], operation: Operation) -> bool:
        """Whether there is nothing to do now: the effect has come to its end, or its gateway is away. Nobody outside is asked
        before this is known; of all that wait for a gateway, one at a time gets past."""
        if seen["state"] in UNDER_WAY and not breaker.seen(self.ledger, operation.gateway).is_away:
            return False
        with self.ledger.unit(job.task_id) as unit:
            effect = unit.row("effect", "effect.get", id=job.subject_id) or {}
            if effect["state"] not in UNDER_WAY:
                unit.done_job = job
                return True
            only_shown = effect["state"] == EffectState.UNKNOWN and operation.after_crash == "ask"
            until = None if only_shown else breaker.turn(unit, operation.gateway, job.subject_id)
            if until is None:
                return False
            unit.done_job = job
            at = breaker.after(until, effect)
            if effect["state"] == EffectState.READY:
                self._wait(unit, effect, Later(away(self.policy(), operation.gateway, at)))
            else:
                unit.next(Phase.EFFECT, job.subject_id, at)
            return True

    def _resolved(
        self, job: Job, effect: dict[str, Any], proposal: Proposal, operation: Operation, then: Consequences
    ) -> Resolved | NotResolved | None:
        """What would happen now; None when the gateway is away and the job waits. Raises `Retry` when it may only be this one."""
        try:
            return self.resolve(proposal, of_task(self.ledger, str(effect["task_id"])))
        except Retry as error:
            with self.ledger.unit(job.task_id) as unit:
                now = self.settling.hear(unit, operation.gateway, job.subject_id, "not_reached", then)
                if now.is_away:
                    unit.done_job = job
                    unit.next(Phase.EFFECT, job.subject_id, breaker.after(now.try_at, effect))
                    return None
            raise Retry(error.reason, max(error.after_s, RETRY_FIRST_S)) from error

    # Claim -----------------------------------------------------------------------------------------------------------

    def _claim(
        self, job: Job, seen: dict[str, Any], proposal: Proposal, resolved: Resolved | NotResolved,
        operation: Operation, then: Consequences,
    ) -> Claimed | CutOff | Nothing:  # fmt: skip
        checks = Checks(self.policy(), self.directory)
        signers = checks.fresh_signers(self.ledger, seen)
        self.ledger.reach("effect.before_claim")
        with self.ledger.unit(str(seen["task_id"])) as unit:
            from_s = self.steady()
            effect = unit.row("effect", "effect.get", id=job.subject_id) or {}
            if effect["state"] == EffectState.SENDING:
                return self._found_sending(unit, job, effect, operation, then)
            if effect["state"] != EffectState.READY:
                unit.done_job = None if effect["state"] == EffectState.UNKNOWN else job
                return Nothing()
            clearance = checks.clearance(unit, effect, proposal, resolved, operation, signers)
            if isinstance(clearance, Clear):
                return self._claimed(unit, effect, proposal, operation, clearance.resolved, from_s)
            breaker.given_back(unit, operation.gateway, job.subject_id)
            unit.done_job = job
            self._not_claimed(unit, effect, clearance, then)
            return Nothing()

    def _not_claimed(
        self, unit: Unit, effect: dict[str, Any], objection: Later | Hold | AskAgain | Refuse, then: Consequences
    ) -> None:
        effect_id = str(effect["id"])
        match objection:
            case Later():
                self._wait(unit, effect, objection)
                return
            case Hold(reason=reason):
                unit.move_effect(effect_id, "ready", "held", reason)
                unit.audit("effect.held", "policy", effect=effect_id, reason=reason)
            case AskAgain(verdict=verdict, why=why, resolved=exact):
                unit.move_effect(effect_id, "ready", "cancelled", why)
                unit.audit("effect.refused", "policy", effect=effect_id, reason=why, asked_again=True)
                then.asked_again(unit, effect, verdict, why, exact)
            case Refuse(why=why, words=words):
                unit.move_effect(effect_id, "ready", "cancelled", why)
                reason = why if words == "ours" else "the gateway's words"
                unit.audit("effect.refused", "policy", effect=effect_id, reason=reason)
                then.refused(unit, effect, why)
            case never:
                assert_never(never)
        self.settling.want(unit, effect, breaker.seen(unit, str(effect["gateway"])))

    def _wait(self, unit: Unit, effect: dict[str, Any], later: Later) -> None:
        """It stays `ready` and comes again. What waits for its gateway says so once: its card names no time that would change
        with each try."""
        wait, effect_id = later.wait, str(effect["id"])
        until = wait.until or unit.now + LOOK_AGAIN
        unit.move_effect(effect_id, "ready", "ready", wait.reason, to_us(until))
        unit.next(Phase.EFFECT, effect_id, until)
        if wait.rule.startswith("breaker.") and effect["reason"] == wait.reason:
            return
        unit.audit("effect.waits", "policy", effect=effect_id, rule=wait.rule)
        self.settling.want(unit, effect, breaker.seen(unit, str(effect["gateway"])))

    def _is_cut_off(self, job: Job, operation: Operation, then: Consequences) -> bool:
        """Whether a call without a receipt counts as unknown now and the provider can be asked about it."""
        with self.ledger.unit(job.task_id) as unit:
            effect = unit.row("effect", "effect.get", id=job.subject_id) or {}
            if effect["state"] == EffectState.SENDING:
                return isinstance(self._found_sending(unit, job, effect, operation, then), CutOff)
            unit.done_job = job
            if effect["state"] in UNDER_WAY:  # it moved on while we looked
                unit.next(Phase.EFFECT, job.subject_id)
            return False

    def _found_sending(
        self, unit: Unit, job: Job, effect: dict[str, Any], operation: Operation, then: Consequences
    ) -> CutOff | Nothing:
        """Somebody has claimed it and not said what came of it: cut off, or still at it."""
        over = safe_from(effect)
        at_it = is_alive(self.ledger, str(effect["run"]))
        if unit.now <= over and (at_it or would_overlook(operation)):
            breaker.given_back(unit, operation.gateway, job.subject_id)
            unit.next(Phase.EFFECT, str(effect["id"]), over + timedelta(seconds=1))
            unit.done_job = job
            return Nothing()
        unit.audit("effect.settled", str(effect["agent"]), effect=effect["id"], receipt="unknown")
        now = breaker.seen(unit, operation.gateway)  # it hears nothing of this: the fault was not the gateway's
        self.settling.unknown(unit, effect, operation, CUT_OFF, now, then, ask_at=unit.now)
        self.settling.want(unit, effect, now)
        if operation.after_crash != "ask":
            return CutOff()
        unit.done_job = job
        return Nothing()

    def _claimed(
        self,
        unit: Unit,
        effect: dict[str, Any],
        proposal: Proposal,
        operation: Operation,
        resolved: Resolved,
        from_s: float,
    ) -> Claimed | Nothing:
        call_by = unit.now + CALL_WITHIN
        epoch = unit.count("counter.get", key="kill_epoch")
        if not unit.change("effect.claim", key=effect["id"], at=unit.at, call_by=to_us(call_by), epoch=epoch,
                           policy=self.policy().version, stage=unit.task.stage, run=self.ledger.run):  # fmt: skip
            return Nothing()
        unit.audit("effect.claimed", str(effect["agent"]), effect=effect["id"], operation=proposal.operation,
                   digest=resolved.digest(), cents=resolved.amount_cents, epoch=epoch)  # fmt: skip
        call = call_of(self.ledger, operation, {**effect, "call_by": to_us(call_by)}, proposal, resolved)
        return Claimed(call, int(effect["attempts"]) + 1, from_s + CALL_WITHIN.total_seconds())

    # Refused -----------------------------------------------------------------------------------------------------------

    def _refuse(self, job: Job, why: str, then: Consequences) -> None:
        """No gateway carries it out any more: what has not left does not; of what may have left a person must say."""
        effect_id = job.subject_id
        with self.ledger.unit(job.task_id) as unit:
            unit.done_job = job
            effect = unit.row("effect", "effect.get", id=effect_id) or {}
            if unit.move_effect(effect_id, "ready", "cancelled", why):
                unit.audit("effect.refused", "policy", effect=effect_id, reason=why)
                then.refused(unit, effect, why)
            elif effect["state"] == EffectState.SENDING and unit.now <= safe_from(effect):
                unit.next(Phase.EFFECT, effect_id, safe_from(effect) + timedelta(seconds=1))
            elif effect["state"] in (EffectState.SENDING, EffectState.UNKNOWN):
                self.settling.put(
                    unit, effect, EffectState.UNKNOWN, Unknown(reason=why), old=EffectState(effect["state"])
                )
                then.unclear(unit, effect, why, "")
