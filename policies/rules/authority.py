"""Who may do what: the verdict on a proposal. Pure: no clock, no model, nothing is read. Everything unknown is refused.

What people may decide stands in `policies.rules.signatures`; its functions are offered here as well, under one name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from core.contract.authority import Allow, Deny, NeedsApproval, Step, Verdict
from core.contract.base import Priority
from core.contract.work import Proposal, Resolved
from policies.parts import Stage
from policies.rules import escalation, rollout, sla
from policies.rules.signatures import alone_may_approve, roles_of, signing_role, standing, stricter, who_may
from policies.schema import Agent, OperationPolicy, Policy

__all__ = ["alone_may_approve", "roles_of", "signing_role", "standing", "stricter", "verdict", "who_may"]


@dataclass(frozen=True, slots=True)
class _Case:
    """One proposal and all that it is judged by."""

    policy: Policy
    agent: str
    proposal: Proposal
    resolved: Resolved
    accepts: Mapping[str, frozenset[str]]
    effect_class: str
    spent_cents: int
    bulk_so_far: int
    stage_name: str
    stage: Stage | None
    now: datetime

    @property
    def by_person(self) -> bool:
        return self.proposal.author.kind == "person"


def verdict(  # noqa: PLR0913 - all that a verdict depends on, said aloud
    policy: Policy,
    *,
    agent: str,
    proposal: Proposal,
    resolved: Resolved,
    accepts: Mapping[str, frozenset[str]],
    effect_class: str,
    spent_unapproved_cents: int,
    bulk_so_far: int,
    stage: str | None,
    now: datetime,
    priority: Priority = "medium",
    workflow: str = "",
) -> Verdict:
    """What policy says of a proposal: `Allow`, `NeedsApproval` or `Deny`.

    `agent`: whose turn it is. `accepts` and `effect_class`: what the operation's code declares. `spent_unapproved_cents`:
    what already went to the same customer in the money rule's window, in flight and unknown included, other than by
    people's approval. `bulk_so_far`: records that this task has touched. `stage`: the agent's stage when a person has
    set one, else None for the one in the files. `priority` and `workflow`: of the task, for the time to decide.

    `rule` names what decided. Where rules disagree the stricter wins and both are named: `rollout.supervised over
    gateways.crm.create_lead`. A person's own proposal is judged too, and never allowed by itself: see
    `alone_may_approve`."""
    name = stage if stage is not None else rollout.stage_name(policy, agent)
    case = _Case(
        policy,
        agent,
        proposal,
        resolved,
        accepts,
        effect_class,
        spent_unapproved_cents,
        bulk_so_far,
        name,
        policy.rollout.stages.get(name),
        now,
    )
    rules = policy.operation(proposal.operation)
    denied = next(_denials(case, rules), None)
    if denied is not None or rules is None:
        return denied or Deny(rule="authority.unknown_operation", reason="policy does not know this operation")
    steps, allowed, money_rule = _approvers(case, rules)
    reasons = tuple(_reasons_to_ask(case, rules, allowed=allowed, base=money_rule))
    if not reasons:
        return Allow(rule=money_rule)
    rule = " and ".join(reasons) + (f" over {money_rule}" if allowed else "")
    return NeedsApproval(
        rule=rule,
        steps=steps,
        due_at=sla.approval_due(
            policy, proposal.operation, priority, now, workflow=workflow, roles=[step.role for step in steps]
        ),
        on_expiry=rules.on_expiry,
        self_approval=rules.self_approval,
    )


# What is refused -----------------------------------------------------------------------------------------------------


def _denials(case: _Case, rules: OperationPolicy | None) -> Iterator[Deny]:
    operation = case.proposal.operation
    if rules is None or operation.partition(".")[0] != case.proposal.gateway:
        reason = f'policy knows no operation "{operation}" of {case.proposal.gateway}'
        yield Deny(rule="authority.unknown_operation", reason=reason)
    if case.resolved.operation != operation:
        yield Deny(rule="authority.resolved", reason="what was resolved is another operation than what was proposed")
    yield from _agent_denials(case)
    yield from _origin_denials(case)
    yield from _amount_denials(case)


def _agent_denials(case: _Case) -> Iterator[Deny]:
    author, operation = case.proposal.author, case.proposal.operation
    if case.by_person:
        return
    if author.kind != "agent" or author.name != case.agent:
        reason = f"{author.kind} {author.name} cannot propose in the turn of {case.agent}"
        yield Deny(rule="authority.author", reason=reason)
    agent = case.policy.agents.get(case.agent)
    if agent is None:
        yield Deny(rule="authority.unknown_agent", reason=f'policy knows no agent "{case.agent}"')
    else:
        yield from _may_denials(agent, case.agent, operation)
    if case.stage is None:
        yield Deny(rule="rollout.unknown_stage", reason=f'policy knows no stage "{case.stage_name}"')
    elif case.stage.operations != "all":
        reason = f"{case.agent} is at stage {case.stage_name}: {case.stage.description}"
        yield Deny(rule=f"rollout.{case.stage_name}", reason=reason)
    elif case.stage_name == rollout.SHADOW:
        yield Deny(rule=f"rollout.{rollout.SHADOW}", reason=f"{case.agent} is in shadow and does nothing")


def _may_denials(agent: Agent, name: str, operation: str) -> Iterator[Deny]:
    may = operation in agent.may
    if operation in agent.must_not or f"{operation.partition('.')[0]}.*" in agent.must_not:
        rule = f"agents.{name}.must_not" + (f" over agents.{name}.may" if may else "")
        yield Deny(rule=rule, reason=f"{name} must not {operation}")
    elif not may:
        yield Deny(rule=f"agents.{name}.may", reason=f"{name} may not {operation}")


def _origin_denials(case: _Case) -> Iterator[Deny]:
    for name, argument in case.proposal.arguments.items():
        accepted = case.accepts.get(name, frozenset())
        if argument.origin not in accepted:
            reason = f"{name} comes from {argument.origin}; accepted is {', '.join(sorted(accepted)) or 'nothing'}"
            yield Deny(rule="authority.origin", reason=reason)


def _amount_denials(case: _Case) -> Iterator[Deny]:
    cents, currency = case.resolved.amount_cents, case.policy.company.currency
    if min(cents, case.spent_cents, case.bulk_so_far, case.resolved.record_count) < 0:
        yield Deny(rule="authority.amount", reason="an amount or a count below zero is none")
    if case.effect_class == "money" and cents == 0:
        yield Deny(rule="authority.amount", reason="money is moved in whole cents, one at least")
    if cents > 0 and case.resolved.currency != currency:
        reason = f'amounts are in {currency}, not in "{case.resolved.currency}"'
        yield Deny(rule="authority.currency", reason=reason)


# Who is asked, and why -----------------------------------------------------------------------------------------------


def _approvers(case: _Case, rules: OperationPolicy) -> tuple[tuple[Step, ...], bool, str]:
    """Who would approve it, whether the operation's own rule would let it go by itself, and the name of that rule.

    Money is banded by the sum that this customer had and would get: two halves weigh as much as the whole."""
    rule = f"gateways.{case.proposal.operation}"
    if case.resolved.amount_cents == 0 and case.effect_class != "money":
        return rules.approval, rules.allowed, rule
    if rules.money is None:
        return rules.approval, False, rule
    total = case.spent_cents + case.resolved.amount_cents
    for band in rules.money.bands:
        if total <= band.up_to_cents:
            return band.approval, band.allowed and rules.allowed, f"{rule}.money"
    return rules.money.above, False, f"{rule}.money"


def _reasons_to_ask(case: _Case, rules: OperationPolicy, *, allowed: bool, base: str) -> Iterator[str]:
    """The names of all rules that want a person, weightiest first; none where the agent may do it alone."""
    yield from _always_human(case)
    if case.bulk_so_far + case.resolved.record_count > case.policy.limits.bulk_records:
        yield "limits.bulk_records"
    if case.by_person:
        yield "authority.person"
    else:
        yield from _doubts(case)
        if rules.allowed and not _agent_handled(case):
            yield "agent_handled"
    if not allowed:
        yield base


def _doubts(case: _Case) -> Iterator[str]:
    agent, stage = case.policy.agents.get(case.agent), case.stage
    if agent is None or case.proposal.confidence < agent.model.allow_from:
        yield f"agents.{case.agent}.model.allow_from"
    if case.proposal.risk == "high":
        yield "authority.risk"
    if stage is None or stage.oversight == "all" or not rollout.in_hours(case.policy, stage, case.now):
        yield f"rollout.{case.stage_name}"


def _always_human(case: _Case) -> Iterator[str]:
    """What an agent would send, and the words that it answers, count. What a person wrote, that person has judged."""
    resolved = case.resolved
    words = "" if case.by_person else "\n".join([_sent(case), *(one.quote for one in case.proposal.evidence)])
    heard = frozenset(escalation.triggers_in(case.policy, words)) if words.strip() else frozenset()
    for name, matter in case.policy.always_human.items():
        over = matter.over_cents is not None and resolved.amount_cents > matter.over_cents
        if over or case.proposal.operation in matter.operations or heard & frozenset(matter.triggers):
            yield f"always_human.{name}"


def _sent(case: _Case) -> str:
    """The words of a mail that the team has not judged: none of its own letters, filled by code."""
    body = case.proposal.arguments.get("body")
    return "" if body is not None and body.origin == "config" else case.resolved.body


def _agent_handled(case: _Case) -> bool:
    return any(
        case.agent in work.agents and case.proposal.operation in work.operations
        for work in case.policy.agent_handled.values()
    )
