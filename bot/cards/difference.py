"""What an edit changed, sentence by sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from bot.cards.blocks import Json, Run, b, lines, rich, row, strike, t
from bot.cards.words import clip, safe

_UNIT = re.compile(r"(?<=[.!?])[ \t]+|\n+")
SHOWN = 6  # changes on a card; a form shows all that fit its text
_EACH = 500


@dataclass(frozen=True, slots=True)
class Change:
    """One place where the text is another. `where` names the field when there are several."""

    removed: str
    added: str
    where: str = ""


def difference(before: str, after: str, where: str = "") -> tuple[Change, ...]:
    """The changes from `before` to `after`, in order, whole sentences or lines at a time; empty when they are equal.

    Where only blanks or line breaks differ, one change that says so."""
    old, new = safe(before).strip(), safe(after).strip()
    if old == new:
        return ()
    olds, news = _units(old), _units(new)
    if olds == news:
        return (Change("", "Only blanks or line breaks are others.", where),)
    matcher = SequenceMatcher(a=olds, b=news, autojunk=False)
    return tuple(
        Change(" ".join(olds[i1:i2]), " ".join(news[j1:j2]), where)
        for kind, i1, i2, j1, j2 in matcher.get_opcodes()
        if kind != "equal"
    )


def differences(before: Mapping[str, str], after: Mapping[str, str], labels: Mapping[str, str]) -> tuple[Change, ...]:
    """The changes of several fields by name; `labels` are the words for them."""
    changed = [name for name in after if after[name] != before.get(name, "")]
    return tuple(
        change
        for name in changed
        for change in difference(before.get(name, ""), after[name], labels.get(name, name) if len(after) > 1 else "")
    )


def changes_block(title: str, changes: tuple[Change, ...], *more: tuple[str, str], each: int = _EACH) -> Json:
    """Removed and added as lines: read in order, and by a screen reader as words."""
    pairs: list[tuple[str, Run]] = []
    for change in changes[:SHOWN]:
        at = f" in {change.where}" if change.where else ""
        if change.removed:
            pairs.append((f"Removed{at}", strike(clip(_flat(change.removed), each))))
        if change.added:
            pairs.append((f"Added{at}", t(clip(_flat(change.added), each))))
    if len(changes) > SHOWN:
        pairs.append(("More changes", str(len(changes) - SHOWN)))
    pairs += more
    return rich(row(b(title)), lines(*pairs)) if pairs else rich(row(b(title)))


def _units(text: str) -> list[str]:
    return [unit.strip() for unit in _UNIT.split(text) if unit.strip()]


def _flat(text: str) -> str:
    return text.replace("\n", " ↵ ")
