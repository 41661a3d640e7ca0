"""The page behind every Why?: how sure, from what, by which rule, what led here, what it cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.cards import ids
from bot.cards.blocks import Json, Ref, Run, b, date, items, modal, person, plain_note, rich, row, rule, t
from bot.cards.words import clip, is_user, one_line, percent
from core.contract.work import Evidence

_QUOTE = 600
_EVIDENCE = 20
_TRAIL = 30
_SOURCES = {"event": "the message"}


@dataclass(frozen=True, slots=True)
class WhyPage:
    """Texts ending in `_words` are our own; the rest may come from outside. Empty parts are left out."""

    ref: Ref
    zone: ZoneInfo
    thing: str = ""  # "reply": of `Why this reply?`
    confidence: float | None = None
    why_text: str = ""  # the agent's reason, whole
    evidence: tuple[Evidence, ...] = ()
    rule_words: str = ""
    trust_words: str = ""
    trail: tuple[tuple[datetime, str], ...] = ()  # oldest first
    cost_words: str = ""
    digest: str = ""  # of what is approved


def why_modal(page: WhyPage) -> Json:
    """The page (callback `approval.why`); there is nothing to send."""
    parts = [_sure(page), _evidence(page), _rule(page), _trail(page), _foot(page)]
    blocks: list[Json] = []
    for part in filter(None, parts):
        blocks += [*([rule()] if blocks else []), *part]
    return modal(
        ids.WHY_FORM,
        f"Why this {page.thing}?" if page.thing else "Why?",
        blocks or [plain_note("Nothing more is known about this.")],
        ref=str(page.ref),
        close="Close",
    )


def _sure(page: WhyPage) -> list[Json]:
    rows = [row(b(f"How sure: {percent(page.confidence)}"))] if page.confidence is not None else []
    rows += [row(page.why_text[at : at + 2800]) for at in range(0, min(len(page.why_text), 11_200), 2800)]
    return [rich(*rows)] if rows else []


def _evidence(page: WhyPage) -> list[Json]:
    rows: list[list[Run]] = []
    for each in page.evidence[:_EVIDENCE]:
        at: list[Run] = [", ", date(each.at, page.zone)] if each.at else []
        rows.append(
            [
                b(clip(one_line(each.what), 150)),
                *at,
                f": “{clip(one_line(each.quote), _QUOTE)}”",
                f" ({_SOURCES.get(each.source) or clip(one_line(each.source), 100)})",
            ]
        )
    left = len(page.evidence) - _EVIDENCE
    if left > 0:
        rows.append([f"{left} more"])
    return [rich(row(b("Evidence")), items(*rows, style="ordered"))] if rows else []


def _rule(page: WhyPage) -> list[Json]:
    rows = [row(b("The rule that asks you")), row(clip(page.rule_words, _QUOTE))] if page.rule_words else []
    if page.trust_words:
        rows.append(row(b("Trust level: "), clip(page.trust_words, _QUOTE)))
    return [rich(*rows)] if rows else []


def _trail(page: WhyPage) -> list[Json]:
    rows: list[list[Run]] = [[date(at, page.zone, "{time}"), ": ", *_told(what)] for at, what in page.trail[-_TRAIL:]]
    return [rich(row(b("Trail")), items(*rows))] if rows else []


def _told(what: str) -> list[Run]:
    """Who and what; a Slack user id in front becomes that person's name."""
    who, _, rest = what.partition(": ")
    said = clip(one_line(rest), 200)
    return [person(who), f" {said}"] if rest and is_user(who) else [clip(one_line(what), 200)]


def _foot(page: WhyPage) -> list[Json]:
    rows = [row(b("Cost so far: "), clip(page.cost_words, 200))] if page.cost_words else []
    if page.digest:
        short = "-".join(page.digest[at : at + 4] for at in (0, 4, 8))
        rows.append(
            row(
                b("Fingerprint of what is approved: "),
                t(short, code=True),
                ". If anything in it changes, people are asked again.",
            )
        )
    return [rich(*rows)] if rows else []
