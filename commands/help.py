"""`help`: what one can ask for."""

from __future__ import annotations

import argparse

from commands import table
from commands.context import CommandContext
from commands.verb import Answer
from core.errors import BadInput
from core.ports import Member


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("verb", nargs="?", default="", metavar="VERB")


def run(context: CommandContext, options: argparse.Namespace, by: Member | None) -> Answer:
    """Every verb that this door offers, or one."""
    verbs = [verb for verb in table.VERBS.values() if by is None or verb.who != "machine"]
    if options.verb:
        verbs = [verb for verb in verbs if verb.name == options.verb.lower()]
        if not verbs:
            raise BadInput(f"There is no verb {options.verb[:40]}. There are: {', '.join(table.VERBS)}.")
    wide = max(len(verb.usage) for verb in verbs) if by is None else 0  # Slack's letters have no fixed width
    lines = [
        f"{verb.usage.ljust(wide)}  {verb.summary}" if wide else f"{verb.usage}\n    {verb.summary}" for verb in verbs
    ]
    if len(verbs) > 1:
        lines.append(f"{'Each takes --json. ' if by is None else ''}Approvals are decided on their cards, never here.")
    return Answer("\n".join(lines), {verb.name: {"usage": verb.usage, "summary": verb.summary} for verb in verbs})
