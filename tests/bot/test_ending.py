"""Loops come to an end when they are told to."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from bot.ending import ended


async def rounds(woken: asyncio.Event) -> None:
    """As the desk and the home tabs wait."""
    while True:
        with suppress(TimeoutError):
            await asyncio.wait_for(woken.wait(), 60)
        woken.clear()


@pytest.mark.parametrize("turns", range(4))
async def test_a_loop_that_is_woken_in_the_moment_of_its_end_ends(turns: int) -> None:
    woken = asyncio.Event()
    loop = asyncio.create_task(rounds(woken))
    await asyncio.sleep(0.01)
    woken.set()
    for _ in range(turns):
        await asyncio.sleep(0)
    await asyncio.wait_for(ended([loop]), 30)
    assert loop.done()
