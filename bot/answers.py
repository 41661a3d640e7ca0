"""The answers to a call besides taking it: one call into the core, in a click's thread, as in `bot/clicks.py`."""

from __future__ import annotations

from typing import assert_never

from bot.cards import replies
from bot.cards.blocks import Json, parse_ref
from bot.clicks import refusal
from bot.face import Click, Face
from core.contract.authority import Refused
from workflows.answering import Answering, PassedOn, Seen


def acknowledge(face: Face, click: Click) -> Json | None:
    """I have seen it: the ladder stands still for a while."""
    ref = parse_ref(click.value)
    match _answering(face).acknowledge(ref.id, ref.version, click.member):
        case Seen():
            return None
        case Refused() as refused:
            return _why_not(face, ref.id, refused)
        case never:
            assert_never(never)


def not_now(face: Face, click: Click) -> Json | None:
    """Not now: the next rung is called at once."""
    ref = parse_ref(click.value)
    match _answering(face).not_now(ref.id, ref.version, click.member):
        case PassedOn():
            return None
        case Refused() as refused:
            return _why_not(face, ref.id, refused)
        case never:
            assert_never(never)


def _answering(face: Face) -> Answering:
    return Answering(face.services.ledger, face.services.policy)


def _why_not(face: Face, request_id: str, refused: Refused) -> Json:
    return refusal(face, request_id, refused) if refused.code == "already_decided" else replies.refused(refused)
