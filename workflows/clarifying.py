"""An agent's one question to a customer who said too little: kept as a question, so that it is asked once and its answer, or the
lack of one, leads on."""

from __future__ import annotations

from agents import clarifying
from agents.handoffs import PLANNER
from core.contract.work import Handoff, Proposal
from core.ledger import Phase, Unit
from policies.rules import clarifying as rules_of
from policies.schema import Policy
from workflows import asking


def keep(
    unit: Unit, policy: Policy, proposal: Proposal, agent: str, *, request_id: str | None, effect_id: str = ""
) -> None:
    """The question's row, where this proposal is one. `request_id`: the approval of its mail, None where it needed none; then
    the mail is known by its effect."""
    rules = rules_of.rules(policy)
    if rules is None or proposal.values().get("template") != rules.template:
        return
    question_id = unit.insert(
        "question", id=unit.ids.new("qu"), task_id=unit.task.id, request_id=request_id, whom=asking.CUSTOMER, asked_by=agent,
        state=asking.OPEN, text=rules_of.question(policy), options="", answer="", mail_id=request_id or effect_id, at=unit.at,
    )  # fmt: skip
    unit.audit("question.asked", agent, request=request_id, question=question_id, whom=asking.CUSTOMER,
               chars=len(rules_of.question(policy)))  # fmt: skip


def reader(unit: Unit, policy: Policy) -> Phase:
    """Whose turn it is now that the customer wrote: the planner's where it was not known what they want, and where nothing was
    handed on yet."""
    row = unit.row("handoff", "handoff.row", id=unit.task.handoff_id) if unit.task.handoff_id else None
    if row is None:
        return Phase.PLAN
    if not clarifying.is_asked_for(policy, Handoff.model_validate_json(row["body"])):
        return Phase.TURN
    unit.task.handoff_id, unit.task.owner = None, PLANNER
    return Phase.PLAN
