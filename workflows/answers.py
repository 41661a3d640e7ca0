"""Answers to a pending request that leave it pending: who may give them, and their row in the record."""

from __future__ import annotations

from typing import Any

from core.contract.authority import Decision, NeedsApproval, Refused
from core.ledger import Unit
from core.moment import from_us
from core.ports import Member
from policies.rules import authority
from policies.schema import Policy
from workflows import requests, standing_in

COMMAND_LINE = "command line"  # whose user owns the machine and is asked for no role
UNKNOWN = Refused(code="not_found", reason="This card belongs to nothing that Baton knows.")
NO_APPROVAL = Refused(code="not_found", reason="This card does not ask for an approval.")


def person_of(member: Member | None) -> str:
    """Who it is, as rows have it; None is the command line."""
    return member.user_id if member else COMMAND_LINE


def actor_of(member: Member | None) -> str:
    """Who it is, as the audit has it."""
    return f"person:{member.user_id}" if member else COMMAND_LINE


def refusal(
    unit: Unit, policy: Policy, request: dict[str, Any], decision: Decision, member: Member | None
) -> Refused | None:
    """Why this answer does not count; None when it does. What is refused is on the record."""
    if request["kind"] != requests.APPROVAL or not request["asked"]:
        return NO_APPROVAL
    asked = NeedsApproval.model_validate_json(request["asked"])
    roles = frozenset(authority.who_may(policy, asked))
    if member is not None:
        proposal = unit.row("proposal", "proposal.get", id=request["proposal_id"]) or {}
        roles = standing_in.answers(unit, policy, request, proposal, decision, member).acting.roles
    standing = authority.standing(
        policy, asked=asked, decision=decision, roles=roles, is_member=member is None or member.is_member,
        state=request["state"], version=request["version"], requester=request["requester"], author="", signed=(),
        due_at=from_us(request["due_at"]), now=unit.now,
    )  # fmt: skip
    if not isinstance(standing, Refused):
        return None
    record(unit, decision, member, refused=standing.code)
    return standing


def record(unit: Unit, decision: Decision, member: Member | None, *, refused: str = "", reason: str = "") -> None:
    """The decision's row and its audit line."""
    unit.insert(
        "decision", id=unit.ids.new("de"), target_kind=requests.APPROVAL, target_id=decision.request_id,
        target_version=decision.version, task_id=unit.task.id, person=decision.person, verb=decision.verb, reason=reason,
        note=decision.note, surface=decision.surface, details_opened=decision.details_opened, seconds=decision.seconds,
        refusal=refused, at=unit.at,
    )  # fmt: skip
    unit.audit("decision.refused" if refused else "decision.made", actor_of(member), request=decision.request_id,
               verb=decision.verb, refusal=refused, version=decision.version, about=reason,
               audit_class="security" if refused else "action")  # fmt: skip
