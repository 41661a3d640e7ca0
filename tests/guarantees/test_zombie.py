"""A process that stood still (SIGSTOP) and wakes: it sends nothing past its claim's time, commits nothing past its lease, and
while it stands nobody waits for its locks."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from core.postgres import PostgresConnection
from core.workers import Presence
from gateways.calling import Deadline
from tests.support.crew import Mate, Office, Spell, calls_past_their_claim, crew_of, gate, open_office, wait_at
from tests.support.hands import until

MINUTE_S = 60.0


def stands(mate: Mate) -> None:
    until(mate.stands_still, "the process stands still")


def blind(office: Office) -> None:
    """Nobody looks at the clocks before the call."""
    Deadline.has_passed = lambda _: False  # type: ignore[method-assign]


def reads_at_the_gate(office: Office) -> None:
    """Each turn stands before the gate, where a model would read."""
    office.clerk.during = lambda _: wait_at(office.folder / "gate")


def reads_standing_still(office: Office) -> None:
    """The first turn stops its own process, and goes on when somebody lets it."""
    times = [signal.SIGSTOP]
    office.clerk.during = lambda _: signal.pthread_kill(threading.get_ident(), times.pop()) if times else None


def unfenced(office: Office) -> None:
    """As above, in a process that nobody asks whether the job is still its own."""
    Presence.fence = lambda *_: None  # type: ignore[method-assign]
    reads_standing_still(office)


def taken_over(office: Office) -> bool:
    return bool(office.sql("select 1 from worker where state = 'dead'"))


def came_back(office: Office) -> bool:
    """Whether a process that was taken for dead has said that it lives, and has nothing more to do."""
    return bool(office.sql("select 1 from worker where epoch > 1 and state = 'alive' and doing = '[]'"))


# Past its call_by ------------------------------------------------------------------------------------------------------


@pytest.mark.slow  # on a busy machine the next try may come before the look
def test_what_was_claimed_before_a_long_stop_is_not_sent_after_it(tmp_path: Path) -> None:
    office = open_office(tmp_path)
    with crew_of(tmp_path) as crew:
        sleeper = crew.begin(failpoint="effect.claimed=stop")
        office.write(1)
        stands(sleeper)
        office.clock.move(MINUTE_S)
        sleeper.signal(signal.SIGCONT)
        until(lambda: office.sql("select 1 from audit where kind = 'effect.settled'"), "the claim is given back")
        assert office.fort.till.calls() == ()
        office.clock.move(MINUTE_S)  # claimed anew, it may go out
        office.all_done(1)
    assert len(office.paid()) == 1
    assert list(calls_past_their_claim(office)) == []


def test_without_the_look_at_the_clock_it_would_be_seen(tmp_path: Path) -> None:
    office = open_office(tmp_path)
    with crew_of(tmp_path) as crew:
        sleeper = crew.begin(blind, failpoint="effect.claimed=stop")
        office.write(1)
        stands(sleeper)
        office.clock.move(MINUTE_S)
        sleeper.signal(signal.SIGCONT)
        until(office.paid, "the call")
    assert list(calls_past_their_claim(office)) != []


@pytest.mark.postgresql
def test_what_another_process_took_over_is_not_sent_by_the_one_that_wakes(tmp_path: Path) -> None:
    office = open_office(tmp_path)
    with crew_of(tmp_path) as crew:
        sleeper = crew.begin(failpoint="effect.claimed=stop")
        (task,) = office.write(1)
        stands(sleeper)
        crew.begin().ready()
        until(lambda: office.states("effect").get("unknown"), "the call that was cut off is before a person", 20)
        office.clock.move(MINUTE_S)
        rows = "select id, state, attempts, run, settled_at from effect"
        lines = f"select seq, kind from audit where subject = '{task}' order by seq"
        before = office.sql(rows), office.sql(lines)
        sleeper.signal(signal.SIGCONT)
        until(lambda: came_back(office), "the sleeper lives again")
        assert (office.sql(rows), office.sql(lines)) == before
    assert office.fort.till.calls() == ()
    assert office.sql("select trigger from request where state = 'pending'") == [("unknown_effect",)]


# Past its lease --------------------------------------------------------------------------------------------------------


def stopped_in_a_turn(office: Office, sleepers: Spell) -> int:
    """A process stops in the middle of a turn; another takes the turn over and is still at it when the first one wakes and wants
    to commit. How many turns of support were committed by then."""
    with crew_of(office.folder) as crew:
        sleeper = crew.begin(sleepers)
        office.write(1)
        stands(sleeper)
        with gate(office.folder):
            crew.begin(reads_at_the_gate).ready()
            at_it = "select 1 from worker where state = 'alive' and doing like '%turn%'"
            until(lambda: taken_over(office) and office.sql(at_it), "the turn is taken over", 20)
            sleeper.signal(signal.SIGCONT)
            until(lambda: came_back(office), "the sleeper lives again")
            early = len(office.sql("select 1 from turn where agent = 'support'"))
        office.all_done(1)
    return early


@pytest.mark.postgresql
def test_a_process_whose_job_is_anothers_commits_nothing_when_it_wakes(tmp_path: Path) -> None:
    office = open_office(tmp_path)
    assert stopped_in_a_turn(office, reads_standing_still) == 0
    assert len(office.sql("select 1 from turn where agent = 'support' and outcome_kind = 'propose'")) == 1
    assert len(office.paid()) == 1


@pytest.mark.postgresql
def test_without_the_fence_it_would_be_seen(tmp_path: Path) -> None:
    assert stopped_in_a_turn(open_office(tmp_path), unfenced) >= 1


# In the middle of a transaction ----------------------------------------------------------------------------------------


def stands_still_between_two_statements(_: Office) -> None:
    """The whole process stops when a statement has gone out and before the server was told that its answer is waited for. The
    server does not count that as idle."""
    insert, times = PostgresConnection.insert, iter(range(100))

    def and_stop(self: PostgresConnection, table: str, rows: list[dict[str, Any]]) -> None:
        insert(self, table, rows)
        if table == "handoff" and next(times) == 0:
            self.raw.pgconn.flush()
            time.sleep(0.1)  # the server has run it
            os.kill(os.getpid(), signal.SIGSTOP)
            time.sleep(0.1)  # the signal may take a moment

    PostgresConnection.insert = and_stop  # type: ignore[method-assign]


@pytest.mark.postgresql
@pytest.mark.parametrize(
    "how", [{"spell": stands_still_between_two_statements}, {"failpoint": "ledger.before_commit:3=stop"}]
)
def test_a_process_that_stops_in_a_transaction_does_not_hold_the_others_up(tmp_path: Path, how: dict[str, Any]) -> None:
    office = open_office(tmp_path)
    office.write(4)
    with crew_of(tmp_path) as crew:
        sleeper = crew.begin(**how)
        stands(sleeper)
        crew.begin().ready()
        office.write(2, first=10)  # the test's own commits wait for the same locks
        office.all_done(6)
        sleeper.signal(signal.SIGCONT)
        until(lambda: came_back(office), "the sleeper lives again")
        office.write(1, first=20)
        office.all_done(7)
        assert sleeper.leave() == 0
    assert len(office.paid()) == 7
    assert office.fort.house.services.verify().faults == ()
