"""`notify`: what Baton writes to you in private. The mention on a card does not depend on it."""

from __future__ import annotations

import argparse

from commands import about_task
from commands.context import CommandContext
from commands.verb import FAILED, Answer
from core.errors import BadInput
from core.ports import Member
from workflows.notices import CHOICES, WORDS, Notices

STAYS = "Who must act is mentioned on the card, whatever is chosen here."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("choice", nargs="?", default="", metavar="|".join(CHOICES))


def run(context: CommandContext, options: argparse.Namespace, by: Member | None) -> Answer:
    """The choice, now kept; or what is chosen, where nothing was said."""
    member, notices = about_task.person(by), Notices(context.services().ledger)
    chosen = next((each for each in CHOICES if each == options.choice.lower()), None)
    if options.choice and chosen is None:
        raise BadInput(f"There are: {', '.join(CHOICES)}. Like: notify urgent")
    if chosen is not None and not notices.choose(member, chosen):
        return Answer(
            "Slack has not shown you to Baton yet. Open Baton's home tab once, then try again.", exit_code=FAILED
        )
    now = notices.choice(member)
    verb = "From now on" if chosen else "Now"
    lines = [f"{verb} you get in private: {WORDS[now]}. {STAYS}"]
    if chosen is None:
        lines += [f"    notify {each}: {WORDS[each]}" for each in CHOICES if each != now]
    return Answer("\n".join(lines), {"notify": now})
