"""I13 and I14 under random SIGKILLs of the running product, a short run on each database. `make faults` does the long one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.loop import Plan, Result, recovery, run

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]  # a dozen starts of Python, on whatever machine


def kept(result: Result) -> None:
    """Nothing was lost, doubled, late or stuck, and it was a run in which something could have been."""
    assert result.violations == []
    assert len(result.kills) == result.plan.kills
    assert result.found.tasks == result.plan.tasks
    assert result.found.effects > result.plan.tasks // 2
    assert result.to_work_s, "there was no work left after a kill, so nothing was tried"


@pytest.mark.sqlite
def test_random_kills_on_sqlite_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    kept(run(Plan("sqlite", kills=4, tasks=48, seed=20261124, every_s=(0.4, 1.0), clears_up=False), tmp_path / "loop"))


@pytest.mark.postgresql
def test_random_kills_of_two_processes_and_a_restart_of_the_database_lose_nothing(tmp_path: Path) -> None:
    plan = Plan(
        "postgresql", kills=4, tasks=48, seed=20261124, processes=2, every_s=(0.1, 0.6), restarts=1, clears_up=False
    )
    result = run(plan, tmp_path / "loop")
    kept(result)
    assert result.restarts == 1


def test_a_job_counts_as_taken_up_when_another_process_begins_it() -> None:
    lines = [{"t": t, "pid": pid, "what": what, "job": job} for t, pid, what, job in (
        (1.0, 1, "begun", "a"), (1.5, 1, "ended", "a"), (2.0, 1, "begun", "b"), (3.0, 2, "ended", "c"), (7.0, 2, "begun", "b"),
    )]  # fmt: skip
    assert recovery(lines, [(2.5, 1)]) == ([0.5], [4.5])
