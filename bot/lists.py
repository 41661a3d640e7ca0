"""The buttons and forms of a list: one call into the core each. What they carry is the list and the state that was seen."""

from __future__ import annotations

from typing import assert_never

from bot.cards import batch, replies
from bot.cards.batch import BatchCard
from bot.cards.blocks import Json, Ref, parse_ref
from bot.face import Click, Face, Sent
from bot.forms import CLOSES, shown
from bot.pages import GONE, OVER
from bot.render.batch import batch_card
from core.contract.authority import Refused
from core.errors import BadInput
from core.ports import Member
from workflows.batches import CHANGED, Decided, OfList

CHOOSE_TITLE, REJECT_TITLE, WHY_TITLE = "Choose some", "Reject all", "Why one list?"
RULE = (
    "The rules gather requests of one kind, so that you are not called for each: the same operation, agent, wording and people "
    "who decide, all low risk, no money, one signature. Anything else is always asked on a card of its own."
)


def approve_all(face: Face, click: Click) -> Json | None:
    """A yes to exactly what the list showed."""
    ref = parse_ref(click.value)
    read = _read(face, click.member, ref)
    return _said(face, OfList(ref.id, ref.version, "approve", read=read, seconds=click.seconds), click.member)


def choose_page(face: Face, click: Click) -> Json:
    """A box for each."""
    return batch.choose_modal(_as_seen(face, click))


def reject_page(face: Face, click: Click) -> Json:
    """The reason for all."""
    return batch.reject_modal(_as_seen(face, click))


def why_page(face: Face, click: Click) -> Json:
    """Why these stand in one list."""
    card = _card(face, parse_ref(click.value))
    for each in card.waiting:
        face.note_read(click.member.user_id, each.ref.id)
    return batch.why_modal(card, RULE)


def some_chosen(face: Face, sent: Sent) -> Json:
    """A yes to those that were ticked."""
    try:
        ref, which = batch.parse_choose(sent.view)
    except BadInput as error:
        return {"response_action": "errors", "errors": {batch.WHICH_BLOCK: str(error)}}
    answer = OfList(ref.id, ref.version, "approve", which, surface="modal", read=_read(face, sent.member, ref))
    return _closes(CHOOSE_TITLE, _said(face, answer, sent.member))


def all_rejected(face: Face, sent: Sent) -> Json:
    """A no to all, with one reason."""
    ref, reason, note = batch.parse_reject(sent.view)
    answer = OfList(
        ref.id, ref.version, "reject", reason=reason, note=note, surface="modal", read=_read(face, sent.member, ref)
    )
    return _closes(REJECT_TITLE, _said(face, answer, sent.member))


def _said(face: Face, answer: OfList, member: Member) -> Json | None:
    match face.services.batches.decide(answer, member):
        case Decided():
            return None
        case Refused() as refused:
            return replies.refused(refused)
        case never:
            assert_never(never)


def _card(face: Face, ref: Ref) -> BatchCard:
    card = batch_card(face.scene, ref.id)
    if card is None:
        raise BadInput(GONE)
    return card


def _as_seen(face: Face, click: Click) -> BatchCard:
    """The list as the person has just seen it. Raises BadInput where it has changed since."""
    ref = parse_ref(click.value)
    card = _card(face, ref)
    if not card.waiting:
        raise BadInput(OVER)
    if card.ref != ref:
        raise BadInput(CHANGED)
    return card


def _read(face: Face, member: Member, ref: Ref) -> frozenset[str]:
    rows = face.services.ledger.rows("batch.items", batch=ref.id)
    return frozenset(str(row[0]) for row in rows if face.has_read(member.user_id, str(row[0])))


def _closes(title: str, payload: Json | None) -> Json:
    return CLOSES if payload is None else shown(title, payload)
