"""One channel's loop: shows cards one after the other, urgent first, as fast as Slack lets it.

A card is drawn at the moment when it may go, so that ten changes in a second become one update with the last of them. It goes
only while the channel's lane is this process's (`bot/lanes.py`): that is asked last, just before the call to Slack.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import assert_never

from bot.card_rows import CardRows, Ready, plain
from bot.lanes import Lanes, Lasts
from bot.pace import BURST, EACH_S, Pace
from bot.posting import (
    Address,
    Gone,
    NoChannel,
    NotDrawable,
    NotKnown,
    NotOurs,
    Outcome,
    Posted,
    Poster,
    Refused,
    TooFast,
)
from bot.render.scene import Row, Scene
from core.errors import Retry
from core.ledger import Ledger

log = logging.getLogger("baton.desk")


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds. `doubt_s`: after a lost answer, before Slack is asked whether the message stands there."""

    each_s: float = EACH_S
    burst: int = BURST
    doubt_s: float = 2.0
    again_s: float = 5.0
    no_channel_s: float = 60.0
    look_s: float = 0.1  # between two looks at what is behind, however often the desk is poked
    lanes: Lasts = field(default_factory=Lasts)


@dataclass(slots=True)
class Waiting:
    """A card to be brought up to date. `doubt`: since when a post may have gone out of which no ts is known; None: surely not."""

    card_id: str
    urgent: bool
    created_at: int
    doubt: float | None  # the loop's time, as all seconds here; 0 for an earlier run
    may_be_posted: bool = False  # its row has no ts: only somebody else could know better
    not_before: float = 0.0
    in_thread: bool = False  # it stands in the thread of another card, which people see first


class Lane:
    """The loop of one channel or one person. Its methods run on the bot's loop, its rows are read and written in threads."""

    def __init__(  # noqa: PLR0913  what one channel's loop needs, said aloud
        self, name: str, ledger: Ledger, scene: Scene, poster: Poster, feed: Callable[[], str], pace: Pace, timing: Timing,
        lanes: Lanes, poke: Callable[[], None],
    ) -> None:  # fmt: skip
        self.name = name
        self._ledger = ledger
        self._rows = CardRows(ledger, scene)
        self._poster = poster
        self._feed = feed
        self._pace = pace
        self._timing = timing
        self._lanes = lanes
        self._poke = poke
        self._waiting: dict[str, Waiting] = {}
        self._woken = asyncio.Event()
        self._found: dict[Address, tuple[int, float, dict[str, str]]] = {}  # since when, asked when, what stands there
        self._stopping = False

    def add(self, waiting: Waiting) -> None:
        """Takes a card in; one that waits already keeps what is known of it, unless there is a newer doubt."""
        known = self._waiting.get(waiting.card_id)
        if known is None or (waiting.doubt or 0.0) > (known.doubt or 0.0):
            self._waiting[waiting.card_id] = waiting
        self._woken.set()

    def finish(self) -> None:
        """The card that is on its way is the last one."""
        self._stopping = True
        self._woken.set()

    @property
    def in_doubt(self) -> bool:
        """Whether a card may stand in Slack of which no ts is known."""
        return any(each.doubt is not None for each in self._waiting.values())

    async def run(self) -> None:
        """Until it is told to finish."""
        while not self._stopping:
            if self._lanes.left_s(self.name) <= 0:
                self._waiting.clear()  # another process's now; if it comes back, the desk reads again what is behind
            waiting = self._next()
            pause = self._pace.wait_s() if waiting else self._until_next()
            if waiting is None or pause is None or pause > 0:
                self._woken.clear()
                await self._sleep(pause)
                continue
            del self._waiting[waiting.card_id]
            try:
                await self._show(waiting)
            except Retry as error:
                log.warning("card %s waits: %s", waiting.card_id, error.reason)
                self._later(waiting, self._timing.again_s, doubt=True)
            # The outermost door of one card: it must never take its channel's other cards with it.
            except Exception as error:  # noqa: BLE001
                log.error("card %s could not be shown: %s", waiting.card_id, type(error).__name__)  # noqa: TRY400
                self._later(waiting, self._timing.again_s, doubt=True)

    def _next(self) -> Waiting | None:
        now = asyncio.get_running_loop().time()
        able = [each for each in self._waiting.values() if each.not_before <= now]
        return min(
            able, key=lambda each: (not each.urgent, each.in_thread, each.created_at, each.card_id), default=None
        )

    def _until_next(self) -> float | None:
        now = asyncio.get_running_loop().time()
        return min((max(0.0, each.not_before - now) for each in self._waiting.values()), default=None)

    async def _sleep(self, seconds: float | None) -> None:
        try:
            await asyncio.wait_for(self._woken.wait(), seconds)
        except TimeoutError:
            return

    def _later(self, waiting: Waiting, seconds: float, *, doubt: bool = False) -> None:
        now = asyncio.get_running_loop().time()
        self._waiting[waiting.card_id] = replace(
            waiting, not_before=now + seconds, doubt=now if doubt else waiting.doubt
        )

    # One card --------------------------------------------------------------------------------------------------------

    async def _show(self, waiting: Waiting) -> None:
        ready = await asyncio.to_thread(self._rows.ready, waiting.card_id)
        if ready is None:
            return
        if ready.row["ts"]:
            await self._update(waiting, ready)
        else:
            await self._post(waiting, ready)

    async def _ours(self, call: Callable[[], Awaitable[Outcome]]) -> Outcome:
        """The call, if the lane is ours for long enough; it ends with the lane. Nothing may come between the question and it."""
        left_s = self._lanes.left_s(self.name)
        if left_s < self._lanes.lasts.needed_s:
            return NotOurs()
        try:
            async with asyncio.timeout(left_s if left_s < math.inf else None):
                return await call()
        except TimeoutError:
            return NotKnown("the lane ended")

    async def _update(self, waiting: Waiting, ready: Ready) -> None:
        self._pace.spend()
        channel, ts = ready.row["channel"], ready.row["ts"]
        outcome = await self._ours(lambda: self._poster.update(channel, ts, ready.drawn.payload))
        if isinstance(outcome, NotDrawable):
            log.error("Slack does not draw a %s card: %s", ready.row["kind"], outcome.error)
            outcome = await self._ours(lambda: self._poster.update(channel, ts, plain(ready.row)))
        if isinstance(outcome, Posted):
            await asyncio.to_thread(self._rows.shown, ready)
            if ready.drawn.again_at is not None:
                self._poke()
        elif isinstance(outcome, Gone):
            await asyncio.to_thread(self._rows.lost, ready.row)
        else:
            await self._failed(waiting, ready, outcome, Address(channel))

    async def _post(self, waiting: Waiting, ready: Ready) -> None:
        where = ready.where or await self._address(ready.row)
        if not isinstance(where, Address):
            await self._failed(waiting, ready, where)
            return
        if waiting.doubt is not None:
            found = await self._find(waiting, ready.row, where)
            if not isinstance(found, str):
                await self._failed(waiting, ready, found)
                return
            if found:
                await self._placed(ready, Posted(where.channel, found), shown=0)
                return
        await self._post_now(waiting, ready, where)

    async def _post_now(self, waiting: Waiting, ready: Ready, where: Address) -> None:
        self._pace.spend()
        self._ledger.reach("desk.before_post")
        outcome = await self._ours(lambda: self._poster.post(where, ready.drawn.payload, ready.row["id"]))
        self._ledger.reach("desk.after_post")
        if isinstance(outcome, NotDrawable):
            log.error("Slack does not draw a %s card: %s", ready.row["kind"], outcome.error)
            outcome = await self._ours(lambda: self._poster.post(where, plain(ready.row), ready.row["id"]))
        if isinstance(outcome, Posted):
            await self._placed(ready, outcome, shown=ready.row["wanted"])
        else:
            await self._failed(waiting, ready, outcome, where)

    async def _find(self, waiting: Waiting, row: Row, where: Address) -> str | Outcome:
        """The ts under which the card stands already; empty when it does not. One look serves all cards in the same doubt."""
        since, asked_at, found = self._found.get(where, (row["created_at"] + 1, 0.0, {}))
        if since > row["created_at"] or asked_at <= (waiting.doubt or 0.0):
            doubtful = [each.created_at for each in self._waiting.values() if each.doubt is not None]
            since, asked_at = min([row["created_at"], *doubtful]), asyncio.get_running_loop().time()
            answer = await self._poster.find(where, since / 1_000_000)
            if not isinstance(answer, dict):
                return answer
            found = answer
            self._found[where] = (since, asked_at, found)
        waiting.doubt = None
        return str(found.get(row["id"], ""))

    async def _address(self, row: Row) -> Address | Outcome:
        """Where a card goes that stands nowhere yet. Falls back to the feed, so that nothing waits unseen."""
        if row["viewer"]:
            found = await self._poster.direct(row["viewer"])
        elif row["kind"] == "ack":
            return Address(row["purpose"], row["thread_ts"])
        else:
            found = await self._poster.channel_id(row["purpose"])
        if isinstance(found, NoChannel):
            found = await self._poster.channel_id(self._feed())
        return Address(found, row["thread_ts"]) if isinstance(found, str) else found

    # What came of it -------------------------------------------------------------------------------------------------

    async def _placed(self, ready: Ready, at: Posted, *, shown: int) -> None:
        note = await self._misplaced(ready.row, at)
        if not await asyncio.to_thread(self._rows.placed, ready, at, shown, note):
            log.warning("card %s was posted by another process meanwhile; ours is taken away", ready.row["id"])
            await self._poster.delete(at.channel, at.ts)
        self._ledger.reach("desk.placed")
        self._poke()  # thread lines may have waited for it, it may be behind already, or have a time to be drawn anew

    async def _misplaced(self, row: Row, at: Posted) -> str:
        """What `doctor` says of a card that stands in the feed because its own channel is missing."""
        if row["parent_id"] or row["viewer"] or row["kind"] == "ack":
            return ""
        own = await self._poster.channel_id(row["purpose"])
        return "" if own == at.channel else f"there is no channel {row['purpose']}; it stands in {self._feed()}"

    async def _failed(self, waiting: Waiting, ready: Ready, outcome: Outcome, where: Address | None = None) -> None:
        """Tries again later; what will not come right by itself is written down for `doctor`."""
        match outcome:
            case TooFast(seconds=seconds):
                self._pace.hold(seconds)
                self._later(waiting, 0.0)
            case NotKnown(error=error):
                log.warning("no clear answer for card %s: %s", ready.row["id"], error)
                self._later(waiting, self._timing.doubt_s, doubt=not ready.row["ts"])
            case Gone(error=error):  # the message that it answers was deleted: nobody reads there any more
                await asyncio.to_thread(self._rows.failed, ready.row, error, behind=False)
            case NoChannel(error=error) if where is not None:  # there was one, and it takes nothing any more
                self._poster.closed(where.channel)
                await asyncio.to_thread(self._rows.homeless, ready.row, where.channel, error)
                self._later(waiting, self._timing.again_s)
            case NoChannel(error=error) | Refused(error=error) | NotDrawable(error=error):
                await asyncio.to_thread(self._rows.failed, ready.row, error, behind=True)
                self._later(waiting, self._timing.no_channel_s)
            case NotOurs() | Posted():  # whose it is now brings it up to date; the row is still behind
                return
            case _:
                assert_never(outcome)
