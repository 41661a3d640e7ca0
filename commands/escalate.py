"""`escalate T-n to QUEUE: why`: calls people to a task. Its agents stop."""

from __future__ import annotations

import argparse
import re
from typing import assert_never

from commands import about_task
from commands.context import CommandContext
from commands.verb import FAILED, Answer
from core.contract.authority import Refused
from core.ports import Member
from policies.rules import escalation
from workflows import requests
from workflows.escalating import LATER, NOW, CalledFor, Escalating, Plea
from workflows.people import NotPossible

_TO = re.compile(r"^to\s+([a-z][a-z0-9_-]*)\s*[:,]?\s*", re.IGNORECASE)
_LATER = re.compile(r"^(?:today|later)\b\s*[:,]?\s*", re.IGNORECASE)
_BECAUSE = re.compile(r"^(?:because|why:?)\s+", re.IGNORECASE)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="*", metavar="T-n to QUEUE: why")


def run(context: CommandContext, options: argparse.Namespace, by: Member | None) -> Answer:
    """Who is called. Without a queue: the people who would get the task if nobody decided."""
    task, why = about_task.split(context, options.words, "escalate T-1042 to finance: why")
    services, queue = context.services(), ""
    if named := _TO.match(why):
        queue, why = _queue(context, named[1]), why[named.end() :]
    is_urgent = not _LATER.match(why)
    why = _BECAUSE.sub("", _LATER.sub("", why))
    plea = Plea(queue or _default(context, task.id, NOW if is_urgent else LATER), why, is_urgent, surface="words")
    match Escalating(services.ledger, services.policy).call(task.id, plea, by):
        case CalledFor(people=people, request_id=request_id):
            who = (
                f"{' and '.join(people)} {'is' if len(people) == 1 else 'are'} called"
                if people
                else "They are called in their hours"
            )
            text = f"{who} to {task.id}. The agents stand still on it until somebody has taken it."
            return Answer(text, {"called": request_id, "people": list(people)})
        case NotPossible(reason=reason):
            return Answer(reason, {"unchanged": reason}, exit_code=FAILED)
        case Refused() as found:
            return about_task.refused(found)
        case never:
            assert_never(never)


def _queue(context: CommandContext, typed: str) -> str:
    """A queue by its name, or by the role that works it off; the name as typed where there is none: the verb says so."""
    policy, name = context.services().policy(), typed.lower().replace("-", "_")
    if name in policy.queues:
        return name
    return next((each for each, queue in policy.queues.items() if queue.role == name), name)


def _default(context: CommandContext, number: str, trigger: str) -> str:
    ledger = context.services().ledger
    waiting = [row[0] for row in ledger.rows("request.of_task", task=number, state=requests.PENDING)
               if row[1] == requests.APPROVAL]  # fmt: skip
    row = ledger.row("request", "request.get", id=str(waiting[0])) if waiting else None
    return str(row["queue"]) if row else escalation.queue_of(context.services().policy(), trigger)
