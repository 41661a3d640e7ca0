"""Each fail point around a post and around a click × each operation, in a local workspace: the card stands once, the click counts
once, and what was approved goes out once."""

from __future__ import annotations

import asyncio
import signal
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.cards import ids
from bot.start import Bot
from core.logs import set_up
from tests.faults.clerks import CAST
from tests.faults.matrix import WITHIN_S, Cell, Outcome, ended, judged, new_installation, opened, processes
from tests.faults.process import Face, Journal, open_fort, patiently, running
from tests.support.desk_story import QUICK, Silent
from tests.support.fort import Fort
from tests.support.slack import Json, Workspace, buttons, until, workspace

POSTS = ("desk.before_post", "desk.after_post", "desk.placed")
CLICKS = ("click.before_ack", "click.after_ack")
# Where the card of each operation stands, and who may approve it.
DESKS = {"mail": ("support-desk", "U0THEO"), "till": ("billing", "U0PRIYA"), "crm": ("sales", "U0MAYA")}


def cells(database: str) -> list[Cell]:
    """All of one database."""
    return [Cell(database, point, operation) for point in (*POSTS, *CLICKS) for operation in CAST]


def tell(folder: str, api_url: str, number: int, failpoint: str) -> None:
    """Baton in Slack: lets the customer in and runs until SIGTERM, or until it dies at the point."""
    set_up("CRITICAL")
    path = Path(folder)
    fort = open_fort(path, failpoint=failpoint)
    with running(fort, Journal(path / "journal.jsonl")):
        asyncio.run(_in_slack(fort, api_url, number))
    fort.house.close()


async def _in_slack(fort: Fort, api_url: str, number: int) -> None:
    stopped, services = asyncio.Event(), fort.house.services
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    bot = Bot(replace(services.settings, slack_api_url=api_url), services, lambda *_: Silent(), timing=QUICK)  # type: ignore[arg-type, return-value]
    await bot.start()
    face = Face(fort, Path(), number, 1, Journal(Path("/dev/null")))
    while number not in face.accepted:
        await asyncio.to_thread(patiently, lambda: face.let_in(number))
    await stopped.wait()
    await bot.stop()


def tried(cell: Cell, folder: Path) -> Outcome:
    """The cell, from its first process to the look at everything."""
    with new_installation(cell, folder):
        return asyncio.run(_tried(cell, folder))


async def _tried(cell: Cell, folder: Path) -> Outcome:
    channel, person = DESKS[cell.operation.partition(".")[0]]
    wrong: list[str] = []
    async with workspace() as slack:
        first = _begin(folder, slack, cell.number, cell.failpoint)
        if cell.point in CLICKS:
            await _approve(slack, channel, person)
        await asyncio.to_thread(first.join, WITHIN_S)
        wrong += [] if first.exitcode == -signal.SIGKILL else [f"it ended with {first.exitcode}, so nothing was tried"]
        second = _begin(folder, slack, cell.number, "")
        if cell.point in POSTS:
            await _approve(slack, channel, person)
        fort = opened(folder)
        if not await asyncio.to_thread(_rests, fort):
            wrong.append("it did not come to rest")
        second.terminate()
        wrong += await asyncio.to_thread(ended, second)
        keys = Counter(_key(one) for one in await slack.messages(channel) if _key(one))
    wrong += [f"{key} was posted {count} times" for key, count in keys.items() if count > 1]
    state, seen = judged(fort, cell)
    clicks = fort.sql("select count(*) from decision where refusal = '' and verb = 'approve'")[0][0]
    wrong += [] if clicks == 1 else [f"the click counts {clicks} times"]
    fort.house.close()
    return Outcome(cell, state, (*wrong, *seen))


def _begin(folder: Path, slack: Workspace, number: int, failpoint: str) -> Any:
    process = processes.Process(target=tell, args=(str(folder), slack.api_url, number, failpoint))
    process.start()
    return process


async def _approve(slack: Workspace, channel: str, person: str) -> None:
    """A person presses, once the card is there and the bot listens."""

    async def card() -> Json | None:
        there = [one for one in await slack.messages(channel) if ids.APPROVAL_APPROVE in buttons(one)]
        return there[0] if there and await slack.sockets() else None

    await slack.click(person, await until(card, f"a card in {channel}"), ids.APPROVAL_APPROVE)


def _rests(fort: Fort) -> bool:
    """Waits until the effect has left and its task has ended, or, where the process died in the middle of the call, a person is
    asked; and until every card shows what it should."""
    until_s = time.monotonic() + WITHIN_S
    while time.monotonic() < until_s:
        open_tasks = fort.sql("select count(*) from task where state not in ('done', 'cancelled')")[0][0]
        asked = fort.sql("select 1 from request where trigger = 'unknown_effect' and state = 'pending'")
        has_left = not open_tasks and fort.sql("select 1 from effect where state = 'sent'")
        if (has_left or asked) and not fort.sql("select count(*) from card where behind")[0][0]:
            return True
        time.sleep(0.1)
    return False


def _key(message: Json) -> str:
    return str((message.get("metadata") or {}).get("event_payload", {}).get("key", ""))
