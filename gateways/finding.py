"""What became of a call of which nobody knows: the provider is asked, where its operation says how and when that is safe."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core import pauses
from core.contract.effect import EffectState
from core.contract.work import Proposal
from core.ledger import Job, Ledger, Phase, Unit
from core.moment import to_us
from core.ports import Directory
from gateways import breaker, calling
from gateways.adapter import Adapter, Operation
from gateways.calling import CALL_WITHIN
from gateways.checks import Checks
from gateways.claims import as_approved, call_of
from gateways.settling import Consequences, Settling, safe_from
from policies.schema import Policy

LOOK_AGAIN = timedelta(minutes=5)  # at what stands still for a pause or a person


@dataclass(frozen=True, slots=True)
class FindingOut:
    """Asks about unknown effects."""

    ledger: Ledger
    policy: Callable[[], Policy]
    directory: Directory
    settling: Settling

    def ask(self, job: Job, proposal: Proposal, operation: Operation, adapter: Adapter, then: Consequences) -> None:
        """Asks the provider now, or later; where only a person can say, their card opens."""
        with self.ledger.unit(job.task_id) as unit:
            effect = unit.row("effect", "effect.get", id=job.subject_id) or {}
            if effect["state"] != EffectState.UNKNOWN:
                return  # whoever was faster has the job
            until = self._not_yet(unit, effect, operation)
            if until is not None or operation.after_crash == "ask":
                breaker.given_back(unit, operation.gateway, job.subject_id)
                unit.done_job = job
                if until is not None:
                    unit.next(Phase.EFFECT, job.subject_id, until)
                self.settling.want(unit, effect, breaker.seen(unit, operation.gateway))  # the answers are open now
                return
            again = {**effect, "call_by": to_us(unit.now + CALL_WITHIN)}
            call = call_of(self.ledger, operation, again, proposal, as_approved(unit, effect))
        receipt = calling.asked(adapter, operation, call)
        self.ledger.reach("effect.called")
        self.settling.answered(job, receipt, int(effect["attempts"]), then)
        self.ledger.reach("effect.settled")

    def _not_yet(self, unit: Unit, effect: dict[str, Any], operation: Operation) -> datetime | None:
        """When the provider can be asked, if not now: a look-up must not overlook what is on its way; and the same call again
        is a call, so a pause or a person who has the task stops it."""
        if would_overlook(operation) and unit.now <= safe_from(effect):
            return safe_from(effect) + timedelta(seconds=1)
        if operation.after_crash == "by_key":
            pauses.lock(unit)
            if unit.task.claimed_by or Checks(self.policy(), self.directory).paused(unit, effect):
                return unit.now + LOOK_AGAIN
        return None


def would_overlook(operation: Operation) -> bool:
    """Whether a look-up says that nothing came in while it is still on its way."""
    return operation.after_crash == "look_up" and not operation.closes
