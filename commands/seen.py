"""`seen T-n`: whoever is called has seen it; nobody else is called for a while."""

from __future__ import annotations

import argparse
from typing import assert_never

from commands import about_task
from commands.context import CommandContext
from commands.verb import Answer
from commands.words import local
from core.contract.authority import Refused
from core.errors import Permanent
from core.ports import Member
from workflows.answering import Answering, Seen


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="*", metavar="T-n")


def run(context: CommandContext, options: argparse.Namespace, by: Member | None) -> Answer:
    """Until when nobody else is called."""
    task, rest = about_task.split(context, options.words, "seen T-1042")
    about_task.nothing_more(rest)
    member, services = about_task.person(by), context.services()
    calls = services.ledger.rows("request.calls", task=task.id)
    if not calls:
        raise Permanent(f"Nobody is called to {task.id} now, so there is nothing to have seen.")
    call = services.ledger.row("request", "request.get", id=str(calls[0][0])) or {}
    match Answering(services.ledger, services.policy).acknowledge(call["id"], call["version"], member, "words"):
        case Seen(until=until):
            when = local(until, services.policy().company.zone)
            return Answer(
                f"Noted. Nobody else is called to {task.id} until {when}.",
                {"seen": task.id, "until": until.isoformat()},
            )
        case Refused() as found:
            return about_task.refused(found)
        case never:
            assert_never(never)
