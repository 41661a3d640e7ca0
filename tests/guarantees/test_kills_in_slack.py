"""I13 and I14 in Slack under kill -9, around a post and around a click: the card stands once, and no click is lost."""

from __future__ import annotations

import asyncio
import multiprocessing
import signal
import sqlite3
from pathlib import Path
from typing import Any

from bot.cards import ids
from tests.support.desk_story import run
from tests.support.slack import Json, Workspace, buttons, until, workspace

DESK = "support-desk"
POSTS = ("desk.before_post", "desk.after_post", "desk.placed")
CLICKS = ("click.before_ack", "click.after_ack")

processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["tests.support.story", "tests.support.desk_story"])


def begin(folder: Path, slack: Workspace, point: str, subject: str) -> Any:
    process = processes.Process(target=run, args=(str(folder), slack.api_url, point, subject))
    process.start()
    return process


async def ended(process: Any) -> int:
    await asyncio.to_thread(process.join, 30)
    assert process.exitcode is not None, "it was never killed: the point was not reached"
    return int(process.exitcode)


async def cards(slack: Workspace, subject: str) -> list[Json]:
    return [one for one in await slack.messages(DESK) if subject in str(one) and not one.get("thread_ts")]


async def the_card(slack: Workspace, subject: str, having: str) -> Json:
    async def look() -> Json | None:
        found = [one for one in await cards(slack, subject) if having in buttons(one) or having in str(one["blocks"])]
        return found[0] if found else None

    return await until(look, f"a card about {subject} with {having}")


async def approved(slack: Workspace, subject: str) -> Json:
    """The card, approved by Theo once the bot listens."""
    card = await the_card(slack, subject, ids.APPROVAL_APPROVE)

    async def listens() -> bool:
        return await slack.sockets() > 0

    await until(listens, "the bot is connected")
    await slack.click("U0THEO", card, ids.APPROVAL_APPROVE)
    return card


def _key(message: Json) -> str:
    return str((message.get("metadata") or {}).get("event_payload", {}).get("key", ""))


def sent(folder: Path) -> list[tuple[str, str]]:
    with sqlite3.connect(folder / "baton-systems.db") as db:
        return db.execute("select operation, outcome from call_log").fetchall()


async def _told(folder: Path, slack: Workspace, point: str) -> None:
    """The story with a kill at this point: the card once, the click counted once, the mail sent once."""
    folder.mkdir()
    subject = f"About {point.replace('.', ' ').replace('_', ' ')}"
    first = begin(folder, slack, point, subject)
    if point in CLICKS:
        card = await approved(slack, subject)
    assert await ended(first) == -signal.SIGKILL
    second = begin(folder, slack, "", subject)
    if point in POSTS:
        card = await approved(slack, subject)
    await until(lambda: sent(folder) == [("mail.reply", "done")], f"{point}: the mail is sent")

    async def says_so() -> bool:
        return any(one["ts"] == card["ts"] and "Sent" in str(one["blocks"]) for one in await slack.messages(DESK))

    await until(says_so, f"{point}: the card says so")
    keys = [key for one in await slack.messages(DESK) if (key := _key(one))]
    assert len(keys) == len(set(keys)), point
    second.terminate()
    assert await ended(second) == 0
    with sqlite3.connect(folder / "baton.db") as db:
        assert db.execute("select verb from decision where refusal = ''").fetchall() == [("approve",)]
    assert sent(folder) == [("mail.reply", "done")]


async def test_a_kill_around_a_post_or_a_click_doubles_nothing_and_loses_nothing(tmp_path: Path) -> None:
    async with workspace() as slack:
        for point in (*POSTS, *CLICKS):
            await _told(tmp_path / point, slack, point)
