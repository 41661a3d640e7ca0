"""`resume`: lets a paused agent go on."""

from __future__ import annotations

import argparse
from typing import assert_never

from commands.context import CommandContext
from commands.verb import FAILED, Answer
from commands.words import count
from core.contract.authority import Refused
from core.ports import Member
from workflows.control import Resumed, Unchanged


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("agent", metavar="AGENT")


def run(context: CommandContext, options: argparse.Namespace, by: Member | None) -> Answer:
    """The switch back, and how much goes on."""
    found = context.services().controls.resume(options.agent.lower(), by)
    match found:
        case Resumed(agent=agent, released=released):
            name = "Everything" if agent == "everything" else f"The {agent} agent"
            text = f"{name} works again. {count(released, 'thing')} that waited for it will go on."
            return Answer(text, {"resumed": agent, "released": released})
        case Unchanged(reason=why):
            return Answer(why, {"unchanged": why}, exit_code=FAILED)
        case Refused():
            return Answer(found.reason, {"refused": found.code, "reason": found.reason}, found, FAILED)
        case _:
            assert_never(found)
