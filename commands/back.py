"""`back`: somebody is here again before their time is over."""

from __future__ import annotations

import argparse
from typing import assert_never

from commands import about_task
from commands.away import whose
from commands.context import CommandContext
from commands.verb import FAILED, Answer
from core.contract.authority import Refused
from core.ports import Member
from workflows.away import Absences, Unchanged


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="*", metavar="[MAIL]")


def run(context: CommandContext, options: argparse.Namespace, by: Member | None) -> Answer:
    """They are called again from now on."""
    services = context.services()
    mail, rest = whose(services.policy(), options.words, by)
    about_task.nothing_more(" ".join(rest))
    match Absences(services.ledger, services.policy).come_back(mail, by):
        case None:
            name = services.policy().people[mail].name
            return Answer(f"{name} is here again and is called as before.", {"back": name})
        case Unchanged(reason=reason):
            return Answer(reason, {"unchanged": reason}, exit_code=FAILED)
        case Refused() as refused:
            return about_task.refused(refused)
        case never:
            assert_never(never)
