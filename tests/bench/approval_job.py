"""The approval job, measured beside bare commits in the same run.

    event in → planner → specialist → validator → waiting for a person      start_per_s
    decision → effect once → done                                           decide_per_s
    decision → the provider's call, one at a time; bare: → its first commit effect_p50_ms, effect_p99_ms
    so many more that wait for a person, in the same process                mb_per_1000_waiting, idle_cpu_percent
    of a PostgreSQL server with all its sessions, meanwhile                 server_idle_cpu_percent

The whole ledger and audit are on, the database's own engine runs, the model answers at once; cards are posted outside of it.
Both take turns in short rounds, bare before and after Baton, so that a machine that is busy with something else slows both.

    python -m tests.bench.approval_job [tasks] [--database postgresql] [--where]    prints a table and writes var/bench*.json
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from core.engine import Engine
from tests.bench.bare import Bare
from tests.bench.scene import Instant, approve, let_in, measured_home
from tests.bench.stage import Kind, Stage, stage
from tests.bench.where import where
from tests.support.house import Home

KEYS = (
    "start_per_s", "decide_per_s", "effect_p50_ms", "effect_p99_ms", "mb_per_1000_waiting", "idle_cpu_percent",
    "server_idle_cpu_percent",
)  # fmt: skip
VAR = Path("var")
ROUNDS = 10
WARM = 30  # tasks that fill caches before anything is measured
SINGLE = 5  # of so many decisions, one is measured alone, from the click to the provider's call
WAITING: dict[Kind, int] = {"sqlite": 10_000, "postgresql": 2_000}  # as many as are let in within two minutes or so
IDLE_S = 10.0

Result = dict[str, dict[str, float]]


@dataclass
class Timed:
    """Seconds and counts of one side, summed over all rounds; bare runs twice in each."""

    started: int = 0
    start_s: float = 0.0
    decided: int = 0
    decide_s: float = 0.0
    effect_ms: list[float] = field(default_factory=list)

    @contextmanager
    def starting(self, count: int) -> Iterator[None]:
        begun = time.perf_counter()
        yield
        self.start_s, self.started = self.start_s + time.perf_counter() - begun, self.started + count

    @contextmanager
    def deciding(self, count: int) -> Iterator[None]:
        begun = time.perf_counter()
        yield
        self.decide_s, self.decided = self.decide_s + time.perf_counter() - begun, self.decided + count

    def numbers(self, memory: float, idle: tuple[float, float]) -> dict[str, float]:
        cuts = statistics.quantiles(self.effect_ms, n=100)
        values = (self.started / self.start_s, self.decided / self.decide_s, cuts[49], cuts[98], memory, *idle)
        return dict(zip(KEYS, values, strict=True))


def measure(folder: Path, tasks: int, *, on: Kind = "sqlite", waiting: int = 0, idle_s: float = IDLE_S) -> Result:
    """Both objects, with the same keys. `folder` is on the file system that is measured and is left as it was found."""
    waiting = waiting or WAITING[on]
    with stage(on, folder) as place:
        bare = place.bare()
        memory = _memory(lambda: bare.start(range(-waiting, 0)), waiting)
        idle = _idle(place, idle_s)
        home, provider = measured_home(place.home)
        engine = home.house.engine()
        engine.start()
        try:
            floor, product = _rounds(bare, home, engine, provider, tasks)
            more = _memory(lambda: _start(home, engine, range(10**6, 10**6 + waiting)), waiting)
            numbers = {"bare": floor.numbers(memory, idle), "baton": product.numbers(more, _idle(place, idle_s))}
            assert not home.verify().faults
        finally:
            engine.stop()
            home.house.close()
            bare.close()
    return numbers


def _rounds(bare: Bare, home: Home, engine: Engine, provider: Instant, tasks: int) -> tuple[Timed, Timed]:
    floor, product = Timed(), Timed()
    _start(home, engine, range(-WARM, 0))
    _decide(home, engine, [request for request, _ in home.pending()])
    size = max(tasks // ROUNDS, 2)
    for first in range(0, tasks, size):
        chunk = range(first, first + size)
        _floor_starts(floor, bare, range(2 * first, 2 * first + size))
        with product.starting(size):
            _start(home, engine, chunk)
        _floor_starts(floor, bare, range(2 * first + size, 2 * first + 2 * size))
        requests = [request for request, _ in home.pending()]
        _floor_decides(floor, bare, range(2 * first, 2 * first + size))
        _product_decides(product, home, engine, provider, requests)
        _floor_decides(floor, bare, range(2 * first + size, 2 * first + 2 * size))
    return floor, product


def _floor_starts(floor: Timed, bare: Bare, numbers: range) -> None:
    with floor.starting(len(numbers)):
        bare.start(numbers)


def _floor_decides(floor: Timed, bare: Bare, numbers: range) -> None:
    with floor.deciding(len(numbers)):
        floor.effect_ms += bare.decide(numbers)


def _product_decides(product: Timed, home: Home, engine: Engine, provider: Instant, requests: list[str]) -> None:
    alone = max(len(requests) // SINGLE, 1)
    for request in requests[:alone]:
        begun = time.perf_counter()
        _decide(home, engine, [request])
        product.effect_ms.append((provider.called_at - begun) * 1000)
    with product.deciding(len(requests) - alone):
        _decide(home, engine, requests[alone:])


def _start(home: Home, engine: Engine, numbers: range) -> None:
    for n in numbers:
        let_in(home, n)
    _rest(engine)


def _decide(home: Home, engine: Engine, requests: list[str]) -> None:
    for request in requests:
        approve(home, request)
    _rest(engine)


def _rest(engine: Engine) -> None:
    assert engine.at_rest(600), "the engine did not come to rest"


def _memory(work: Callable[[], None], count: int) -> float:
    """Megabytes that stay for each thousand of the `count` that `work` lets in."""
    before = _rss()
    work()
    return max((_rss() - before) / count * 1000, 0.0)


def _rss() -> float:
    gc.collect()
    return psutil.Process().memory_info().rss / 1e6


def _idle(place: Stage, seconds: float) -> tuple[float, float]:
    """Percent of one core while nothing happens: ours, the server's."""
    begun, cpu, server = time.perf_counter(), time.process_time(), place.server_cpu_s()
    time.sleep(seconds)
    percent = 100 / (time.perf_counter() - begun)
    return (time.process_time() - cpu) * percent, (place.server_cpu_s() - server) * percent


def table(result: Result) -> str:
    """Both sides and their ratio, in lines."""
    lines = [f"{'':24}{'bare':>12}{'baton':>12}{'ratio':>10}"]
    for key in KEYS:
        low, high = result["bare"][key], result["baton"][key]
        ratio = (low / high if key.endswith("per_s") else high / low) if low and high else 0.0
        lines.append(f"{key:24}{low:12.2f}{high:12.2f}{('1/' if key.endswith('per_s') else '') + f'{ratio:.1f}':>10}")
    return "\n".join(lines)


def main(arguments: list[str]) -> str:
    """Measures, writes var/bench.json or var/bench-postgresql.json and gives the table; `--where`: also where the time goes."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.approval_job")
    parser.add_argument("tasks", type=int, nargs="?", default=1000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--where", action="store_true", help="also where the time of one task goes")
    given = parser.parse_args(arguments)
    VAR.mkdir(exist_ok=True)
    result = measure(VAR, given.tasks, on=given.database)
    name = "bench.json" if given.database == "sqlite" else f"bench-{given.database}.json"
    (VAR / name).write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    more = [where(VAR, min(given.tasks, 500), given.database)] if given.where else []
    return "\n\n".join([f"{given.database}\n{table(result)}", *more])


if __name__ == "__main__":
    print(main(sys.argv[1:]))
