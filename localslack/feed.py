"""What the open pages are told, as it happens."""

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from localslack.wire import Json

MOST_KEPT = 1000


@dataclass(frozen=True)
class _Reader:
    user: str
    queue: asyncio.Queue[Json]


@dataclass(frozen=True)
class _Told:
    news: Json
    only: frozenset[str] | None


class Feed:
    """Hands every news item to the pages of those who may see it, with a `number` that grows.

    The last thousand are kept, so that a page that was away for a moment hears what it missed.
    """

    def __init__(self) -> None:
        self._readers: list[_Reader] = []
        self._told: deque[_Told] = deque(maxlen=MOST_KEPT)
        self.number = 0

    @contextmanager
    def reader(self, user: str) -> Iterator[asyncio.Queue[Json]]:
        """Yield a queue of news for this person while the block runs."""
        entry = _Reader(user, asyncio.Queue())
        self._readers.append(entry)
        try:
            yield entry.queue
        finally:
            self._readers.remove(entry)

    def tell(self, kind: str, news: Json, only: frozenset[str] | None = None) -> None:
        """Send news of a kind to everybody, or to `only` these people."""
        self.number += 1
        told = _Told({"kind": kind, "number": self.number, **news}, only)
        self._told.append(told)
        for entry in self._readers:
            if only is None or entry.user in only:
                entry.queue.put_nowait(told.news)

    def missed(self, user: str, number: int) -> list[Json] | None:
        """Return what somebody was told after the news of this number; None when that is not known any more."""
        if not self.number - len(self._told) <= number <= self.number:
            return None
        return [
            told.news
            for told in self._told
            if told.news["number"] > number and (told.only is None or user in told.only)
        ]
