"""The wall clock is set back an hour, or forward a day, in the middle of work: nothing is sent twice or past its claim, limits
stay sane, what is due runs, and who is alive goes by the database's clock."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from tests.support.crew import (
    REPLY,
    Office,
    calls_past_their_claim,
    crew_of,
    gate,
    no_spell,
    open_office,
    wait_at,
)
from tests.support.databases import on_postgres
from tests.support.fort import change, loose_policies
from tests.support.hands import until

pytestmark = pytest.mark.slow

HOUR_S, DAY_S = 3600.0, 86_400.0
COUNT, AN_HOUR, MORE = 5, 8, 4


def at_the_gate(office: Office) -> None:
    office.clerk.during = lambda _: wait_at(office.folder / "gate")


def goes_on(office: Office, count: int) -> None:
    """Waits until so many tasks are done, while the clock goes on as clocks do, only quicker."""

    def done() -> bool:
        office.clock.move(5)
        time.sleep(0.2)
        return office.states().get("done", 0) == count

    until(done, f"{count} tasks done", 60)


@pytest.mark.parametrize("seconds", [-HOUR_S, DAY_S])
def test_the_clock_jumps_while_turns_are_under_way_and_all_comes_to_its_end(tmp_path: Path, seconds: float) -> None:
    office = open_office(tmp_path)
    with crew_of(tmp_path) as crew:
        with gate(tmp_path):
            crew.each([at_the_gate] * (2 if on_postgres() else 1))
            office.write(COUNT)
            until(lambda: office.states() == {"open": COUNT} and office.sql("select 1 from handoff"), "turns under way")
            office.clock.move(seconds)
        office.all_done(COUNT)  # without the clock's going on: all of it is due
    assert len(office.paid()) == len(set(office.paid())) == COUNT
    assert office.sql("select 1 from request") == []


def test_what_was_asked_for_before_the_clock_was_set_back_runs_at_the_next_start(tmp_path: Path) -> None:
    office = open_office(tmp_path)
    office.write(COUNT)
    office.clock.move(-HOUR_S)
    with crew_of(tmp_path) as crew:
        crew.begin()
        office.all_done(COUNT)
    assert len(office.paid()) == COUNT


@pytest.mark.parametrize("seconds", [-HOUR_S, DAY_S])
def test_the_clock_jumps_between_claim_and_call_and_the_money_leaves_once(tmp_path: Path, seconds: float) -> None:
    office = open_office(tmp_path)
    with crew_of(tmp_path) as crew:
        sleeper = crew.begin(failpoint="effect.claimed=stop")
        office.write(1)
        until(sleeper.stands_still, "the claim is committed")
        office.clock.move(seconds)
        sleeper.signal(signal.SIGCONT)
        goes_on(office, 1)
    assert len(office.paid()) == 1
    if seconds > 0:
        assert list(calls_past_their_claim(office)) == []


def test_no_jump_lets_more_out_than_the_window_holds(tmp_path: Path) -> None:
    rules = loose_policies(tmp_path)
    change(rules / "limits.yml", lambda d: d["windows"]["email"].update(limit=AN_HOUR))
    office = open_office(tmp_path)

    def sent_after(seconds: float, letters: int = 0) -> int:
        office.clock.move(seconds)
        office.write(letters, REPLY, first=1000 * (1 + len(office.sql("select 1 from task"))))
        office.fort.run()
        return len(office.fort.mailbox.outbox())

    assert sent_after(0, AN_HOUR + MORE) == AN_HOUR
    assert sent_after(-HOUR_S, MORE) == AN_HOUR  # what was sent in the future was sent
    assert sent_after(HOUR_S) == AN_HOUR  # the time that it was before
    assert sent_after(DAY_S) == AN_HOUR + MORE + MORE
    assert sent_after(-DAY_S, MORE) == AN_HOUR + MORE + MORE
    assert sent_after(2 * DAY_S) == AN_HOUR + 3 * MORE


@pytest.mark.postgresql
def test_who_is_alive_goes_by_the_databases_clock(tmp_path: Path) -> None:
    office = open_office(tmp_path)
    with crew_of(tmp_path) as crew:
        first, _ = crew.each([at_the_gate, no_spell])
        with gate(tmp_path):
            office.write(COUNT)
            at_it = "select 1 from worker where doing like '%turn%'"
            until(lambda: office.sql(at_it), "the first process is at it")
            for seconds in (DAY_S, -2 * DAY_S):
                office.clock.move(seconds)
                time.sleep(1.5)  # some looks at who is alive
            assert office.sql("select distinct state, epoch from worker") == [("alive", 1)]
            first.signal(signal.SIGKILL)
            until(lambda: office.sql("select 1 from worker where state = 'dead'"), "its death is seen", 20)
        office.all_done(COUNT)
    assert len(office.paid()) == COUNT
