"""Keeps cards true. The rows of `card` say what should stand in Slack; one loop for each channel makes it so.

    row first ─► looked up when a post may have gone out ─► posted with its key ─► ts written ─► updated when the row counts up

A row whose `wanted` is ahead of its `shown` is behind. `poke` wakes the desk after a commit, from any thread. Nothing is kept
here that a restart would miss: rows that have no ts when the desk starts may have been posted, and are looked up by their key.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from slack_sdk.web.async_client import AsyncWebClient

from bot.lane import Lane, Timing, Waiting
from bot.pace import Pace
from bot.posting import Poster
from bot.render.scene import Row, Scene
from core.ledger import Ledger
from core.sql import TABLES

log = logging.getLogger("baton.desk")

_COLUMNS = tuple(column.name for column in TABLES["card"].columns)


@dataclass
class Desk:
    """`core.ports.Desk`. `start` and `stop` run on the bot's loop; `upsert`, `tell` and `poke` in any thread."""

    ledger: Ledger
    scene: Scene
    client: AsyncWebClient
    feed: Callable[[], str]  # the channel's name for cards whose own channel cannot be found
    timing: Timing = field(default_factory=Timing)
    _lanes: dict[str, Lane] = field(default_factory=dict)
    _loops: list[asyncio.Task[None]] = field(default_factory=list)
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _loop: asyncio.AbstractEventLoop | None = None
    _doubtful: frozenset[str] = frozenset()

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

    # The loop's thread -----------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Begins with whatever is behind."""
        self._loop = asyncio.get_running_loop()
        self.poster = Poster(self.client, self._loop.time)
        self._doubtful = await asyncio.to_thread(self._look_back)
        self.ledger.poke = self.poke
        self._loops.append(asyncio.create_task(self._watch(), name="desk"))
        self._woken.set()

    async def stop(self) -> None:
        """Lets go at once. What is not posted stays behind, and what may have been posted is looked up next time."""
        self.ledger.poke = lambda: None
        for task in self._loops:
            task.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)
        self._loops.clear()
        self._lanes.clear()

    async def _watch(self) -> None:
        while True:
            await self._woken.wait()
            self._woken.clear()
            try:
                rows = await asyncio.to_thread(self._behind)
            # The outermost door of all cards: what went wrong once is looked at again, and no card is forgotten.
            except Exception as error:  # noqa: BLE001
                log.error("the cards could not be read: %s", type(error).__name__)  # noqa: TRY400
                await asyncio.sleep(self.timing.again_s)
                self._woken.set()
                continue
            for lane, waiting in rows:
                self._lane(lane).add(waiting)

    def _lane(self, name: str) -> Lane:
        if name not in self._lanes:
            loop = asyncio.get_running_loop()
            pace = Pace(loop.time, self.timing.burst, self.timing.each_s)
            lane = Lane(
                name, self.ledger, self.scene, self.poster, self.feed, pace, self.timing, self.poke, self.upsert
            )
            self._lanes[name] = lane
            self._loops.append(asyncio.create_task(lane.run(), name=f"desk {name}"))
        return self._lanes[name]

    # A worker thread -------------------------------------------------------------------------------------------------

    def _behind(self) -> list[tuple[str, Waiting]]:
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
            found.append((lane, Waiting(row["id"], bool(row["urgent"]), row["created_at"], doubt)))
        return found

    def _look_back(self) -> frozenset[str]:
        """Cards that an earlier run may have posted. Those of unknown effects are drawn anew: a restart has forgotten the
        alarm at which their answers open."""
        for effect_id, _, _ in self.ledger.rows("effect.unknown"):
            effect = self.ledger.row("effect", "effect.get", id=effect_id) or {}
            with self.ledger.unit() as unit:
                unit.want(str(effect.get("request_id") or effect_id))
        return frozenset(row["id"] for row in map(as_card, self.ledger.rows("card.behind")) if not row["ts"])


def as_card(row: Sequence[Any]) -> Row:
    """A row of `card` by column names; nothing in it is sealed."""
    return dict(zip(_COLUMNS, row, strict=True))
