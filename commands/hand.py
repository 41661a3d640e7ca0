"""`hand back T-n: note`: gives a task back to the agent that had it, with what was done meanwhile."""

from __future__ import annotations

import argparse
import re
from typing import assert_never

from commands import about_task
from commands.context import CommandContext
from commands.verb import Answer
from commands.words import one_line
from core.contract.authority import Refused
from core.errors import Permanent
from core.ports import Member
from workflows import views
from workflows.takeover import CLOSE, HandedBack

NOTE_MAX = 1000
NOBODY = "nobody"
_TO = re.compile(r"^to\s+([a-z][a-z0-9_]*)\s*[:,]?\s*", re.IGNORECASE)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="*", metavar="back T-n: note")


def run(context: CommandContext, options: argparse.Namespace, by: Member | None) -> Answer:
    """Who goes on. What an agent had ready is thrown away, as in the form."""
    words = about_task.second_word(options.words, "back")
    task, note = about_task.split(context, words, "hand back T-1042: I called her, it is settled")
    member = about_task.person(by)
    to = ""
    if named := _TO.match(note):
        to, note = named[1].lower(), note[named.end() :]
    note = one_line(note, NOTE_MAX)
    if not note:
        raise Permanent(
            f"Say in a sentence what you did: the next agent reads it. Like: hand back {task.id}: I called her"
        )
    services = context.services()
    match services.takeover.hand_back(task.id, member, note, _receiver(context, task.id, to), "discard"):
        case HandedBack(to=to) if to == CLOSE:
            return Answer(f"{task.id} is closed.", {"closed": task.id})
        case HandedBack(to=to):
            return Answer(
                f"The {to.replace('_', ' ')} agent goes on with {task.id}.", {"handed_back": task.id, "to": to}
            )
        case Refused() as found:
            return about_task.refused(found)
        case never:
            assert_never(never)


def _receiver(context: CommandContext, number: str, typed: str) -> str:
    """The agent that goes on: the one that is named, or who had it last. Raises `Permanent`."""
    policy, view = context.services().policy(), views.task_view(context.services().ledger, number)
    if typed == NOBODY:
        return CLOSE
    had = [name for name in reversed(view.agents) if name in policy.agents and name != "planner"] if view else []
    if typed and typed not in policy.agents:
        raise Permanent(f"There is no agent {one_line(typed, 40)}. There are: {', '.join(policy.agents)}; or: nobody.")
    if typed or had:
        return typed or had[0]
    raise Permanent(f"No agent had {number} yet. To end it: hand back {number} to nobody: what you did")
