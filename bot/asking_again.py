"""The button on what nobody decided in time: one call into the core, in a click's thread, as in `bot/clicks.py`."""

from __future__ import annotations

from typing import assert_never

from bot.cards import replies
from bot.cards.blocks import Json, parse_ref
from bot.face import Click, Face
from core.contract.authority import Refused
from workflows import calling, views
from workflows.ask_again import VERB, AskAgain, AskedAgain
from workflows.people import NotPossible

CARD = "A new card waits for a decision, or says what became of it."


def press(face: Face, click: Click) -> Json | None:
    """A new card asks for the decision; whoever comes second or too late is told so."""
    ref, services = parse_ref(click.value), face.services
    asking = AskAgain(services.ledger, services.people.door_out, services.policy)
    match asking.press(ref.id, ref.version, click.member, click.seconds):
        case AskedAgain():
            return None
        case NotPossible(reason=reason):
            return replies.told(f"{reason} Nothing was asked again.")
        case Refused(code="already_decided"):
            said = [each.person for each in views.signed(services.ledger, ref.id) if each.verb == VERB]
            who = calling.name_of(services.ledger, services.policy(), said[-1]) if said else "Somebody"
            return replies.told(f"{who} has asked again already. {CARD} Your click changed nothing.")
        case Refused() as refused:
            return replies.refused(refused)
        case never:
            assert_never(never)
