"""What waits for people: approvals and escalations are one kind of row, with one queue, one deadline and one card each.

Functions here write inside a unit that a step of the task's life or a person's click has opened.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.contract.authority import NeedsApproval
from core.contract.base import EffectId
from core.contract.work import Ask, Proposal, Resolved
from core.ledger import Phase, TaskState, Unit
from core.moment import to_us
from gateways.adapter import Operation
from policies.rules import escalation, sla
from policies.schema import Policy
from workflows import asking, calling, gather, joined, ladder, notices, outages, rungs
from workflows.lines import timeline as timeline

APPROVAL, ESCALATION = "approval", "escalation"
QUESTION = "question"  # the kind of card on which an agent asks the team
NEEDS_ANSWER = "needs_answer"
PENDING = "pending"
UNKNOWN = "unknown"
UNKNOWN_EFFECT = "unknown_effect"  # the trigger of what a person must clear up
WHY_MAX = 1_000  # of each reason, where a call has several


@dataclass(frozen=True, slots=True)
class Called:
    """A person is called by a request of its own."""

    request_id: str


@dataclass(frozen=True, slots=True)
class Added:
    """A person is called already; what is new stands on that call."""

    request_id: str


def ask_approval(  # noqa: PLR0913  all that a request holds, said aloud
    unit: Unit, policy: Policy, proposal_id: str, proposal: Proposal, exact: Resolved, asked: NeedsApproval, agent: str, *,
    why_again: str = "", in_place_of: str | None = None, requester: str = "", operation: Operation | None = None,
) -> str:  # fmt: skip
    """An approval that waits for people, and its card; the request's id. With `in_place_of` it takes over that card. By its
    `operation` a repeat of one that waits is known: it joins that one and has no card."""
    requester = requester or unit.task.requester
    mark = joined.mark_of(unit, operation, exact, agent) if operation else ""
    if (
        mark
        and not (why_again or in_place_of)
        and (together := joined.join(unit, mark, proposal_id, exact, asked, agent, requester))
    ):
        asking.look_again(unit)
        unit.wait("approval")
        return together
    alike = "" if why_again or in_place_of else gather.alike(unit, policy, proposal, exact, asked, agent)
    request_id = unit.insert(
        "request", id=unit.ids.new("ap"), kind=APPROVAL, alike=alike, task_id=unit.task.id, proposal_id=proposal_id,
        state=PENDING, digest=exact.digest(), queue=asked.on_expiry, asked=asked.model_dump_json(), agent=agent, why=why_again,
        requester=requester, due_at=to_us(asked.due_at), on_expiry=asked.on_expiry, created_at=unit.at,
    )  # fmt: skip
    unit.audit("approval.asked", "policy", request=request_id, digest=exact.digest(), rule=asked.rule)
    joined.keep(unit, request_id, mark, in_place_of)
    if in_place_of:
        unit.change(
            "request.close", key=in_place_of, state="closed", reason="replaced", at=unit.at, by=request_id, effect=None
        )
        unit.change("card.rebind", subject=in_place_of, kind=APPROVAL, new=request_id)
        unit.want(in_place_of)  # a list in which it stood
        asking.rebind(unit, in_place_of, request_id)
        unit.cards_changed = True
    else:
        where = gather.into_a_list(unit, policy, request_id, alike, asked.on_expiry)
        root = unit.card(APPROVAL, request_id, policy.channel_of(asked.on_expiry), parent_id=where)
        if where is None:  # a list is there so that people are called less
            out = calling.out_of(asked, requester, "")
            notices.of_approval(unit, policy, request_id, root, asked, out, lambda: calling.in_place(unit, policy, out))
    asking.look_again(unit)
    unit.wait("approval")
    return request_id


def make_effect(
    unit: Unit, proposal_id: str, proposal: Proposal, exact: Resolved, operation: Operation, agent: str,
    request_id: str | None, *, compensates: str | None = None,
) -> EffectId:  # fmt: skip
    """An effect that is ready to leave, and the job that carries it out. `compensates`: the effect that it takes back, approved
    by whoever pressed Undo."""
    effect_id = unit.insert(
        "effect", id=unit.ids.new("ef"), task_id=unit.task.id, proposal_id=proposal_id, request_id=request_id,
        gateway=operation.gateway, operation=operation.name, effect_class=operation.effect_class, agent=agent,
        limits=f",{','.join(operation.limits)},", counterparty=unit.blind("counterparty", exact.counterparty),
        digest=exact.digest(), state="ready", approved=bool(request_id or compensates), amount_cents=exact.amount_cents,
        currency=exact.currency, cost_cents=operation.cost_cents, record_count=exact.record_count,
        policy_version=unit.task.policy_version, created_at=unit.at, compensates_id=compensates,
    )  # fmt: skip
    unit.next(Phase.EFFECT, effect_id)
    return EffectId(effect_id)


def escalate(  # noqa: PLR0913  all that a call holds, said aloud
    unit: Unit, policy: Policy, trigger: str, why: str, *, agent: str, queue: str = "", effect_id: str | None = None,
    outage: str = "", about: str | None = None, card: str = ESCALATION,
) -> Called | Added:  # fmt: skip
    """A call for a person: the task waits in a named queue with its context. One call at a time: a new reason is added to the one
    that is open. Only an unknown effect (`effect_id`) is asked about by a call of its own, which ends when that is known.

    `outage`: the subject of the card on which it stands with others; then it has none of its own. `about`: the approval for which
    somebody calls; once that is decided the call ends. `card`: what kind of card calls."""
    where = queue if queue in policy.queues else escalation.queue_of(policy, trigger)
    unit.wait("person")
    calls = open_calls(unit)
    for call in calls:
        if trigger == call["trigger"] == UNKNOWN_EFFECT and effect_id == call["effect_id"]:
            return Added(call["id"])  # it is asked already
        if UNKNOWN_EFFECT not in (trigger, call["trigger"]):
            _add(unit, policy, call, trigger, why, agent)
            if call["about_id"] != about:  # another reason: it no longer ends with that decision
                unit.change("request.about", key=call["id"], about=None)
            return Added(call["id"])
    request_id = unit.insert(
        "request", id=unit.ids.new("es"), kind=ESCALATION, task_id=unit.task.id, state=PENDING, queue=where, agent=agent,
        trigger=trigger, escalation_class=escalation.class_of(policy, trigger), why=why, due_at=unit.at,
        on_expiry=where, created_at=unit.at, effect_id=effect_id, about_id=about,
    )  # fmt: skip
    if not calls:
        unit.task.owner = where
    if outage:
        outages.call(unit, policy, outage)
    else:
        urgent = escalation.class_of(policy, trigger) == "immediate"
        unit.card(card, request_id, policy.channel_of(where), urgent=urgent)
    asking.look_again(unit)
    ladder.begin(unit, policy, request_id)
    unit.audit("task.escalated", agent, request=request_id, trigger=trigger, queue=where)
    return Called(request_id)


def ask_team(unit: Unit, policy: Policy, outcome: Ask, *, agent: str) -> None:
    """An agent asks the team: a call for people like any other, with a card of its own that takes the answer. Where people are
    called already, the question stands on that call."""
    match escalate(unit, policy, NEEDS_ANSWER, outcome.question, agent=agent, card=QUESTION):
        case Called(request_id=request_id):
            asking.ask(unit, request_id, asking.TEAM, agent, outcome.question, options=outcome.options)
        case Added():
            pass


def waits_for_customer(unit: Unit, policy: Policy) -> bool:
    """Whether the agent has to wait for what it or a person in its stead asked the customer. Its turn is due on the next business
    day: then it goes on without an answer, which leads to people again."""
    for row in asking.of_task(unit, unit.task.id):
        if row["whom"] == asking.CUSTOMER and row["state"] == asking.OPEN and asking.mail_of(unit, row)[1] == "sent":
            request = unit.row("request", "request.get", id=row["request_id"]) or {}
            if asking.by_agent(row) or request["kind"] == ESCALATION:
                unit.next(Phase.TURN, due_at=sla.next_opening(policy, unit.now))
                unit.wait("customer")
                return True
    return False


def _add(unit: Unit, policy: Policy, call: dict[str, Any], trigger: str, why: str, agent: str) -> None:
    """Another reason for a call that is open: its card says both, and a line in its thread rings. A reason that is more urgent
    makes the call so: its own ladder begins now."""
    unit.audit("task.escalated", agent, request=call["id"], trigger=trigger, queue=call["queue"], added=True)
    of = escalation.class_of(policy, trigger)
    is_worse = escalation.ORDER.index(of) < escalation.ORDER.index(call["escalation_class"])
    both = call["why"] if why in call["why"] else f"{call['why'][:WHY_MAX]}\n{why[:WHY_MAX]}"
    if both == call["why"] and not is_worse:
        return  # it stands there already
    unit.change("request.add", key=call["id"], why=unit.seal("request", "why", call["id"], both))
    unit.want(call["id"])
    if call["created_at"] < unit.at:  # else its card is not posted yet
        now = rungs.ringing(unit, call)  # who is called for the new reason first has a line of their own
        facts: dict[str, Any] = {} if now is None else {"called": now}
        timeline(unit, call["id"], "added", trigger=trigger, **facts)
    if is_worse:
        unit.change("request.raise", key=call["id"], new=trigger, of=of)
        unit.audit("escalation.raised", "policy", request=call["id"], trigger=trigger)
        ladder.raised(unit, policy, call["id"])


def decided(unit: Unit, approval_id: str, *, moved_to: str | None = None) -> None:
    """An approval for which somebody had called is decided on its own card: a call that was about nothing else ends with it.
    `moved_to`: the approval that took its place, and for which is called now."""
    for call in open_calls(unit):
        if call["about_id"] != approval_id:
            continue
        if moved_to:
            unit.change("request.about", key=call["id"], about=moved_to)
            continue
        unit.change("request.close", key=call["id"], state="closed", reason="It was decided on its own card", at=unit.at,
                    by=approval_id, effect=None)  # fmt: skip
        unit.audit("escalation.ended", "system", request=call["id"], decided=approval_id)
        unit.want(call["id"])
        if not unit.task.claimed_by and not waits_for_person(unit):
            unit.task.owner = str(call["agent"])
            unit.wait("approval")  # for another one, if there is; else it goes on


def cleared_up(unit: Unit, effect: dict[str, Any], by: str, went_out: bool) -> None:
    """What became of an unknown effect is known, by a person (`person:U…`) or the provider: the call for a person ends with it.
    The agents go on when no other calls."""
    if by.startswith("person:"):
        unit.insert("decision", id=unit.ids.new("de"), target_kind="effect", target_id=effect["id"], task_id=unit.task.id,
                    target_version=effect["attempts"], person=by.removeprefix("person:"), surface="card", at=unit.at,
                    verb="went_out" if went_out else "did_not_go_out")  # fmt: skip
    who = "A person" if by.startswith("person:") else "The provider"
    still = {row[0] for row in unit.all("effect.of_task_in", task=unit.task.id, state=UNKNOWN)}
    calls = [call for call in open_calls(unit) if call["trigger"] == UNKNOWN_EFFECT]
    asked = {call["effect_id"] for call in calls if call["effect_id"] != effect["id"]}
    for call in calls:
        if not still or (call["effect_id"] == effect["id"] and still <= asked):
            unit.change("request.close", key=call["id"], state="closed", reason=f"{who} said what became of it", at=unit.at,
                        by=None, effect=effect["id"])  # fmt: skip
            unit.want(call["id"])
    goes_on = not effect["compensates_id"]  # nothing waits for an undo
    if goes_on and calls and not still and not unit.task.claimed_by and not waits_for_person(unit):
        unit.task.owner = str(effect["agent"])
        unit.task.state, unit.task.waiting_for = TaskState.OPEN.value, ""


def open_calls(unit: Unit) -> list[dict[str, Any]]:
    """The open calls for a person of this task, oldest first."""
    unit.write()  # a call that this unit has just made counts
    return [unit.row("request", "request.get", id=row[0]) or {} for row in unit.all("request.calls", task=unit.task.id)]


def waits_for_person(unit: Unit) -> bool:
    """Whether a call for a person is open on this task."""
    unit.write()
    return bool(unit.all("request.calls", task=unit.task.id))


def heard(unit: Unit) -> bool:
    """The customer wrote again. Whether people have the task or are called to it: then no agent reads it, its cards show the
    words and a line in the thread rings."""
    calls = [str(call["id"]) for call in open_calls(unit)]
    if not calls and not unit.task.claimed_by:
        return False
    for subject in (*calls, *_of_holder(unit)[:4]):
        unit.want(subject)
    if not any(timeline(unit, call, "joined") for call in calls):
        tell_holder(unit, "joined", holder=unit.task.claimed_by or "")
    return True


def tell_holder(unit: Unit, what: str, *, subject: str = "", **facts: Any) -> None:
    """One line in the thread where a person has this task; as `timeline`."""
    any(timeline(unit, each, what, subject=subject, **facts) for each in _of_holder(unit))


def _of_holder(unit: Unit) -> tuple[str, ...]:
    """Whose card may show that a person has the task, the likeliest first."""
    return unit.task.id, *(str(row[0]) for row in unit.all("request.taken_of_task", task=unit.task.id))


def supersede_open(unit: Unit, why: str) -> None:
    """Closes the task's open approvals: they cannot be approved any more, and their cards say so. What was approved and is
    still here, ready or held, is cancelled too."""
    for request_id, kind, _, _ in unit.all("request.of_task", task=unit.task.id, state=PENDING):
        if kind == APPROVAL:
            unit.change("request.close", key=request_id, state="closed", reason=why, at=unit.at, by=None, effect=None)
            unit.audit("approval.closed", "system", request=request_id)
            unit.want(request_id)
            joined.wake(unit, request_id)
    for state in ("ready", "held"):
        for effect_id, _, request_id in unit.all("effect.of_agents_in", task=unit.task.id, state=state):
            unit.move_effect(effect_id, state, "cancelled", why)
            unit.audit("effect.cancelled", "system", effect=effect_id)
            unit.want(request_id or effect_id)
            joined.wake(unit, request_id)
    joined.withdraw(unit, why)
