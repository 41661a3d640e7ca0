"""A request for approval as its card, in every state; once approved it is the card of its effect."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.cards import approval
from bot.cards.approval import ApprovalCard, ApprovalState, Signature
from bot.cards.blocks import Ref
from bot.cards.operations import speech
from bot.cards.reject import REASONS
from bot.cards.words import money
from bot.render import asked as asked_on
from bot.render.effect import draws_again_at, effect_card, last_of, task_ref
from bot.render.instead import instead_words, signer
from bot.render.scene import Drawn, Row, Scene, agent_name, queue_name, subject_of
from bot.render.undo import undo_words
from core.contract.authority import NeedsApproval
from core.contract.work import Proposal, Resolved
from core.errors import Bug
from core.ledger import TaskState, moment
from core.moment import from_us
from policies.schema import OperationPolicy
from workflows import ask_again, calling, joined, views
from workflows.views import RequestView

_CLOSED = {"taken_over": ApprovalState.TAKEN, "replaced": ApprovalState.SUPERSEDED}
_ENDED = ("rejected", "expired", "taken")


def draw(scene: Scene, card: Row) -> Drawn:
    """The card as its row stands now."""
    view = views.request_view(scene.ledger, card["subject_id"])
    if view is None:
        raise Bug(f"card {card['id']} shows no request")
    made = approval_card(scene, view)
    if card["parent_id"]:  # it stands in a list's thread: the list has called them
        names = (calling.name_of(scene.ledger, scene.policy, each) for each in made.deciders)
        made = replace(made, deciders=tuple(names))
    return Drawn(approval.render(made), draws_again_at(scene, view.effect) if view.effect else None)


def approval_card(scene: Scene, view: RequestView) -> ApprovalCard:
    """All that the card shows."""
    asked, proposal, resolved = parts(view)
    request, decided = view.request, last_of(view.decisions, "approve", "reject", "edit")
    state, (called, others, instead) = state_of(request), deciders(scene, view)
    handed = last_of(view.decisions, "reassign") if request["assignee"] else None
    signatures = tuple(
        Signature(each.role, signer(scene, each), each.at) for each in view.decisions if each.verb == "approve"
    )
    shown = asked_on.spoken(scene, view, resolved)
    return ApprovalCard(
        task_id=view.task.id, agent=agent_name(request["agent"]), ref=Ref(request["id"], request["version"]), state=state,
        resolved=shown, why_text=_why(view, proposal), confidence=proposal.confidence, sources=len(proposal.evidence),
        steps=asked.steps, deciders=called, due_at=from_us(request["due_at"]),
        on_expiry_words=_expiry(resolved, asked), zone=scene.zone, subject=subject_of(resolved), signatures=signatures,
        undo_words=undo_words(scene.policy, resolved),
        rule_words=rule_words(scene, resolved), decided_by=_ended_by(scene, view), reason_words=_reason(request, view),
        decided_at=decided.at if decided else moment(request["closed_at"]), note=_note(request, view),
        next_words=asked_on.came_of_it(scene, view) or _next(view), task_ref=task_ref(view.task),
        effect=effect_card(scene, view, view.effect, shown) if view.effect else None,
        asked=asked_on.lines_of(scene, view), by_person=proposal.author.kind == "person" or shown is not resolved,
        handed_by=handed.person if handed else "", handed_note=handed.note if handed else "", others=others,
        called_for=_called_for(scene, request), instead_words=instead,
        can_ask_again=ask_again.is_open(scene.ledger, request),
        also_for=joined.tasks_of(scene.ledger, request["id"], besides=view.task.id),
    )  # fmt: skip


def parts(view: RequestView) -> tuple[NeedsApproval, Proposal, Resolved]:
    """What an approval always has. Raises `Bug` for another kind of request."""
    if view.asked is None or view.proposal is None or view.resolved is None:
        raise Bug(f"{view.request['id']} asks for no approval")
    return view.asked, view.proposal, view.resolved


def state_of(request: Row) -> ApprovalState:
    """The card's state for a request's."""
    match request["state"]:
        case "pending":
            return ApprovalState.PENDING
        case "approved":
            return ApprovalState.APPROVED
        case "closed":
            return _CLOSED.get(request["closed_reason"], ApprovalState.WITHDRAWN)
        case state if state in _ENDED:
            return ApprovalState(state)
        case other:
            raise Bug(f"a request is {other}")


def rule_words(scene: Scene, resolved: Resolved) -> str:
    """The money rule that binds; empty where no money moves."""
    rules: OperationPolicy | None = scene.policy.operation(resolved.operation)
    if not resolved.amount_cents or rules is None or rules.money is None:
        return ""
    bands = ", ".join(f"up to {money(band.up_to_cents, resolved.currency)}" for band in rules.money.bands)
    return f"Counts with what went to the same customer in {rules.money.window_days} days: {bands}, then more people."


def _why(view: RequestView, proposal: Proposal) -> str:
    again = str(view.request["why"] or "").strip()
    return f"Asked again: {again} {proposal.reason}" if again else proposal.reason


def deciders(scene: Scene, view: RequestView) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Who is called, and the names of others who may decide too: of those who can still sign, never who asked for it or wrote it
    unless the rule says so. At last, for whom delegates stand in."""
    case = calling.of_view(scene.ledger, scene.policy, view)
    called = case.called() if case else ()
    others = tuple(each.name for each in case.others()) if case else ()
    return tuple(each.person for each in called), others, instead_words(called)


def _called_for(scene: Scene, request: Row) -> tuple[str, datetime] | None:
    """Why somebody has called for help with it, and when; while that call is open."""
    for (name,) in scene.ledger.rows("request.calls", task=request["task_id"]) if request["state"] == "pending" else ():
        call = scene.ledger.row("request", "request.get", id=name) or {}
        if call.get("about_id") == request["id"]:
            return str(call["why"]), from_us(call["created_at"])
    return None


def _expiry(resolved: Resolved, asked: NeedsApproval) -> str:
    return f"It is not {speech(resolved).participle}, and {queue_name(asked.on_expiry)} gets the task."


def _ended_by(scene: Scene, view: RequestView) -> str:
    if view.request["closed_reason"] == "taken_over":
        whole = views.task_view(scene.ledger, view.task.id)
        taken = last_of(whole.acts, "take_over") if whole else None
        return taken.person if taken else ""
    decided = last_of(view.decisions, "approve", "reject")
    return signer(scene, decided) if decided else ""


def _reason(request: Row, view: RequestView) -> str:
    rejected = last_of(view.decisions, "reject")
    key = rejected.reason if rejected else str(request["closed_reason"])
    return REASONS.get(key, key)


def _note(request: Row, view: RequestView) -> str:
    rejected = last_of(view.decisions, "reject")
    if rejected:
        return rejected.note
    withdrawn = request["state"] == "closed" and request["closed_reason"] not in _CLOSED
    return str(request["closed_reason"]) if withdrawn else ""


def _next(view: RequestView) -> str:
    task, state = view.task, view.request["state"]
    if task.state in (TaskState.DONE, TaskState.CANCELLED):
        return "The task is closed."
    if task.claimed_by:
        return "A person has the task."
    if state == "expired" and view.request["superseded_by"]:
        return "It was asked again, on a card of its own."
    if state == "expired":
        return f"The task went to {queue_name(view.request['on_expiry'])}."
    if state == "rejected":
        return "The agent was told; anything new comes as a new card."
    return ""
