"""`audit verify`: walks the whole record."""

from __future__ import annotations

import argparse

from commands.context import CommandContext
from commands.verb import FAILED, Answer
from commands.words import count
from core.ports import Member

SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=["verify"])


def run(context: CommandContext, options: argparse.Namespace, by: Member | None) -> Answer:
    """Whether every line is as it was written."""
    found = context.services().verify()
    data = {"rows": found.rows, "head": found.head, "anchored": found.anchored, "faults": list(found.faults)}
    if not found.faults:
        text = f"{count(found.rows, 'line')}, all as written. The anchor outside vouches for line {found.anchored}."
        return Answer(text, data)
    lines = [
        f"The record is not as it was written: {count(len(found.faults), 'fault')} in {count(found.rows, 'line')}."
    ]
    lines += [f"  {fault}" for fault in found.faults[:SHOWN]]
    if len(found.faults) > SHOWN:
        lines.append(f"  and {len(found.faults) - SHOWN} more")
    lines.append(
        "Keep this database and its anchor as they are, and look for who could write to them (docs/security.md)."
    )
    return Answer("\n".join(lines), data, exit_code=FAILED)
