"""The card that calls for a person. Taking over is always safe and seconds count: the button follows the customer's words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.cards import ids, ladder
from bot.cards.blocks import (
    Json,
    Mark,
    Ref,
    Run,
    actions,
    ask,
    btn,
    date,
    items,
    line,
    message,
    more,
    quote,
    rich,
    row,
    say,
    sec,
    t,
    why,
)
from bot.cards.blocks import b as bold
from bot.cards.ladder import RungLine
from bot.cards.words import clip, full_stop, label, mention, one_line, plain_hour, when

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WORDS = 1500  # of what the customer wrote; all of it is under Why?

# By trigger of `escalation.yml`; any other has the words that stand there.
HEADLINES: dict[str, str] = {
    "asks_for_person": "{who} asks to talk to a person",
    "anger": "{who} sounds upset and needs a person",
    "legal": "{who} raises a legal matter",
    "emergency": "{who} may be in an emergency",
}


class EscalationState(StrEnum):
    """Frozen: what the card can say."""

    OPEN = "open"
    SEEN = "seen"
    TAKEN = "taken"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class EscalationCard:
    """Texts ending in `_words` are our own; the rest may come from outside."""

    ref: Ref
    task_id: str
    agent: str
    state: EscalationState
    zone: ZoneInfo
    trigger: str
    why_text: str
    trigger_words: str = ""  # how policy goes on after the customer's name
    customer: str = ""
    urgent: bool = True
    words: str = ""  # what the customer wrote
    words_at: datetime | None = None
    now: datetime | None = None
    rungs: tuple[RungLine, ...] = ()
    called_names: tuple[str, ...] = ()  # who is called now, for the phone's line
    has_next: bool = False  # whether somebody can still be called after them
    again_at: datetime | None = None  # when the last rung is asked again
    hold_min: int = 15  # how long "seen" stops the ladder
    seen_by: str = ""  # a name
    seen_until: datetime | None = None
    is_asked: bool = False  # "still on it?" was asked
    story: tuple[str, ...] = ()  # what was done, oldest first
    told: str = ""  # what the customer was told
    taken_by: str = ""
    ended_at: datetime | None = None
    closed_words: str = ""


def headline(card: EscalationCard) -> str:
    """`Rosa Fuentes asks to talk to a person`."""
    who = clip(one_line(card.customer), 70) or "A customer"
    words = one_line(card.trigger_words) or "needs a person"
    return HEADLINES.get(card.trigger, f"{{who}} {words}").replace("{who}", who)


def render(card: EscalationCard) -> Json:
    """The card as it stands."""
    match card.state:
        case EscalationState.OPEN | EscalationState.SEEN:
            return _open(card)
        case EscalationState.TAKEN:
            who = mention(card.taken_by)
            return _ended(card, "person", f"{who} has it, agents stopped", f"{who} took it")
        case EscalationState.CLOSED:
            return _ended(card, "ended", "Closed", label(card.closed_words, 300) or "It is no longer needed")
        case _:
            assert_never(card.state)


def _open(card: EscalationCard) -> Json:
    reason = f"{full_stop(clip(card.why_text.strip(), 600))} The agents have stopped on this task."
    blocks = [
        _state(card),
        ask(headline(card)),
        say(reason.strip(), why(ids.ESCALATION_WHY, card.ref)),
        *_customer(card),
        actions("escalation.answer", card.ref, *_buttons(card)),
    ]
    if card.rungs:
        blocks.append(ladder.block(card.rungs, card.zone, card.now or _EPOCH, card.again_at))
    return message(f"{_short(card)} {card.task_id}", [*blocks, *_story(card)])


def _state(card: EscalationCard) -> Json:
    if card.state is EscalationState.SEEN:
        return line(card.agent, card.task_id, "wait", f"Seen by {label(card.seen_by)}, not yet taken")
    if card.urgent:
        return line(card.agent, card.task_id, "now", "Needs a person now")
    return line(card.agent, card.task_id, "wait", "Needs a person")


def _short(card: EscalationCard) -> str:
    """One sentence: what a phone shows first."""
    said = headline(card)
    if card.state is EscalationState.SEEN:
        until = f" and has it until {plain_hour(card.seen_until, card.zone)}" if card.seen_until else ""
        return f"{card.seen_by} has seen it{until}: {said}."
    names = card.called_names[:4]
    called = f" {' and '.join(names)} {'is' if len(names) == 1 else 'are'} called." if names else ""
    return f"Needs a person{' now' if card.urgent else ''}: {said}.{called}"


def _buttons(card: EscalationCard) -> list[Json]:
    buttons = [btn("Take over", ids.ESCALATION_TAKE_OVER, card.ref, primary=True)]
    if card.state is EscalationState.OPEN or card.is_asked:
        words = "Still on it" if card.is_asked else "Seen"
        hold = f"{words}, hold {ladder.minutes_words(card.hold_min)}"
        buttons.append(btn(hold, ids.ESCALATION_ACKNOWLEDGE, card.ref))
    if card.has_next:
        buttons.append(btn("Not now, call the next", ids.ESCALATION_NOT_NOW, card.ref))
    buttons.append(more(ids.ESCALATION_MORE, card.ref, ("Call for help…", ids.ESCALATE)))
    return buttons


def _customer(card: EscalationCard) -> list[Json]:
    if not card.words.strip():
        return []
    who = clip(one_line(card.customer), 70) or "the customer"
    at: list[Run] = [t("  "), date(card.words_at, card.zone, "{time}")] if card.words_at else []
    return [rich(row(bold(f"What {who} wrote"), *at), quote(clip(card.words, _WORDS)))]


def _story(card: EscalationCard) -> list[Json]:
    rows = [row(bold("What was done")), items(*(each[:300] for each in card.story[-10:]))] if card.story else []
    if card.told:
        rows.append(row(bold("What the customer was told: "), clip(card.told, 600)))
    return [rich(*rows)] if rows else []


def _ended(card: EscalationCard, mark: Mark, words: str, sentence: str) -> Json:
    at = f", {when(card.ended_at, card.zone)}" if card.ended_at else ""
    blocks = [
        line(card.agent, card.task_id, mark, words),
        ask(headline(card)),
        sec(f"{sentence}{at}."),
        *_customer(card),
        *_story(card),
        actions("escalation.after", card.ref, why(ids.ESCALATION_WHY, card.ref)),
    ]
    return message(f"{card.state.capitalize()}: {headline(card)}. {card.task_id}", blocks)
