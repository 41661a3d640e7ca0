"""The rows of an undo as a part of the card of what it takes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.cards.blocks import Ref
from bot.cards.effect import EffectCard, UndoPart
from bot.cards.operations import speech
from bot.cards.words import span
from bot.render.scene import Row, Scene
from core.contract.effect import EffectState
from core.contract.work import Resolved
from core.ledger import moment
from policies.schema import Policy
from workflows import undone, views


def undo_words(policy: Policy, resolved: Resolved) -> str:
    """Said before the decision. A window is promised only where the rules have one, which they may only where the gateway can
    take it back."""
    participle = speech(resolved).participle
    rule = policy.operation(resolved.operation)
    if rule is None or not rule.undo_window_s:
        return f"Cannot be undone once {participle}."
    return f"Possible for {span(rule.undo_window_s)} once {participle}."


def undo_part(scene: Scene, effect: Row, own: EffectCard) -> UndoPart | None:
    """How it can be taken back now, or what came of trying; None where there is nothing to say. `own`: the undo's own card."""
    until = moment(effect["undo_until"]) if effect["state"] == EffectState.SENT else None
    ref = Ref(str(effect["id"]), int(effect["attempts"] or 0))
    is_open = until is not None and until > scene.now
    pressed = last_undo(scene, effect)
    if pressed is None:
        return UndoPart(ref, until=until) if is_open else None
    signed = [each for each in views.signed(scene.ledger, str(effect["id"])) if each.verb == "undo"]
    last = signed[-1] if signed else None
    again = is_open and pressed["state"] in undone.ENDED
    part = UndoPart(ref, until if again else None, own.state, resolved=own.resolved, own_ref=own.ref)
    return replace(
        part, by=last.person if last else "", at=last.at if last else None, note=last.note if last else "",
        settled_at=own.settled_at, settled_by=own.settled_by, reason=own.reason,
        waits_words=own.waits_words, waits_until=own.waits_until,
        asks_at=own.asks_at, answers_from=own.answers_from,
    )  # fmt: skip


def last_undo(scene: Scene, effect: Row) -> Row | None:
    """The row of the newest undo of this effect."""
    return scene.ledger.row("effect", "undo.of_effect", task=effect["task_id"], effect=effect["id"])


def closes_at(scene: Scene, effect: Row) -> datetime | None:
    """When the card has to be drawn anew because the window is over; None when it says nothing of one."""
    until = moment(effect["undo_until"]) if effect["state"] == EffectState.SENT else None
    return until if until is not None and until > scene.now else None
