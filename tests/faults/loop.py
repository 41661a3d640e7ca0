"""The kill loop: lets customers in, kills processes at random moments, restarts the database under them, and waits until all
rests."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from core.errors import Retry
from core.ledger import Phase
from core.moment import to_us
from tests.faults import oracle
from tests.faults.process import TILL_AWAY, open_fort
from tests.support.fort import Fort
from tests.support.postgres import Server, postgres

ROOT = Path(__file__).parents[2]
READY_WITHIN_S, REST_WITHIN_S, STOP_WITHIN_S = 60.0, 900.0, 60.0
BACKLOG, CATCHES_UP_WITHIN_S, WORK_WITHIN_S = 20, 30.0, 2.0
STAND_STILL_S = 9.0  # longer than a process may stand still without being taken for dead
OUTAGE = (0.4, 0.5)  # the share of the run in which the till is not there
SAFE_AFTER_S = 22.0  # when a call that was cut off can no longer be on its way


@dataclass(frozen=True, slots=True)
class Plan:
    """One run. `every_s`: from the first work to the next kill; `restarts`: of the database; `stops`: processes that stand still
    and wake again."""

    database: str
    kills: int
    tasks: int
    seed: int = 1
    processes: int = 1
    every_s: tuple[float, float] = (0.05, 1.5)
    restarts: int = 0
    stops: int = 0
    lies: float = 0.0  # the share of the calls that the till answers badly
    clears_up: bool = True  # whether people say in the end what became of the unknown


@dataclass
class Worker:
    """One process, started again whenever it is gone."""

    folder: Path
    index: int
    plan: Plan
    process: subprocess.Popen[bytes] | None = None
    stopped_until: float = 0.0
    came_down: int = 0  # by itself: nobody killed it
    _log: IO[bytes] | None = None
    _seen: int = 0  # bytes of its journal
    _ready_pids: set[int] = field(default_factory=set)

    def start(self) -> None:
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("BATON_", "SLACK_", "OPENAI_"))}
        words = [sys.executable, "-m", "tests.faults.process", str(self.folder), str(self.index), str(self.plan.processes),
                 str(self.plan.lies)]  # fmt: skip
        self._log = self._log or (self.folder / f"log-{self.index}").open("ab")
        self.process = subprocess.Popen(words, cwd=ROOT, env=clean, stdout=self._log, stderr=self._log)

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    @property
    def is_up(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def is_ready(self) -> bool:
        """Whether this very process has said that it works."""
        path = self.folder / f"journal-{self.index}.jsonl"
        if path.exists():
            with path.open("rb") as journal:
                journal.seek(self._seen)
                new = journal.read()
            whole = new[: new.rfind(b"\n") + 1]
            self._seen += len(whole)
            self._ready_pids |= {json.loads(line)["pid"] for line in whole.splitlines() if b'"ready"' in line}
        return self.is_up and not self.stopped_until and self.pid in self._ready_pids

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def end(self) -> int:
        """Asks it to stop; the exit code."""
        assert self.process is not None
        self.process.terminate()
        code = self.process.wait(timeout=STOP_WITHIN_S)
        if self._log is not None:
            self._log.close()
        return code


@dataclass
class Result:
    """What a run was and what it found."""

    plan: Plan
    found: oracle.Found
    seconds: float
    kills: list[tuple[float, int]]  # when, which pid
    restarts: int
    stops: int
    came_down: int
    to_work_s: list[float] = field(default_factory=list)  # from a kill to the first job that ended after it
    to_take_over_s: list[float] = field(default_factory=list)  # … to the moment when a job of the dead is begun again
    not_graceful: list[int] = field(default_factory=list)

    @property
    def violations(self) -> list[str]:
        return [*self.found.violations, *(f"a process ended with {code} after SIGTERM" for code in self.not_graceful)]


class Loop:
    """One run over one installation."""

    def __init__(self, plan: Plan, folder: Path, server: Server | None) -> None:
        self.plan, self.folder, self.server = plan, folder, server
        self.rng = random.Random(plan.seed)
        self.workers = [Worker(folder, n, plan) for n in range(plan.processes)]
        self.kills: list[tuple[float, int]] = []
        self.restarts = self.stops = 0

    def run(self) -> Result:
        """The whole run."""
        began = time.monotonic()
        self._let_in(0)
        fort = open_fort(self.folder)  # the first start makes keys and tables
        for worker in self.workers:
            worker.start()
        try:
            while len(self.kills) < self.plan.kills:
                self._round(fort)
            self._take_away_the_till(False)
            self._let_in(self.plan.tasks)
            self._rest(fort)
            found = oracle.look(fort, self.folder, self.plan.tasks)
            self._clear_up(fort, found)
            codes = [worker.end() for worker in self.workers]
        finally:
            for worker in self.workers:
                if worker.is_up:
                    os.kill(worker.pid, signal.SIGCONT)
                    worker.kill()
        fort.house.close()
        result = Result(self.plan, found, time.monotonic() - began, self.kills, self.restarts, self.stops,
                        sum(w.came_down for w in self.workers), not_graceful=[code for code in codes if code])  # fmt: skip
        result.to_work_s, result.to_take_over_s = recovery(oracle.journals(self.folder), self.kills)
        return result

    def _let_in(self, count: int) -> None:
        path = self.folder / "target"
        path.with_suffix(".new").write_text(str(count), encoding="utf-8")
        path.with_suffix(".new").replace(path)

    def _take_away_the_till(self, away: bool) -> None:
        path = self.folder / TILL_AWAY
        path.touch() if away else path.unlink(missing_ok=True)

    # Kills -----------------------------------------------------------------------------------------------------------

    def _due(self, fort: Fort) -> int:
        now = to_us(fort.ledger.clock.now())
        return int(self._with_patience(lambda: fort.sql(f"select count(*) from job where due_at <= {now}")[0][0]))

    def _round(self, fort: Fort) -> None:
        """A while of work, then one kill; now and then something else beside it. Kills come no faster than the machine works, or
        all that is measured is the queue; and not before there is work, or nothing is."""
        self._until(lambda: self._due(fort) <= BACKLOG, CATCHES_UP_WITHIN_S)
        share = (len(self.kills) + 1) / self.plan.kills
        self._take_away_the_till(OUTAGE[0] < share < OUTAGE[1])
        self._let_in(int(self.plan.tasks * share))
        if self.rng.random() < 0.95:  # else it may die while it starts
            self._until(lambda: sum(w.is_ready for w in self.workers) >= (self.plan.processes + 1) // 2)
        self._until(lambda: self._due(fort) > 0, WORK_WITHIN_S)
        self._wait(self.rng.uniform(*self.plan.every_s))
        if self.server and self.restarts < self.plan.restarts * share:
            self._restart(self.server)
        if self.stops < int(self.plan.stops * share) and not any(w.stopped_until for w in self.workers):
            self._stand_still()
        victims = [w for w in self.workers if w.is_up and not w.stopped_until]
        if victims:
            victim = self.rng.choice(victims)
            self.kills.append((time.monotonic(), victim.pid))
            victim.kill()
            victim.start()

    def _restart(self, server: Server) -> None:
        """The database goes, fast or at once, is away for a moment, and comes back."""
        server.stop(signal.SIGQUIT if self.restarts % 2 else signal.SIGINT)
        self.restarts += 1
        self._wait(self.rng.uniform(0, 2))
        server.start()

    def _stand_still(self) -> None:
        victim = self.rng.choice([w for w in self.workers if w.is_up])
        os.kill(victim.pid, signal.SIGSTOP)
        victim.stopped_until = time.monotonic() + STAND_STILL_S
        self.stops += 1

    def _keep_up(self) -> None:
        """Wakes who stood still for long enough and starts who came down by itself."""
        for worker in self.workers:
            if worker.stopped_until and time.monotonic() > worker.stopped_until:
                worker.stopped_until = 0.0
                os.kill(worker.pid, signal.SIGCONT)
            if not worker.is_up:
                worker.came_down += 1
                worker.start()

    def _wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._keep_up()
            time.sleep(min(0.05, left))

    def _until(self, true: Any, within_s: float = READY_WITHIN_S) -> bool:
        until = time.monotonic() + within_s
        while time.monotonic() < until:
            if true():
                return True
            self._wait(0.05)
        return False

    # The end ---------------------------------------------------------------------------------------------------------

    def _with_patience(self, ask: Any) -> Any:
        """What it gives; a database that comes back is waited for."""
        while True:
            try:
                return ask()
            except Retry:
                self._wait(0.2)

    def _rest(self, fort: Fort) -> None:
        """Until everybody was let in, nothing waits for the people who click, and no job is owed."""

        def at_rest() -> bool:
            return (
                fort.sql("select count(*) from task")[0][0] >= self.plan.tasks and not fort.pending() and not owed(fort)
            )

        if not self._until(lambda: self._with_patience(at_rest), REST_WITHIN_S):
            print("it did not come to rest", file=sys.stderr)

    def _clear_up(self, fort: Fort, found: oracle.Found) -> None:
        """People say what became of the unknown, and it is looked once more for what was lost or doubled by that."""
        if not found.unknown or not self.plan.clears_up:
            return
        self._wait(SAFE_AFTER_S)
        found.cleared_up = self._with_patience(lambda: oracle.clear_up(fort))
        self._rest(fort)
        again = oracle.look(fort, self.folder, self.plan.tasks)
        found.not_shown += [f"{key} could not be cleared up" for key, _ in oracle.unknown(fort)]
        found.lost += again.lost
        found.twice += again.twice
        found.stuck += again.stuck
        found.not_shown += again.not_shown
        found.audit_faults += again.audit_faults


def owed(fort: Fort) -> int:
    """How many jobs are not done. Those that only open a card's answers, some time after an unknown call, are not among them."""
    opens = "select 1 from effect e where e.id = job.subject_id and e.state = 'unknown' and e.operation = 'till.refund'"
    return int(fort.sql(f"select count(*) from job where phase <> '{Phase.TICK.value}' and not exists ({opens})")[0][0])


def recovery(lines: list[dict[str, Any]], kills: list[tuple[float, int]]) -> tuple[list[float], list[float]]:
    """For each kill: seconds until any job ended again; for each job that died with its process: until it was begun anew."""
    ended = [line["t"] for line in lines if line["what"] == "ended"]
    begun: dict[str, list[float]] = {}
    running: dict[int, dict[str, float]] = {}
    for line in lines:
        if line["what"] == "begun":
            begun.setdefault(line["job"], []).append(line["t"])
            running.setdefault(line["pid"], {})[line["job"]] = line["t"]
        elif line["what"] == "ended":
            running.get(line["pid"], {}).pop(line["job"], None)
    to_work = [min(after) - at for at, _ in kills if (after := [t for t in ended if t > at])]
    again = [
        min(later) - at
        for at, pid in kills
        for job in running.get(pid, {})
        if (later := [t for t in begun[job] if t > at])
    ]
    return to_work, again


def run(plan: Plan, folder: Path) -> Result:
    """The run that is planned, on a database of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    if plan.database == "sqlite":
        return Loop(plan, folder, None).run()
    with postgres(durable=True) as server:
        (folder / "database.url").write_text(server.create("baton"), encoding="utf-8")
        return Loop(plan, folder, server).run()
