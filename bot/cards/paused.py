"""What is paused, by whom and why, and what that means for work on its way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.cards import ids
from bot.cards.blocks import Json, Ref, actions, ask, b, btn, items, line, message, rich, row, sec, t, terms
from bot.cards.words import clip, is_user, label, mention, one_line, when

_LISTED = 10


@dataclass(frozen=True, slots=True)
class PausedCard:
    """`scope` is what is paused, as a name: `Sales`, `All agents`. Lists hold a line each."""

    ref: Ref
    scope: str
    by: str  # user id or name; `Baton` when it paused itself
    at: datetime
    zone: ZoneInfo
    reason: str = ""
    held: tuple[str, ...] = ()
    in_flight: tuple[str, ...] = ()
    unaffected_words: str = ""
    until: datetime | None = None
    lifted_by: str = ""
    lifted_at: datetime | None = None


def render(card: PausedCard) -> Json:
    """The card while paused, and once it runs again."""
    verb = "are" if card.scope.casefold().startswith("all ") else "is"
    return _running(card, verb) if card.lifted_by else _paused(card, verb)


def _paused(card: PausedCard, verb: str) -> Json:
    scope = clip(one_line(card.scope), 70)
    until = (
        f"It ends by itself, {when(card.until, card.zone)}."
        if card.until
        else "Nothing new starts until someone resumes it."
    )
    blocks = [
        line(scope, "", "paused", "Paused"),
        ask(f"{scope} {verb} paused"),
        sec(f"{mention(card.by)} paused it, {when(card.at, card.zone)}. {until}"),
        rich(row(b("Reason: "), t(clip(card.reason, 600) or "Not said"))),
    ]
    lists = [*_list("Held", card.held), *_list("In flight when it was paused", card.in_flight)]
    if lists:
        blocks.append(rich(*lists))
    if card.unaffected_words:
        blocks.append(terms(("Not affected", label(card.unaffected_words, 300))))
    blocks.append(actions("pause.after", card.ref, btn("Resume", ids.PAUSE_RESUME, card.ref)))
    by = "" if is_user(card.by) else f" by {one_line(card.by)}"
    return message(
        f"{scope} {verb} paused{by}: {len(card.held)} held, {len(card.in_flight)} in flight. Reason: "
        f"{clip(one_line(card.reason), 150) or 'not said'}",
        blocks,
    )


def _list(title: str, rows: Sequence[str]) -> list[Json]:
    if not rows:
        return []
    left = [f"{len(rows) - _LISTED} more"] if len(rows) > _LISTED else []
    return [row(b(f"{title}, {len(rows)}")), items(*(clip(one_line(each), 200) for each in rows[:_LISTED]), *left)]


def _running(card: PausedCard, verb: str) -> Json:
    scope = clip(one_line(card.scope), 70)
    runs = "run" if verb == "are" else "runs"
    at = f", {when(card.lifted_at, card.zone)}" if card.lifted_at else ""
    return message(
        f"{scope} {runs} again.",
        [
            line(scope, "", "done", "Running again"),
            ask(f"{scope} {runs} again"),
            sec(f"{mention(card.lifted_by)} resumed it{at}. What was held is checked again before it goes."),
        ],
    )
