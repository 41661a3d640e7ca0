"""`move --to URL`: all of Baton's data goes to another database, and is compared there row by row."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace

from commands.context import CommandContext, Installation
from commands.verb import Answer
from commands.words import count, table
from core import copying
from core.copying import Copied
from core.errors import BadInput
from core.places import hidden, on_sqlite, refuse_filled, rows_at, systems_filled
from core.ports import Member
from core.settings import Settings
from core.workers import anyone_beats


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", required=True, metavar="URL")


def run(context: CommandContext, options: argparse.Namespace, by: Member | None) -> Answer:
    """What was copied and compared, and what to do next. The old database is left as it is."""
    old, new = context.settings, replace(context.settings, database_url=options.to)
    if old.database_url == new.database_url:
        raise BadInput("Baton's data is there already.")
    if not rows_at(old.database_url):
        raise BadInput(f"There is nothing to move: {hidden(old.database_url)} is empty.")
    refuse_filled(new.database_url)
    installations = context.installations
    with installations.alone(old), installations.open(old) as here:
        if not old.on_sqlite and anyone_beats(here.services.ledger):
            raise BadInput("Baton is running on that database. Stop all its processes first; nothing was changed.")
        with installations.open(new) as there:
            copied = _carried(here, there)
            owed = len(there.services.ledger.jobs())
            lines = there.services.ledger.rows("audit.last")[0][0]
    data = {
        "to": hidden(options.to),
        "rows": {each.table: each.rows for each in copied},
        "audit_lines": lines,
        "jobs": owed,
    }
    text = [f"Moved to {hidden(options.to)}. Each row was compared at both places.", "", shown(copied), ""]
    text.append(f"The record: {count(lines, 'line')}, unbroken, as the anchor vouches for.")
    return Answer("\n".join([*text, "", *_next(old, owed)]), data)


def _carried(here: Installation, there: Installation) -> tuple[Copied, ...]:
    if filled := systems_filled(there.place):
        raise BadInput(
            f"The embedded systems' tables there are not empty: {', '.join(filled)}. Give an empty database."
        )
    accept = copying.vouched_for(here.services.ledger.anchor, there.services.ledger.anchor)
    return copying.copy(here.place, there.place, accept, still=True)


def shown(copied: Sequence[Copied]) -> str:
    """A line for each table that holds rows; the empty ones are counted."""
    rows = [(each.table, f"{each.rows:,}", "every row") for each in copied if each.rows]
    empty = len(copied) - len(rows)
    lines = table(("table", "rows", "verified"), rows)
    return f"{lines}\n{count(empty, 'table')} without rows" if empty else lines


def _next(old: Settings, owed: int) -> list[str]:
    kept = old.database_url if on_sqlite(old.database_url) else hidden(old.database_url)
    jobs = f" {count(owed, 'job')} that {'was' if owed == 1 else 'were'} owed will be done there." if owed else ""
    return [
        "Next:",
        f"1. Set BATON_DATABASE_URL to the address that you gave. BATON_KEY_FILE stays as it is: {old.key_file}",
        f"2. Start Baton: make run.{jobs}",
        "3. Make a backup of the new database: python app.py backup FILE",
        f"The old database is as it was, and nothing reads it any more: {kept}",
    ]
