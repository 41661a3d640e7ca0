"""`reassign`: hands the decision that a task waits for to somebody else who may decide it."""

from __future__ import annotations

import argparse
import re
from typing import assert_never

from commands import requests
from commands.context import CommandContext
from commands.verb import FAILED, Answer
from commands.words import one_line
from core.contract.authority import Refused
from core.errors import BadInput
from core.ports import Member
from workflows import calling
from workflows.people import NotPossible
from workflows.reassign import Reassigned

NOTE_MAX = 300
_BECAUSE = re.compile(r"^(?:because|note:?)\s+", re.IGNORECASE)
_USER = re.compile(r"<?@?([UW][A-Z0-9]{2,})(?:\|[^>]*)?>?")
_MAIL = re.compile(r"<?(?:mailto:)?([^\s<>|]+@[^\s<>|]+)(?:\|[^>]*)?>?")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("task", metavar="T-n")
    parser.add_argument("words", nargs="+", metavar="to WHO")


def run(context: CommandContext, options: argparse.Namespace, by: Member | None) -> Answer:
    """Who is asked now. The deadline and what was signed stay."""
    words = options.words[1:] if options.words[0].lower() == "to" else options.words
    if not words:
        raise BadInput(
            "Say who decides instead: a mail address, a role or a queue. For example: reassign T-1042 to finance"
        )
    note = one_line(_BECAUSE.sub("", " ".join(words[1:])), NOTE_MAX)
    decision = requests.about(context, options.task, "reassign", by, note)
    services = context.services()
    match services.reassign.to(decision, _assignee(context, words[0]), by):
        case Reassigned(called=called):
            names = [calling.name_of(services.ledger, services.policy(), each) for each in called]
            text = f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'} asked now. The time to decide stays."
            return Answer(text, {"reassigned": decision.request_id, "called": names})
        case NotPossible(reason=reason):
            return Answer(reason, {"unchanged": reason}, exit_code=FAILED)
        case Refused() as found:
            return Answer(found.reason, {"refused": found.code, "reason": found.reason}, found, FAILED)
        case never:
            assert_never(never)


def _assignee(context: CommandContext, typed: str) -> str:
    """`person:U0SAM` or `role:finance`, out of a mail address, a mention, a role or a queue. Raises `BadInput`."""
    services = context.services()
    policy = services.policy()
    if mail := _MAIL.fullmatch(typed):
        user = calling.user_of_mail(services.ledger, policy, mail[1].lower())
        if user is None:
            raise BadInput(f"{one_line(mail[1], 60)} is nobody that people.yml knows.")
        if not user:
            raise BadInput(f"{one_line(mail[1], 60)} was not seen in Slack yet, so nobody could be called.")
        return f"person:{user}"
    if person := _USER.fullmatch(typed):
        return f"person:{person[1]}"
    name = typed.lower().replace("-", "_")
    if name in policy.roles:
        return f"role:{name}"
    if name in policy.queues:
        return f"role:{policy.queues[name].role}"
    raise BadInput(f"{one_line(typed, 40)!r} is no mail address, role or queue. There are: {', '.join(policy.roles)}.")
