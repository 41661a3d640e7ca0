"""How answers are worded: text from outside made harmless for a terminal, tables, times, task numbers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from core.errors import BadInput

_TASK = re.compile(r"(?:t-?)?(\d{1,12})", re.IGNORECASE)
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs"})


def harmless(text: str) -> str:
    """The text without characters that steer a terminal or hide others; line ends stay."""
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in _UNSEEN)


def one_line(text: str, most: int) -> str:
    """At most `most` characters on one line."""
    flat = " ".join(harmless(text.replace("\n", " ")).split())
    return flat if len(flat) <= most else flat[: most - 1] + "\u2026"


def task_id(typed: str) -> str:
    """`T-1042` for T-1042, t1042 and 1042. Raises `BadInput` for anything else."""
    found = _TASK.fullmatch(typed.strip())
    if found is None:
        raise BadInput(f"{one_line(typed, 40)!r} is no task number. Write it like T-1042.")
    return f"T-{int(found[1])}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The rows in columns, under their names."""
    lines = [tuple(head), *(tuple(row) for row in rows)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(head))]
    return "\n".join("  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip() for line in lines)


def ago(since: timedelta) -> str:
    """About how long, in the largest unit that fits: 5 s, 12 min, 3 h, 4 d."""
    seconds = max(0, int(since.total_seconds()))
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def utc(at: datetime) -> str:
    """A time to the minute."""
    return at.strftime("%Y-%m-%d %H:%M UTC")


def local(at: datetime, zone: ZoneInfo) -> str:
    """A time to the minute in the company's zone: `Fri Nov 20, 11:48 AM EST`."""
    there = at.astimezone(zone)
    return f"{there:%a %b} {there.day}, {there:%I:%M %p %Z}".replace(", 0", ", ")


def count(number: int, one: str, many: str = "") -> str:
    """`1 task`, `3 tasks`."""
    return f"{number} {one if number == 1 else many or one + 's'}"
