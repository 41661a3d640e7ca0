"""The approval job, measured beside bare commits in the same run.

    event in → planner → specialist → validator → waiting for a person      start_per_s
    decision → effect once → done                                           decide_per_s, effect_p50_ms, effect_p99_ms

The whole ledger and audit are on; the model answers at once; cards are posted outside the measure. `bare` is the floor: one
700-byte commit to start, two to decide, SQLite in WAL mode with synchronous=FULL, on the same file system.

    python -m tests.bench.approval_job [tasks]      prints a table and writes var/bench.json
"""

from __future__ import annotations

import gc
import json
import re
import shutil
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from core.contract.authority import Decision
from core.contract.base import RequestId
from core.contract.work import Event
from tests.support.house import POLICIES, START, Home, open_home

KEYS = ("start_per_s", "decide_per_s", "effect_p50_ms", "effect_p99_ms", "mb_per_1000_waiting", "idle_cpu_percent")
SINGLE = 200  # decisions measured one by one, from the click to the provider's call
WAITING = 10_000


sys.setswitchinterval(0.0005)


def main(tasks: int) -> dict[str, dict[str, float]]:
    """Both objects, with the same keys."""
    folder = Path("var") / "bench"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "baton").mkdir(parents=True)
    try:
        result = {"bare": bare(folder, tasks), "baton": baton(folder / "baton", tasks)}
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    Path("var/bench.json").write_text(json.dumps(result, indent=2), encoding="utf-8")
    return result


def bare(folder: Path, tasks: int) -> dict[str, float]:
    """What the disk and SQLite give without any product."""
    file = sqlite3.connect(folder / "bare.db", isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        file.execute(f"PRAGMA {pragma}")
    file.execute("create table job (id integer primary key, state text, body text)")
    body = "x" * 700
    rss = _rss()
    start = _per_s(tasks, lambda n: file.execute("insert into job values (?, 'waiting', ?)", (n, body)))
    memory = (_rss() - rss) / tasks * 1000
    called: list[float] = []

    def decide(n: int) -> None:
        begun = time.perf_counter()
        file.execute("update job set state='approved' where id=?", (n,))
        called.append((time.perf_counter() - begun) * 1000)
        file.execute("update job set state='done' where id=?", (n,))

    decided = _per_s(tasks, decide)
    idle = _idle()
    file.close()
    return dict(zip(KEYS, (start, decided, _at(called, 50), _at(called, 99), max(memory, 0.0), idle), strict=True))


def baton(folder: Path, tasks: int) -> dict[str, float]:
    """The product, with the embedded engine and the embedded mail system's place taken by one that notes the time."""
    home = open_home(folder, policies=_roomy(folder))
    provider = Noted()
    home.house.registry._operations["mail.reply"] = (home.house.registry._operations["mail.reply"][0], provider(home))
    engine = home.house.engine()
    engine.start()
    _warm(home, engine, 30)
    rss = _rss()
    begun = time.perf_counter()
    for n in range(tasks):
        home.life.open(_event(n), f"thread-{n}")
    _rest(engine)
    start = tasks / (time.perf_counter() - begun)
    requests = [r for r, _ in home.pending()]
    home_memory = (_rss() - rss) / tasks * 1000
    latencies = []
    for request in requests[:SINGLE]:
        provider.calls.clear()
        begun = time.perf_counter()
        _approve(home, request)
        _rest(engine)
        latencies.append((provider.calls[0] - begun) * 1000)
    begun = time.perf_counter()
    for request in requests[SINGLE:]:
        _approve(home, request)
    _rest(engine)
    decided = (tasks - SINGLE) / (time.perf_counter() - begun)
    assert not home.verify().faults
    memory = _waiting_memory(home, engine) if tasks >= 1000 else home_memory
    idle = _idle()
    engine.stop()
    home.house.close()
    return dict(zip(KEYS, (start, decided, _at(latencies, 50), _at(latencies, 99), memory, idle), strict=True))


def _roomy(folder: Path) -> Path:
    """The sample company with windows that a thousand decisions a minute fit into; counted all the same."""
    policies = folder / "policies"
    shutil.copytree(POLICIES, policies)
    limits = policies / "limits.yml"
    limits.write_text(re.sub(r"limit: \d+", "limit: 1000000", limits.read_text(encoding="utf-8")), encoding="utf-8")
    return policies


class Noted:
    """The mail adapter with its call noted and answered at once: what is measured is Baton, not the mail system."""

    def __init__(self) -> None:
        self.calls: list[float] = []

    def __call__(self, home: Home) -> Any:
        real = home.house.registry.operation("mail.reply")[1]  # type: ignore[index]
        from core.contract.effect import Sent
        from core.contract.work import Resolved

        noted = self

        class Quick:
            operations, reads, look_up, read = real.operations, real.reads, real.look_up, real.read

            def resolve(self, operation: str, arguments: Any, handles: Any) -> Resolved:
                key = handles[arguments["conversation"]].key
                lines = (("To", f"{key}@example.com"), ("Subject", str(arguments["subject"])))
                return Resolved(operation=operation, lines=lines, body=str(arguments["body"]), counterparty=key)

            def call(self, call: Any) -> Sent:
                noted.calls.append(time.perf_counter())
                return Sent(reference=call.effect_id)

        return Quick()


def _event(n: int) -> Event:
    text = f"Hello, this is customer {n}. What are your opening hours on Saturday? I could come by around noon with my bike."
    return Event(source="chat", source_id=f"bench-{n}", text=text, at=START, sender="Dana Whitfield")


def _approve(home: Home, request: str) -> None:
    decision = Decision(request_id=RequestId(request), version=1, person="U0THEO", verb="approve")
    home.house.services.people.decide(decision, home.directory.people["U0THEO"])


def _warm(home: Home, engine: Any, tasks: int) -> None:
    for n in range(tasks):
        home.life.open(_event(-1 - n), f"warm-{n}")
    _rest(engine)
    for request, _ in home.pending():
        _approve(home, request)
    _rest(engine)


def _waiting_memory(home: Home, engine: Any) -> float:
    """Megabytes for each thousand tasks that wait for a person, over ten thousand of them."""
    rss = _rss()
    for n in range(WAITING):
        home.life.open(_event(1_000_000 + n), f"waiting-{n}")
    _rest(engine)
    return max((_rss() - rss) / WAITING * 1000, 0.0)


def _rest(engine: Any) -> None:
    assert engine.at_rest(600), "the engine did not come to rest"


def _per_s(count: int, work: Callable[[int], object]) -> float:
    begun = time.perf_counter()
    for n in range(count):
        work(n)
    return count / (time.perf_counter() - begun)


def _rss() -> float:
    gc.collect()
    return psutil.Process().memory_info().rss / 1e6


def _idle() -> float:
    """Percent of a core while nothing happens, over two seconds."""
    begun, cpu = time.perf_counter(), time.process_time()
    time.sleep(2)
    return (time.process_time() - cpu) / (time.perf_counter() - begun) * 100


def _at(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100)[percent - 1]


def _table(result: dict[str, dict[str, float]]) -> str:
    lines = [f"{'':22}{'bare':>12}{'baton':>12}{'ratio':>10}"]
    for key in KEYS:
        low, high = result["bare"][key], result["baton"][key]
        ratio = (low / high if key.endswith("per_s") else high / low) if low and high else 0.0
        lines.append(f"{key:22}{low:12.2f}{high:12.2f}{('1/' if key.endswith('per_s') else '') + f'{ratio:.1f}':>10}")
    return "\n".join(lines)


if __name__ == "__main__":
    print(_table(main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)))
