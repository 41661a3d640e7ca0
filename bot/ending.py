"""The end of loops that run beside each other."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

AGAIN_S = 1.0


async def ended(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Cancels until each has ended. Once is not enough: `asyncio.wait_for` of Python 3.11 loses a cancellation that comes in the
    moment in which what it waits for is there, and the loop would go on for ever."""
    all_of = tuple(tasks)
    left = {task for task in all_of if not task.done()}
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=AGAIN_S)
    await asyncio.gather(*all_of, return_exceptions=True)  # what they ended with was said where it happened
