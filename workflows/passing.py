"""A task is passed on: to the next agent, or back to the one that passed it on with something missing."""

from __future__ import annotations

from agents import handoffs
from agents.base import Brief
from core.contract.work import Handoff
from core.ledger import Phase, Unit
from core.moment import to_us
from policies.schema import Policy
from workflows import history, requests

MAX_BOUNCES = 2


def hand_over(unit: Unit, policy: Policy, handoff: Handoff) -> None:
    """The next agent's turn, or a person's where the workflow has no such way."""
    source, receiver = handoff.source.name, handoff.receiver.name
    stopped = handoffs.allowed(policy, handoff.workflow, source, receiver, handoff.hop, history.trail(unit))
    if stopped:
        requests.escalate(unit, policy, "unsure", stopped.reason, agent=source)
        return
    history.record_handoff(unit, handoff, policy)
    task = unit.task
    task.workflow, task.owner, task.priority = handoff.workflow, handoff.receiver.name, handoff.priority
    task.hop, task.handoff_id, task.deadline = handoff.hop, handoff.handoff_id, to_us(handoff.deadline)
    unit.card("handoff", handoff.handoff_id, policy.channels["feed"])
    unit.next(Phase.TURN)


def bounce(unit: Unit, policy: Policy, brief: Brief, missing: tuple[str, ...]) -> None:
    """Back to the sender, once; the second time to a person, and nobody has asked the customer twice."""
    if brief.handoff is None or unit.count("handoff.bounces", task=unit.task.id) + 1 >= MAX_BOUNCES:
        requests.escalate(unit, policy, "unsure", f"Missing twice: {', '.join(missing)}", agent=unit.task.owner)
        return
    handoff = brief.handoff
    back = handoff.model_copy(update={
        "handoff_id": unit.ids.new("ho"), "message_type": "clarification", "source": handoff.receiver,
        "receiver": handoff.source, "open_questions": missing, "previous": handoff.handoff_id, "hop": handoff.hop + 1,
        "retry_count": handoff.retry_count + 1, "created_at": unit.now,
    })  # fmt: skip
    history.record_handoff(unit, back, policy)
    unit.task.owner, unit.task.handoff_id, unit.task.hop = back.receiver.name, back.handoff_id, back.hop
    unit.card("handoff", back.handoff_id, policy.channels["feed"])
    unit.next(Phase.PLAN if back.receiver.name == "planner" else Phase.TURN)
