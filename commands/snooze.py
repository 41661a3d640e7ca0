"""`snooze T-n 1h`: the decision is shown again later, to whoever asks or, with `for all`, to everybody who is asked."""

from __future__ import annotations

import argparse
import re
from datetime import datetime
from typing import assert_never

from commands import about_task, durations, requests
from commands.context import CommandContext
from commands.verb import FAILED, Answer
from commands.words import local
from core.contract.authority import Refused
from core.errors import Permanent
from core.ports import Member
from policies.rules import sla
from workflows.later import Snoozed
from workflows.people import NotPossible

_ALL = re.compile(r"\s*\bfor\s+(?:all|everyone|everybody)$", re.IGNORECASE)
_TOMORROW = ("tomorrow", "until tomorrow", "until we open")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="*", metavar="T-n LENGTH")


def run(context: CommandContext, options: argparse.Namespace, by: Member | None) -> Answer:
    """Until when it is put off."""
    task, length = about_task.split(context, options.words, "snooze T-1042 1h")
    member, services = about_task.person(by), context.services()
    everyone = _ALL.search(length) is not None
    until = _until(context, _ALL.sub("", length))
    decision = requests.about(context, task.id, "snooze", by)
    match services.later.snooze(decision, member, until, everyone=everyone):
        case Snoozed():
            when = local(until, services.policy().company.zone)
            who = "Nobody is" if everyone else "You are not"
            return Answer(f"{who} reminded of {task.id} until {when}. The time to decide stays.",
                          {"snoozed": task.id, "until": until.isoformat()})  # fmt: skip
        case NotPossible(reason=reason):
            return Answer(reason, {"unchanged": reason}, exit_code=FAILED)
        case Refused() as found:
            return about_task.refused(found)
        case never:
            assert_never(never)


def _until(context: CommandContext, length: str) -> datetime:
    now = context.clock.now()
    if length.lower() in _TOMORROW:
        return sla.next_opening(context.services().policy(), now)
    if not length:
        raise Permanent("Say for how long, like 15m, 1h or tomorrow.")
    return now + durations.parse(length.removeprefix("for "))
