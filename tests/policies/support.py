"""Builders for proposals, verdicts and decisions, with plain defaults."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from core.contract.authority import Decision, NeedsApproval, Standing, Step, Verdict
from core.contract.base import RequestId
from core.contract.work import Argument, Evidence, Party, Proposal, Resolved
from policies.rules import authority
from policies.schema import Policy

NOW = datetime(2026, 11, 24, 19, 0, tzinfo=UTC)  # a Tuesday, 14:00 in the shop
ACCEPTS = {"conversation": frozenset({"record"}), "body": frozenset({"model", "person", "config"})}
REFUND = {
    "approval": [{"role": "support_lead"}], "allowed": True, "on_expiry": "owner", "due_min": 60, "undo_window_s": 1800,
    "money": {
        "window_days": 30,
        "bands": [
            {"up_to_cents": 2000, "approval": [{"role": "support_lead"}], "allowed": True},
            {"up_to_cents": 10000, "approval": [{"role": "support_lead"}, {"role": "finance"}]},
        ],
        "above": [{"role": "owner"}],
    },
}  # fmt: skip


def changed(policy: Policy, **files: dict[str, Any]) -> Policy:
    """The policy with keys replaced, deep, and checked again by its models: `agents={"support": {"may": [...]}}`."""
    data = policy.model_dump(by_alias=True)
    _merge(data, files)
    return Policy.model_validate(data)


def _merge(into: dict[str, Any], new: dict[str, Any]) -> None:
    for key, value in new.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        else:
            into[key] = value


def trusted(policy: Policy, *agents: str) -> Policy:
    """These agents at the stage that leaves only exceptions to people."""
    return changed(policy, rollout={"agents": dict.fromkeys(agents, "full")})


def with_refunds(policy: Policy) -> Policy:
    """A billing gateway and an agent that may refund alone up to 20 dollars for a customer."""
    agent = policy.agents["support"].model_dump() | {"may": ["billing.refund"], "must_not": []}
    return changed(
        policy,
        gateways={"billing": {"description": "Payments", "operations": {"billing.refund": REFUND}}},
        agents={"billing": agent},
        agent_handled={
            "refunds": {"description": "Small refunds", "agents": ["billing"], "operations": ["billing.refund"]}
        },
        rollout={"agents": {"billing": "full"}},
    )


def proposal(operation: str = "mail.reply", **more: Any) -> Proposal:
    fields: dict[str, Any] = {
        "gateway": operation.partition(".")[0], "operation": operation, "reason": "asked", "confidence": 0.95, "risk": "low",
        "arguments": {"conversation": Argument(value="con_1", origin="record"), "body": Argument(value="Hi", origin="model")},
        "evidence": (Evidence(what="asked", source="event", quote="When do you open?"),),
        "author": Party(kind="agent", name="support"),
    }  # fmt: skip
    return Proposal(**(fields | more))


def judge(policy: Policy, made: Proposal | None = None, **more: Any) -> Verdict:
    made = made or proposal()
    exact = {"operation": made.operation, "lines": (("To", "dana@example.com"),)} | more.pop("resolved", {})
    fields: dict[str, Any] = {
        "agent": "support", "accepts": ACCEPTS, "effect_class": "message", "spent_unapproved_cents": 0, "bulk_so_far": 0,
        "stage": None, "now": NOW,
    }  # fmt: skip
    return authority.verdict(policy, proposal=made, resolved=Resolved(**exact), **(fields | more))


def refund(policy: Policy, cents: int, spent: int = 0, **more: Any) -> Verdict:
    made = proposal("billing.refund", arguments={}, author=Party(kind="agent", name="billing"))
    exact = {"amount_cents": cents, "currency": "USD", "counterparty": "cus_1"}
    fields = {"agent": "billing", "effect_class": "money", "spent_unapproved_cents": spent, "resolved": exact}
    return judge(policy, made, **(fields | more))


def asked(*steps: tuple[str, int], self_approval: bool = False) -> NeedsApproval:
    return NeedsApproval(
        rule="test", steps=tuple(Step(role=role, count=count) for role, count in steps), due_at=NOW + timedelta(hours=2),
        on_expiry="support", self_approval=self_approval,
    )  # fmt: skip


def decide(
    policy: Policy, request: NeedsApproval, person: str, roles: set[str], verb: str = "approve", **more: Any
) -> Standing:
    decision = Decision.model_validate(
        {
            "request_id": RequestId("ap_1"),
            "version": more.pop("clicked", 3),
            "person": person,
            "verb": verb,
            "reason": "wrong",
        }
    )
    fields: dict[str, Any] = {
        "is_member": True, "state": "pending", "version": 3, "requester": "support", "author": "", "signed": (),
        "due_at": request.due_at, "now": NOW,
    }  # fmt: skip
    return authority.standing(policy, asked=request, decision=decision, roles=frozenset(roles), **(fields | more))
