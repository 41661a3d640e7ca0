"""What becomes of a proposal: code decides, never the agent. Inside the unit of the step that proposes."""

from __future__ import annotations

from typing import assert_never

from core.contract.authority import Allow, Deny, NeedsApproval
from core.contract.work import Escalate, Party, Proposal, Resolved
from core.ledger import Unit
from gateways.adapter import NotResolved
from gateways.base import DoorOut
from gateways.checks import Checks
from workflows import clarifying, failures, history, requests, stuck


def judge(
    unit: Unit, door_out: DoorOut, agent: str, turn_id: str | None, proposal: Proposal, exact: Resolved | NotResolved,
    supersedes: str | None = None,
) -> None:  # fmt: skip
    """What an agent proposes: done, asked, or for a person. `supersedes`: an earlier proposal whose place it takes."""
    policy = door_out.policy()
    found = door_out.registry.operation(proposal.operation)
    if found is None or isinstance(exact, NotResolved):
        why = exact.reason if isinstance(exact, NotResolved) else f"{proposal.operation} is unknown"
        unit.audit(
            "verdict.given",
            "policy",
            verdict="not_resolved",
            operation=found[0].name if found else requests.UNKNOWN,
        )
        requests.escalate(unit, policy, "unsure", why, agent=agent)
        return
    operation, _ = found
    proposal = proposal.model_copy(update={"author": Party(kind="agent", name=agent)})
    verdict = Checks(policy, door_out.directory).verdict(unit, agent, proposal, exact, operation)
    proposal_id = history.record_proposal(unit, proposal, exact, verdict, policy.version, turn_id, supersedes)
    unit.audit("verdict.given", "policy", proposal=proposal_id, operation=proposal.operation, verdict=verdict.kind,
               digest=exact.digest())  # fmt: skip
    match verdict:
        case Allow():
            sent = requests.make_effect(unit, proposal_id, proposal, exact, operation, agent, request_id=None)
            clarifying.keep(unit, policy, proposal, agent, request_id=None, effect_id=sent)
        case NeedsApproval():
            asked = requests.ask_approval(unit, policy, proposal_id, proposal, exact, verdict, agent,
                                          operation=operation)  # fmt: skip
            clarifying.keep(unit, policy, proposal, agent, request_id=asked)
            stuck.call(unit, policy, asked)
        case Deny(rule=rule, reason=reason):
            failures.forbidden(unit, policy, agent, f"{reason} ({rule})")
        case Escalate(trigger=trigger, why=why, queue=queue):
            requests.escalate(unit, policy, trigger, why, agent=agent, queue=queue)
        case _:
            assert_never(verdict)
