"""`python -m tests.faults --database sqlite|postgresql --kills 200 --tasks 2000 --seed 1` prints the table of a long run.

`--matrix` beside it, or alone with `--kills 0`: every fail point × every operation. The exit code is 1 when a promise broke."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from tests.faults import matrix, posts
from tests.faults.loop import Plan, run
from tests.faults.table import table
from tests.support.postgres import WHY_NOT, binaries

LIES = 0.03
LANES = 3  # workspaces beside each other


def plan_of(database: str, kills: int, tasks: int, seed: int) -> Plan:
    """One process on SQLite, three on PostgreSQL, whose server restarts for every tenth kill."""
    if database == "sqlite":
        return Plan("sqlite", kills, tasks, seed, lies=LIES)
    return Plan("postgresql", kills, tasks, seed, processes=3, every_s=(0.05, 1.2), restarts=kills // 10,
                stops=kills // 20, lies=LIES)  # fmt: skip


def main() -> int:
    """Runs what the command line asks for and prints the tables."""
    asked = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    asked.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    asked.add_argument("--kills", type=int, default=200)
    asked.add_argument("--tasks", type=int, default=2000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--matrix", action="store_true", help="every fail point × every operation")
    words = asked.parse_args()
    databases = ("sqlite", "postgresql") if words.database == "both" else (words.database,)
    if "postgresql" in databases and binaries() is None:
        print(f"Not tried on PostgreSQL: {WHY_NOT}.", file=sys.stderr)
        databases = tuple(each for each in databases if each != "postgresql")
    broken = _matrices(databases) if words.matrix else []
    if words.kills:
        broken += _loops([plan_of(each, words.kills, words.tasks, words.seed) for each in databases])
    print("\n".join(broken[:50]), file=sys.stderr)
    return 1 if broken else 0


def _matrices(databases: tuple[str, ...]) -> list[str]:
    broken = []
    for database in databases:
        for outcomes in (
            matrix.tried_all(matrix.cells(database)),
            matrix.tried_all(posts.cells(database), posts.tried, LANES),
        ):
            print("\n".join(matrix.table(outcomes)), end="\n\n", flush=True)
            broken += [f"{o.cell}: {what}" for o in outcomes for what in o.wrong]
    return broken


def _loops(plans: list[Plan]) -> list[str]:
    results, broken = [], []
    for plan in plans:
        folder = Path(tempfile.mkdtemp(prefix="baton-faults-"))
        results.append(run(plan, folder))
        print(table(results), end="\n\n", flush=True)
        broken += results[-1].violations
        if results[-1].violations:
            print(f"what is left of it: {folder}", file=sys.stderr)
        else:
            shutil.rmtree(folder)
    return broken


if __name__ == "__main__":
    sys.exit(main())
