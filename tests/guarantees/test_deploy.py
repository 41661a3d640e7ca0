"""A deploy with work in flight: the old process ends what it is at and goes; the new one goes on with the rest. Nothing is begun
twice for it."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from agents.base import Brief
from tests.support.crew import Office, crew_of, gate, open_office, wait_at
from tests.support.hands import until

pytestmark = pytest.mark.slow

COUNT, WORKERS = 6, 2
MODEL_S = 1.0


def noted(office: Office, brief: Brief) -> None:
    """Each turn that is begun, in a file: what a model would have been asked for."""
    with (office.folder / "turns").open("a", encoding="utf-8") as file:
        file.write(f"{brief.task_id}:{len(brief.history)}\n")


def reads_slowly(office: Office) -> None:
    def during(brief: Brief) -> None:
        noted(office, brief)
        time.sleep(MODEL_S)

    office.clerk.during = during


def reads_at_the_gate(office: Office) -> None:
    def during(brief: Brief) -> None:
        noted(office, brief)
        wait_at(office.folder / "gate")

    office.clerk.during = during


def turns(office: Office) -> list[str]:
    file = office.folder / "turns"
    return file.read_text(encoding="utf-8").split() if file.exists() else []


def test_what_runs_when_the_old_process_is_told_to_go_is_ended_and_the_rest_is_the_next_ones(tmp_path: Path) -> None:
    office = open_office(tmp_path)
    office.write(COUNT)
    with crew_of(tmp_path) as crew:
        with gate(tmp_path):
            old = crew.begin(reads_at_the_gate, workers=WORKERS)
            until(lambda: len(turns(office)) == WORKERS, "as many turns as workers are under way")
            going = threading.Thread(target=old.leave)
            going.start()
            time.sleep(0.3)  # time in which it could begin more, or throw away what it is at
            assert len(turns(office)) == WORKERS and going.is_alive()
        going.join(30)
        assert old.process.exitcode == 0
        ended = office.sql("select task_id from turn where agent = 'support'")
        assert len(ended) == WORKERS
        crew.begin(reads_slowly)
        office.all_done(COUNT)
    assert sorted(turns(office)) == sorted(set(turns(office)))  # no turn was begun twice
    assert len(office.paid()) == COUNT
    assert office.sql("select 1 from request") == []


def test_one_process_after_the_other_is_replaced_while_work_goes_on(tmp_path: Path) -> None:
    office = open_office(tmp_path)
    with crew_of(tmp_path) as crew:
        office.write(COUNT)
        for _ in range(3):
            mate = crew.begin(reads_slowly).ready()
            time.sleep(MODEL_S / 2)
            assert mate.leave() == 0
        crew.begin(reads_slowly)
        office.all_done(COUNT)
    assert sorted(turns(office)) == sorted(set(turns(office)))
    assert len(office.paid()) == COUNT


@pytest.mark.postgresql
def test_the_next_version_takes_over_what_the_old_one_had_queued(tmp_path: Path) -> None:
    """DBOS would leave entries of another version alone, and a job whose process died belongs to no version either."""
    office = open_office(tmp_path)
    office.write(COUNT)
    with crew_of(tmp_path, dead_after_s=1.5) as crew:
        old = crew.begin(older)
        until(lambda: len(turns(office)) >= 2, "the old version is at it")
        old.process.kill()
        until(old.is_dead, "the old version is gone")
        crew.begin(reads_slowly)
        office.all_done(COUNT)
    assert len(office.paid()) == COUNT
    assert office.sql("select count(distinct version) from worker") == [(2,)]


def older(office: Office) -> None:
    """A process of an earlier version of Baton, whose workflow of DBOS was written otherwise."""
    import tests.support.crew as crew  # noqa: PLC0415

    crew.VERSION = "0.0.9"
    reads_slowly(office)
