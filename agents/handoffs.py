"""The handoff contract: how one is made, what is wrong with one, how complete it is, and whether it may pass.

A missing, malformed or ambiguous field does not travel; it is named. Nothing here resets a budget: hop and deadline go
on from the handoff before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, assert_never

from agents.base import Brief, Tools
from agents.claims import Kind, claims
from agents.plain import squeezed
from core.contract.base import Priority, Risk, Sentiment
from core.contract.work import HANDOFF_SCHEMA, Clarify, Customer, Evidence, Handoff, Party
from core.errors import Bug
from policies.rules import sla
from policies.schema import Policy

PLANNER = "planner"
_SAYS_NOTHING = frozenset({
    "", "na", "none", "null", "nil", "nothing", "unknown", "not known", "unclear", "tbd", "tba", "to be determined",
    "to be decided", "see above", "see below", "as above", "as discussed", "above", "same", "same as above", "ditto",
    "later", "empty", "missing", "various", "whatever", "someone", "somebody", "n a", "not available",
    "not applicable", "not provided", "not given", "not specified", "not stated", "undefined", "placeholder", "xxx", "todo",
})  # fmt: skip
_MAIL = re.compile(r"[^@\s,;<>]{1,64}@[\w-]+(?:\.[\w-]+)+")
_OR = re.compile(r"\s(?:or|oder|and/or)\s|\?|\s/\s", re.IGNORECASE)
_ONE_OF: Mapping[str, tuple[Kind, ...]] = {
    "phone": ("phone",), "amount": ("amount",), "budget": ("amount",), "date": ("date",), "due": ("date",), "deadline": ("date",),
}  # fmt: skip
_NEVER_TWO = frozenset({"name", "company", "order_number", "score", "band", "intent", "category"})


# Making one ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Passing:
    """What the agent has to say when it passes a task on. The rest of the contract follows from brief and policy."""

    objective: str
    summary: str
    facts: Mapping[str, str]
    next_action: str
    confidence: float
    evidence: tuple[Evidence, ...] = ()
    open_questions: tuple[str, ...] = ()
    sentiment: Sentiment = "neutral"
    risk: Risk = "low"
    priority: Priority | None = None  # None: as in the handoff before, else the workflow's
    customer: Customer | None = None  # None: as in the handoff before


def make_handoff(brief: Brief, tools: Tools, source: str, receiver: str, passing: Passing) -> Handoff:
    """The handoff from one agent to another, all fields filled.

    Raises `Bug` when policy does not know the task's workflow: the planner only ever names one that it does."""
    way = brief.policy.workflows.get(brief.workflow)
    if way is None:
        raise Bug(f"{brief.task_id} is in a workflow that policy does not know")
    before = brief.handoff
    priority = passing.priority or (before.priority if before else way.priority)
    aim = sla.target(brief.policy, brief.workflow, priority)
    name = tidy_name(passing.facts.get("name", ""))
    return Handoff(
        handoff_id=tools.ids.new("ho"), task_id=brief.task_id, workflow=brief.workflow, message_type="handoff",
        source=Party(kind="agent", name=source, role=source), receiver=Party(kind="agent", name=receiver, role=receiver),
        objective=passing.objective, context_summary=passing.summary, facts=dict(passing.facts),
        conversation=brief.contact,
        customer=passing.customer or (before.customer if before else Customer(name=name, contact=brief.contact)),
        sentiment=passing.sentiment, evidence=passing.evidence, completed_actions=brief.history,
        open_questions=passing.open_questions, risk=passing.risk, confidence=passing.confidence,
        next_action=passing.next_action, escalation_rule=way.on_failure, status="open",
        owner=Party(kind="agent", name=receiver, role=receiver), priority=priority,
        sla=f"first answer within {aim.first_answer_min} min" + (" of open hours" if aim.business_hours else ""),
        deadline=before.deadline if before else sla.deadline(brief.policy, brief.workflow, priority, brief.now),
        hop=before.hop + 1 if before else 0, previous=before.handoff_id if before else None,
        retry_count=_retries(before, receiver), created_at=brief.now,
    )  # fmt: skip


def _retries(before: Handoff | None, receiver: str) -> int:
    """A handoff that answers a clarification is another try of the same one; the clarification has counted it."""
    answers = before is not None and before.message_type == "clarification" and before.source.name == receiver
    return before.retry_count if before is not None and answers else 0


def tidy_name(text: str) -> str:
    """A name on one line."""
    return " ".join(text.split())


# What is wrong with one ----------------------------------------------------------------------------------------------


def faults(handoff: Handoff, needs: Iterable[str]) -> tuple[str, ...]:
    """The fields that are missing, malformed or ambiguous, by name, in a fixed order. Empty when it may travel."""
    wrong = [name for name in needs if not sound(name, handoff.facts.get(name, ""))]
    wrong += [name for name, value in handoff.facts.items() if name not in wrong and value and not sound(name, value)]
    wrong += [
        name for name in ("objective", "context_summary", "next_action") if not says_something(getattr(handoff, name))
    ]
    if handoff.source == handoff.receiver:
        wrong.append("receiver")
    if handoff.deadline <= handoff.created_at and handoff.previous is None:
        wrong.append("deadline")
    if handoff.schema_version != HANDOFF_SCHEMA:
        wrong.append("schema_version")
    return tuple(wrong)


def sound(name: str, value: str) -> bool:
    """Whether a fact says something, is shaped as its name wants, and can be read in one way only."""
    if not says_something(value):
        return False
    if name == "email":
        return _MAIL.fullmatch(value.strip()) is not None
    if name in _ONE_OF:
        found = {claim.value for claim in claims(value) if claim.kind in _ONE_OF[name]}
        return len(found) == 1 and not any("|" in one or "?-" in one.removeprefix("????-") for one in found)
    if name in _NEVER_TWO:
        return _OR.search(value) is None and "\n" not in value.strip()
    return True


def says_something(value: str) -> bool:
    """Whether there is anything in it: "n/a", "see above" and "-" are nothing."""
    bare = " ".join(re.sub(r"[^\w\s]", " ", squeezed(value)).split())
    return bare not in _SAYS_NOTHING and bare.replace(" ", "") not in _SAYS_NOTHING


def completeness(handoff: Handoff, known: Mapping[str, str], needs: Iterable[str]) -> float:
    """Of the facts that the receiver needs and the task knows, the share that arrived, 0 to 1. Nothing to carry: 1."""
    due = [name for name in needs if says_something(known.get(name, ""))]
    if not due:
        return 1.0
    return sum(sound(name, handoff.facts.get(name, "")) for name in due) / len(due)


def bounced(brief: Brief, name: str) -> Clarify | None:
    """What the receiving agent sends back when the handoff came incomplete. What a person handed back is taken as it is."""
    came = brief.handoff
    if came is None or came.message_type != "handoff":
        return None
    missing = faults(came, brief.policy.agents[name].needs)
    return Clarify(missing=missing) if missing else None


# Whether it may pass -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NotPassed:
    """Why a handoff stops here. `reason` is a sentence for the card."""

    code: Literal["unknown_workflow", "to_itself", "not_in_workflow", "too_many_hops", "ping_pong"]
    reason: str


def allowed(
    policy: Policy, workflow: str, source: str, receiver: str, hop: int, trail: tuple[str, ...]
) -> NotPassed | None:
    """None when `source` may hand to `receiver`, else why not.

    `hop` is the new handoff's own; `trail` names the agents that had the task so far, oldest first, `source` last,
    clarifications left out."""
    way = policy.workflows.get(workflow)
    if way is None:
        return _stop("unknown_workflow", source, receiver)
    if source == receiver:
        return _stop("to_itself", source, receiver)
    first = source == PLANNER and receiver == way.first
    if way.clarify and (source, receiver) == (PLANNER, way.clarify.agent):
        return None if hop <= way.max_hops else _stop("too_many_hops", source, receiver)
    if receiver not in way.agents or not (first or (source, receiver) in way.handoffs):
        return _stop("not_in_workflow", source, receiver)
    if hop > way.max_hops:
        return _stop("too_many_hops", source, receiver)
    steps = list(pairwise(trail))
    if (source, receiver) in steps and (receiver, source) in steps:
        return _stop("ping_pong", source, receiver)
    return None


def _stop(
    code: Literal["unknown_workflow", "to_itself", "not_in_workflow", "too_many_hops", "ping_pong"],
    source: str,
    receiver: str,
) -> NotPassed:
    match code:
        case "unknown_workflow":
            reason = "The rules know no such workflow."
        case "to_itself":
            reason = f"{source} cannot hand a task to itself."
        case "not_in_workflow":
            reason = f"The workflow has no way from {source} to {receiver}."
        case "too_many_hops":
            reason = "The task was handed on as often as the workflow allows."
        case "ping_pong":
            reason = f"{source} and {receiver} hand the task to and fro."
        case _:
            assert_never(code)
    return NotPassed(code, reason)
