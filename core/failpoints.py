"""Named points at which a test lets the process die.

Off unless `BATON_FAILPOINT` names one: `name`, or `name:3` for its third time.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable


def armed(setting: str) -> Callable[[str], None]:
    """A function to be called at every named point; it kills the process at the one that `setting` names."""
    if not setting:
        return lambda _: None
    name, _, count = setting.partition(":")
    left = [int(count or 1)]

    def reach(point: str) -> None:
        if point == name:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return reach
