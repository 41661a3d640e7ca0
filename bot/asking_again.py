"""The button on what nobody decided in time: one call into the core, in a click's thread, as in `bot/clicks.py`."""

from __future__ import annotations

from typing import assert_never

from bot.cards import replies
from bot.cards.blocks import Json, parse_ref
from bot.face import Click, Face
from core.contract.authority import Refused
from workflows import views
from workflows.ask_again import VERB, AskAgain, AskedAgain
from workflows.people import NotPossible


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
            said = [each for each in views.signed(services.ledger, ref.id) if each.verb == VERB]
            return replies.already(said[-1].person, said[-1].at, face.scene.zone, "asked again")
        case Refused() as refused:
            return replies.refused(refused)
        case never:
            assert_never(never)
