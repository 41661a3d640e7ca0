"""A bot in a local workspace, over a whole house: real rows, rules and embedded systems; the model says what it is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app import House, build
from bot.lane import Timing
from bot.lanes import Lasts
from bot.start import Bot
from core.engine import Engine
from core.moment import SystemClock
from core.ports import Clock, Member
from core.settings import Settings
from core.workers import Leases
from tests.support.house import POLICIES, mail, sure_model
from tests.support.slack import Json, Workspace, buttons, until, workspace

QUICK = Timing(each_s=0.0, doubt_s=0.05, again_s=0.05, no_channel_s=0.3)
SHARED = replace(QUICK, lanes=Lasts(lease_s=1.5, keep_s=0.3, needed_s=0.4, idle_s=30.0, ask_again_s=0.2, round_s=0.2))
QUESTION = "When do you open on Saturday?"


@dataclass
class MovedClock:
    """The machine's time, and as much later as a test says: Slack's own clock must agree about what came when."""

    ahead: timedelta = timedelta()

    def now(self) -> datetime:
        return SystemClock().now() + self.ahead

    def move(self, **delta: float) -> None:
        self.ahead += timedelta(**delta)


@dataclass(frozen=True)
class Said:
    """An answer to a command."""

    text: str
    refused: Any = None
    exit_code: int = 0


@dataclass
class Office:
    """Slack, the house behind it, and the bot between the two."""

    slack: Workspace
    house: House
    bot: Bot
    engine: Engine
    clock: MovedClock
    asked: list[tuple[list[str], str]] = field(default_factory=list)

    @property
    def ledger(self) -> Any:
        return self.house.services.ledger

    def sql(self, query: str) -> list[Any]:
        return self.ledger.database.reader().query(query)

    async def bring(self, text: str = QUESTION, number: int = 1, **more: str) -> str:
        """A mail comes in; the number of its task."""
        raw = mail(text, message_id=f"m{number}", **more)
        return (await asyncio.to_thread(self.house.services.arrivals.mail, raw)).task_id

    async def card(self, channel: str, having: str) -> Json:
        """The newest message of a channel that has this button or these words."""

        async def look() -> Json | None:
            fits = [
                each for each in await self.slack.messages(channel) if having in buttons(each) or having in str(each)
            ]
            return fits[-1] if fits else None

        return await until(look, f"a card with {having!r} in {channel}")

    async def shown(self) -> None:
        """Waits until Slack shows every card as its row says."""
        await until(lambda: not self.sql("select 1 from card where behind"), "all cards shown")

    async def settled(self) -> None:
        """Waits until all work is done and shown."""
        await asyncio.to_thread(self.engine.at_rest, 30)
        await self.shown()


def commands(asked: list[tuple[list[str], str]]) -> Any:
    def answer(words: Sequence[str], by: Member | None) -> Said:
        asked.append((list(words), by.user_id if by else ""))
        if words[0] == "pause" and len(words) > 1:
            return Said(f"{words[1]} is paused.")
        return Said("Usage: …", exit_code=2) if len(words) > 2 else Said(f"You asked for {' '.join(words)}.")

    return answer


@asynccontextmanager
async def office(folder: Path, slack: Workspace, timing: Timing = QUICK) -> AsyncIterator[Office]:
    """The same folder again is the same installation after a restart."""
    clock, asked = MovedClock(), []
    house = await asyncio.to_thread(house_of, folder, slack, f"sqlite:///{folder}/baton.db", clock)
    engine = house.engine()
    bot = Bot(house.services.settings, house.services, commands(asked), timing=timing)
    engine.start()
    try:
        await bot.start()
        yield Office(slack, house, bot, engine, clock, asked)
    finally:
        await bot.stop()
        await asyncio.to_thread(engine.stop)
        house.close()


def house_of(folder: Path, slack: Workspace, url: str, clock: Clock) -> House:
    """The house behind an office."""
    settings = Settings(database_url=url, policies=POLICIES, key_file=folder / "baton.key", slack_api_url=slack.api_url)
    return build(settings, clock=clock, model=sure_model(), people=Bot.directory(settings))


@asynccontextmanager
async def face(
    folder: Path, slack: Workspace, url: str, timing: Timing = SHARED, *, works: bool = False
) -> AsyncIterator[Office]:
    """One of several faces over a database on a server, as each process has its own; `works`: it runs the jobs too."""
    clock, asked = MovedClock(), []
    house = await asyncio.to_thread(house_of, folder, slack, url, clock)
    presence = house.presence("all" if works else "face")
    engine = house.engine("all", presence)
    await asyncio.to_thread(engine.start if works else presence.come)
    bot = Bot(house.services.settings, house.services, commands(asked), timing=timing,
              leases=Leases(house.services.ledger, presence.id))  # fmt: skip
    try:
        await bot.start()
        yield Office(slack, house, bot, engine, clock, asked)
    finally:
        await bot.stop()
        await asyncio.to_thread(engine.stop if works else presence.leave)
        house.close()


@pytest.fixture
async def slack() -> AsyncIterator[Workspace]:
    async with workspace() as there:
        yield there


@pytest.fixture
async def there(tmp_path: Path, slack: Workspace) -> AsyncIterator[Office]:
    async with office(tmp_path, slack) as made:
        yield made
