"""The card of a system outside that does not answer: one for everything that waits for it, as long as it lasts and at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.cards import ids
from bot.cards.blocks import (
    Json,
    Ref,
    Run,
    actions,
    ask,
    b,
    btn,
    date,
    items,
    line,
    message,
    plain_note,
    rich,
    row,
    sec,
    t,
    terms,
    why,
)
from bot.cards.effect import answer_buttons
from bot.cards.words import clip, either, hour, label, one_line, plain_hour, when

LISTED = 8
NEVER = "It stays so, and is never sent again by itself."
KEPT = "Nothing is sent there now. What waits is kept and costs nothing. When it answers again, each goes out once, by itself."


@dataclass(frozen=True, slots=True)
class Unclear:
    """One effect of which nobody knows whether it went out. `noun` may come from outside."""

    ref: Ref  # the effect
    task_id: str
    noun: str
    participle: str  # "sent": what it would be
    detail: str = ""  # what exactly, in a line; may come from outside
    begun_at: datetime | None = None
    answers_from: datetime | None = None  # set: too early to say that it did not go out
    asks_at: datetime | None = None  # set: the other system is asked by itself


@dataclass(frozen=True, slots=True)
class OutageCard:
    """All that the card shows. `name` is the team's own name for the system; lists hold the first few of what is counted."""

    ref: Ref  # the gateway and the number of its outage
    name: str
    zone: ZoneInfo
    trouble_words: str  # "does not answer"
    why_words: str
    since: datetime
    until: datetime | None = None  # set: it answers again
    next_try: datetime | None = None  # None: one is being tried now
    waiting: tuple[str, ...] = ()  # `Reply to Dana Whitfield, T-1042`
    waiting_count: int = 0
    unclear: tuple[Unclear, ...] = ()
    unclear_count: int = 0
    came_of: tuple[tuple[str, int], ...] = ()  # `went out`, 38
    clears: tuple[str, ...] = ()  # who says what happened


def render(card: OutageCard) -> Json:
    """The card while it lasts, and once it is over."""
    return _over(card) if card.until else _lasts(card)


def _lasts(card: OutageCard) -> Json:
    name, trouble = clip(one_line(card.name), 80), label(card.trouble_words, 40)
    waits = f": {card.waiting_count:,} {'wait' if card.waiting_count > 1 else 'waits'}" if card.waiting_count else ""
    blocks = [
        line(name, "", "careful", f"{trouble[:1].upper()}{trouble[1:]}"),
        ask(f"{name} {trouble}{waits}"),
        sec(f"{label(card.why_words, 300)} It began {when(card.since, card.zone)}."),
    ]
    if card.waiting_count:
        blocks.append(rich(*_list("Waiting for it", card.waiting, card.waiting_count)))
    blocks += [
        sec(KEPT),
        *_unclear(card),
        terms(*_terms(card)),
        actions("outage.try", card.ref, btn("Try now", ids.OUTAGE_TRY_NOW, card.ref)),
    ]
    asked = f" Not known if it went through: {card.unclear_count:,}." if card.unclear_count else ""
    since = f"{name} {trouble}, since {plain_hour(card.since, card.zone)}."
    return message(f"{since} Waiting until it does: {card.waiting_count:,}.{asked}", blocks)


def _terms(card: OutageCard) -> list[tuple[str, str]]:
    pairs = [("Next try", f"One, at {hour(card.next_try, card.zone)}." if card.next_try else "One is being tried now.")]
    if not any(each.asks_at is None for each in card.unclear):
        return [*pairs, ("Who decides", "Nobody has to. It is tried again by itself, at least every five minutes.")]
    return [
        *pairs,
        ("Who decides", f"{either(card.clears)}, for each that is not known."),
        ("By when", "Now. Until then it counts as done in every limit, and its task waits."),
        ("If nobody does", f"{NEVER} The others are tried again, at least every five minutes."),
    ]


def _over(card: OutageCard) -> Json:
    name = clip(one_line(card.name), 90)
    left = card.unclear_count
    words = f"Answers again, {left:,} not known" if left else "Answers again"
    until = f" to {when(card.until, card.zone)}" if card.until else ""
    total = sum(count for _, count in card.came_of)
    blocks = [
        line(name, "", "careful" if left else "done", words),
        ask(f"{name} answers again"),
        sec(f"{label(card.why_words, 300)} That was from {when(card.since, card.zone)}{until}."),
    ]
    if total:
        title = f"What came of the {total:,} that waited" if total > 1 else "What came of the one that waited"
        blocks.append(rich(row(b(title)), items(*(f"{count:,} {said}" for said, count in card.came_of))))
    blocks += _unclear(card)
    if left:
        blocks.append(
            terms(("Who decides", f"{either(card.clears)}, for each that is not known."), ("If nobody does", NEVER))
        )
    came = ", ".join(f"{count:,} {said}" for said, count in card.came_of)
    return message(f"{name} answers again. Of what waited: {came or 'nothing was left'}.", blocks)


def _unclear(card: OutageCard) -> list[Json]:
    """Each of them with its own answers; those that are asked by themselves need nobody."""
    by_people = [each for each in card.unclear if each.asks_at is None]
    by_itself = [each for each in card.unclear if each.asks_at is not None]
    blocks: list[Json] = []
    if by_people:
        blocks.append(
            sec(
                "*Not known if it went through.* A second try could do it twice, so somebody has to look there and say:"
            )
        )
    for each in by_people[:LISTED]:
        blocks += _one(each, card.zone)
    if early := [each.answers_from for each in by_people[:LISTED] if each.answers_from]:
        blocks.append(
            sec(
                f"What has just been tried may still be on its way: “It did not” opens at {hour(max(early), card.zone)}."
            )
        )
    if by_itself:
        rows = [f"{each.noun}, {each.task_id}" for each in by_itself[:LISTED]]
        blocks.append(rich(*_list("Not known, asked by itself when it answers", rows, len(by_itself))))
    more = card.unclear_count - min(len(by_people), LISTED) - len(by_itself)
    if more > 0:
        blocks.append(plain_note(f"{more:,} more are not known. They stand here as soon as there is room."))
    return blocks


def _one(each: Unclear, zone: ZoneInfo) -> list[Json]:
    begun: list[Run] = [t(", begun "), date(each.begun_at, zone)] if each.begun_at else []
    detail: list[Run] = [t(f". {clip(one_line(each.detail), 300)}")] if each.detail else []
    said = rich(row(b(f"{one_line(each.task_id)}: "), t(clip(one_line(each.noun), 120)), *begun, *detail))
    buttons = answer_buttons(each.ref, each.participle, is_open=each.answers_from is None)
    return [said, actions(f"effect.settle.{each.ref.id}", each.ref, *buttons, why(ids.EFFECT_WHY, each.ref))]


def _list(title: str, rows: Sequence[str], count: int) -> list[Json]:
    left = [f"{count - min(len(rows), LISTED):,} more"] if count > min(len(rows), LISTED) else []
    return [row(b(f"{title}, {count:,}")), items(*(clip(one_line(each), 150) for each in rows[:LISTED]), *left)]
