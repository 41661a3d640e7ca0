"""`take over T-n`: gives a task to whoever asks, and stops its agents."""

from __future__ import annotations

import argparse
from typing import assert_never

from commands import about_task
from commands.context import CommandContext
from commands.verb import Answer
from core.contract.authority import Refused
from core.ports import Member
from workflows.takeover import Taken


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="*", metavar="over T-n")


def run(context: CommandContext, options: argparse.Namespace, by: Member | None) -> Answer:
    """Who has it now, and how it goes back."""
    words = about_task.second_word(options.words, "over")
    task, rest = about_task.split(context, words, "take over T-1042")
    about_task.nothing_more(rest)
    match context.services().takeover.take(task.id, about_task.person(by), "words"):
        case Taken(task_id=number):
            text = f"You have {number} now, and its agents stand still. Give it back with: hand back {number}: what you did"
            return Answer(text, {"taken": number})
        case Refused() as found:
            return about_task.refused(found)
        case never:
            assert_never(never)
