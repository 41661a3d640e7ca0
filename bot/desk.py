"""Keeps cards true. The rows of `card` say what should stand in Slack; one loop for each channel makes it so.

    row first ─► looked up when a post may have gone out ─► posted with its key ─► ts written ─► updated when the row counts up

A row whose `wanted` is ahead of its `shown` is behind. A commit wakes the desk, in whatever process it was. Nothing is kept here
that a restart, or another process's desk, would miss: who posts to a channel is a lease (`bot/lanes.py`), a card that will say
something else by itself has its time in its row, and what somebody who is gone may have posted is looked up by its key.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

import orjson
from slack_sdk.web.async_client import AsyncWebClient

from bot.ending import ended
from bot.lane import Lane, Timing, Waiting
from bot.lanes import GIVEN_BACK, Lanes
from bot.pace import Pace
from bot.posting import Poster
from bot.render.scene import Row, Scene
from core.errors import Retry
from core.ledger import Ledger
from core.marks import Marks
from core.moment import to_us
from core.sql import TABLES
from core.workers import Leases

log = logging.getLogger("baton.desk")

_COLUMNS = tuple(column.name for column in TABLES["card"].columns)
FINISH_S = 4.0
TIDY_EVERY = 40  # rounds of keeping

Behind = list[tuple[str, Waiting]]
T = TypeVar("T")


@dataclass
class Desk:
    """`core.ports.Desk`. `start` and `stop` run on the bot's loop; `upsert`, `tell` and `poke` in any thread."""

    ledger: Ledger
    scene: Scene
    client: AsyncWebClient
    feed: Callable[[], str]  # the channel's name for cards whose own channel cannot be found
    timing: Timing = field(default_factory=Timing)
    leases: Leases | None = None  # where other processes post too
    changed: Callable[[], None] = field(default=lambda: None)  # who else wants to know, in any thread
    _running: dict[str, tuple[Lane, asyncio.Task[None]]] = field(default_factory=dict)
    _loops: list[asyncio.Task[None]] = field(default_factory=list)
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _loop: asyncio.AbstractEventLoop | None = None
    _doubtful: frozenset[str] = frozenset()
    _deaf: Callable[[], None] = field(default=lambda: None)
    _threads: ThreadPoolExecutor = field(init=False)

    # Any thread ------------------------------------------------------------------------------------------------------

    def upsert(self, card_id: str) -> None:
        """Let the card tell what its row says now. Returns at once; posting follows in the channel's order."""
        with self.ledger.unit() as unit:
            unit.change("card.again", key=card_id)
            unit.cards_changed = True

    def tell(self, person: str, text: str) -> None:
        """A private line to one person, in our own words. Returns at once."""
        with self.ledger.unit() as unit:
            unit.card("told", person, "", viewer=person, detail=orjson.dumps({"text": text}).decode())

    def poke(self) -> None:
        """There is something to do."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._woken.set)
            self.changed()

    @property
    def lanes_held(self) -> tuple[str, ...]:
        """The channels that this process posts to, where others could."""
        return self.lanes.held if self._loop is not None else ()

    def _told(self, what: str) -> None:
        if what == GIVEN_BACK:
            self.lanes.ask_again()
        if what in ("cards", GIVEN_BACK):
            self.poke()

    # The loop's thread -----------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Begins with whatever is behind."""
        loop = asyncio.get_running_loop()
        # Apart from the threads in which cards are drawn: a lane that is not kept in time is lost.
        self._threads = ThreadPoolExecutor(2, "desk")
        self.poster = Poster(self.client, loop.time)
        self.lanes = Lanes(self.leases, loop.time, self.timing.lanes)
        self._doubtful = await asyncio.to_thread(self._look_back)
        self._loop = loop
        self.ledger.poke = self.poke
        self._deaf = self.ledger.database.listen(self._told)
        self._loops.append(asyncio.create_task(self._watch(), name="desk"))
        if self.lanes.are_shared:
            self._loops.append(asyncio.create_task(self._keep(), name="desk leases"))
        self._woken.set()

    async def stop(self) -> None:
        """Lets the posts end that are on their way. What is not posted stays behind; what may be is looked up next time."""
        self.ledger.poke = lambda: None
        self._deaf()
        await ended(self._loops)
        self._loops.clear()
        for lane, _ in self._running.values():
            lane.finish()
        tasks = [task for _, task in self._running.values()]
        if tasks:
            await asyncio.wait(tasks, timeout=FINISH_S)
        clean = [name for name, (lane, task) in self._running.items() if has_ended(task) and not lane.in_doubt]
        await ended(tasks)
        self._running.clear()
        if clean and self._loop is not None:
            await asyncio.to_thread(self.lanes.give_back, clean)
        self._threads.shutdown(wait=False)

    async def _watch(self) -> None:
        again_s: float | None = None
        while True:
            await self._until_woken(again_s)
            try:
                rows, again_s = await self._apart(self._look)
            # The outermost door of all cards: what went wrong once is looked at again, and no card is forgotten.
            except Exception as error:  # noqa: BLE001
                log.error("the cards could not be read: %s", type(error).__name__)  # noqa: TRY400
                await asyncio.sleep(self.timing.again_s)
                self._woken.set()
                continue
            for lane, waiting in rows:
                self._lane(lane).add(waiting)
            await asyncio.sleep(self.timing.look_s)

    async def _until_woken(self, seconds: float | None) -> None:
        if self.lanes.are_shared:
            round_s = self.timing.lanes.round_s
            seconds = round_s if seconds is None else min(seconds, round_s)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), seconds)
        self._woken.clear()

    async def _keep(self) -> None:
        """Our lanes stay ours while they are used; the others are for whoever needs them first."""
        marks, rounds = Marks(self.ledger), 0
        while True:
            await asyncio.sleep(self.timing.lanes.keep_s)
            rounds += 1
            try:
                await self._apart(self.lanes.keep)
                await self._apart(lambda: self.lanes.give_back(self.lanes.idle()))
                if rounds % TIDY_EVERY == 0:
                    await asyncio.to_thread(marks.forget_old)
            except Retry as error:
                log.debug("lanes could not be kept: %s", error.reason)  # they end by themselves

    async def _apart(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)

    def _lane(self, name: str) -> Lane:
        if name not in self._running:
            loop = asyncio.get_running_loop()
            pace = Pace(loop.time, self.timing.burst, self.timing.each_s)
            lane = Lane(name, self.ledger, self.scene, self.poster, self.feed, pace, self.timing, self.lanes, self.poke)
            self._running[name] = lane, asyncio.create_task(lane.run(), name=f"desk {name}")
        return self._running[name][0]

    # A worker thread -------------------------------------------------------------------------------------------------

    def _look(self) -> tuple[Behind, float | None]:
        """What is to be shown by us, and the seconds until some card says something else by itself."""
        again_s = self._ring()
        behind = self._behind()
        taken = self.lanes.take(dict.fromkeys(name for name, _ in behind))
        if any(taken.values()):
            behind = self._behind()  # again: until a moment ago somebody else may have posted there
            self._doubt(behind, {name for name, in_doubt in taken.items() if in_doubt})
        return [(name, waiting) for name, waiting in behind if self.lanes.left_s(name) > 0], again_s

    def _ring(self) -> float | None:
        """Cards whose time has come are behind now. The seconds until the next time; None when there is none."""
        now = to_us(self.ledger.clock.now())
        at = self.ledger.rows("card.next_ring")[0][0]
        if at is not None and at <= now:
            with self.ledger.unit() as unit:
                unit.change("card.ring", now=now)
                unit.cards_changed = True
            at = self.ledger.rows("card.next_ring")[0][0]
        return None if at is None else max(0.0, (at - now) / 1_000_000)

    def _doubt(self, behind: Behind, names: set[str]) -> None:
        """Who had these lanes has died or was cut off, and may have posted what stands nowhere by its row."""
        now = self._loop.time() if self._loop is not None else 0.0
        for name, waiting in behind:
            if name in names and waiting.may_be_posted:
                waiting.doubt, waiting.not_before = now, now + self.timing.doubt_s
        log.warning("%s: taken over; what has no place yet is looked up before it is posted", ", ".join(sorted(names)))

    def _behind(self) -> Behind:
        """What is to be shown, each with its channel's lane; a thread line only once its root stands."""
        parents: dict[str, Row | None] = {}
        found = []
        for row in map(as_card, self.ledger.rows("card.behind")):
            lane = row["viewer"] or row["purpose"]
            if row["parent_id"]:
                if row["parent_id"] not in parents:
                    parents[row["parent_id"]] = self.ledger.row("card", "card.get", id=row["parent_id"])
                parent = parents[row["parent_id"]]
                if parent is None or not parent["ts"]:
                    continue
                lane = parent["viewer"] or parent["purpose"]
            doubt = 0.0 if not row["ts"] and row["id"] in self._doubtful else None
            found.append((lane, Waiting(row["id"], bool(row["urgent"]), row["created_at"], doubt, not row["ts"],
                                        in_thread=bool(row["parent_id"]))))  # fmt: skip
        return found

    def _look_back(self) -> frozenset[str]:
        """Cards that an earlier run may have posted. Those of unknown effects are drawn anew: that run may have been of a version
        that kept in no row when their answers open."""
        for effect_id, _, _ in self.ledger.rows("effect.unknown"):
            effect = self.ledger.row("effect", "effect.get", id=effect_id) or {}
            with self.ledger.unit() as unit:
                unit.want(str(effect.get("request_id") or effect_id))
        return frozenset(row["id"] for row in map(as_card, self.ledger.rows("card.behind")) if not row["ts"])


def as_card(row: Sequence[Any]) -> Row:
    """A row of `card` by column names; nothing in it is sealed."""
    return dict(zip(_COLUMNS, row, strict=True))


def has_ended(task: asyncio.Task[None]) -> bool:
    """Whether it came to its own end."""
    return task.done() and not task.cancelled() and task.exception() is None
