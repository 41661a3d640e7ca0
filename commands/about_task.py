"""Verbs about one task: `take over T-1042`. In the thread of a task's card the face puts the number there by itself."""

from __future__ import annotations

import re
from collections.abc import Sequence

from commands.context import CommandContext
from commands.verb import FAILED, Answer
from commands.words import task_id
from core.contract.authority import Refused
from core.errors import BadInput, Permanent
from core.ledger import TaskRow
from core.ports import Member

_NUMBER = re.compile(r"(?:t-?\d{1,12}|\d{3,12})[:,.]?", re.IGNORECASE)
_COLON = re.compile(r"^[\s:,\u2013\u2014-]+")


def second_word(words: Sequence[str], wanted: str) -> list[str]:
    """The words after `over` of `take over`. Raises `BadInput` for other words: they make no command."""
    if not words or words[0].lower().rstrip(":,") != wanted:
        raise BadInput(f"After this comes {wanted}.")
    return list(words[1:])


def split(context: CommandContext, words: Sequence[str], how: str) -> tuple[TaskRow, str]:
    """The task that is named first, and the rest. Raises `Permanent` where none is named, or there is no such task."""
    if not words or not _NUMBER.fullmatch(words[0]):
        raise Permanent(f"Say which task, like: {how}. In the thread of a task's card you need not say it.")
    number = task_id(words[0].rstrip(":,."))
    task = context.services().ledger.task(number)
    if task is None:
        raise Permanent(f"There is no task {number}. The newest are shown by: tasks")
    return task, _COLON.sub("", " ".join(words[1:])).strip()


def nothing_more(rest: str) -> None:
    """Raises `BadInput` where words are left over."""
    if rest:
        raise BadInput(f"{rest[:40]!r} is too much here.")


def person(by: Member | None) -> Member:
    """Whoever asks. Raises `Permanent` on the command line: nobody knows whose task it would be."""
    if by is None:
        raise Permanent("Only a person in Slack can do this: the task would be theirs.")
    return by


def refused(found: Refused) -> Answer:
    """The answer to somebody who may not."""
    return Answer(found.reason, {"refused": found.code, "reason": found.reason}, found, FAILED)
