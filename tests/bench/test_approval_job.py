"""The bench works, and `make bench` runs it. No time is asserted: a machine may be slow."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.approval_job import KEYS, main, measure, table
from tests.bench.stage import Kind
from tests.bench.where import where

pytestmark = pytest.mark.slow

BOTH = pytest.mark.parametrize("on", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])


@BOTH
def test_both_sides_are_measured_by_the_same_names(tmp_path: Path, on: Kind) -> None:
    result = measure(tmp_path, 30, on=on, waiting=30, idle_s=0.05)
    assert [tuple(side) for side in (result["bare"], result["baton"])] == [KEYS, KEYS]
    assert all(result[side][key] > 0 for side in result for key in KEYS[:4])
    assert len(table(result).splitlines()) == 1 + len(KEYS)
    assert list(tmp_path.iterdir()) == [], "nothing is left behind"


@BOTH
def test_every_step_is_said_with_its_commits(tmp_path: Path, on: Kind) -> None:
    lines = where(tmp_path, 5, on).splitlines()
    steps = {line.split("  ")[0]: float(line.split()[-3]) for line in lines[1:]}
    assert steps == {
        "start: in": 1.0, "start: task.plan.v1": 1.0, "start: task.turn.v1": 1.0,
        "decide: click": 1.0, "decide: effect.send.v1": 2.0, "decide: task.turn.v1": 1.0,
    }  # fmt: skip


@pytest.mark.bench
@pytest.mark.timeout(1200)
@BOTH
def test_the_approval_job_beside_bare_commits(on: Kind) -> None:
    print("\n" + main(["1000", "--where", "--database", on]))
