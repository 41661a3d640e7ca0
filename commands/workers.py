"""`workers`: which processes of Baton run and what they are at, and which have gone lately."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, get_args

from commands.context import CommandContext
from commands.verb import Answer
from commands.words import ago, count, harmless, table, utc
from core.ports import Member
from core.workers import Role, Seen, everyone
from workflows.gauges import LANE

GONE_SHOWN, GONE_FOR = 10, timedelta(days=1)
DOES_SHOWN = 5
STATES = {"alive": "alive", "silent": "does not answer", "stopped": "has left", "dead": "died"}
NOTHING = "nothing right now"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none."""


def run(context: CommandContext, options: argparse.Namespace, by: Member | None) -> Answer:
    """A line for each process that runs, and for the last ones that went in the last day."""
    found = everyone(context.services().ledger)
    here = [each for each in found if each.state in ("alive", "silent")]
    gone = sorted((each for each in found if each not in here), key=lambda each: each.silent_s)
    gone = [each for each in gone if each.silent_s <= GONE_FOR.total_seconds()][:GONE_SHOWN]
    data = {"workers": [_data(each) for each in here], "gone": [_data(each) for each in gone]}
    parts = [_here(here) if here else "No process of Baton runs.", *([_gone(gone)] if gone else [])]
    return Answer("\n\n".join(parts), data)


def _here(found: list[Seen]) -> str:
    head = ("role", "process", "since", "last beat", "state", "does")
    rows = [
        (each.role, _name(each), utc(each.started_at), f"{_beat(each)} ago", STATES[each.state], _does(each))
        for each in found
    ]
    return table(head, rows)


def _gone(found: list[Seen]) -> str:
    rows = [(each.role, _name(each), utc(each.started_at), f"{_beat(each)} ago", STATES[each.state]) for each in found]
    return f"Gone in the last day:\n{table(('role', 'process', 'since', 'last beat', 'state'), rows)}"


def _name(each: Seen) -> str:
    return harmless(f"{each.host}, pid {each.pid}")


def _beat(each: Seen) -> str:
    return ago(timedelta(seconds=each.silent_s))


def _does(each: Seen) -> str:
    """Its jobs, or the channels that it posts to; the first few of many."""
    shown = ", ".join(harmless(words_of(one)) for one in each.doing[:DOES_SHOWN])
    more = len(each.doing) - DOES_SHOWN
    return (f"{shown}, and {count(more, 'other')}" if more > 0 else shown) or NOTHING


def words_of(doing: str) -> str:
    """`T-1042 task.turn` for a job, `posts to sales` for a lane."""
    if doing.startswith(LANE):
        return f"posts to {doing.removeprefix(LANE)}"
    phase, task, _, subject = [*doing.split(":", 3), "", "", ""][:4]
    return f"{task or subject} {phase.rpartition('.v')[0] or phase}".strip()


def by_role(found: Iterable[Seen]) -> str:
    """`2 face, 3 work, 1 clock`: those that are alive."""
    alive = Counter(each.role for each in found if each.state == "alive")
    return ", ".join(f"{alive[role]} {role}" for role in get_args(Role) if alive[role])


def _data(each: Seen) -> dict[str, Any]:
    return {
        "id": each.id, "role": each.role, "host": each.host, "pid": each.pid, "version": each.version, "state": each.state,
        "since": each.started_at.isoformat(), "silent_s": round(each.silent_s, 1), "doing": list(each.doing),
    }  # fmt: skip
