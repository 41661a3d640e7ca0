"""The small line on a card that other tasks ask for the very same."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cards.blocks import Json, note
from bot.cards.words import label

_NAMED = 5


def block(tasks: Sequence[str]) -> list[Json]:
    """Which they are, and that one decision counts for all; nothing where there are none."""
    if not tasks:
        return []
    return [note(f"Also asked for by {_named(tasks)}. One decision counts for {_all(tasks)}, and it is done once.")]


def after(tasks: Sequence[str], words: str) -> list[Json]:
    """Once it is over; `words` are our own."""
    return [note(f"Also asked for by {_named(tasks)}. {words}")] if tasks else []


def text(tasks: Sequence[str]) -> str:
    """The same for the fallback, with a space before it."""
    return f" Also asked for by {_named(tasks)}." if tasks else ""


def _named(tasks: Sequence[str]) -> str:
    names = [label(each, 20) for each in tasks[:_NAMED]]
    if len(tasks) > _NAMED:
        names.append(f"{len(tasks) - _NAMED:,} more")
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _all(tasks: Sequence[str]) -> str:
    return "both" if len(tasks) == 1 else "all"
