"""`status`: how things are."""

from __future__ import annotations

import argparse
from collections import Counter

from commands.context import CommandContext
from commands.verb import Answer
from commands.words import count, utc
from commands.workers import by_role
from core.ledger import Ledger
from core.moment import from_us, to_us
from core.ports import Member
from core.workers import everyone
from workflows import views
from workflows.services import Services


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none."""


def run(context: CommandContext, options: argparse.Namespace, by: Member | None) -> Answer:
    """Whether anything runs, what is paused, what waits for people."""
    services = context.services()
    ledger, now = services.ledger, context.clock.now()
    waiting = views.waiting(ledger)
    queues = Counter(str(row["queue"]) or "approvals" for row in waiting)
    overdue = sum(1 for row in waiting if row["due_at"] <= to_us(now))
    owed = int(ledger.rows("job.depth", now=to_us(now))[0][0])
    paused = _paused(ledger, to_us(now))
    runs = context.runner_alive()
    data = {
        "running": runs, "paused": paused, "waiting_for_people": dict(queues), "overdue": overdue, "jobs_due": owed,
        "policy": services.policy().version,
    }  # fmt: skip
    lines = [
        _running_line(services, runs),
        _paused_line(paused),
        _waiting_line(queues, overdue),
    ]
    if owed and not runs:
        lines.append(f"{count(owed, 'job')} will be done once it runs.")
    return Answer("\n".join(lines), data)


def _running_line(services: Services, runs: bool) -> str:
    names = "" if services.settings.on_sqlite else by_role(everyone(services.ledger))
    if runs:
        return f"Baton is running: {names}." if names else "Baton is running."
    if names:
        return f"Baton runs only in part ({names}), and nobody does the work; start: app.py run --only work"
    return "Baton is not running; start it with: make run"


def _paused(ledger: Ledger, now: int) -> list[dict[str, str]]:
    rows = ledger.rows("control.active", now=now)
    return [{"name": str(row[2]), "until": utc(from_us(row[4])) if row[4] else ""} for row in rows]


def _paused_line(paused: list[dict[str, str]]) -> str:
    if not paused:
        return "Nothing is paused."
    parts = [f"{one['name']} until {one['until'] or 'someone resumes it'}" for one in paused]
    return f"Paused: {', '.join(parts)}."


def _waiting_line(queues: Counter[str], overdue: int) -> str:
    if not queues:
        return "Nothing waits for people."
    late = f" {overdue} of them overdue." if overdue else ""
    return f"Waiting for people: {', '.join(f'{n} in {queue}' for queue, n in sorted(queues.items()))}.{late}"
