"""Where something stands in a text: sentences, and quotes that are there word for word."""

from __future__ import annotations

import re
from collections.abc import Iterator

_END = re.compile(r"[.!?]+[\"')\]]*(?=\s|$)|\n\s*\n|\n(?=\s*(?:[-*•]|\d+[.)])\s)|(?<=[,:])\n")
_SHORT_FORM = re.compile(
    r"(?:^|\W)(?:mr|mrs|ms|dr|prof|st|no|nr|vs|e\.g|i\.e|approx|inc|ltd|co|corp|etc|jr|sr|[A-Za-z])$", re.IGNORECASE
)
_LONGEST = 400  # characters of a sentence; the rest of a text without full stops is cut there


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text, in order, each word for word as it stands there."""
    return tuple(sentence for piece in _pieces(text) if len(sentence := piece.strip()) > 1)


def _pieces(text: str) -> Iterator[str]:
    start = 0
    for end in _END.finditer(text):
        if end.group().startswith(".") and _SHORT_FORM.search(text[max(start, end.start() - 8) : end.start()]):
            continue
        yield from _cut(text[start : end.end()])
        start = end.end()
    yield from _cut(text[start:])


def _cut(piece: str) -> Iterator[str]:
    for at in range(0, len(piece), _LONGEST):
        yield piece[at : at + _LONGEST]


def anchored(quote: str, text: str) -> str | None:
    """The piece of `text` that `quote` repeats word for word, or None. Only line breaks and blanks may differ."""
    wanted = quote.strip()
    if not wanted:
        return None
    if wanted in text:
        return wanted
    found = re.search(r"\s+".join(re.escape(word) for word in wanted.split()), text)
    return found.group() if found else None
