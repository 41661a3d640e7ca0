"""Several processes of one installation: each runs jobs until it is told to go, or worse. Real processes, the real engine.

Their agents do what the customer asks for in plain words; their clock is the machine's, moved by what the test writes into a
file. What a process does besides, a `Spell` of the test says."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import psycopg

import app
from agents.base import Brief, Tools
from core.contract.work import Finished, Turn
from core.engine import Engine
from core.engine_embedded import EmbeddedEngine
from core.engine_shared import SharedEngine
from core.moment import SystemClock
from core.settings import VERSION
from core.workers import Presence
from gateways.base import CALL_WITHIN
from tests.support.adversary import Adversary, handles, honest, proposal, propose, turn
from tests.support.fort import Fort, loose_policies, raise_fort
from tests.support.hands import until
from tests.support.postgres import Server

PATIENCE_S = 40.0
BEAT_S, FENCE_S, DEAD_AFTER_S = 0.25, 0.8, 3.0  # quicker than in production, so that a test need not wait so long
REPLY, REFUND = "Please write to me.", "Please pay my money back."

processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["tests.support.crew", "tests.support.story"])


class MovedClock(SystemClock):
    """The machine's clock, and what the test has added to it; the same for all processes of one installation."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "moved.clock"

    def now(self) -> datetime:
        moved = float(self._file.read_text()) if self._file.exists() else 0.0
        return super().now() + timedelta(seconds=moved)

    def move(self, seconds: float) -> None:
        """The clock jumps by so much, at once and for everybody."""
        moved = float(self._file.read_text()) if self._file.exists() else 0.0
        fresh = self._file.with_suffix(".new")
        fresh.write_text(str(moved + seconds))
        fresh.replace(self._file)


@dataclass
class Clerk:
    """Stands where `agents.roster.Roster` would: pays back who asks for money, writes to everybody else. `during` happens in the
    middle of each turn, where a model would read."""

    during: Callable[[Brief], None] = lambda _: None
    _clerk: Adversary = field(default_factory=lambda: Adversary(1))

    def plan(self, brief: Brief, tools: Tools) -> Turn:
        return turn("planner", self._clerk._hand_over(brief, tools, "support"))

    def turn(self, brief: Brief, tools: Tools) -> Turn:
        self.during(brief)
        if brief.history:
            return turn("support", Finished(summary="Done."))
        operation = "till.refund" if REFUND in brief.event.text else "mail.reply"
        asked = honest(operation, brief, handles(brief, tools, operation))
        return turn("support", propose(proposal(operation, "support", asked)))


@dataclass
class Office:
    """An installation as one process has it open."""

    folder: Path
    fort: Fort
    clerk: Clerk
    clock: MovedClock

    def engine(self, workers: int = 4, dead_after_s: float = DEAD_AFTER_S) -> Engine:
        """The engine of this database, quick to notice who is gone."""
        fort, house = self.fort, self.fort.house
        if house.services.settings.on_sqlite:
            lock = app.runner_lock(house.services.settings)
            return EmbeddedEngine(fort.ledger, fort.runner(), lock, self.clock, workers)
        presence = Presence(fort.ledger, "work", VERSION, BEAT_S, fence_s=FENCE_S, dead_after_s=dead_after_s)
        return SharedEngine(fort.ledger, fort.runner(), presence, workers)

    def write(self, count: int, text: str = REFUND, first: int = 0, cents: int = 2_500) -> list[str]:
        """Customers write by form; their tasks. Who asks for money has paid `cents` before."""
        opened = []
        for number in range(first, first + count):
            address = f"customer{number}@example.com"
            with self.fort.till._open() as db:
                db.execute("insert or ignore into payment values (?, ?, ?, 0)", (f"P-{number}", address, cents))
            form = {"name": f"Customer Number{number}", "email": address, "message": text}
            opened.append(str(self.fort.house.services.arrivals.form(form, source_id=f"f{number}").task_id))
        return opened

    def sql(self, query: str) -> list[tuple[Any, ...]]:
        return self.fort.sql(query)

    def states(self, table: str = "task") -> dict[str, int]:
        """How many rows of the table stand in which state."""
        return dict(self.sql(f"select state, count(*) from {table} group by 1"))  # type: ignore[arg-type]

    def all_done(self, count: int, patience_s: float = PATIENCE_S) -> None:
        """Waits until so many tasks are done."""
        until(lambda: self.states().get("done", 0) >= count, f"{count} tasks done", patience_s)

    def paid(self) -> list[str]:
        """The effects for which money left the till, by its own log."""
        return [call.key for call in self.fort.till.calls() if call.paid_cents]


Spell = Callable[[Office], None]


def no_spell(_: Office) -> None:
    """The process only works."""


def open_office(folder: Path, failpoint: str = "") -> Office:
    """The installation in `folder`; whoever opens it first chooses its database."""
    clock, clerk = MovedClock(folder), Clerk()
    rules = folder / "policies" if (folder / "policies").exists() else loose_policies(folder)
    fort = raise_fort(folder, rules, agents=clerk, clock=clock, failpoint=failpoint)  # type: ignore[arg-type]
    return Office(folder, fort, clerk, clock)


def on_a_server(folder: Path, its: Server) -> Office:
    """As `open_office`, on a PostgreSQL of the test's own, which it may stop and kill."""
    (folder / "database.url").write_text(its.create(), encoding="utf-8")
    return open_office(folder)


def _work(folder: str, spell: Spell, failpoint: str, workers: int, dead_after_s: float) -> None:
    """One process, from its start to SIGTERM."""
    logging.disable(logging.NOTSET)
    log = Path(folder) / f"{os.getpid()}.log"
    logging.basicConfig(filename=log, level=logging.INFO, format="%(asctime)s %(threadName)s %(name)s %(message)s")
    gone = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: gone.set())
    office = open_office(Path(folder), failpoint)
    spell(office)
    engine = office.engine(workers, dead_after_s)
    engine.start()
    log.with_suffix(".ready").touch()
    while not gone.wait(0.1):
        pass
    engine.stop()
    office.fort.house.close()
    log.with_suffix(".stopped").touch()


@dataclass
class Mate:
    """One process of the crew."""

    folder: Path
    process: Any

    @property
    def pid(self) -> int:
        return int(self.process.pid)

    def stands_still(self) -> bool:
        return psutil.Process(self.pid).status() == psutil.STATUS_STOPPED

    def signal(self, what: signal.Signals) -> None:
        os.kill(self.pid, what)

    def is_dead(self) -> bool:
        return self.process.exitcode is not None

    def ready(self) -> Mate:
        """Waits until its engine runs."""
        until(lambda: (self.folder / f"{self.pid}.ready").exists() or self.is_dead(), "a process ready", PATIENCE_S)
        assert not self.is_dead(), self.log()
        return self

    def leave(self) -> int:
        """Tells it to go; its exit code."""
        self.signal(signal.SIGTERM)
        self.process.join(PATIENCE_S)
        assert self.process.exitcode is not None, f"it does not go:\n{self.log()}"
        return int(self.process.exitcode)

    def log(self) -> str:
        file = self.folder / f"{self.pid}.log"
        return file.read_text(encoding="utf-8") if file.exists() else ""


@dataclass
class Crew:
    """The processes of one installation. Those that are left at the end of the block are killed."""

    folder: Path
    dead_after_s: float = DEAD_AFTER_S
    mates: list[Mate] = field(default_factory=list)

    def begin(self, spell: Spell = no_spell, failpoint: str = "", workers: int = 4) -> Mate:
        """Another process; it may take a moment until it is `ready`."""
        given = (str(self.folder), spell, failpoint, workers, self.dead_after_s)
        process = processes.Process(target=_work, args=given)
        process.start()
        self.mates.append(Mate(self.folder, process))
        return self.mates[-1]

    def each(self, spells: Iterable[Spell], workers: int = 4) -> list[Mate]:
        """One process for each spell, all ready."""
        begun = [self.begin(spell, workers=workers) for spell in spells]
        return [mate.ready() for mate in begun]


@contextmanager
def crew_of(folder: Path, dead_after_s: float = DEAD_AFTER_S) -> Iterator[Crew]:
    """A crew for as long as the block lasts. `dead_after_s`: how soon one of them is taken for dead."""
    crew = Crew(folder, dead_after_s)
    try:
        yield crew
    finally:
        for mate in crew.mates:
            if not mate.is_dead():
                mate.signal(signal.SIGKILL)
            mate.process.join(20)


@contextmanager
def gate(folder: Path, name: str = "gate") -> Iterator[Path]:
    """A file; while it is there, who `wait_at` it stands before it."""
    there = folder / name
    there.touch()
    try:
        yield there
    finally:
        there.unlink(missing_ok=True)


def wait_at(there: Path) -> None:
    """Waits until the gate is gone."""
    end = time.monotonic() + PATIENCE_S
    while there.exists() and time.monotonic() < end:
        time.sleep(0.02)


def calls_past_their_claim(office: Office) -> Iterator[str]:
    """Calls in the till's own log that no claim's time covers."""
    within_us = CALL_WITHIN // CALL_WITHIN.resolution
    claims = office.sql("select facts, at from audit where kind = 'effect.claimed'")
    for call in office.fort.till.calls():
        mine = [at for facts, at in claims if call.key in facts]
        if not any(at <= call.at < at + within_us for at in mine):
            yield f"{call.key} at {call.at}, claimed at {mine}"


def deadlocks(url: str) -> int:
    """How many times two transactions of this database waited for each other, by the server's own count."""
    with psycopg.connect(url) as db:
        row = db.execute(
            "select deadlocks from pg_stat_database where datname = current_database()").fetchone()  # fmt: skip
    return int(row[0]) if row else 0
