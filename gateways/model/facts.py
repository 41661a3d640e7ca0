"""Whether reworded text still says what the draft said, as far as code can tell."""

from __future__ import annotations

import re
from collections.abc import Mapping

from gateways.model.extractors import extract

_EXACT = ("amounts", "dates", "links", "email", "phone", "order_number")
_NUMBER = re.compile(r"\d[\d.,:]*\d|\d")
_LONGER = 2.0  # an answer that grew beyond this has more to say than the draft
_SPARE = 200  # characters that are always granted


def keeps_facts(*, draft: str, facts: Mapping[str, str], answer: str) -> str:
    """An empty text when every fact of the draft is still there and none was added; else what is wrong."""
    for name, value in facts.items():
        if value.strip() and value in draft and value not in answer:
            return f"the fact '{name}' was lost"
    for kind in _EXACT:
        before, after = (sorted({found.value for found in extract(kind, text)}) for text in (draft, answer))
        if before != after:
            return f"{kind} changed"
    if set(_NUMBER.findall(answer)) != set(_NUMBER.findall(draft)):
        return "a number changed"
    if len(answer) > _LONGER * len(draft) + _SPARE:
        return "it grew too long"
    return ""
