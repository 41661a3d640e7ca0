"""BANT: budget, authority, need, timeline, 0 to 25 each, from words that stand in the text. Pure.

A part is worth its best sign, so more text and more evidence never lower it. Bands of a part: 25-20 clear, 19-15 good,
14-10 some, 9-0 little; 0 is unknown. What a model found counts as a little until a sign of ours speaks for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from agents.plain import plain
from core.contract.work import Evidence
from policies.schema import ScoreBand

Part = Literal["budget", "authority", "need", "timeline"]
PARTS: tuple[Part, ...] = ("budget", "authority", "need", "timeline")
MOST = 25
FOUND = 9  # a quote that a model found and no sign of ours speaks for: less than any sign
_QUOTED = 160

_MONEY = r"(?:[$€£]\s?\d[\d,.]*\s?(?:k|m|thousand|million)?\b|\b\d[\d,.]*\s?k?\s?(?:usd|eur|gbp|dollars|euros|pounds|bucks)\b)"
_COUNT = r"(?:\d{1,5}|two|three|four|five|six|seven|eight|nine|ten|a dozen|twenty|thirty|forty|fifty)"
_ASKS = r"(?:need|want|rent|buy|order|quote for|offer for|looking for|request:?)"
_THINGS = r"(?:bikes?|e-?bikes?|memberships?|people|employees|riders|guests|apartments|rentals?|helmets)"
_FROM = r"(?:by|before|on|in|from|starting|starts?|until)"
_MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_SIGNS: Mapping[Part, tuple[tuple[int, str], ...]] = {
    "budget": (
        (25, r"\bbudget (?:is |has been |was )?(?:approved|signed off|confirmed|set aside|ready)\b"),
        (25, rf"\b(?:approved|confirmed) budget of (?:about |around )?{_MONEY}"),
        (22, rf"\bbudget\b.{{0,40}}{_MONEY}|{_MONEY}.{{0,20}}\bbudget\b"),
        (18, rf"\b(?:spend|pay|under|up to|around|about|roughly|maximum|max|below|at most)\s+{_MONEY}"),
        (16, _MONEY),
        (14, r"\bbudget\b"),
        (10, r"\b(?:prices?|pricing|quote|offer|cost|costs|rates?|price list|discount)\b"),
    ),
    "authority": (
        (25, r"\b(?:i am|i'm|as) (?:the |an? )?(?:co-?)?(?:owner|founder|ceo|cfo|coo|managing director|president|proprietor)\b"),
        (25, r"\bi (?:own|run|decide|sign|approve)\b"),
        (23, r"^\W*(?:owner|founder|ceo|cfo|coo|managing director|president)\b"),
        (23, r"\b(?:owner|founder|ceo|cfo|coo|managing director|president)(?:\s*[,|/]|\s+(?:at|of)\b)"),
        (20, r"\b(?:i am|i'm|as) (?:the |an? )?(?:[\w-]+ ){0,2}(?:manager|director|head|lead|principal)\b"),
        (20, r"\b(?:head|director|manager|vp) of \w+"),
        (17, r"\bwe (?:own|run|operate|have decided|decided|will sign|are ready to (?:buy|order|sign))\b"),
        (15, r"\b(?:my (?:boss|manager|director)|the board|our owner|management) (?:asked|wants|approved|told)\b"),
        (15, r"\b(?:our|my) (?:company|firm|school|hotel|office|team|staff|shop|club|business|employees|tenants|guests)\b"),
        (14, r"\bwe(?:'re| are) an? \w+"),
        (12, r"\bfor (?:my|our) (?:wife|husband|kids|son|daughter|family|self)\b|\bfor myself\b"),
        (10, r"\b(?:we|i) (?:need|want|would like|are looking|am looking|plan)\b"),
    ),
    "need": (
        (25, rf"\b{_ASKS}\b.{{0,60}}\b{_COUNT}\s+(?:\w+\s+){{0,3}}\w+s\b"),
        (23, rf"\b{_COUNT}\s+(?:[\w-]+\s+){{0,2}}{_THINGS}\b"),
        (20, r"\b(?:we|i)(?:'d| would)? (?:need|want|require|are looking for|am looking for|like to (?:buy|rent|order|book))\b"),
        (18, r"\b(?:quote|offer|contract|fleet|corporate plan|maintenance contract)\b"),
        (16, r"\b(?:interested in|looking (?:for|to)|thinking (?:about|of)|planning|want to)\b"),
        (12, r"\b(?:do you (?:offer|have|sell|rent|do|take)|how much|what (?:does|would|are)|can you|could you)\b"),
    ),
    "timeline": (
        (25, r"\b(?:asap|as soon as possible|immediately|urgent(?:ly)?|right away|today|tomorrow|this week|by friday)\b"),
        (23, r"\b(?:next week|within (?:a|one|two|\d{1,2}) (?:days?|weeks?)|in (?:a few|\d{1,2}) days|before the weekend)\b"),
        (20, rf"\b{_FROM}\s+(?:the\s+)?(?:{_MONTH}\s+\d|\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}|\d{{1,2}}/\d)"),
        (18, rf"\b(?:next month|this month|{_FROM} (?:the )?(?:(?:end|start|beginning) of )?{_MONTH}\b)"),
        (18, r"\bin (?:two|three|four|\d) weeks\b"),
        (17, rf"\b{_MONTH}\s+\d{{1,2}}\b|\b\d{{1,2}}\s+{_MONTH}\b"),
        (15, r"\b(?:this|next|before|in (?:the )?) ?(?:spring|summer|autumn|fall|winter|quarter)\b"),
        (12, r"\b(?:this year|next year|soon|in the coming months|later this year|a saturday|weekend)\b"),
        (10, r"\b(?:some ?time|eventually|at some point|no rush|no hurry)\b"),
    ),
}  # fmt: skip
_PATTERNS = {
    part: tuple((points, re.compile(pattern, re.IGNORECASE)) for points, pattern in signs)
    for part, signs in _SIGNS.items()
}


@dataclass(frozen=True, slots=True)
class Scored:
    """One part: its points, and the words that speak for them; both empty when unknown."""

    points: int
    quote: str


@dataclass(frozen=True, slots=True)
class Score:
    """All four parts."""

    parts: Mapping[Part, Scored]

    @property
    def total(self) -> int:
        return sum(part.points for part in self.parts.values())

    @property
    def unknown(self) -> tuple[Part, ...]:
        return tuple(part for part in PARTS if self.parts[part].points == 0)

    def evidence(self) -> tuple[Evidence, ...]:
        """A quote for each part that is known."""
        return tuple(
            Evidence(what=part, source="event", quote=scored.quote)
            for part, scored in self.parts.items()
            if scored.quote
        )


def score(text: str, quotes: Mapping[Part, Iterable[str]]) -> Score:
    """The score of what a customer wrote. `quotes`: words that a model found for a part, each known to stand in `text`."""
    return Score({part: _part(part, text, tuple(quotes.get(part, ()))) for part in PARTS})


def band(total: int, bands: tuple[ScoreBand, ...]) -> ScoreBand | None:
    """The band of a score; None when policy has no band that low."""
    return next((one for one in sorted(bands, key=lambda one: -one.from_score) if total >= one.from_score), None)


def _part(part: Part, text: str, quotes: tuple[str, ...]) -> Scored:
    found = [Scored(FOUND, quote) for quote in quotes if quote.strip()]
    found += _signs(part, text)
    return max(found, key=lambda one: one.points, default=Scored(0, ""))


def _signs(part: Part, text: str) -> list[Scored]:
    """The best sign of each kind, line by line: what is added on a line of its own cannot break what was there."""
    found = []
    for line in plain(text).splitlines():
        for points, pattern in _PATTERNS[part]:
            if match := pattern.search(line):
                found.append(Scored(points, _around(line, match)))
                break
    return found


def _around(line: str, match: re.Match[str]) -> str:
    """The sentence in which the sign stands, cut to what a card can show."""
    start = max((line.rfind(mark, 0, match.start()) for mark in (". ", "! ", "? ")), default=-1)
    ends = [end for mark in (". ", "! ", "? ") if (end := line.find(mark, match.end())) >= 0]
    sentence = line[start + 2 if start >= 0 else 0 : (min(ends) + 1) if ends else len(line)].strip()
    return sentence if len(sentence) <= _QUOTED else match.group()[:_QUOTED]
