"""Baton in a local workspace as a process that a test may kill: one mail, its card, and whatever people click."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

from app import build
from bot.lane import Timing
from bot.start import Bot
from core.settings import Settings
from tests.support.house import POLICIES, mail, sure_model

QUICK = Timing(each_s=0.0, doubt_s=0.05, again_s=0.05, no_channel_s=0.3)


class Silent:
    """The answer to a command that nobody gives here."""

    text, refused, exit_code = "", None, 0


def run(folder: str, api_url: str, failpoint: str, subject: str) -> None:
    """Runs until SIGTERM, or until the failpoint kills it. The mail is known when it comes a second time."""
    settings = Settings(database_url=f"sqlite:///{folder}/baton.db", policies=POLICIES, key_file=Path(folder) / "baton.key",
                        slack_api_url=api_url, failpoint=failpoint)  # fmt: skip
    model = sure_model()
    house = build(settings, model=model, people=Bot.directory(settings))
    calls = house.services.ledger.database.reader().query("select count(*) from model_call")[0][0]
    model.asked.extend([("", "")] * calls)  # its calls are numbered: go on where the last process stopped
    raw = mail("When do you open?\n\nDana", message_id=subject.replace(" ", ""), subject=subject)
    asyncio.run(_run(house, settings, raw))
    house.close()


async def _run(house, settings: Settings, raw: bytes) -> None:  # type: ignore[no-untyped-def]
    engine, stopped = house.engine(), asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    bot = Bot(settings, house.services, lambda *_: Silent(), timing=QUICK)  # type: ignore[arg-type, return-value]
    engine.start()
    await bot.start()
    await asyncio.to_thread(house.services.arrivals.mail, raw)
    await stopped.wait()
    await bot.stop()
    await asyncio.to_thread(engine.stop)
