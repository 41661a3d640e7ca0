"""Which channels this process posts to. Of all processes one at a time has a channel's lane: two would post a card twice.

A lane is a lease. It is kept while it is used, given back when it was idle for a while or the process stops, and taken by another
process when its holder has died. Who takes a lane that was not given back must look a card up before posting it: the one who
died, or was cut off, may have posted it and never said so.
"""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from core.errors import Retry
from core.workers import Leases

log = logging.getLogger("baton.desk")

PREFIX = "lane:"
GIVEN_BACK = "lanes"  # what is announced


@dataclass(frozen=True, slots=True)
class Lasts:
    """Seconds. `lease_s`: for so long a dead holder's channel stands still. `needed_s`: a call to Slack is begun with so much
    left, and cut off when the lease ends. `ask_again_s`: who has a lane keeps it; it is not asked for at every card. `round_s`:
    how often is looked, unasked, for cards whose holder has died."""

    lease_s: float = 6.0
    keep_s: float = 1.5
    needed_s: float = 2.5
    idle_s: float = 30.0
    ask_again_s: float = 2.0
    round_s: float = 2.0


class Lanes:
    """The lanes of this process. `leases` is None where no other process can be: then all are ours. Times are `now`'s seconds."""

    def __init__(self, leases: Leases | None, now: Callable[[], float], lasts: Lasts) -> None:
        self._leases = leases
        self._now = now
        self.lasts = lasts
        self._until: dict[str, float] = {}
        self._used: dict[str, float] = {}
        self._ask_at: dict[str, float] = {}
        self._one_at_a_time = threading.Lock()

    @property
    def are_shared(self) -> bool:
        """Whether other processes post too."""
        return self._leases is not None

    @property
    def held(self) -> tuple[str, ...]:
        """The names of those that are ours for now, where they are shared."""
        return tuple(sorted(name for name in tuple(self._until) if self.left_s(name) > 0))

    def left_s(self, name: str) -> float:
        """For how long the lane is surely ours; 0 when it is not."""
        if self._leases is None:
            return math.inf
        return max(0.0, self._until.get(name, 0.0) - self._now())

    def ask_again(self) -> None:
        """Somebody has given lanes back."""
        self._ask_at.clear()

    # In a worker thread: they ask the database -------------------------------------------------------------------------

    def take(self, names: Iterable[str]) -> dict[str, bool]:
        """Asks for those that are not ours. The new ones come back, with whether their cards are in doubt. Raises `Retry`."""
        if self._leases is None:
            return {}
        with self._one_at_a_time:
            return self._seize(self._leases, tuple(names))

    def _seize(self, leases: Leases, names: tuple[str, ...]) -> dict[str, bool]:
        """All in one go: one after the other, the first would have ended before the hundredth was ours."""
        asked_at = self._now()
        self._used |= dict.fromkeys(names, asked_at)
        wanted = [name for name in names if self.left_s(name) <= 0 and self._ask_at.get(name, 0.0) <= asked_at]
        if not wanted:
            return {}
        seized = leases.seize([PREFIX + name for name in wanted], self.lasts.lease_s)
        before = {name: seized[PREFIX + name] for name in wanted if PREFIX + name in seized}
        self._until |= dict.fromkeys(before, asked_at + self.lasts.lease_s)
        self._ask_at |= {name: asked_at + self.lasts.ask_again_s for name in wanted if name not in before}
        return {name: holder != "" for name, holder in before.items()}

    def keep(self) -> None:
        """Those that are ours stay ours. Raises `Retry`; then they end by themselves."""
        if self._leases is None or not self._until:
            return
        with self._one_at_a_time:
            asked_at = self._now()
            kept = self._leases.keep(PREFIX, self.lasts.lease_s)
            for name in tuple(self._until):
                if PREFIX + name in kept:
                    self._until[name] = asked_at + self.lasts.lease_s
                else:
                    del self._until[name]
                    log.warning("the lane of %s is not ours any more", name)

    def give_back(self, names: Iterable[str]) -> None:
        """Nothing of ours is on its way to them: others need not wait, nor look cards up."""
        with self._one_at_a_time:
            ours = [PREFIX + name for name in names if self._until.pop(name, None) is not None]
            if self._leases is None or not ours:
                return
            try:
                self._leases.give_back(ours, GIVEN_BACK)
            except Retry:
                log.warning("the database is away; %d lanes end by themselves", len(ours))

    def idle(self) -> list[str]:
        """Those for which nothing has come for a while."""
        before = self._now() - self.lasts.idle_s
        return [name for name in tuple(self._until) if self._used.get(name, 0.0) < before]
