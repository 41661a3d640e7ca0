"""What a claim ends in, and the call that belongs to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.contract.base import EffectId, TaskId
from core.contract.effect import Call
from core.contract.work import Proposal, Resolved
from core.errors import Bug
from core.ledger import Ledger, Unit
from core.moment import from_us
from gateways.adapter import Operation
from gateways.handles import of_task


@dataclass(frozen=True, slots=True)
class Claimed:
    """The effect is ours. `attempt` is this claim's number: a receipt counts only for the claim that it belongs to.
    `until_s`: the end of its time by the machine's steady clock."""

    call: Call
    attempt: int
    until_s: float


@dataclass(frozen=True, slots=True)
class CutOff:
    """A call whose process is gone was found without its receipt; it counts as unknown now."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """Somebody else has moved the effect on, or it must wait; there is nothing to call."""


def proposal_of(ledger: Ledger, effect: dict[str, Any]) -> Proposal:
    """The proposal that an effect carries out."""
    row = ledger.row("proposal", "proposal.get", id=effect["proposal_id"])
    if row is None:
        raise Bug(f"there is no proposal {effect['proposal_id']}")
    return Proposal.model_validate_json(row["body"])


def as_approved(unit: Unit, effect: dict[str, Any]) -> Resolved:
    """What was judged to happen, exactly."""
    row = unit.row("proposal", "proposal.get", id=effect["proposal_id"]) or {}
    return Resolved.model_validate_json(row["resolved"])


def call_of(
    ledger: Ledger, operation: Operation, effect: dict[str, Any], proposal: Proposal, resolved: Resolved
) -> Call:  # fmt: skip
    """The call of an effect, its handles replaced by what they name."""
    handles = of_task(ledger, str(effect["task_id"]))
    arguments = {k: handles[str(v)].key if k in operation.handles else v for k, v in proposal.values().items()}
    call_by = from_us(int(effect["call_by"]))
    return Call(EffectId(effect["id"]), TaskId(effect["task_id"]), proposal.operation, arguments, resolved, call_by)
