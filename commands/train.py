"""`train`: the local model learns from the examples again."""

from __future__ import annotations

import argparse

from commands.context import CommandContext
from commands.verb import Answer
from core.ports import Member


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none."""


def run(context: CommandContext, options: argparse.Namespace, by: Member | None) -> Answer:
    """What was learned, and how sure it is of it."""
    said = context.train()
    return Answer(said, {"trained": said})
