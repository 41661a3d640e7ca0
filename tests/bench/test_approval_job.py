"""The bench works, and `make bench` runs it. No time is asserted: a machine may be slow."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.approval_job import KEYS, main, measure, table
from tests.bench.where import where


def test_both_sides_are_measured_by_the_same_names(tmp_path: Path) -> None:
    result = measure(tmp_path, 30, waiting=30, idle_s=0.05)
    assert [tuple(side) for side in (result["bare"], result["baton"])] == [KEYS, KEYS]
    assert all(result[side][key] > 0 for side in result for key in KEYS[:4])
    assert len(table(result).splitlines()) == 1 + len(KEYS)
    assert list(tmp_path.iterdir()) == [], "nothing is left behind"


def test_every_step_is_said_with_its_commits(tmp_path: Path) -> None:
    lines = where(tmp_path, 5).splitlines()
    steps = {line.split("  ")[0]: float(line.split()[-3]) for line in lines[1:]}
    assert steps == {
        "start: in": 1.0, "start: task.plan.v1": 1.0, "start: task.turn.v1": 1.0,
        "decide: click": 1.0, "decide: effect.send.v1": 2.0, "decide: task.turn.v1": 1.0,
    }  # fmt: skip


@pytest.mark.bench
@pytest.mark.timeout(600)
def test_the_approval_job_beside_bare_commits() -> None:
    print("\n" + main(["1000", "--where"]))
