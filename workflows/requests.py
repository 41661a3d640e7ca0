"""What waits for people: approvals and escalations are one kind of row, with one queue, one deadline and one card each.

Functions here write inside a unit that a step of the task's life or a person's click has opened.
"""

from __future__ import annotations

from typing import Any

import orjson

from core.contract.authority import NeedsApproval
from core.contract.base import EffectId
from core.contract.work import Proposal, Resolved
from core.ledger import Phase, Unit
from core.moment import to_us
from gateways.adapter import Operation
from policies.rules import escalation
from policies.schema import Policy

APPROVAL, ESCALATION = "approval", "escalation"
PENDING = "pending"
UNKNOWN = "unknown"


def ask_approval(  # noqa: PLR0913  all that a request holds, said aloud
    unit: Unit, policy: Policy, proposal_id: str, proposal: Proposal, exact: Resolved, asked: NeedsApproval, agent: str, *,
    why_again: str = "", in_place_of: str | None = None, requester: str = "",
) -> str:  # fmt: skip
    """An approval that waits for people, and its card; the request's id. With `in_place_of` it takes over that card."""
    request_id = unit.insert(
        "request", id=unit.ids.new("ap"), kind=APPROVAL, task_id=unit.task.id, proposal_id=proposal_id, state=PENDING,
        digest=exact.digest(), queue=asked.on_expiry, asked=asked.model_dump_json(), agent=agent, why=why_again,
        requester=requester or unit.task.requester, due_at=to_us(asked.due_at), on_expiry=asked.on_expiry, created_at=unit.at,
    )  # fmt: skip
    unit.audit("approval.asked", "policy", request=request_id, digest=exact.digest(), rule=asked.rule)
    if in_place_of:
        unit.change(
            "request.close", key=in_place_of, state="closed", reason="replaced", at=unit.at, by=request_id, effect=None
        )
        unit.change("card.rebind", subject=in_place_of, kind=APPROVAL, new=request_id)
        unit.cards_changed = True
    else:
        unit.card(APPROVAL, request_id, policy.channel_of(asked.on_expiry))
    unit.wait("approval")
    return request_id


def make_effect(
    unit: Unit, proposal_id: str, proposal: Proposal, exact: Resolved, operation: Operation, agent: str,
    request_id: str | None,
) -> EffectId:  # fmt: skip
    """An effect that is ready to leave, and the job that carries it out."""
    effect_id = unit.insert(
        "effect", id=unit.ids.new("ef"), task_id=unit.task.id, proposal_id=proposal_id, request_id=request_id,
        gateway=operation.gateway, operation=operation.name, effect_class=operation.effect_class, agent=agent,
        limits=f",{','.join(operation.limits)},", counterparty=unit.blind("counterparty", exact.counterparty),
        digest=exact.digest(), state="ready", approved=request_id is not None, amount_cents=exact.amount_cents,
        currency=exact.currency, cost_cents=operation.cost_cents, record_count=exact.record_count,
        policy_version=unit.task.policy_version, created_at=unit.at,
    )  # fmt: skip
    unit.next(Phase.EFFECT, effect_id)
    return EffectId(effect_id)


def escalate(unit: Unit, policy: Policy, trigger: str, why: str, *, agent: str, queue: str = "") -> str | None:
    """A call for a person: the task waits in a named queue with its context. One call at a time; None when one is open."""
    where = queue if queue in policy.queues else escalation.queue_of(policy, trigger)
    unit.task.owner = where
    unit.wait("person")
    if unit.all("request.of_task", task=unit.task.id, state=PENDING) and waits_for_person(unit):
        return None
    known = escalation.trigger(policy, trigger)
    due = escalation.due(policy, trigger, unit.now)
    request_id = unit.insert(
        "request", id=unit.ids.new("es"), kind=ESCALATION, task_id=unit.task.id, state=PENDING, queue=where, agent=agent,
        trigger=trigger, escalation_class=known.escalation_class if known else "scheduled", why=why, due_at=to_us(due),
        on_expiry=where, created_at=unit.at,
    )  # fmt: skip
    urgent = bool(known and known.escalation_class == "immediate")
    unit.card(ESCALATION, request_id, policy.channel_of(where), urgent=urgent)
    unit.audit("task.escalated", agent, request=request_id, trigger=trigger, queue=where)
    return request_id


def waits_for_person(unit: Unit) -> bool:
    """Whether an escalation of this task is open."""
    unit.write()  # a call that this unit has just made counts
    rows = unit.all("request.of_task", task=unit.task.id, state=PENDING)
    return any(kind == ESCALATION for _, kind, _, _ in rows)


def supersede_open(unit: Unit, why: str) -> None:
    """Closes the task's open approvals: they cannot be approved any more, and their cards say so. What was approved and is
    still here, ready or held, is cancelled too."""
    for request_id, kind, _, _ in unit.all("request.of_task", task=unit.task.id, state=PENDING):
        if kind == APPROVAL:
            unit.change("request.close", key=request_id, state="closed", reason=why, at=unit.at, by=None, effect=None)
            unit.audit("approval.closed", "system", request=request_id)
            unit.want(request_id)
    for state in ("ready", "held"):
        for effect_id, _, request_id in unit.all("effect.of_task_in", task=unit.task.id, state=state):
            unit.move_effect(effect_id, state, "cancelled", why)
            unit.audit("effect.cancelled", "system", effect=effect_id)
            unit.want(request_id or effect_id)


def timeline(unit: Unit, request_id: str | None, what: str, *, subject: str = "", **facts: Any) -> None:
    """One line in the thread of the request's card: our own words and ids only. `subject` makes it the only one of its kind."""
    if not request_id:
        return
    row = unit.one("card.of_subject", subject=request_id, kind=APPROVAL) or unit.one(
        "card.of_subject", subject=request_id, kind=ESCALATION
    )
    if row:
        detail = orjson.dumps({"what": what, "at": unit.at, **facts}).decode()
        unit.card("timeline", subject or f"{request_id}:{what}:{unit.at}", "", parent_id=row[0], detail=detail)
