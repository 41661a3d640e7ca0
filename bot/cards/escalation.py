"""The card that calls for a person. Taking over is always safe and seconds count: the button follows the customer's words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.cards import ids
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
    quote,
    rich,
    row,
    say,
    sec,
    t,
    terms,
    why,
)
from bot.cards.blocks import b as bold
from bot.cards.words import clip, either, full_stop, label, mention, one_line, plain_when, when

_WORDS = 1500  # of what the customer wrote; all of it is under Why?

# By trigger of `escalation.yml`; any other trigger needs no words of its own.
HEADLINES: dict[str, str] = {
    "asks_for_person": "{who} asks to talk to a person",
    "anger": "{who} sounds upset and needs a person",
    "legal": "{who} raises a legal matter",
    "emergency": "{who} may be in an emergency",
}


class EscalationState(StrEnum):
    """Frozen: what the card can say."""

    OPEN = "open"
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
    called: tuple[str, ...]  # user ids of those who are called now, names of others
    customer: str = ""
    urgent: bool = True
    words: str = ""  # what the customer wrote
    words_at: datetime | None = None
    due_at: datetime | None = None
    if_nobody_words: str = ""
    story: tuple[str, ...] = ()  # what was done, oldest first
    told: str = ""  # what the customer was told
    taken_by: str = ""
    ended_at: datetime | None = None
    closed_words: str = ""


def headline(card: EscalationCard) -> str:
    """`Rosa Fuentes asks to talk to a person`."""
    who = clip(one_line(card.customer), 70) or "A customer"
    return HEADLINES.get(card.trigger, "{who} needs a person").replace("{who}", who)


def render(card: EscalationCard) -> Json:
    """The card as it stands."""
    match card.state:
        case EscalationState.OPEN:
            return _open(card)
        case EscalationState.TAKEN:
            who = mention(card.taken_by)
            return _ended(card, "person", f"{who} has it, agents stopped", f"{who} took it")
        case EscalationState.CLOSED:
            return _ended(card, "ended", "Closed", label(card.closed_words, 300) or "It is no longer needed")
        case _:
            assert_never(card.state)


def _open(card: EscalationCard) -> Json:
    said, now = headline(card), " now" if card.urgent else ""
    take = btn("I take it", ids.ESCALATION_TAKE_OVER, card.ref, primary=True)
    reason = f"{full_stop(clip(card.why_text.strip(), 600))} The agents have stopped on this task."
    blocks = [
        line(card.agent, card.task_id, "now" if card.urgent else "wait", f"Needs a person{now}"),
        ask(said),
        say(reason.strip(), why(ids.ESCALATION_WHY, card.ref)),
        *_customer(card),
        actions("escalation.answer", card.ref, take),
        terms(*_terms(card)),
        *_story(card),
    ]
    by = f" By {plain_when(card.due_at, card.zone)}." if card.due_at else ""
    return message(f"Needs a person{now}: {said}.{by} {card.task_id}", blocks)


def _terms(card: EscalationCard) -> list[tuple[str, str]]:
    pairs = [("Called now", either(card.called))]
    if card.due_at:
        pairs.append(("By when", when(card.due_at, card.zone)))
    if card.if_nobody_words:
        pairs.append(("If nobody does", label(card.if_nobody_words, 200)))
    return pairs


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
