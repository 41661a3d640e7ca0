"""A person asks an agent about what it read and proposed. Code looks for what bears on the question; nothing is concluded.

What an agent cannot quote it does not know, and it says so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agents.grounding import tidy
from agents.plain import words

ANSWERS = "question.answer"  # the purpose of the model call
TEMPLATE = "This is what I have on that:\n{{ found }}"
LONGEST_QUOTE = 300  # characters of one piece
QUOTES = 3
_LONG = 4  # words that carry a question
_ENDS = re.compile(r"(?<=[.!?])\s+|\n+")
_WHY = frozenset({"why", "reason", "reasons", "because", "how"})
_NO_CONTENT = frozenset(
    re.findall(
        r"\w+",
        """
        a about above all also am an and any anybody anyone anything are as ask asked at be been but by can could did do
        does else every for from get gets give got had has have he her here him his how i if in into is it its just know
        let like may me mean might more much must my no not now of off on one only or other our out over please said say
        says see she should so some somebody someone something sure take tell than that the their them then there these
        they thing think this those to too up us very want was we well were what when where which who whom whose why will
        with would yes you your
        """,
    )
)


@dataclass(frozen=True, slots=True)
class Source:
    """Something that the agent read or wrote. `gives_reason`: it says why the agent proposed what it did."""

    name: str  # "what the customer wrote"
    text: str
    gives_reason: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """A piece of a source, word for word."""

    source: str
    text: str


def bearing(question: str, sources: Sequence[Source]) -> tuple[Quote, ...]:
    """The pieces that bear on the question, the likeliest first; none when nothing does."""
    asked = _content(question)
    reasons = [Quote(one.name, piece) for one in sources if one.gives_reason for piece in _pieces(one.text)]
    found = reasons if set(words(question)) & _WHY else []
    scored = [(len(asked & _content(piece)), Quote(one.name, piece)) for one in sources for piece in _pieces(one.text)]
    best = max((score for score, _ in scored), default=0)
    if len(asked) >= _LONG and best == 1:
        best = 2  # one word in common with a long question says nothing
    found += [quote for score, quote in sorted(scored, key=lambda each: -each[0]) if score and score * 2 > best]
    once = {tidy(quote.text).casefold(): quote for quote in reversed(found)}
    return tuple(quote for quote in found if once.get(tidy(quote.text).casefold()) is quote)[:QUOTES]


def as_found(quotes: Sequence[Quote]) -> str:
    """The fact that fills `TEMPLATE`."""
    return "\n".join(f"{quote.source[:1].upper()}{quote.source[1:]}: “{quote.text}”" for quote in quotes)


def not_known(sources: Sequence[Source]) -> str:
    """What an agent says where it has nothing; it names where it looked."""
    names = list(dict.fromkeys(one.name for one in sources if one.text.strip()))
    return f"That is not in what I read: {', '.join(names)}." if names else "I have read nothing on this task."


def _pieces(text: str) -> Iterator[str]:
    for piece in _ENDS.split(text):
        short = tidy(piece)
        if short:
            yield short if len(short) <= LONGEST_QUOTE else short[: LONGEST_QUOTE - 1].rstrip() + "…"


def _content(text: str) -> frozenset[str]:
    """The words that carry a question, without their endings; numbers too."""
    found = {_stem(word) for word in words(text) if word not in _NO_CONTENT and len(word) > 1}
    return frozenset(found | set(re.findall(r"\d+(?:[.,]\d+)*", text)))


def _stem(word: str) -> str:
    for end in ("ings", "ing", "ies", "ed", "es", "s"):
        if word.endswith(end) and len(word) - len(end) > 2:
            return word.removesuffix(end) + ("y" if end == "ies" else "")
    return word
