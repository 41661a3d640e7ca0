"""Home tabs where several processes face Slack over one database, and where that database is away."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot import home as homes
from bot.cards import ids
from tests.bot.conftest import Office, face
from tests.bot.test_home import home, open_home, says, text_of
from tests.bot.test_two_faces import Pair, pair
from tests.support.postgres import new_server
from tests.support.slack import Workspace, until

pytestmark = pytest.mark.postgresql
DESK = "support-desk"


async def test_what_another_process_did_is_seen_by_whoever_has_it_open(tmp_path: Path, slack: Workspace) -> None:
    async with pair(tmp_path, slack, works=True) as two:
        await open_home(two.first, "U0THEO")
        await both_know(two, "U0THEO")
        await two.second.bring()
        await home(two.first, "U0THEO", says("1 thing waits for you."))
        card = await two.second.card(DESK, ids.APPROVAL_APPROVE)
        await two.first.slack.click("U0SAM", card, ids.APPROVAL_APPROVE)
        view = await home(two.second, "U0THEO", says("Nothing waits for you."))
        assert "Dana" not in text_of(view)


async def both_know(two: Pair, person: str) -> None:
    """Whichever process was told: the other one draws it too."""
    for each in two.both:
        await each.bot.face.homes.opened(person)


async def test_without_a_database_it_says_so_and_comes_back(
    tmp_path: Path, slack: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(homes, "AGAIN_S", 0.2)
    its = await asyncio.to_thread(new_server)
    try:
        async with face(tmp_path, slack, its.create(), works=True) as there:
            await open_home(there, "U0THEO")
            await asyncio.to_thread(its.stop)
            await gone(there)
            await asyncio.to_thread(its.start)
            await home(there, "U0THEO", says("Nothing waits for you."))
    finally:
        await asyncio.to_thread(its.remove)


async def gone(there: Office) -> None:
    async def says_so() -> bool:
        return homes.NO_DATABASE in text_of(await open_home(there, "U0THEO"))

    await until(says_so, "a sentence")
