"""The card of an operation that somebody takes back: on its way, undone, not undone, or not known. Never a false "undone"."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.cards import blocks as kit
from bot.cards.blocks import Json, Mark
from bot.cards.effect import EffectCard, UndoPart, after, answer_buttons, undo_button, undo_terms, waits_line, who
from bot.cards.operations import bar, speech
from bot.cards.words import clip, hour, label, mention, one_line, when
from core.contract.effect import EffectState

_NOTE = 600


def render(card: EffectCard, part: UndoPart) -> Json:
    """The card since somebody has pressed Undo."""
    match part.state:
        case EffectState.SENT:
            return _undone(card, part)
        case EffectState.FAILED | EffectState.CANCELLED:
            return _not_undone(card, part)
        case EffectState.UNKNOWN:
            return _not_known(card, part)
        case EffectState.HELD | EffectState.READY | EffectState.SENDING | None:
            return _on_its_way(card, part)
        case _:
            assert_never(part.state)


def already(by: str, at: datetime, zone: ZoneInfo) -> Json:
    """Somebody was first with Undo."""
    who = f"{mention(by)} pressed Undo, {when(at, zone)}"
    words = "Undo was pressed before. Your click changed nothing."
    return kit.ephemeral(words, [kit.sec(f"*Already pressed.* {who}. Your click changed nothing.")])


def _on_its_way(card: EffectCard, part: UndoPart) -> Json:
    said = speech(card.resolved, card.subject)
    words = f"{_pressed(card, part)} It still stands; this card says how it ended."
    waits = [kit.sec(waits_line(part.waits_words, part.waits_until, card.zone))] if part.waits_words else []
    mark: Mark = "paused" if part.waits_words else "wait"
    head = [kit.line(card.agent, card.task_id, mark, "Being undone"), kit.ask(f"Undoing: {said.noun}")]
    blocks = [*head, kit.sec(words), *waits, *_reason(part), *bar(card.resolved, "past"), after(card)]
    return kit.message(f"Being undone now: {said.noun}. {card.task_id}", blocks)


def _undone(card: EffectCard, part: UndoPart) -> Json:
    said = speech(card.resolved, card.subject)
    at = f", {when(part.settled_at, card.zone)}" if part.settled_at else ""
    did = f" {label(speech(part.resolved).done)}." if part.resolved else ""
    sure = f"{mention(part.settled_by)} has seen that." if part.settled_by else "The other system has confirmed it."
    done = bar(part.resolved, "past") if part.resolved else []
    blocks = [
        kit.line(card.agent, card.task_id, "undone", "Undone"),
        kit.ask(f"Undone: {said.noun}"),
        kit.sec(f"{mention(part.by)} undid it{at}.{did} {sure}"),
        *_reason(part),
        kit.terms(("Before that", who(card, "approved it"))),
        *done,
        kit.plain_note("The agent's proposal is kept as an example of what not to do."),
        after(card),
    ]
    return kit.message(f"Undone{_by(part)}: {said.noun}. {card.task_id}", blocks)


def _not_undone(card: EffectCard, part: UndoPart) -> Json:
    said = speech(card.resolved, card.subject)
    blocks = [
        kit.line(card.agent, card.task_id, "careful", "Not undone"),
        kit.ask(f"Could not be undone: {said.noun}"),
        kit.sec(f"{_pressed(card, part)} It did not work: *what was done still stands.*"),
        *_reason(part),
    ]
    if part.reason:
        blocks.append(kit.rich(kit.row(kit.b("Why not: "), kit.t(clip(one_line(part.reason), _NOTE)))))
    blocks += bar(card.resolved, "past")
    buttons = []
    if part.until:
        blocks.append(kit.terms(undo_terms(part.until, card.zone)))
        buttons.append(undo_button(card))
    return kit.message(f"Not undone, it still stands: {said.noun}. {card.task_id}", [*blocks, after(card, *buttons)])


def _not_known(card: EffectCard, part: UndoPart) -> Json:
    said = speech(card.resolved, card.subject)
    then = (
        f"We ask the other system what became of it, next at {hour(part.asks_at, card.zone)}. What it says counts."
        if part.asks_at
        else "Somebody has to look in the other system."
    )
    blocks = [
        kit.line(card.agent, card.task_id, "careful", "Not known if it was undone"),
        kit.ask(f"Was it undone: {said.noun}?"),
        kit.sec(f"{_pressed(card, part)} No clear answer came back. {then}"),
        *_reason(part),
    ]
    if part.reason:
        blocks.append(kit.rich(kit.row(kit.b("The answer was: "), kit.t(clip(one_line(part.reason), _NOTE)))))
    blocks += bar(part.resolved, "maybe") if part.resolved else []
    if part.answers_from:
        opens = hour(part.answers_from, card.zone)
        blocks.append(kit.sec(f"It may still be on its way: “It did not” opens at {opens}."))
    buttons = answer_buttons(part.own_ref, "undone", is_open=not part.answers_from) if part.own_ref else []
    return kit.message(
        f"We do not know whether this was undone: {said.noun}. Please look. {card.task_id}",
        [*blocks, after(card, *buttons)],
    )


def _pressed(card: EffectCard, part: UndoPart) -> str:
    at = f", {when(part.at, card.zone)}" if part.at else ""
    return f"{mention(part.by)} pressed Undo{at}."


def _by(part: UndoPart) -> str:
    """For the fallback, where an id would not be drawn as a name."""
    return "" if mention(part.by).startswith("<@") else f" by {label(part.by)}"


def _reason(part: UndoPart) -> list[Json]:
    return [kit.rich(kit.row(kit.b("Reason: "), kit.t(clip(one_line(part.note), _NOTE))))] if part.note else []
