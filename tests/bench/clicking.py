"""One Baton process of `tests.bench.clicks`: the product's own parts with one role, against a workspace that runs already.

It says `ready` and ends with its standard input. Slack's pace of one message a second in a channel is off unless it is asked for:
fifty clicks a second make more messages than Slack would take from any app.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from typing import cast

from app import build, context
from bot.lane import Timing
from bot.start import Bot
from commands.table import answer
from core.logs import set_up
from core.settings import LOCAL_APP_TOKEN, LOCAL_BOT_TOKEN, VERSION, from_env
from core.workers import Leases, Presence, Role


async def main(role: Role, api_url: str, *, pace: bool) -> None:
    """Runs one role until standard input ends. The database, the key and the policies are the environment's."""
    settings = replace(
        from_env(), slack_api_url=api_url, slack_bot_token=LOCAL_BOT_TOKEN, slack_app_token=LOCAL_APP_TOKEN
    )
    set_up("WARNING")
    house = build(settings, people=Bot.directory(settings))
    presence = Presence(house.services.ledger, role, VERSION)
    engine = house.engine(role)
    if role == "face":
        presence.come()
    else:
        await asyncio.to_thread(engine.start)  # DBOS refuses to be set up on a loop
    bot = None
    if role in ("face", "all"):
        holder = presence.id if role == "face" else house.services.ledger.run.rsplit(".", 1)[0]
        verbs = context(settings, house)
        timing = Timing() if pace else Timing(each_s=0.0)
        bot = Bot(settings, house.services, lambda words, by: answer(verbs, words, by), timing=timing,
                  leases=Leases(house.services.ledger, holder))  # fmt: skip
        await bot.start()
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    if bot is not None:
        await bot.stop()
    if role == "face":
        presence.leave()
    else:
        await asyncio.to_thread(engine.stop)
    house.close()


if __name__ == "__main__":
    asyncio.run(main(cast("Role", sys.argv[1]), sys.argv[2], pace="--pace" in sys.argv))
