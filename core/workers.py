"""Who runs Baton: a row and a beat for each process, and leases for what one of them at a time may do.

A process that does not beat for `DEAD_AFTER_S` is taken for dead, by the database's clock, and others take its jobs. It may
only stand still: then its epoch has passed when it wakes, and what it ends late is not committed. That holds because three
times fit into each other: a commit needs a beat no older than `FENCE_S`, PostgreSQL ends a transaction that stands still for
longer than `core.postgres.IDLE_MS`, and both together are shorter than `DEAD_AFTER_S`.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable
from typing import Literal

import orjson

from core.database import Connection
from core.errors import Fenced, Retry
from core.ledger import Ledger
from core.rows import NAMES

log = logging.getLogger("baton.workers")

Role = Literal["all", "face", "work", "clock"]
BEAT_S, DEAD_AFTER_S, FENCE_S = 0.5, 6.0, 3.0
FORGET_AFTER_S = 7 * 24 * 3600.0
_SECOND = 1_000_000
_STATE, _BEAT = (NAMES["worker"].index(name) for name in ("state", "beat_at"))


class Presence:
    """This process, as others see it. `every_s`: between two beats; `version`: of Baton; the rest as said above."""

    def __init__(
        self, ledger: Ledger, role: Role, version: str, every_s: float = BEAT_S, *, fence_s: float = FENCE_S,
        dead_after_s: float = DEAD_AFTER_S,
    ) -> None:  # fmt: skip
        self._ledger = ledger
        self._role, self._version, self._every_s = role, version, every_s
        self._fence_s, self.dead_after_s = fence_s, dead_after_s
        self.id = ledger.ids.new("run")
        self.epoch = 1
        self._doing: Callable[[], list[str]] = list
        self._came = False
        self._in_job = threading.local()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="beat", daemon=True)
        ledger.run = self.run

    @property
    def run(self) -> str:
        """This run of this process, until it is taken for dead."""
        return f"{self.id}.{self.epoch}"

    def come(self, doing: Callable[[], list[str]] = list) -> None:
        """Says that we are here. `doing`: the ids of the jobs that run now."""
        self._doing = doing
        with self._ledger.unit() as unit:
            unit.insert("worker", id=self.id, epoch=self.epoch, role=self._role, host=socket.gethostname(), pid=os.getpid(),
                        version=self._version, state="alive", started_at=unit.at, beat_at=unit.at)  # fmt: skip
        self._came = True
        self._beat_once()
        self._thread.start()

    @property
    def is_beating(self) -> bool:
        """Whether others can see us."""
        return self._thread.is_alive()

    def leave(self) -> None:
        """Says that we go, so that nobody has to wait for our beat."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)
        if not self._came:
            return
        try:
            with self._ledger.database.transaction() as connection:
                connection.run("worker.left", {"key": self.id, "epoch": self.epoch})
                connection.run("lease.leave", {"by": self.id})
        except Retry:
            log.warning("the database is away; the others will find out by themselves that we left")

    def _beat(self) -> None:
        away = False
        while not self._stopping.wait(self._every_s):
            try:
                self._beat_once()
            # A process that lives without a beat is taken for dead again and again: the beat goes on, whatever it was.
            except Exception as error:  # noqa: BLE001
                if not away:
                    log.warning("no beat can be written: %s", type(error).__name__)
                away = True
            else:
                if away:
                    log.warning("beats are written again")
                away = False

    def _beat_once(self) -> None:
        doing = orjson.dumps(self._doing()).decode()
        with self._ledger.database.transaction() as connection:
            if connection.run("worker.beat", {"key": self.id, "epoch": self.epoch, "doing": doing}):
                return
            row = connection.one("worker.came", {"key": self.id})
        if row is not None:
            self.epoch = int(row[0])
            self._ledger.run = self.run
            log.error("this process stood still for so long that it was taken for dead; it goes on as %s", self.run)

    # The fence -------------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """This thread begins a job; until `end` it commits only while this run is the one that began it."""
        self._in_job.epoch = self.epoch

    def end(self) -> None:
        """This thread has ended its job."""
        self._in_job.epoch = None

    def fence(self, connection: Connection) -> None:
        """To be called before each commit. Raises `Fenced` when this thread's job was given to another process."""
        epoch = getattr(self._in_job, "epoch", None)
        if epoch is None:
            return
        holds = {"key": self.id, "epoch": epoch, "age": int(self._fence_s * _SECOND)}
        if connection.one("worker.holds", holds) is None:
            raise Fenced(self.id)


class Leases:
    """What one process at a time may do. A lease ends by itself, so that a dead holder blocks nobody for long."""

    def __init__(self, ledger: Ledger, holder: str) -> None:
        self._ledger = ledger
        self._holder = holder

    def take(self, name: str, for_s: float) -> bool:
        """Whether it is ours for the next `for_s` seconds; asked again in time it stays ours."""
        wanted = {"key": name, "by": self._holder, "for_us": int(for_s * _SECOND)}
        with self._ledger.database.transaction() as connection:
            if connection.run("lease.take", wanted):
                return True
            if connection.one("lease.known", {"name": name}) is not None:
                return False
            connection.insert("lease", [{"name": name}])
            return connection.run("lease.take", wanted) == 1


def bury_silent(ledger: Ledger, after_s: float = DEAD_AFTER_S) -> set[str]:
    """Marks processes without a beat for so long as dead; the ids of all that are alive."""
    with ledger.database.transaction() as connection:
        for (gone,) in connection.all("worker.bury", {"age": int(after_s * _SECOND)}):
            log.warning("%s has left without a word; its jobs are taken over", gone)
        connection.run("worker.forget", {"age": int(FORGET_AFTER_S * _SECOND)})
        return {str(row[0]) for row in connection.all("worker.alive", {})}


def is_alive(ledger: Ledger, run: str) -> bool:
    """Whether the run of a process that claimed an effect may still be at it."""
    if run == ledger.run:
        return True
    return run in {f"{row[0]}.{row[1]}" for row in ledger.rows("worker.alive")}


def anyone_beats(ledger: Ledger) -> bool:
    """Whether a process that runs Baton has shown itself lately, by the database's own clock."""
    since = DEAD_AFTER_S * _SECOND
    return any(row[_STATE] == "alive" and row[-1] - row[_BEAT] < since for row in ledger.rows("worker.all"))
