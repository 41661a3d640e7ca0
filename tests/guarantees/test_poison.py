"""A job that kills every process which runs it ends with a person, not in a loop; whoever ran beside it is done in the end."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from agents.base import Brief
from core.engine import DEATHS_MOST
from tests.support.crew import PATIENCE_S, REPLY, Crew, Office, Spell, crew_of, open_office
from tests.support.databases import on_postgres
from tests.support.hands import until
from tests.support.invariants import lost
from tests.support.siege import Siege

pytestmark = pytest.mark.slow

POISON = "Drink this."
SEATS = 3
LONG_S = 2.0  # a turn; those of suspects, which run one at a time, add up
QUICK_S = 1.5  # nobody stands still here: who does not beat is dead


def poisoned(office: Office) -> None:
    """A turn on the poison kills its process, as a fault in a library would; not before all others are under way, and those take
    long enough for its death to take them along."""
    mine = office.folder / f"{os.getpid()}.turns"
    mine.touch()

    def during(brief: Brief) -> None:
        if POISON in brief.event.text:
            wait_for(lambda: mine.stat().st_size >= SEATS, LONG_S / 2)
            os.kill(os.getpid(), signal.SIGKILL)
        with mine.open("a") as turns:
            turns.write(".")
        wait_for(lambda: False, LONG_S)

    office.clerk.during = during


def wait_for(there: object, patience_s: float) -> None:
    end = time.monotonic() + patience_s
    while not there() and time.monotonic() < end:  # type: ignore[operator]
        time.sleep(0.02)


def run_until(crew: Crew, spell: Spell, done: object, processes: int) -> int:
    """Keeps so many processes running, as a supervisor does, until `done`; how many have died."""
    end = time.monotonic() + 2 * PATIENCE_S
    while not done() and time.monotonic() < end:  # type: ignore[operator]
        alive = [mate for mate in crew.mates if not mate.is_dead()]
        for _ in range(processes - len(alive)):
            crew.begin(spell)
        time.sleep(0.1)
    assert done(), f"it did not end after {len(crew.mates)} processes"  # type: ignore[operator]
    return sum(mate.is_dead() for mate in crew.mates)


def with_a_person(office: Office) -> bool:
    return bool(office.sql("select 1 from request where trigger = 'failed' and queue = 'triage' and state = 'pending'"))


def test_a_job_that_kills_process_after_process_ends_with_a_person(tmp_path: Path) -> None:
    office = open_office(tmp_path)
    (bad,) = office.write(1, POISON)
    office.write(SEATS, REPLY, first=10)
    with crew_of(tmp_path, QUICK_S) as crew:
        died = run_until(crew, poisoned, lambda: with_a_person(office), processes=2 if on_postgres() else 1)
        run_until(crew, poisoned, lambda: office.states().get("done") == SEATS, processes=1)
    assert died == DEATHS_MOST
    assert office.sql("select task_id from request where state = 'pending'") == [(bad,)]
    assert office.sql("select kind from audit where kind = 'job.given_up'") == [("job.given_up",)]
    assert office.sql("select 1 from job") == []
    assert len(office.fort.mailbox.outbox()) == SEATS
    assert list(lost(Siege(office.fort, None))) == []  # type: ignore[arg-type]


def test_what_killed_a_process_once_and_then_runs_is_done(tmp_path: Path) -> None:
    office = open_office(tmp_path)
    office.write(2)
    with crew_of(tmp_path, QUICK_S) as crew:
        first = crew.begin(failpoint="ledger.before_commit:4=kill")
        until(first.is_dead, "the first process dies")
        crew.begin()
        office.all_done(2)
    assert len(office.paid()) == 2
    assert office.sql("select 1 from request") == []
