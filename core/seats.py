"""How many workers take jobs at once.

Python computes in one thread at a time, and two that try only get in each other's way. So one worker does all while jobs only
compute; when a job waits for a model or a provider, another worker is seated beside it, and leaves when its job is done.
"""

from __future__ import annotations

import threading
import time

PATIENCE_S = 0.01  # longer than jobs take that only compute


class Seats:
    """`most`: how many there are. One is always taken. All but `sit` is called under the engine's lock."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._free = threading.Semaphore(1)
        self._taken = 1
        self._got_on = 0.0  # when a job last began, on the machine's monotonic clock

    def sit(self) -> None:
        """Waits until this worker is needed."""
        self._free.acquire()

    def begin(self) -> None:
        """A seated worker begins a job."""
        self._got_on = time.monotonic()

    def add_when_late(self) -> None:
        """Seats another worker when none has begun a job for a while. To be asked only while a job waits."""
        if self._taken < self._most and time.monotonic() - self._got_on > PATIENCE_S:
            self._taken, self._got_on = self._taken + 1, time.monotonic()
            self._free.release()

    def leave(self) -> bool:
        """Whether the worker that has just ended its job gives up its seat; then it sits again before it takes the next."""
        if self._taken == 1:
            return False
        self._taken -= 1
        return True

    def open_all(self) -> None:
        """Nobody waits any more: it is the end."""
        self._free.release(self._most)
