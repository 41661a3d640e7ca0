"""The command line's door: the only place that prints."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from commands.context import CommandContext
from commands.table import answer


def run_verb(context: CommandContext, argv: Sequence[str]) -> int:
    """Shows the answer and gives the exit code: 0, 1 when it says that something is wrong, 2 for what was mistyped.

    Its user owns the machine, so nobody is asked who they are. There is no verb that decides an approval."""
    found = answer(context, argv, by=None)
    is_mistake = bool(found.exit_code) and "error" in found.data and "--json" not in argv
    print(found.text, file=sys.stderr if is_mistake else sys.stdout)
    return found.exit_code
