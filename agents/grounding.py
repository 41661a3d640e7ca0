"""What a model says it read, held against the text: only what stands there word for word goes on.

A model may say anything. A piece without its quote, or with a quote that nobody wrote, is as good as not found.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import get_args

from agents.claims import unsupported
from agents.plain import squeezed, without_hidden, words
from agents.texts import Heard
from core.contract.base import Sentiment
from core.contract.work import Evidence
from core.ports import Answer, Found, Label, S

LONGEST_PIECE = 600  # characters; a longer piece is no field of a contact or ticket
_TONE_SURE = 0.5  # a guess at a tone changes nothing
_SENTIMENTS = frozenset(get_args(Sentiment))
EVENT = "event"  # the source of evidence that stands in the customer's own words


@dataclass(frozen=True, slots=True)
class Piece:
    """A value and the words that it stands in."""

    value: str
    quote: str

    def evidence(self, what: str) -> Evidence:
        """The piece as evidence from the customer's words."""
        return Evidence(what=what, source=EVENT, quote=self.quote)


def stands(quote: str, text: str) -> bool:
    """Whether the quote is in the text, whatever its case, spacing and marks."""
    wanted = squeezed(quote)
    return bool(wanted) and wanted in squeezed(text)


def was_said(quote: str, heard: Heard) -> bool:
    """Whether the quote stands in one part of what was heard."""
    return any(stands(quote, part) for part in heard.parts)


def kept(found: Found | None, heard: Heard, year: int) -> Piece | None:
    """The found piece, when its quote stands in what was heard and its value says no more than the quote does.

    A value that does (a date worked out from "Friday") is replaced by its quote: words are sure, conclusions are not."""
    if found is None or len(found.quote) > LONGEST_PIECE or len(found.value) > LONGEST_PIECE:
        return None
    quote = tidy(found.quote)
    if not quote or not was_said(quote, heard):
        return None
    value = tidy(found.value)
    return Piece(value if value and says_no_more(value, quote, year) else quote, quote)


def says_no_more(value: str, quote: str, year: int) -> bool:
    """Whether everything in `value` is in `quote` too, however it is written."""
    if _letters(value) and _letters(value) in _letters(quote):
        return True
    return not unsupported(value, (quote,), year) and set(words(value)) <= {*words(quote), "usd", "eur", "gbp"}


def label(found: Label, known: frozenset[str], heard: Heard) -> Label | None:
    """The label, when it is one that we know and its quote, if it has one, stands in what was heard; the quote tidied."""
    if found.name not in known or (found.quote and not was_said(found.quote, heard)):
        return None
    return found.model_copy(update={"quote": tidy(found.quote)[:LONGEST_PIECE]})


def mood(found: Label | None, heard: Heard) -> Label | None:
    """The tone; neutral where the model abstained or guessed; None when what it says is no tone or stands nowhere."""
    if found is None:
        return Label(name="neutral", confidence=0.0)
    one = label(found, _SENTIMENTS, heard)
    return one.model_copy(update={"name": "neutral"}) if one is not None and one.confidence < _TONE_SURE else one


def sureness(answer: Answer[S], *labels: Label) -> float:
    """How sure the whole answer is: its least sure part, from 0 to 1. What is no such number counts as 0."""
    parts = [answer.confidence, *(one.confidence for one in labels)]
    return min(part if math.isfinite(part) and 0 <= part <= 1 else 0.0 for part in parts)


def tidy(text: str) -> str:
    """One line without characters that nobody sees."""
    return " ".join(without_hidden(text).split())


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", squeezed(text))
