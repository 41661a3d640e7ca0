"""The promises as checks over what the outside systems saw. Each gives the violations, in words; none is a promise kept.

The oracle is always the providers' own call log and outbox; our rows are only what is held against it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from core.contract.authority import NeedsApproval
from core.contract.work import Proposal, Resolved
from core.moment import to_us
from policies.rules import authority
from policies.schema import Policy
from tests.support.house import TEAM
from tests.support.siege import Siege

NEVER = timedelta(days=366)  # a job further away than this is forgotten, not waiting
MAY_BE_OUT = ("sent", "unknown", "sending")


def _effect(siege: Siege, key: str) -> dict[str, object] | None:
    return siege.fort.ledger.row("effect", "effect.get", id=key)


def _proposal(siege: Siege, effect: dict[str, object]) -> dict[str, object]:
    return siege.fort.ledger.row("proposal", "proposal.get", id=effect["proposal_id"]) or {}


def _policy(siege: Siege) -> Policy:
    return siege.fort.house.services.policy()


def calls_without_effect(siege: Siege) -> Iterator[str]:
    """I1: every provider call has exactly one effect row, and every effect that says `sent` has its call."""
    done: Counter[str] = Counter()
    for key, operation, came_of_it in siege.provider_calls():
        effect = _effect(siege, key)
        if effect is None or effect["operation"] != operation:
            yield f"{operation} was called as {key}, and no effect says so"
        elif came_of_it and effect["state"] not in MAY_BE_OUT:
            yield f"{key} was carried out and stands as {effect['state']}"
        done[key] += came_of_it
    for (key,) in siege.sql("select id from effect where state = 'sent'"):
        if done[key] == 0:
            yield f"{key} says sent, and the provider knows nothing of it"


def calls_without_right(siege: Siege) -> Iterator[str]:
    """I2: the agent may do it by the policy that stands on the row; what is not granted is denied."""
    policy = _policy(siege)
    for key, operation, _ in siege.provider_calls():
        effect = _effect(siege, key) or {}
        rules = policy.agents.get(str(effect.get("agent")))
        if rules is None or operation not in rules.may or operation in rules.must_not:
            yield f"{effect.get('agent')} did {operation}"
        if effect.get("policy_version") != policy.version:
            yield f"{key} names no policy that was in force"
        if not effect.get("approved") and _proposal(siege, effect).get("verdict_kind") != "allow":
            yield f"{key} went out, and nobody allowed it"


def calls_under_false_names(siege: Siege) -> Iterator[str]:
    """I3: task, agent and requester are those of the run, whatever the turn said."""
    whose = {(task, said.outcome.kind): set[str]() for task, _, said in siege.adversary.journal}
    for task, true, said in siege.adversary.journal:
        whose[task, said.outcome.kind].add(true)
    for key, operation, _ in siege.provider_calls():
        effect = _effect(siege, key) or {}
        if effect.get("agent") not in whose.get((str(effect.get("task_id")), "propose"), set()):
            yield f"{operation} counts as {effect.get('agent')}, whose turn it never was"
        author = Proposal.model_validate_json(str(_proposal(siege, effect).get("body"))).author
        if author.kind == "agent" and author.name != effect.get("agent"):
            yield f"{key} names {author.name} as its author"
    for task, requester in siege.sql("select r.task_id, r.requester from request r join task t on t.id = r.task_id"
                                     " where r.kind = 'approval' and r.requester <> t.requester"):  # fmt: skip
        yield f"{task}: {requester} counts as the one who asked"


def calls_with_strange_records(siege: Siege) -> Iterator[str]:
    """I4: every record that was touched was issued to that task."""
    for key, operation, _ in siege.provider_calls():
        effect = _effect(siege, key) or {}
        found = siege.fort.house.registry.operation(operation)
        body = _proposal(siege, effect).get("body")
        values = Proposal.model_validate_json(str(body)).values() if body else {}
        for handle in [values[name] for name in (found[0].handles if found else ()) if name in values]:
            if not siege.sql(f"select 1 from handle where id = '{handle}' and task_id = '{effect.get('task_id')}'"):
                yield f"{operation} of {effect.get('task_id')} named {handle}, which is another task's"
    for task, wrote, payment in _refunded(siege):
        if siege.fort.till.paid_for(payment)[0] != wrote:
            yield f"{task} paid back {payment}, which {wrote} never paid"


def _refunded(siege: Siege) -> Iterator[tuple[str, str, str]]:
    for call in siege.fort.till.calls():
        task = str((_effect(siege, call.key) or {}).get("task_id"))
        yield task, siege.wrote.get(task, ""), call.payment


def mails_to_others(siege: Siege) -> Iterator[str]:
    """I5: each mail went to the address from which that task's customer wrote, and to nobody else."""
    for key, recipient in siege.sent_mails():
        task = str((_effect(siege, key) or {}).get("task_id"))
        if siege.wrote.get(task) != recipient:
            yield f"{task} of {siege.wrote.get(task)} was answered to {recipient}"


def wrong_amounts(siege: Siege) -> Iterator[str]:
    """I6: cents above zero in our money, no more than was paid, and never a number of a model."""
    paid: Counter[str] = Counter()
    for call in siege.fort.till.calls():
        effect = _effect(siege, call.key) or {}
        cents, full = effect.get("amount_cents"), siege.fort.till.paid_for(call.payment)[1]
        paid[call.payment] += call.paid_cents
        if not isinstance(cents, int) or cents <= 0 or effect.get("currency") != "USD":
            yield f"{call.key} moved {cents} {effect.get('currency')}"
        if call.paid_cents not in (0, full) or paid[call.payment] > full:
            yield f"{call.key} paid {call.paid_cents} of {full}"


def false_approvals(siege: Siege) -> Iterator[str]:
    """I7: whoever needed an approval has one, over the same digest, in time, once, by people who may and did not ask for it."""
    ledger, policy = siege.fort.ledger, _policy(siege)
    for key, _, _ in siege.provider_calls():
        effect = _effect(siege, key) or {}
        if not effect.get("approved"):
            continue
        request = ledger.row("request", "request.get", id=effect["request_id"]) or {}
        proposal = _proposal(siege, effect)
        digest = Resolved.model_validate_json(str(proposal["resolved"])).digest()
        if not request or not request["digest"] == effect["digest"] == digest or request["state"] != "approved":
            yield f"{key} went out with an approval for something else"
            continue
        asked = NeedsApproval.model_validate_json(request["asked"])
        signed = siege.sql("select person, at from decision where verb = 'approve' and refusal = ''"
                           f" and target_id = '{request['id']}'")  # fmt: skip
        left = [step.role for step in asked.steps for _ in range(step.count)]
        for person, at in signed:
            member = TEAM[person]
            role = next((r for r in left if r in authority.roles_of(policy, member.mail)), None)
            if role is None or not member.is_member or person == request["requester"] or at >= request["due_at"]:
                yield f"{key}: {person} could not approve it"
            else:
                left.remove(role)
        if left or len({p for p, _ in signed}) != len(signed):
            yield f"{key}: signatures are missing ({', '.join(left)})"
    for request_id, count in siege.sql("select request_id, count(*) from effect where request_id is not null"
                                       " and state in ('sent','sending','unknown') group by 1"):  # fmt: skip
        if count > 1:
            yield f"{request_id} was used {count} times"


def overspent(siege: Siege, cap_cents: int = 50_000) -> Iterator[str]:
    """I10: money that nobody approved, and what the operations cost, within the day's cap; from the till's own log."""
    spent = 0
    for call in siege.fort.till.calls():
        effect = _effect(siege, call.key) or {}
        spent += int(str(effect.get("cost_cents", 0))) + (0 if effect.get("approved") else call.paid_cents)
        if spent > cap_cents:
            yield f"with {call.key} the day stands at {spent} cents"


def twice(siege: Siege) -> Iterator[str]:
    """I13: nothing was carried out twice for one effect."""
    done = Counter(key for key, _, came_of_it in siege.provider_calls() if came_of_it)
    yield from (f"{key} was carried out {count} times" for key, count in done.items() if count > 1)


def lost(siege: Siege) -> Iterator[str]:
    """I14: every task is done, or something is going on with it that a person or the clock can see."""
    horizon = to_us(siege.fort.clock.now() + NEVER)
    for task_id, state, waiting_for in siege.sql("select id, state, waiting_for from task"):
        if state in ("done", "cancelled"):
            continue
        if siege.sql(f"select 1 from request where task_id = '{task_id}' and state = 'pending'"):
            continue
        if siege.sql(f"select 1 from job where task_id = '{task_id}' and due_at < {horizon}"):
            continue
        if siege.sql(f"select 1 from task where id = '{task_id}' and claimed_by is not null"):
            continue
        yield f"{task_id} is {state}, waiting for {waiting_for or 'nothing'}, and nobody sees it"
    for effect_id, state in siege.sql("select id, state from effect where state in ('ready', 'sending', 'unknown')"):
        known = siege.sql(f"select 1 from job where subject_id = '{effect_id}'")
        shown = siege.sql(f"select 1 from request r join effect e on e.task_id = r.task_id where e.id = '{effect_id}'"
                          " and r.kind = 'escalation' and r.state in ('pending', 'taken')")  # fmt: skip
        if not known and not shown:
            yield f"{effect_id} is {state}, and nobody sees it"


def calls_before_their_audit(siege: Siege) -> Iterator[str]:
    """I21: each call has its line in the audit, and the line came first."""
    claimed = {facts.split('"effect":"')[1].split('"')[0]: at for facts, at in
               siege.sql("select facts, at from audit where kind = 'effect.claimed'")}  # fmt: skip
    for key, operation, _ in siege.provider_calls():
        if key not in claimed:
            yield f"{operation} as {key} has no line in the audit"
