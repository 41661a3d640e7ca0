"""Keeps home tabs true: drawn from rows when somebody opens theirs, and again while they may still look at it.

Who has it open is remembered here and nowhere else: it is drawn anew at each opening, so nothing is lost with it. Redrawing goes
in rounds, one person after the other, at most a third of the time; only what changed is sent to Slack.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.cards import home as card
from bot.cards.blocks import Json
from bot.ending import ended
from bot.render.home import home_page, stranger_words
from bot.render.scene import Scene
from bot.web import NO_ANSWER, error_of, retry_after
from core.errors import Away, BatonError, Retry
from workflows.home import home_view
from workflows.services import Services

log = logging.getLogger("baton.slack")

KEPT = 50  # people whose tab is drawn again by itself; the others' when they open it
KEPT_FOR_S = 3600.0  # Slack does not say when somebody leaves
EACH_S = 3.0  # between two rounds, at least
LOOK_S = 60.0  # clocks turn red although no row has changed
AGAIN_S = 5.0
NO_DATABASE = "Baton cannot reach its database right now. Nothing is lost; this page comes back by itself."
NO_SLACK = "Slack did not say who you are just now, so Baton cannot show you anything. Please open this page again in a minute."
BROKEN = "Baton could not draw this page, and has written that down. The cards in the channels are not touched by it."


@dataclass
class _Open:
    """A tab that somebody may be looking at. `shown` is None until it stands in Slack."""

    until: float
    shown: Json | None = None
    not_before: float = 0.0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Homes:
    """All home tabs of one face. `changed` may be called in any thread, all else on the bot's loop."""

    def __init__(self, services: Services, scene: Scene, client: AsyncWebClient) -> None:
        self.slack_url = ""
        self._services = services
        self._scene = scene
        self._client = client
        self._open: OrderedDict[str, _Open] = OrderedDict()
        self._threads = ThreadPoolExecutor(2, "home")
        self._woken = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._rounds: asyncio.Task[None] | None = None

    async def start(self, slack_url: str) -> None:
        """Begins to redraw. `slack_url`: where the workspace's pages are."""
        self.slack_url, self._loop = slack_url, asyncio.get_running_loop()
        self._rounds = asyncio.create_task(self._watch(), name="homes")

    async def stop(self) -> None:
        """Lets go. Safe where nothing was started."""
        self._loop = None
        if self._rounds is not None:
            await ended([self._rounds])
        self._threads.shutdown(wait=False)

    def changed(self) -> None:
        """Something changed: whoever looks sees it within seconds."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._woken.set)

    async def opened(self, user_id: str) -> None:
        """This person opens theirs: it is drawn and sent now."""
        await self._show(user_id, self._keep(user_id), always=True)

    def touched(self, user_id: str) -> None:
        """This person pressed something on theirs."""
        self._keep(user_id)
        self._woken.set()

    def left(self, user_id: str) -> None:
        """This person looks at something else of ours. The next round lets go of it, so that what is on its way is the last."""
        if known := self._open.get(user_id):
            known.until = 0.0

    def _keep(self, user_id: str) -> _Open:
        known = self._open.setdefault(user_id, _Open(0.0))
        known.until = asyncio.get_running_loop().time() + KEPT_FOR_S
        self._open.move_to_end(user_id)
        while len(self._open) > KEPT:
            self._open.popitem(last=False)
        return known

    async def _watch(self) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), LOOK_S)
            self._woken.clear()
            now = asyncio.get_running_loop().time
            began, again_s = now(), LOOK_S
            for user_id, known in tuple(self._open.items()):
                if known.until < now():
                    if not known.turn.locked():
                        self._open.pop(user_id, None)
                elif known.not_before <= now():
                    await self._show(user_id, known, always=False)
                if known.shown is None:
                    again_s = min(again_s, max(EACH_S, known.not_before - now()))
            if again_s < LOOK_S:
                asyncio.get_running_loop().call_later(again_s, self._woken.set)
            await asyncio.sleep(max(EACH_S, 2 * (now() - began)))

    async def _show(self, user_id: str, known: _Open, *, always: bool) -> None:
        """One person's tab, one at a time, so that an older drawing never comes after a newer one."""
        async with known.turn:
            view, is_whole = await self._drawn(user_id)
            if always or (not card.same(known.shown, view) and (is_whole or known.shown is None)):
                sent = await self._publish(user_id, known, view)
                known.shown = view if sent and is_whole else None
            if known.shown is None:
                known.not_before = max(known.not_before, asyncio.get_running_loop().time() + AGAIN_S)

    async def _drawn(self, user_id: str) -> tuple[Json, bool]:
        """The tab as it should stand, or a sentence why it cannot be drawn; whether it is the former."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._draw, user_id), True
        except Away:
            return card.only(NO_DATABASE), False
        except Retry as error:
            log.warning("a home tab waits: %s", error.reason)
            return card.only(NO_SLACK), False
        except BatonError as error:
            log.error("a home tab cannot be drawn: %s", type(error).__name__)  # noqa: TRY400
            return card.only(BROKEN), False
        # The outermost door of a home tab: who opened it reads a sentence, the others are drawn. Messages may quote customers.
        except Exception as error:  # noqa: BLE001
            log.error("a home tab cannot be drawn: %s", type(error).__name__)  # noqa: TRY400
            return card.only(BROKEN), False

    def _draw(self, user_id: str) -> Json:
        """In a thread of ours. Whoever Slack does not call a full member of our team sees nothing but what Baton is."""
        services = self._services
        policy, member = services.policy(), services.directory.cached(user_id)
        view = home_view(services.ledger, policy, member) if member is not None else None
        if member is None or view is None:
            return card.only(stranger_words(policy, is_member=member is not None and member.is_member))
        return card.render(
            home_page(self._scene, view, member, self.slack_url, may_pause=services.controls.may(member))
        )

    async def _publish(self, user_id: str, known: _Open, view: Json) -> bool:
        try:
            await self._client.views_publish(user_id=user_id, view=view)
        except SlackApiError as error:
            log.warning("a home tab was not taken: %s", error_of(error))
            known.not_before = asyncio.get_running_loop().time() + (retry_after(error) or AGAIN_S)
            return False
        except NO_ANSWER as error:
            log.warning("a home tab was not sent: %s", type(error).__name__)
            return False
        return True
