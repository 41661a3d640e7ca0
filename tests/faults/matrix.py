"""Each fail point × each operation of each gateway: a process dies there, or stands still there, and another one goes on.

One task in an installation of its own for each cell. What must come of it: the provider did it once, or, where the provider
cannot be asked, a person is told; nothing is stuck."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.ledger import Phase
from core.logs import set_up
from tests.faults import oracle
from tests.faults.clerks import CAST
from tests.faults.process import Face, Journal, open_fort, operation_of, patiently, running
from tests.support import databases
from tests.support.fort import Fort

POINTS = ("effect.before_claim", "effect.claimed", "*.call.logged", "*.call.done", "effect.called", "effect.before_receipt",
          "effect.settled")  # fmt: skip
WITHIN_S = 90.0
AT_ONCE = {"sqlite": 3, "postgresql": 6}

SETTING_UP = threading.Lock()
processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["tests.faults.process", "core.engine_shared"])


@dataclass(frozen=True, slots=True)
class Cell:
    """One try. `mode`: kill, or stop and go on later (where several processes may run)."""

    database: str
    point: str
    operation: str
    mode: str = "kill"

    @property
    def failpoint(self) -> str:
        return f"{self.point.replace('*', self.operation.split('.')[0])}={self.mode}"

    @property
    def number(self) -> int:
        """A customer who wants just this."""
        return next(n for n in range(1, len(CAST) + 1) if operation_of(n) == self.operation)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a cell: `sent` or `unknown` (and shown), and what is wrong with it."""

    cell: Cell
    state: str
    wrong: tuple[str, ...]


def cells(database: str) -> list[Cell]:
    """All of one database."""
    modes = ("kill",) if database == "sqlite" else ("kill", "stop")
    return [Cell(database, point, operation, mode) for mode in modes for point in POINTS for operation in CAST]


def tell(folder: str, number: int, failpoint: str) -> None:
    """A process: lets the customer in, approves, and ends when all rests. Dies or stands still on the way if it is told to."""
    set_up("CRITICAL")
    path = Path(folder)
    journal = Journal(path / f"journal-{os.getpid()}.jsonl")
    fort = open_fort(path, failpoint=failpoint)
    face = Face(fort, path, number, 1, journal)
    with running(fort, journal):
        until = time.monotonic() + WITHIN_S
        while time.monotonic() < until and not at_rest(fort):
            patiently(lambda: _step(face, number))
            time.sleep(0.05)
    fort.house.close()


def _step(face: Face, number: int) -> None:
    if number not in face.accepted:
        face.let_in(number)
    for request_id, _ in face.fort.pending():
        face.click(request_id)


def at_rest(fort: Fort) -> bool:
    """Whether there is a task, and nothing is owed or waits for a click."""
    owed = fort.sql(f"select count(*) from job where phase <> '{Phase.TICK.value}'")[0][0]
    return bool(fort.sql("select count(*) from task")[0][0]) and not owed and not fort.pending()


@contextmanager
def new_installation(cell: Cell, folder: Path) -> Iterator[None]:
    """A database and keys of its own, for as long as the block lasts."""
    folder.mkdir(parents=True)
    url = ""
    if cell.database == "postgresql":
        with SETTING_UP:
            url = databases.server().create(template=databases.TEMPLATE)
        (folder / "database.url").write_text(url, encoding="utf-8")
    opened(folder).house.close()
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if url:
            databases.server().drop(url)


def tried(cell: Cell, folder: Path) -> Outcome:
    """The cell, from its first process to the look at everything."""
    with new_installation(cell, folder):
        first = begin(folder, cell.number, cell.failpoint)
        wrong = []
        if cell.mode == "kill":
            first.join(WITHIN_S)
            wrong += (
                [] if first.exitcode == -signal.SIGKILL else [f"it ended with {first.exitcode}, so nothing was tried"]
            )
        elif not stands_still(first):
            wrong.append("it never stood still, so nothing was tried")
        wrong += ended(begin(folder, cell.number, ""))
        if cell.mode == "stop" and first.is_alive():
            os.kill(first.pid, signal.SIGCONT)
            wrong += ended(first)
        fort = opened(folder)
        state, seen = judged(fort, cell)
        fort.house.close()
    return Outcome(cell, state, (*wrong, *seen))


def opened(folder: Path) -> Fort:
    """The installation, one at a time: what sets up a database knows no threads."""
    with SETTING_UP:
        return open_fort(folder)


def begin(folder: Path, number: int, failpoint: str) -> Any:
    process = processes.Process(target=tell, args=(str(folder), number, failpoint))
    process.start()
    return process


def stands_still(process: Any) -> bool:
    """Waits until it is stopped."""
    until = time.monotonic() + WITHIN_S
    while process.is_alive() and time.monotonic() < until:
        if Path(f"/proc/{process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "T":
            return True
        time.sleep(0.02)
    return False


def ended(process: Any) -> list[str]:
    """Waits for its end; what is wrong with it."""
    process.join(WITHIN_S + 30)
    if process.exitcode is None:
        process.kill()
    return [] if process.exitcode == 0 else [f"a process ended with {process.exitcode}"]


def judged(fort: Fort, cell: Cell) -> tuple[str, list[str]]:
    """The state of the one effect, and what is wrong."""
    wrong = [*oracle.called_twice(fort), *oracle.came_twice(fort), *oracle.called_late(fort), *oracle.stuck(fort),
             *oracle.not_shown(fort), *fort.house.services.verify().faults]  # fmt: skip
    effects = fort.sql("select id, state from effect where state <> 'cancelled'")
    if len(effects) != 1:
        return "", [*wrong, f"there are {len(effects)} effects"]
    effect_id, state = effects[0]
    done = [c.key for c in fort.house.systems.calls() if c.outcome.value == "done" and c.operation == cell.operation]
    done += [c.key for c in fort.till.calls() if c.paid_cents]
    if state == "sent" and done != [effect_id]:
        wrong.append(f"it says sent, and the provider says {len(done)} times")
    if state != "sent" and (state, cell.operation) != ("unknown", "till.refund"):
        wrong.append(f"it ended as {state}")
    return str(state), wrong


def tried_all(wanted: Sequence[Cell], how: Callable[[Cell, Path], Outcome] = tried, at_once: int = 0) -> list[Outcome]:
    """All these cells, some at a time."""
    at_once = at_once or AT_ONCE[wanted[0].database]
    if wanted[0].database == "postgresql":
        databases.server()
    with tempfile.TemporaryDirectory(prefix="baton-matrix-") as folder, ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(lambda n: how(wanted[n], Path(folder) / str(n)), range(len(wanted))))


def table(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Points down, operations across; what went wrong below."""
    by = {(o.cell.mode, o.cell.point, o.cell.operation): o for o in outcomes}
    wide = max(len(o.cell.point) for o in outcomes) + 7
    yield f"{outcomes[0].cell.database}: {len(outcomes)} cells, {sum(bool(o.wrong) for o in outcomes)} broken"
    yield " " * wide + "  ".join(CAST)
    for mode, point in dict.fromkeys((o.cell.mode, o.cell.point) for o in outcomes):
        row = [by[mode, point, operation] for operation in CAST]
        marks = [("BROKEN" if o.wrong else o.state).ljust(len(name)) for o, name in zip(row, CAST, strict=True)]
        yield f"{mode} {point}".ljust(wide) + "  ".join(marks)
    for outcome in outcomes:
        for what in outcome.wrong:
            yield f"  {outcome.cell.mode} {outcome.cell.point} × {outcome.cell.operation}: {what}"
