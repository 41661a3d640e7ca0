"""Which requests may be decided in one list: low risk, no money, one signature, and nothing about which the rules want a person
to think. Pure."""

from __future__ import annotations

import re

from core.contract.authority import NeedsApproval
from core.contract.work import Proposal, Resolved
from policies.schema import Policy

NAME = "{name}"
ROW_MAX = 400  # characters of one row: a list is read, or it is not approved
WORDING_MAX = 1_500
_WANTS_THOUGHT = ("always_human.", "authority.risk", "limits.bulk_records")
_NAMED = ("To", "Contact", "Lead", "Name")  # the lines that name the other side


def alike(policy: Policy, proposal: Proposal, exact: Resolved, asked: NeedsApproval, agent: str) -> str:
    """What all requests of one list have in common, as text; empty for one that is always asked alone."""
    if policy.limits.gather is None or not _is_small(proposal, exact, asked):
        return ""
    words = wording(exact)
    if exact.body and (words is None or not _is_ours(proposal)):
        return ""
    if len(words or "") > WORDING_MAX or sum(len(name) + len(value) for name, value in exact.lines) > ROW_MAX:
        return ""
    steps = "+".join(f"{step.role}*{step.count}" for step in asked.steps)
    return "\n".join([exact.operation, agent, steps, asked.on_expiry, str(asked.self_approval), words or ""])


def wording(exact: Resolved) -> str | None:
    """The text with its reader's name as `{name}`, so that with the row's name it is whole again; None where that is not sure."""
    if NAME in exact.body:
        return None
    first = next((value for name, value in exact.lines if name in _NAMED), "").split(" ", 1)[0].strip(",")
    return re.sub(rf"\b{re.escape(first)}\b", NAME, exact.body) if first.isalpha() else exact.body


def name_of(exact: Resolved) -> str:
    """What stands in place of `{name}`."""
    return next((value for name, value in exact.lines if name in _NAMED), "").split(" ", 1)[0].strip(",")


def _is_small(proposal: Proposal, exact: Resolved, asked: NeedsApproval) -> bool:
    by_agent = proposal.author.kind == "agent" and proposal.risk == "low"
    one_signs = sum(step.count for step in asked.steps) == 1
    thought = any(each in asked.rule for each in _WANTS_THOUGHT)
    return by_agent and one_signs and not thought and exact.amount_cents == 0 and exact.record_count == 1


def _is_ours(proposal: Proposal) -> bool:
    """Whether the text is the team's own template, word for word, and no model's."""
    body = proposal.arguments.get("body")
    return body is not None and body.origin == "config"
