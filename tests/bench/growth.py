"""How throughput grows with processes: worker processes that do nothing but run jobs, over a model that takes its time.

    bare          so many threads that only wait as long as the model does, in one process: what waiting alone allows
    sqlite        one process with the embedded engine and its threads
    postgresql    1, 2, 4 … processes with the shared engine on one server, each with its threads

A task is one question from its event to the card that waits for a person: two jobs, three calls of the model. All tasks are let
in before the first job runs. What is counted begins once a tenth of them waits for a person, and ends with the last tenth, so
that starting and running dry are not in it.

    python -m tests.bench.growth [--tasks 400] [--model-ms 200] [--processes 1 2 4]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.scene import let_in, measured_home
from tests.bench.stage import Kind, Stage, stage
from tests.support.house import Home

ROOT = Path(__file__).parents[2]
VAR = Path("var")
CALLS = 3  # of the model, for each task: the intent, the ticket, the words
WITHIN_S = 900.0


@dataclass(frozen=True)
class Run:
    """What one arrangement did. `threads` of all its processes; `cpu_s` of them for all tasks, 0 where nothing was computed."""

    name: str
    per_s: float
    threads: int
    cpu_s: float = 0.0


def bare(tasks: int, threads: int, model_ms: int) -> Run:
    """Only the waiting."""

    def task(_: int) -> None:
        for _call in range(CALLS):
            time.sleep(model_ms / 1000)

    begun = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(task, range(tasks)))
    return Run("bare", tasks / (time.perf_counter() - begun), threads)


def measure(folder: Path, on: Kind, processes: int, tasks: int, model_ms: int) -> Run:
    """One arrangement, on a database of its own."""
    with stage(on, folder) as place, _waiting_tasks(place, tasks) as home:
        command = [sys.executable, "-m", "tests.bench.growing", str(place.home), str(model_ms)]
        workers = [
            subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for _ in range(processes)
        ]
        try:
            for worker in workers:
                assert worker.stdout
                assert worker.stdout.readline() == "ready\n", "a worker did not come up"
            for worker in workers:
                assert worker.stdin
                worker.stdin.write("go\n")
                worker.stdin.flush()
            first = _until_waiting(home, tasks // 10)
            last = _until_waiting(home, tasks - tasks // 10)
            _until_waiting(home, tasks)
            used = [json.loads(worker.communicate("", timeout=60)[0].splitlines()[-1]) for worker in workers]
        finally:
            for worker in workers:
                worker.kill()
                worker.wait()
        assert not home.verify().faults
    per_s = (last[0] - first[0]) / (last[1] - first[1])
    cpu_s = sum(one["cpu_s"] for one in used) / tasks
    return Run(f"{on}, {processes} process{'es' * (processes > 1)}", per_s, sum(one["threads"] for one in used), cpu_s)


@contextmanager
def _waiting_tasks(place: Stage, tasks: int) -> Iterator[Home]:
    """A house without an engine, into which all tasks were let."""
    home, _ = measured_home(place.home)
    try:
        for n in range(tasks):
            let_in(home, n)
        yield home
    finally:
        home.house.close()


def _until_waiting(home: Home, count: int) -> tuple[int, float]:
    """Once so many wait for a person: how many they are, and when that was."""
    until = time.monotonic() + WITHIN_S
    while time.monotonic() < until:
        now = len(home.pending())
        if now >= count:
            return now, time.perf_counter()
        time.sleep(0.05)
    raise RuntimeError("the tasks did not come to rest")


def table(runs: list[Run]) -> str:
    """Tasks a second; against the first run on the same database; against so many threads that only wait."""
    waiting = next(run for run in runs if run.name == "bare")
    lines = [f"{'':28}{'threads':>8}{'tasks/s':>9}{'grows':>7}{'of bare':>9}{'cpu ms a task':>15}"]
    first: dict[str, float] = {}
    for run in runs:
        base = first.setdefault(run.name.split(",")[0], run.per_s)
        share = run.per_s / run.threads / (waiting.per_s / waiting.threads)
        cpu = f"{run.cpu_s * 1000:15.1f}" if run.cpu_s else ""
        lines.append(f"{run.name:28}{run.threads:8}{run.per_s:9.1f}{run.per_s / base:7.2f}{share:9.0%}{cpu}")
    return "\n".join(lines)


def main(arguments: list[str]) -> str:
    """Measures as the command line says, writes var/bench-growth.json and gives the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.growth")
    parser.add_argument("--tasks", type=int, default=400)
    parser.add_argument("--model-ms", type=int, default=200)
    parser.add_argument("--processes", type=int, nargs="*", default=[1, 2, 4])
    given = parser.parse_args(arguments)
    VAR.mkdir(exist_ok=True)
    runs = [bare(given.tasks // 4, 16, given.model_ms), measure(VAR, "sqlite", 1, given.tasks, given.model_ms)]
    runs += [measure(VAR, "postgresql", n, given.tasks, given.model_ms) for n in given.processes]
    found = {run.name: {"tasks_per_s": run.per_s, "threads": run.threads, "cpu_ms": run.cpu_s * 1000} for run in runs}
    (VAR / "bench-growth.json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return table(runs)


if __name__ == "__main__":
    print(main(sys.argv[1:]))
