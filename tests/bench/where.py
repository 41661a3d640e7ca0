"""Where the time goes: the same job, one step after the other in one thread, so that each step can be timed by itself."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.ledger import Job
from tests.bench.scene import approve, let_in, measured_home
from tests.bench.stage import Kind, stage
from tests.support.house import Home


@dataclass
class Step:
    """Sums over all tasks, in seconds."""

    runs: int = 0
    whole: float = 0.0
    commits: int = 0
    commit: float = 0.0
    cpu: float = 0.0

    def line(self, name: str) -> str:
        ms = [part / self.runs * 1000 for part in (self.whole, self.cpu, self.commit, self.whole - self.commit)]
        return f"{name:24}{ms[0]:10.2f}{ms[1]:10.2f}{self.commits / self.runs:10.1f}{ms[2]:12.2f}{ms[3]:10.2f}"


class Stopwatch:
    """Times each step, and within it the commits, by the ledger's own named points."""

    def __init__(self, home: Home) -> None:
        self.steps: dict[str, Step] = {}
        self._now = Step()
        self._begun = 0.0
        home.ledger.reach = self._reach

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        self._now = self.steps.setdefault(name, Step())
        begun, cpu = time.perf_counter(), time.thread_time()
        yield
        self._now.runs += 1
        self._now.whole += time.perf_counter() - begun
        self._now.cpu += time.thread_time() - cpu

    def _reach(self, point: str) -> None:
        if point == "ledger.before_commit":
            self._begun = time.perf_counter()
        elif point == "ledger.after_commit":
            self._now.commits += 1
            self._now.commit += time.perf_counter() - self._begun


def where(folder: Path, tasks: int, on: Kind = "sqlite") -> str:
    """A table: milliseconds for each step of one task, and how much of it is the commits. Without an engine: what a queue adds is
    not in it."""
    with stage(on, folder) as place:
        home, _ = measured_home(place.home)
        try:
            steps = _steps(home, tasks)
        finally:
            home.house.close()
    head = f"{'one task, in ms':24}{'whole':>10}{'cpu':>10}{'commits':>10}{'in commits':>12}{'besides':>10}"
    return "\n".join([head, *(step.line(name) for name, step in steps.items())])


def _steps(home: Home, tasks: int) -> dict[str, Step]:
    watch, jobs = Stopwatch(home), deque[Job]()
    home.ledger.offer = jobs.extend
    handlers = home.life.handlers()

    def work_off(kind: str) -> None:
        while jobs:
            job = jobs.popleft()
            with watch.step(f"{kind}: {job.phase}"):
                handlers[job.phase](job)

    def all_of(name: str, count: int, first: Callable[[int], None]) -> None:
        for n in range(count):
            with watch.step(f"{name}: {'in' if name == 'start' else 'click'}"):
                first(n)
            work_off(name)

    all_of("start", 20, lambda n: let_in(home, -1 - n))  # to warm up
    watch.steps.clear()
    all_of("start", tasks, lambda n: let_in(home, n))
    requests = [request for request, _ in home.pending()][:tasks]
    all_of("decide", len(requests), lambda n: approve(home, requests[n]))
    return watch.steps
