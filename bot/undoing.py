"""The button that takes back what was done: one call into the core, in a click's thread, as in `bot/clicks.py`."""

from __future__ import annotations

from typing import assert_never

from bot.cards import replies
from bot.cards import undo as cards
from bot.cards.blocks import Json, Ref, parse_ref
from bot.face import Click, Face
from core.contract.authority import Refused
from workflows import views
from workflows.people import NotPossible
from workflows.undo import Press, Undoing


def undo(face: Face, click: Click) -> Json | None:
    """The card says that it is being undone; what the person must be told besides comes back."""
    ref = parse_ref(click.value)
    request_id = _request_of(face, ref)
    press = Press(ref.id, ref.version, seconds=click.seconds,
                  details_opened=bool(request_id) and face.has_read(click.member.user_id, request_id))  # fmt: skip
    match face.services.undo.undo(press, click.member):
        case Undoing():
            return None
        case NotPossible(reason=reason):
            return replies.told(f"{reason} Nothing has changed.")
        case Refused(code="already_decided"):
            return _already(face, ref)
        case Refused() as refused:
            return replies.refused(refused)
        case never:
            assert_never(never)


def _request_of(face: Face, ref: Ref) -> str:
    effect = face.services.ledger.row("effect", "effect.get", id=ref.id)
    return str(effect["request_id"] or "") if effect else ""


def _already(face: Face, ref: Ref) -> Json:
    said = [each for each in views.signed(face.services.ledger, ref.id) if each.verb == "undo"]
    return cards.already(said[-1].person, said[-1].at, face.scene.zone) if said else replies.already()
