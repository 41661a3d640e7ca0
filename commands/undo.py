"""`undo`: takes back what was done on a task, while that still goes."""

from __future__ import annotations

import argparse
import re
from typing import assert_never

from commands.context import CommandContext
from commands.verb import FAILED, Answer
from commands.words import one_line, task_id
from core.contract.authority import Refused
from core.errors import Permanent
from core.ports import Member
from workflows.people import NotPossible
from workflows.undo import Press, Undoing

NOTE_MAX = 300
_BECAUSE = re.compile(r"^(?:because|note:?)\s+", re.IGNORECASE)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("task", metavar="T-n")
    parser.add_argument("words", nargs="*", metavar="because ...")


def run(context: CommandContext, options: argparse.Namespace, by: Member | None) -> Answer:
    """That it is being undone; or why it cannot be."""
    number = task_id(options.task)
    services = context.services()
    if by is None:
        raise Permanent("Somebody has to stand for an undo. Use the button on the card, or /baton undo in Slack.")
    if services.ledger.task(number) is None:
        raise Permanent(f"There is no task {number}. The newest are shown by: tasks")
    found = services.undo.open_of(number)
    if not found:
        raise Permanent(f"Nothing of {number} can be undone now. How it stands is shown by: task {number}")
    if len(found) > 1:
        raise Permanent(f"{len(found)} things of {number} can be undone. Use the button on the card that you mean.")
    effect = services.ledger.row("effect", "effect.get", id=found[0]) or {}
    note = one_line(_BECAUSE.sub("", " ".join(options.words)), NOTE_MAX)
    press = Press(found[0], int(effect["attempts"]), note=note, surface="words")
    match services.undo.undo(press, by):
        case Undoing():
            return Answer(f"It is being undone. The card of {number} says how it ends.", {"undoing": found[0]})
        case NotPossible(reason=reason):
            return Answer(reason, {"unchanged": reason}, exit_code=FAILED)
        case Refused() as refused:
            return Answer(refused.reason, {"refused": refused.code, "reason": refused.reason}, refused, FAILED)
        case never:
            assert_never(never)
