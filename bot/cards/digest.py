"""The digest of a day, in words and one table: it looks the same on every client."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cards.blocks import (
    Json,
    Run,
    ask,
    b,
    items,
    line,
    message,
    note,
    person,
    plain_note,
    rich,
    row,
    sec,
    t,
)
from bot.cards.words import clip, label, one_line, plural, safe

_ROWS = 40
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Todo:
    """Something that needs a person before the next day."""

    what: str  # "Expired unseen"
    about: str
    task_id: str
    person: str = ""  # user id or name


@dataclass(frozen=True, slots=True)
class DigestCard:
    """Numbers are already words; `table` is a head and its rows, the first column a name."""

    day_words: str  # "Tuesday, November 24"
    came_in: int
    done: int
    summary_words: str = ""
    todos: tuple[Todo, ...] = ()
    table: tuple[tuple[str, ...], ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    todo_count: int = 0  # where there are more than `todos` names


def render(card: DigestCard) -> Json:
    """The digest; it asks nothing, so it has no buttons."""
    headline = f"{card.came_in:,} came in, {card.done:,} {'was' if card.done == 1 else 'were'} taken care of"
    count = max(card.todo_count, len(card.todos))
    needs = f"{plural(count, 'thing')} {'needs' if count == 1 else 'need'} someone"
    summary = " ".join(
        filter(None, (label(card.summary_words, 500), f"*{needs if card.todos else 'Nothing needs you'}.*"))
    )
    blocks = [line("Baton", "Daily digest", "", label(card.day_words)), ask(headline), sec(summary)]
    if card.todos:
        left = count - len(card.todos[:_SHOWN])
        rows = [_todo(each) for each in card.todos[:_SHOWN]]
        if left > 0:
            rows.append([f"{left} more"])
        blocks.append(rich(row(b("Needs someone")), items(*rows)))
    if card.table:
        blocks.append(_table(card.table))
    if card.facts:
        blocks.append(sec("\n".join(f"*{label(name)}:* {label(value, 120)}" for name, value in card.facts[:10])))
    blocks += [note(label(each, 200)) for each in card.notes[:5]]
    if not card.todos and not card.table and not card.facts:
        blocks.append(plain_note("No agent proposed anything."))
    return message(
        f"Daily digest, {clip(card.day_words, 80)}: {headline}. {needs if card.todos else 'Nothing needs you'}.", blocks
    )


def _todo(each: Todo) -> list[Run]:
    runs: list[Run] = [b(clip(each.what, 80)), t(f": {clip(one_line(each.about), 200)}, {clip(each.task_id, 20)}")]
    return [*runs, t(". "), person(clip(each.person, 80))] if each.person else runs


def _table(rows: tuple[tuple[str, ...], ...]) -> Json:
    """Numbers to the right. At most four narrow columns are read on a phone without scrolling."""
    width = len(rows[0])
    cells = [
        [{"type": "raw_text", "text": clip(safe(cell), 60) or "–"} for cell in (*each, *[""] * width)[:width]]
        for each in rows[:_ROWS]
    ]
    settings = [{"align": "left" if place == 0 else "right", "is_wrapped": True} for place in range(width)]
    return {"type": "table", "rows": cells, "column_settings": settings}
