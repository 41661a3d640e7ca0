"""How long a start takes when there is much behind it: 100,000 tasks and 1,000,000 lines of the record, beside an empty database.

start      from the start of the process until it says that it is ready, by turns on both
the rest   in one process over each database: what is asked at a start, by `status`, `doctor` and `tasks`, by the follow-up tick
           every minute, by a digest and by the desk; the walk over the whole record, which may take its time

python -m tests.bench.restart [tasks] [lines] [--database postgresql]      prints a table and writes var/bench-restart.json
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil

from core.audit import link
from core.contract.audit import Entry
from core.moment import to_us
from core.sql import TABLES
from tests.bench.stage import Kind
from tests.support.backups import address, approve_all, home_at, writes
from tests.support.house import START, TEAM, Home
from tests.support.running import RunningBaton, trained
from workflows import views

TASKS, LINES = 100_000, 1_000_000
WAITING = 20  # tasks that wait for people
STARTS = 3
AGAIN = 5  # of each question; the median counts
CHUNK = 5_000
SPAN = timedelta(days=365)  # over which what is done is spread
KINDS = (
    "event.received",
    "turn.ended",
    "verdict.given",
    "approval.asked",
    "decision.made",
    "effect.claimed",
    "effect.settled",
)
VAR = Path("var")

Row = dict[str, Any]


@dataclass
class Installation:
    """One of the two: `name` is `empty` or `full`."""

    name: str
    folder: Path
    url: str

    def running(self) -> RunningBaton:
        return RunningBaton(self.folder, extra={"BATON_DATABASE_URL": self.url})


# A year of work ------------------------------------------------------------------------------------------------------


def fill(home: Home, tasks: int, lines: int) -> None:
    """A real task that was answered, again and again under other ids; a record that is unbroken; some that wait for people."""
    writes(home, 0)
    home.work()
    approve_all(home)
    home.work()
    writes(home, *range(1, WAITING + 1))
    home.work()
    assert len(home.pending()) == WAITING, "the rows to be multiplied are not those of an answered task"
    database = home.house.services.ledger.database
    for table, rows in _again(home, "T-1001", tasks):
        while some := list(islice(rows, CHUNK)):
            with database.transaction() as connection:
                connection.insert(table, some)
    _lengthen(home, tasks, lines)
    with database.transaction() as connection:
        connection.run("counter.skip", {"key": "task", "by": tasks})


def _again(home: Home, task_id: str, times: int) -> Iterator[tuple[str, Iterator[Row]]]:
    """The rows of one task, so many times, table by table. A sealed column opens only in its own row: nobody opens these."""
    found = {name: _rows_of(home, name, task_id) for name in TABLES if name not in ("audit", "audit_head", "counter")}
    ids = {task_id} | {
        row[key] for rows in found.values() for row in rows for key in row if key == "id" or key.endswith("_key")
    }
    for name, rows in found.items():
        if rows:
            yield name, (_copy(row, ids, task_id, n, times) for n in range(times) for row in rows)


def _rows_of(home: Home, name: str, task_id: str) -> list[Row]:
    columns = [column.name for column in TABLES[name].columns]
    of = "id" if name == "task" else "task_id"
    if of not in columns:
        return []
    wanted = ", ".join(f'"{column}"' for column in columns)
    return [
        dict(zip(columns, row, strict=True))
        for row in home.sql(f"select {wanted} from \"{name}\" where {of} = '{task_id}'")
    ]


def _copy(row: Row, ids: set[Any], task_id: str, n: int, times: int) -> Row:
    back = int((SPAN / timedelta(microseconds=1)) * (times - n) / times)
    new = dict(row)
    for key, value in row.items():
        if value == task_id:
            new[key] = f"T-{100_000 + n}"
        elif isinstance(value, str) and (value in ids or key in ("conversation_id", "subject_id")):
            new[key] = f"{value}-{n}"
        elif isinstance(value, int) and value > to_us(START) // 2:
            new[key] = value - back
    if "behind" in new:  # a card of a year ago stands in Slack
        new |= {"behind": False, "shown": new["wanted"], "channel": "C0FEED", "ts": f"{n}.000001"}
    return new


def _lengthen(home: Home, tasks: int, lines: int) -> None:
    """The record goes on to so many lines, each with its place in the chain."""
    ledger = home.house.services.ledger
    seq, last = ledger.rows("audit.last")[0]
    rows: list[Row] = []
    for number in range(seq + 1, lines + 1):
        task = f"T-{100_000 + number * tasks // (lines + 1)}"
        one = link(
            Entry(KINDS[number % len(KINDS)], task, "support", {"n": number}), number, last, to_us(START) + number
        )
        last = one.hash
        rows.append({name: getattr(one, name) for name in one.__slots__})
        if len(rows) == CHUNK or number == lines:
            with ledger.database.transaction() as connection:
                connection.insert("audit", rows)
                connection.run("audit.put", {"new_seq": number, "new_hash": last})
            rows = []
    ledger.anchor.write(max(seq, lines), last)


# Measuring -----------------------------------------------------------------------------------------------------------


def starts(places: list[Installation]) -> dict[str, Any]:
    """Seconds to readiness, and how large the process is then; by turns."""
    seconds: dict[str, list[float]] = {place.name: [] for place in places}
    megabytes: dict[str, list[float]] = {place.name: [] for place in places}
    for _ in range(STARTS):
        for place in places:
            running = place.running()
            begun = time.perf_counter()
            running.start()
            seconds[place.name].append(time.perf_counter() - begun)
            assert running.process is not None
            megabytes[place.name].append(psutil.Process(running.process.pid).memory_info().rss / 1e6)
            running.stop()
    return {"start_s": {name: min(took) for name, took in seconds.items()},
            "start_mb": {name: statistics.median(each) for name, each in megabytes.items()}}  # fmt: skip


def questions(home: Home) -> dict[str, Callable[[], object]]:
    """What is asked at a start, every minute, and by people."""
    services, schedule = home.house.services, home.house.schedule
    ledger, now = services.ledger, START
    at = to_us(now)
    return {
        "jobs at a start": ledger.jobs,
        "the key": lambda: ledger.rows("event.any"),
        "cards behind": lambda: ledger.rows("card.behind"),
        "unknown effects": lambda: views.unknown_effects(ledger),
        "cards in trouble": lambda: views.cards_in_trouble(ledger),
        "the last tick": lambda: ledger.rows("event.last_tick", like="follow_up:"),
        "is it empty": lambda: ledger.rows("task.count"),
        "waiting for people": lambda: views.waiting(ledger),
        "pauses": lambda: ledger.rows("control.active", now=at),
        "tasks": lambda: views.tasks(ledger, 20),
        "one task": lambda: views.trail(ledger, "T-100500"),
        "follow-up": lambda: schedule.follow_up(now),
        "waiting for agents": lambda: ledger.rows("task.waiting_for_agents"),
        "held effects": lambda: ledger.rows("effect.all_held"),
        "in flight": lambda: ledger.rows("effect.in_flight"),
        "a day's digest": lambda: views.day(ledger, now - timedelta(days=1), now),
        "workers": lambda: ledger.rows("worker.all"),
        "a person": lambda: ledger.rows("person.by_user", user=TEAM["U0THEO"].user_id),
        "spend": lambda: ledger.rows("spend.since", since=at - 86_400_000_000),
    }


def answers(place: Installation) -> dict[str, float]:
    """Milliseconds for each question, the median of some."""
    home = home_at(place.folder, place.url)
    took: dict[str, float] = {}
    for name, ask in questions(home).items():
        times = []
        for _ in range(AGAIN):
            begun = time.perf_counter()
            ask()
            times.append((time.perf_counter() - begun) * 1000)
        took[name] = statistics.median(times)
    begun = time.perf_counter()
    assert not home.house.services.verify().faults
    took["audit verify"] = (time.perf_counter() - begun) * 1000
    home.house.close()
    return took


@contextmanager
def both(kind: Kind, tasks: int, lines: int) -> Iterator[list[Installation]]:
    """The empty one and the full one, ready to be started."""
    with TemporaryDirectory(prefix="baton-restart-") as folder:
        places = []
        for name in ("empty", "full"):
            at = Path(folder) / name
            at.mkdir()
            places.append(Installation(name, at, address(kind, at, "baton")))
        empty, full = places
        for place in places:
            trained(place.folder)
        home_at(empty.folder, empty.url).house.close()
        home = home_at(full.folder, full.url)
        begun = time.perf_counter()
        fill(home, tasks, lines)
        home.house.close()
        print(f"made in {time.perf_counter() - begun:.0f} s", file=sys.stderr)
        yield places


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("tasks", type=int, nargs="?", default=TASKS)
    parser.add_argument("lines", type=int, nargs="?", default=LINES)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    options = parser.parse_args()
    with both(options.database, options.tasks, options.lines) as places:
        asked = {place.name: answers(place) for place in places}
        found = starts(places)
    print(f"{'':24} {'empty':>10} {'full':>10}")
    for name, values in found.items():
        print(f"{name:24} {values['empty']:10.2f} {values['full']:10.2f}")
    for name in asked["full"]:
        print(f"{name + ', ms':24} {asked['empty'][name]:10.2f} {asked['full'][name]:10.2f}")
    VAR.mkdir(exist_ok=True)
    report = {"tasks": options.tasks, "lines": options.lines, "database": options.database, **found, "ms": asked}
    (VAR / "bench-restart.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
