"""Lengths of time, as people type them."""

from __future__ import annotations

import re
from datetime import timedelta

from core.errors import BadInput

LONGEST = timedelta(days=90)
_PART = re.compile(r"(\d{1,5})\s*(days?|d|hours?|hrs?|h|minutes?|mins?|m)", re.IGNORECASE)
_UNIT = {"d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}
_HOW = "Write 30m, 2h, 1d, or parts of them together, like 1h30m."


def parse(text: str) -> timedelta:
    """`30m`, `2h`, `1d`, `1h30m`, `90 min`. Raises `BadInput` with what to write instead."""
    parts = _PART.findall(text)
    if not parts or _PART.sub("", text).strip():
        raise BadInput(f"{text[:40]!r} is no length of time. {_HOW}")
    length = sum((int(number) * _UNIT[unit[0].lower()] for number, unit in parts), timedelta())
    if not length:
        raise BadInput(f"{text[:40]!r} is no time at all. {_HOW}")
    if length > LONGEST:
        raise BadInput(
            f"{text[:40]!r} is longer than {LONGEST.days} days. Leave it out to pause until someone resumes it."
        )
    return length


def split(words: list[str]) -> tuple[timedelta | None, str]:
    """`for 2h stock taking` as the length and the rest; no length without `for`. Raises `BadInput`."""
    if not words or words[0].lower() != "for":
        return None, " ".join(words)
    rest = words[1:]
    if not rest:
        raise BadInput(f"After 'for' comes a length of time. {_HOW}")
    taken = 2 if rest[0].isdecimal() and len(rest) > 1 else 1  # `2 hours` is two words
    if not rest[0][0].isdigit():
        raise BadInput(f"After 'for' comes a length of time, not {rest[0][:40]!r}. {_HOW} A reason needs no 'for'.")
    return parse(" ".join(rest[:taken])), " ".join(rest[taken:])
