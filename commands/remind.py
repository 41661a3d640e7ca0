"""`remind`: calls those again who are asked for the decision that a task waits for."""

from __future__ import annotations

import argparse
from typing import assert_never

from commands import requests
from commands.context import CommandContext
from commands.verb import FAILED, Answer
from commands.words import local
from core.contract.authority import Refused
from core.ports import Member
from workflows import calling
from workflows.later import Reminded, TooSoon
from workflows.people import NotPossible


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("task", metavar="T-n")


def run(context: CommandContext, options: argparse.Namespace, by: Member | None) -> Answer:
    """Who was reminded; or who did it a short while ago, and when the next one can go out."""
    decision = requests.about(context, options.task, "remind", by)
    services = context.services()
    policy = services.policy()
    match services.later.remind(decision, by):
        case Reminded(called=called):
            names = [calling.name_of(services.ledger, policy, each) for each in called]
            return Answer(f"Reminded: {', '.join(names)}.", {"reminded": decision.request_id, "called": names})
        case TooSoon(by=person, at=at, again_at=again_at):
            who = calling.name_of(services.ledger, policy, person) if person else "Baton"
            zone = policy.company.zone
            next_one = local(again_at, zone)
            text = f"{who} did that already, {local(at, zone)}. The next reminder can go out from {next_one}."
            return Answer(
                text, {"reminded_by": who, "at": at.isoformat(), "again_at": again_at.isoformat()}, exit_code=FAILED
            )
        case NotPossible(reason=reason):
            return Answer(reason, {"unchanged": reason}, exit_code=FAILED)
        case Refused() as found:
            return Answer(found.reason, {"refused": found.code, "reason": found.reason}, found, FAILED)
        case never:
            assert_never(never)
