"""What each form does when it comes back: one call into the core. The answer is what `ack` is told; `{}` closes the form."""

from __future__ import annotations

from typing import assert_never

from bot import clicks
from bot.cards import edit, ids, reject, replies, task
from bot.cards.blocks import Json
from bot.cards.edit import DifferenceForm, difference_modal
from bot.cards.forms import ref_of
from bot.face import Face, Sent
from bot.pages import GONE, editable
from bot.render.effect import changes
from bot.render.scene import subject_of
from bot.render.undo import undo_words
from core.contract.authority import NeedsApproval, Refused
from core.contract.base import RequestId
from core.contract.work import Proposal
from workflows.people import Drafted, NotPossible
from workflows.takeover import CLOSE, HandedBack

CLOSES: Json = {}


def rejected(face: Face, sent: Sent) -> Json:
    """A no with its reason, and what happens then."""
    answer = reject.parse_reject(sent.view)
    refusal = clicks.decide(
        face, sent.member, answer.ref, "reject", reason=answer.reason, note=answer.note, surface="modal"
    )
    if refusal is not None:
        return shown("Reject", refusal)
    task_id = str(face.services.ledger.rows("request.task", id=answer.ref.id)[0][0])
    match answer.next:
        case "retry":
            return CLOSES
        case "take_over":
            return _closes_or_says("Take over", clicks.take_over(face, sent.member, task_id, "modal"))
        case "close":
            closed = face.services.takeover.close(task_id, sent.member, answer.reason)
            return shown("Close the task", replies.refused(closed)) if isinstance(closed, Refused) else CLOSES
        case _:
            assert_never(answer.next)


def approved_in_full(face: Face, sent: Sent) -> Json:
    """A yes at the end of a text that was too long for its card."""
    return _closes_or_says("Approve", clicks.decide(face, sent.member, ref_of(sent.view), "approve", surface="modal"))


def edited(face: Face, sent: Sent) -> Json:
    """What was typed, kept as a draft; the form turns into the difference."""
    answer = edit.parse_edit(sent.view)
    if not answer.changes:
        return edit.nothing_changed(sent.view)
    request = face.services.ledger.row("request", "request.get", id=answer.ref.id)
    row = face.services.ledger.row("proposal", "proposal.get", id=request["proposal_id"]) if request else None
    if request is None or row is None:
        return shown("Edit", replies.told(GONE))
    allowed = editable(face, Proposal.model_validate_json(row["body"]))
    changed = {name: text for name, text in answer.changes.items() if name in allowed}
    match face.services.people.draft(RequestId(answer.ref.id), answer.ref.version, sent.member, changed, answer.note):
        case Drafted() as drafted:
            many = NeedsApproval.model_validate_json(request["asked"])
            return {"response_action": "update", "view": difference_modal(_difference(face, answer, drafted, many))}
        case NotPossible(reason=reason):
            return _under(sent.view, next(iter(changed), ""), reason)
        case Refused() as refused:
            return shown("Edit", replies.refused(refused))
        case never:
            assert_never(never)


def _difference(face: Face, answer: edit.EditAnswer, drafted: Drafted, asked: NeedsApproval) -> DifferenceForm:
    needed = sum(step.count for step in asked.steps)
    return DifferenceForm(
        ref=answer.ref, draft_ref=drafted.draft_id, resolved=drafted.after, changes=changes(drafted.before, drafted.after),
        subject=subject_of(drafted.after), undo_words=undo_words(face.services.policy(), drafted.after), note=answer.note,
        approvals_words=f"A change starts the approvals again: {needed} people." if needed > 1 else "",
    )  # fmt: skip


def edit_confirmed(face: Face, sent: Sent) -> Json:
    """The edit, judged by the rules again; approved at once only where this person alone may."""
    ref, draft_id = edit.parse_edit_confirm(sent.view)
    return _closes_or_says("Edit", clicks.words(face, ref.id, face.services.people.confirm_edit(draft_id, sent.member)))


def handed_back(face: Face, sent: Sent) -> Json:
    """The task goes back to an agent, or is closed."""
    answer = task.parse_hand_back(sent.view)
    to = answer.agent or CLOSE
    if to != CLOSE and to not in face.services.policy().agents:
        return shown("Hand back", replies.told("There is no such agent any more. Please open the form again."))
    match face.services.takeover.hand_back(answer.ref.id, sent.member, answer.did, to, answer.held):
        case HandedBack():
            return CLOSES
        case Refused() as refused:
            return shown("Hand back", replies.refused(refused))
        case never:
            assert_never(never)


def only_read(_face: Face, _sent: Sent) -> Json:
    """A page without anything to send."""
    return CLOSES


def shown(title: str, payload: Json) -> Json:
    """Words in place of the form."""
    return {"response_action": "update", "view": replies.page_refused(title, str(payload["text"]), "")}


def _closes_or_says(title: str, payload: Json | None) -> Json:
    return CLOSES if payload is None else shown(title, payload)


def _under(view: Json, name: str, words: str) -> Json:
    """Words under the field that cannot be so."""
    fields = [str(block["block_id"]) for block in view["blocks"] if block.get("type") == "input"]
    block = next((each for each in fields if each == f"{ids.EDIT_FORM}.{name}"), fields[0])
    return {"response_action": "errors", "errors": {block: words[:150]}}
