"""`tasks`: the newest tasks."""

from __future__ import annotations

import argparse
from typing import Any

from commands.context import CommandContext
from commands.verb import Answer
from commands.words import ago, table
from core.errors import BadInput
from core.moment import from_us
from core.ports import Member
from workflows import views

MOST = 500


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--limit", type=int, default=20, metavar="N")


def run(context: CommandContext, options: argparse.Namespace, by: Member | None) -> Answer:
    """One line a task, the newest first."""
    if not 1 <= options.limit <= MOST:
        raise BadInput(f"--limit must be from 1 to {MOST}.")
    found = views.tasks(context.services().ledger, options.limit)
    data = {"tasks": [{**row, "created_at": from_us(row["created_at"]).isoformat()} for row in found]}
    if not found:
        return Answer("There are no tasks yet.", data)
    now = context.clock.now()
    rows = [
        (row["id"], state(row), row["claimed_by"] or row["owner"], row["workflow"], row["priority"],
         ago(now - from_us(row["created_at"])))
        for row in found
    ]  # fmt: skip
    return Answer(table(("task", "state", "with", "workflow", "priority", "age"), rows), data)


def state(row: dict[str, Any]) -> str:
    """The state in words, with what it waits for."""
    return f"waits for {row['waiting_for'].removeprefix('agent:')}" if row["waiting_for"] else str(row["state"])
