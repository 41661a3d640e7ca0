"""The decision that a task waits for, as words name it: by the task's number."""

from __future__ import annotations

from commands.context import CommandContext
from commands.words import task_id
from core.contract.authority import Decision, Verb
from core.contract.base import RequestId
from core.errors import Permanent
from core.ports import Member
from workflows import answers, requests


def about(context: CommandContext, typed: str, verb: Verb, by: Member | None, note: str = "") -> Decision:
    """This person's answer to the one decision that the task waits for. Raises `BadInput` for no task number, and
    `Permanent` where there is no such decision, or more than one."""
    number = task_id(typed)
    ledger = context.services().ledger
    if ledger.task(number) is None:
        raise Permanent(f"There is no task {number}. The newest are shown by: tasks")
    found = [
        row[0] for row in ledger.rows("request.of_task", task=number, state=requests.PENDING)
        if row[1] == requests.APPROVAL
    ]  # fmt: skip
    if not found:
        raise Permanent(f"{number} waits for no decision. How it stands is shown by: task {number}")
    if len(found) > 1:
        raise Permanent(
            f"{number} waits for {len(found)} decisions. Use the \u2022\u2022\u2022 menu of the card that you mean."
        )
    row = ledger.row("request", "request.get", id=found[0]) or {}
    return Decision(
        request_id=RequestId(found[0]), version=row["version"], person=answers.person_of(by), verb=verb, note=note,
        surface="words" if by else answers.COMMAND_LINE,
    )  # fmt: skip
