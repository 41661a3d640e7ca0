"""`pause`: stops an agent, or everything."""

from __future__ import annotations

import argparse
import re
from typing import assert_never
from zoneinfo import ZoneInfo

from commands import durations
from commands.context import CommandContext
from commands.verb import FAILED, Answer
from commands.words import count, local, one_line
from core.contract.authority import Refused
from core.ports import Member
from workflows.control import Paused, Unchanged

REASON_MAX = 500
_BECAUSE = re.compile(r"^(?:because|why|reason:)\s+", re.IGNORECASE)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("agent", metavar="AGENT")
    parser.add_argument("words", nargs="*")


def run(context: CommandContext, options: argparse.Namespace, by: Member | None) -> Answer:
    """The switch, and what it could not stop any more."""
    length, reason = durations.split(options.words)
    until = context.clock.now() + length if length else None
    reason = one_line(_BECAUSE.sub("", reason), REASON_MAX)
    found = context.services().controls.pause(options.agent.lower(), by, reason, until)
    match found:
        case Paused():
            return _paused(found, context.services().policy().company.zone)
        case Unchanged(reason=why):
            return Answer(why, {"unchanged": why}, exit_code=FAILED)
        case Refused():
            return Answer(found.reason, {"refused": found.code, "reason": found.reason}, found, FAILED)
        case _:
            assert_never(found)


def _paused(found: Paused, zone: ZoneInfo) -> Answer:
    name = "Everything" if found.agent == "everything" else f"The {found.agent} agent"
    end = f"until {local(found.until, zone)}" if found.until else f"until somebody resumes it: resume {found.agent}"
    lines = [f"{name} is paused {end}."]
    if found.held:
        lines.append(f"Held back: {count(found.held, 'action')}.")
    if found.in_flight:
        lines.append(f"Had left before, and cannot be stopped: {', '.join(found.in_flight)}.")
    data = {
        "paused": found.agent, "until": found.until.isoformat() if found.until else None, "held": found.held,
        "in_flight": list(found.in_flight),
    }  # fmt: skip
    return Answer("\n".join(lines), data)
