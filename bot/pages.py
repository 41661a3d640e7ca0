"""What stands in the forms that a button opens: read in a click's thread after the form itself is open."""

from __future__ import annotations

from datetime import datetime

from bot.cards import handoff, task
from bot.cards.approval import ApprovalState, read_modal
from bot.cards.blocks import Json, Ref, parse_ref
from bot.cards.edit import EditField, EditForm, edit_modal
from bot.cards.operations import speech, wording
from bot.cards.reject import reject_modal
from bot.cards.why import WhyPage, why_modal
from bot.face import Click, Face
from bot.render.approval import approval_card, parts, state_of
from bot.render.lines import handoff_card
from bot.render.scene import Row, agent_name, person_of, subject_of
from bot.render.task import hand_back_form
from core.contract.authority import NeedsApproval
from core.contract.work import Proposal, Resolved
from core.errors import BadInput
from workflows import views
from workflows.views import RequestView

GONE = "This card belongs to nothing that Baton knows."
OVER = "This was already decided. The card shows how it ended."
LONG = 80  # from here on a text gets several lines
TOO_LONG = (
    "This is longer than a form can hold, so it cannot be approved in Slack. Reject it and ask for a shorter one."
)
_TRAIL = {
    "event.received": "A message came in", "turn.ended": "read it", "verdict.given": "The rules were asked",
    "approval.asked": "People were asked", "approval.closed": "The question was withdrawn", "decision.made": "decided",
    "decision.refused": "pressed, and it did not count", "effect.claimed": "began to carry it out",
    "effect.settled": "It was carried out", "effect.held": "It was held back", "effect.waits": "It waits for a limit",
    "effect.cancelled": "It was cancelled", "effect.refused": "The rules stopped it",
    "effect.cleared_up": "said what became of it",
    "effect.undone": "has undone it", "effect.not_undone": "It could not be undone", "task.escalated": "called for a person",
    "task.finished": "finished", "task.closed": "The task was closed",
    "request.shown_again": "It was shown again, as asked", "reassign.refused": "could not hand it on",
    "question.asked": "asked a question", "question.answered": "answered", "question.not_answered": "had no answer",
    "ask.refused": "asked, and it did not count", "record.read": "looked into a record", "turn.held": "is paused",
}  # fmt: skip

_DETAIL = {
    "hand_over": "hands it on", "propose": "proposes something", "escalate": "calls for a person", "clarify": "sends it back",
    "ask": "question", "follow_up": "looks again later", "finished": "is done", "crm.create_lead": "new lead",
    "approve": "approved", "reject": "rejected", "edit": "changed", "take_over": "took over", "hand_back": "handed back",
    "answer": "answered", "reassign": "handed it on", "remind": "reminded the others", "snooze": "put it off",
    "undo": "undo", "crm.withdraw_lead": "lead taken back",
}  # fmt: skip


def reject(face: Face, click: Click) -> Json:
    """The form for a no."""
    view = pending(face, click.value)
    _, _, resolved = parts(view)
    thing = wording(resolved.operation).thing or "proposal"
    return reject_modal(parse_ref(click.value), f"{speech(resolved, subject_of(resolved)).noun}, {view.task.id}", thing)


def read(face: Face, click: Click) -> Json:
    """The whole text, with Approve at its end."""
    view = pending(face, click.value)
    face.note_read(click.member.user_id, view.request["id"])
    return read_modal(approval_card(face.scene, view)) or _cannot(TOO_LONG)


def edit(face: Face, click: Click) -> Json:
    """The form with what a person may change."""
    return edit_modal(edit_form(face, pending(face, click.value), parse_ref(click.value)))


def edit_form(face: Face, view: RequestView, ref: Ref) -> EditForm:
    """Fields for the arguments that a person may change; who gets it and what the record says stays."""
    _, proposal, resolved = parts(view)
    fields = tuple(
        EditField(name, _label(name), str(argument.value), multiline=_is_long(str(argument.value)))
        for name, argument in proposal.arguments.items() if name in editable(face, proposal)
    )  # fmt: skip
    if not fields:
        raise BadInput("Nothing in this can be changed here. Reject it and say what should be different.")
    shown = {field.value for field in fields}
    fixed = tuple(line for line in resolved.lines if line[1] not in shown)
    thing = wording(resolved.operation).thing or "proposal"
    return EditForm(ref, view.task.id, agent_name(view.request["agent"]), thing, fixed, fields)


def editable(face: Face, proposal: Proposal) -> frozenset[str]:
    """The arguments that the operation takes from a person; never a handle."""
    found = face.services.life.door_out.registry.operation(proposal.operation)
    if found is None:
        return frozenset()
    return frozenset(
        name for name, origins in found[0].accepts.items() if "person" in origins and name not in found[0].handles
    )


def why_request(face: Face, click: Click) -> Json:
    """Why?, of an approval or an escalation."""
    ref = parse_ref(click.value)
    view = views.request_view(face.services.ledger, ref.id)
    if view is None:
        raise BadInput(GONE)
    face.note_read(click.member.user_id, ref.id)
    return why_modal(_why_page(face, ref, view.task.id, view.request, view.proposal, view.resolved))


def why_task(face: Face, click: Click) -> Json:
    """Why?, of a task."""
    ref = parse_ref(click.value)
    if face.services.ledger.task(ref.id) is None:
        raise BadInput(GONE)
    return why_modal(_why_page(face, ref, ref.id, None, None, None))


def why_effect(face: Face, click: Click) -> Json:
    """Why?, of something that was allowed without asking."""
    ref, ledger = parse_ref(click.value), face.services.ledger
    effect = ledger.row("effect", "effect.get", id=ref.id)
    row = ledger.row("proposal", "proposal.get", id=effect["proposal_id"]) if effect else None
    if effect is None or row is None:
        raise BadInput(GONE)
    resolved = Resolved.model_validate_json(row["resolved"])
    return why_modal(_why_page(face, ref, effect["task_id"], None, Proposal.model_validate_json(row["body"]), resolved))


def hand_back(face: Face, click: Click) -> Json:
    """The form with which a person gives a task back."""
    view = views.task_view(face.services.ledger, parse_ref(click.value).id)
    if view is None:
        raise BadInput(GONE)
    if view.task.claimed_by != click.member.user_id:
        raise BadInput("Only the person who has the task can hand it back.")
    return task.hand_back_modal(hand_back_form(face.scene, view))


def handoff_details(face: Face, click: Click) -> Json:
    """All fields of a handoff."""
    ref = parse_ref(click.value)
    if views.handoff_view(face.services.ledger, ref.id) is None:
        raise BadInput(GONE)
    return handoff.details_modal(handoff_card(face.scene, ref.id))


# Parts ---------------------------------------------------------------------------------------------------------------


def pending(face: Face, value: str) -> RequestView:
    """The approval behind a button. Raises BadInput when it is not known or no longer waits."""
    view = views.request_view(face.services.ledger, parse_ref(value).id)
    if view is None:
        raise BadInput(GONE)
    if state_of(view.request) is not ApprovalState.PENDING:
        raise BadInput(OVER)
    return view


def _cannot(why: str) -> Json:
    raise BadInput(why)


def _why_page(
    face: Face, ref: Ref, task_id: str, request: Row | None, proposal: Proposal | None, resolved: Resolved | None
) -> WhyPage:
    ledger, asked = face.services.ledger, (request or {}).get("asked")
    turns = views.task_view(ledger, task_id)
    readings = turns.readings if turns else ()
    said = proposal.reason if proposal else str((request or {}).get("why", ""))
    rule = _rule(str(asked)) if asked else ""
    return WhyPage(
        ref=ref, zone=face.scene.zone, thing=(wording(resolved.operation).thing or "proposal") if resolved else "",
        confidence=proposal.confidence if proposal else (float(readings[-1]["confidence"]) if readings else None),
        why_text=said, evidence=proposal.evidence if proposal else (), rule_words=rule,
        trail=tuple(_step(*each) for each in views.trail(ledger, task_id)), cost_words=_cost(face, task_id),
        digest=resolved.digest() if resolved else "",
    )  # fmt: skip


def _rule(asked: str) -> str:
    found = NeedsApproval.model_validate_json(asked)
    who = ", ".join(f"{step.count} from {step.role.replace('_', ' ')}" for step in found.steps)
    return f"{who}. Rule: {found.rule}"


def _step(at: datetime, kind: str, actor: str, facts: Row) -> tuple[datetime, str]:
    words = _TRAIL.get(kind, kind.replace(".", " ").replace("_", " "))
    found = (
        facts.get("operation")
        or facts.get("verb")
        or facts.get("outcome")
        or facts.get("trigger")
        or facts.get("receipt")
    )
    detail = _DETAIL.get(str(found)) or str(found or "").rpartition(".")[2].replace("_", " ")
    name = person_of(actor) if actor.startswith("person:") else agent_name(actor)
    who = "" if actor in ("system", "policy") else f"{name}: "
    return at, f"{who}{words}" + (f" ({detail})" if detail else "")


def _cost(face: Face, task_id: str) -> str:
    calls, tokens, microcents = views.cost(face.services.ledger, task_id)
    return f"{calls} model calls, {tokens} tokens, ${microcents / 100_000_000:.4f}"


def _label(name: str) -> str:
    if name == "body":
        return "Text"
    words = name.replace("_", " ")
    return f"{words[:1].upper()}{words[1:]}"


def _is_long(text: str) -> bool:
    return "\n" in text or len(text) > LONG
