"""Who runs Baton: a row and a beat for each process, and leases for what one of them at a time may do.

A process that does not beat for `DEAD_AFTER_S` is taken for dead, by the database's clock, and others take its jobs. It may
only stand still: then it wakes without its sessions, which were ended before it was taken for dead, and with an epoch that has
passed: nothing is committed that it ends late. A commit needs a beat no older than `FENCE_S`, and brings one when it is older;
a transaction that stands still for longer than `core.postgres.IDLE_MS` is ended by PostgreSQL before anybody needs to.
"""

from __future__ import annotations

import logging
import math
import os
import socket
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import orjson

from core.database import Connection, Row
from core.errors import Fenced, Retry
from core.ledger import Ledger
from core.moment import from_us
from core.rows import NAMES

log = logging.getLogger("baton.workers")

Role = Literal["all", "face", "work", "clock"]
BEAT_S, DEAD_AFTER_S, FENCE_S = 0.5, 6.0, 3.0
BEAT_ALONE_S = 15.0  # on SQLite nobody takes over, so that a beat only tells who looks
FORGET_AFTER_S = 7 * 24 * 3600.0
_SECOND = 1_000_000


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
        self._gap_s = every_s + fence_s  # between two beats, after which we do not judge others
        self._beat_at_s, self._steady_from_s = time.monotonic(), -math.inf
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
        self._ledger.database.call_sessions(self.id)
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

    @property
    def is_steady(self) -> bool:
        """Whether our own beats went well for long enough. After an outage nobody has beaten, and nobody has died of it."""
        now_s = time.monotonic()
        return now_s - self._beat_at_s < self._gap_s and now_s - self._steady_from_s > self.dead_after_s

    def _beat_once(self) -> None:
        row = None
        with self._ledger.database.transaction() as connection:
            if not self._beats(connection, self.epoch):
                row = connection.one("worker.came", {"key": self.id, "doing": self._said()})
        now_s = time.monotonic()
        if now_s - self._beat_at_s > self._gap_s:
            self._steady_from_s = now_s
        self._beat_at_s = now_s
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
        if connection.one("worker.holds", holds) is None and not self._beats(connection, epoch):
            raise Fenced(self.id)

    def _beats(self, connection: Connection, epoch: int) -> bool:
        """A beat, in the open transaction: until it is committed nobody can take this run for dead. False: somebody has."""
        return connection.run("worker.beat", {"key": self.id, "epoch": epoch, "doing": self._said()}) == 1

    def _said(self) -> str:
        """What we are at, as the row has it."""
        return orjson.dumps(self._doing()).decode()


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

    def seize(self, names: Sequence[str], for_s: float) -> dict[str, str]:
        """As `take`, of many at once, for who must know what was before: those that are ours now, each with who had it and did
        not give it back, which may have been ourselves; empty when nobody had it."""
        try:
            return self._seize(names, for_s)
        except Retry:  # somebody else has made the same new rows; now they are there
            return self._seize(names, for_s)

    def _seize(self, names: Sequence[str], for_s: float) -> dict[str, str]:
        with self._ledger.database.transaction() as connection:
            rows = connection.all("lease.lock", {"names": list(names)})
            if new := sorted(set(names) - {str(row[0]) for row in rows}):
                connection.insert("lease", [{"name": name} for name in new])
            before = {str(name): str(holder) for name, holder, is_over in rows if is_over or holder == self._holder}
            before |= dict.fromkeys(new, "")
            if before:
                wanted = {"keys": sorted(before), "by": self._holder, "for_us": int(for_s * _SECOND)}
                connection.write("lease.seize", wanted)
        return before

    def keep(self, like: str, for_s: float) -> set[str]:
        """Those whose names begin so and that are still ours: now for `for_s` seconds more."""
        wanted = {"by": self._holder, "like": like, "for_us": int(for_s * _SECOND)}
        with self._ledger.database.transaction() as connection:
            return {str(name) for (name,) in connection.all("lease.keep", wanted)}

    def give_back(self, names: Iterable[str], what: str) -> None:
        """All that was to be done under them is done: nobody has to wait, nor to wonder. `what` is announced."""
        with self._ledger.database.transaction() as connection:
            for name in names:
                connection.run("lease.give_back", {"key": name, "by": self._holder})
            connection.announce(what)


def cut_off_silent(ledger: Ledger, after_s: float = DEAD_AFTER_S) -> list[str]:
    """The processes without a beat for so long, whose sessions are ended by now: they hold no lock any more, and commit nothing
    that they had begun. Waits for no lock."""
    silent = [str(row[0]) for row in ledger.rows("worker.silent", age=int(after_s * _SECOND))]
    return [each for each in silent if ledger.database.end_sessions(each)]


def bury(ledger: Ledger, silent: Iterable[str], after_s: float = DEAD_AFTER_S) -> dict[str, list[str]]:
    """Marks those as dead that have not come back meanwhile; the ids of all that are alive, each with what it is doing."""
    with ledger.database.transaction() as connection:
        for gone in silent:
            if connection.run("worker.bury", {"key": gone, "age": int(after_s * _SECOND)}):
                log.warning("%s has left without a word; its jobs are taken over", gone)
        connection.run("worker.forget", {"age": int(FORGET_AFTER_S * _SECOND)})
        return {str(row[0]): orjson.loads(row[2]) for row in connection.all("worker.alive", {})}


def is_alive(ledger: Ledger, run: str) -> bool:
    """Whether the run of a process that claimed an effect may still be at it."""
    if run == ledger.run:
        return True
    return run in {f"{row[0]}.{row[1]}" for row in ledger.rows("worker.alive")}


@dataclass(frozen=True, slots=True)
class Seen:
    """A process as its row shows it. `state`: alive, silent (it should have beaten by now), stopped or dead; `silent_s`: since
    its last beat, by the database's own clock; `doing`: the jobs that it runs, or `lane:` of each channel that it posts to."""

    id: str
    role: str
    host: str
    pid: int
    version: str
    state: str
    doing: tuple[str, ...]
    started_at: datetime
    silent_s: float

    @property
    def runs_jobs(self) -> bool:
        """Whether jobs can be given to it."""
        return self.state == "alive" and self.role in ("all", "work")


def everyone(ledger: Ledger) -> tuple[Seen, ...]:
    """All processes that run Baton or ran it in the last week, the oldest first."""
    patience_s = BEAT_ALONE_S * 3 if ledger.database.url.startswith("sqlite") else DEAD_AFTER_S
    return tuple(_seen(row, patience_s) for row in ledger.rows("worker.all"))


def _seen(row: Row, patience_s: float) -> Seen:
    values = dict(zip(NAMES["worker"], row, strict=False))
    silent_s = max(0.0, (row[-1] - values["beat_at"]) / _SECOND)
    is_silent = values["state"] == "alive" and silent_s > patience_s
    return Seen(
        id=values["id"], role=values["role"], host=values["host"], pid=values["pid"], version=values["version"],
        state="silent" if is_silent else values["state"], doing=tuple(orjson.loads(values["doing"])),
        started_at=from_us(values["started_at"]), silent_s=silent_s,
    )  # fmt: skip


def anyone_beats(ledger: Ledger) -> bool:
    """Whether a process that runs Baton has shown itself lately."""
    return any(each.state == "alive" for each in everyone(ledger))
