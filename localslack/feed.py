"""What the open pages are told, as it happens."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from localslack.wire import Json


@dataclass(frozen=True)
class _Reader:
    user: str
    queue: asyncio.Queue[Json]


class Feed:
    """Hands every news item to the pages of those who may see it. Nothing is kept: a page that was away reloads."""

    def __init__(self) -> None:
        self._readers: list[_Reader] = []

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
        for entry in self._readers:
            if only is None or entry.user in only:
                entry.queue.put_nowait({"kind": kind, **news})
