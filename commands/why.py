"""`why T-n`: why a task waits for people, by which rule, and who can decide."""

from __future__ import annotations

import argparse

from commands import about_task
from commands.context import CommandContext
from commands.verb import Answer
from commands.words import harmless, local, one_line
from core.errors import BadInput
from core.moment import from_us
from core.ports import Member
from workflows import calling, joined, views
from workflows.views import RequestView

_WHY, _QUOTE, _QUOTES = 600, 200, 4


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="*", metavar="T-n")


def run(context: CommandContext, options: argparse.Namespace, by: Member | None) -> Answer:
    """What waits on the task, each with its reason, what it rests on and its rule."""
    if len(options.words) > 1:
        raise BadInput("After why comes a task's number and nothing else.")
    task, _ = about_task.split(context, options.words, "why T-1042")
    ledger = context.services().ledger
    whole = views.task_view(ledger, task.id)
    waiting = [each["id"] for each in whole.requests if each["state"] == "pending"] if whole else []
    found = [view for view in (views.request_view(ledger, each) for each in waiting) if view]
    together = [f"{task.id} waits for a decision that is asked on the card of {each['with']}: see why {each['with']}"
                for each in (whole.requests if whole else ()) if each["state"] == joined.JOINED]  # fmt: skip
    if not found and not together:
        text = f"{task.id} waits for no person now. All that happened on it is shown by: task {task.id}"
        return Answer(text, {"task": task.id, "waiting": []})
    lines = [*together, *(line for view in found for line in _lines(context, view))]
    return Answer("\n".join([*lines, f"All that happened on it is shown by: task {task.id}"]),
                  {"task": task.id, "waiting": [str(view.request["id"]) for view in found]})  # fmt: skip


def _lines(context: CommandContext, view: RequestView) -> list[str]:
    services = context.services()
    zone = services.policy().company.zone
    if view.asked is None or view.proposal is None:
        return [f"{view.task.id} calls for a person: {one_line(harmless(str(view.request['why'])), _WHY)}"]
    case = calling.of_view(services.ledger, services.policy(), view)
    names = [each.name for each in case.called()] if case else []
    lines = [f"{view.task.id} waits for a decision until {local(from_us(view.request['due_at']), zone)}: "
             f"{one_line(harmless(view.proposal.reason), _WHY)}"]  # fmt: skip
    lines += [f"    it rests on: {one_line(harmless(each.quote), _QUOTE)}" for each in view.proposal.evidence[:_QUOTES]]
    lines.append(f"    {view.proposal.confidence:.0%} sure; the rule: {view.asked.rule}")
    lines.append(f"    asked now: {', '.join(names) or 'nobody can decide it by the rules'}")
    return lines
