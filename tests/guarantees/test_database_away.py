"""PostgreSQL goes away in the middle of everything, and comes back: nothing is lost, nothing happens twice, all goes on by
itself. A commit whose answer got lost is found as it stands."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.errors import Retry
from tests.support.crew import DEAD_AFTER_S, REPLY, Office, crew_of, gate, on_a_server, open_office, wait_at
from tests.support.hands import until
from tests.support.invariants import calls_without_effect, lost, twice
from tests.support.line import Line, line_to
from tests.support.postgres import Server, new_server
from tests.support.siege import Siege

pytestmark = [pytest.mark.slow, pytest.mark.postgresql]
COUNT = 6
AWAY_S = DEAD_AFTER_S + 1.0
FAST, IMMEDIATE = signal.SIGINT, signal.SIGQUIT


@pytest.fixture(scope="module")
def its() -> Iterator[Server]:
    """A server that these tests may stop and kill; what it has committed is on the disk."""
    server = new_server(synchronous_commit="on")
    yield server
    server.remove()


def slowly(office: Office) -> None:
    """Turns take a moment, so that some are always under way."""
    office.clerk.during = lambda _: time.sleep(0.3)


def settled(office: Office) -> bool:
    """Whether each task is done, or before a person."""
    states = office.sql("select state, waiting_for from task")
    return all(state == "done" or waiting == "person" for state, waiting in states) and not office.sql(
        "select 1 from job where phase like 'task%'"
    )


def holds(office: Office) -> None:
    """Nothing was lost, nothing happened twice, and what nobody can know is before a person."""
    siege = Siege(office.fort, None)  # type: ignore[arg-type]
    assert list(twice(siege)) == [] and list(lost(siege)) == [] and list(calls_without_effect(siege)) == []
    asked = office.sql("select count(*) from request where state = 'pending'")[0][0]
    assert asked == office.states("effect").get("unknown", 0), "only what nobody can know needs a person"
    assert office.fort.house.services.verify().faults == ()


@pytest.mark.parametrize("how", [FAST, IMMEDIATE, signal.SIGKILL])
def test_it_goes_away_for_a_while_and_everything_goes_on_by_itself(
    tmp_path: Path, its: Server, how: signal.Signals
) -> None:
    office = on_a_server(tmp_path, its)
    with crew_of(tmp_path) as crew:
        crew.each([slowly, slowly])
        office.write(COUNT)
        until(lambda: office.sql("select 1 from turn where agent = 'support'"), "work is under way")
        its.stop(how)
        with pytest.raises(Retry):
            office.write(1, first=COUNT)
        time.sleep(AWAY_S)
        its.start()
        until(lambda: _is_there(office), "the database")
        office.write(1, first=COUNT)  # who was told to come again does
        until(lambda: settled(office), "all tasks are done or before a person", 60)
        before = office.states().get("done", 0)
        office.write(1, first=100)
        office.all_done(before + 1)
        assert office.sql("select 1 from worker where epoch > 1 or state = 'dead'") == []  # nobody died of it
        holds(office)
        assert office.sql("select count(*) from task") == [(COUNT + 2,)]
        assert [mate.leave() for mate in crew.mates] == [0, 0]


def _is_there(office: Office) -> bool:
    try:
        return bool(office.sql("select 1"))
    except Retry:
        return False


def test_a_process_that_is_told_to_go_while_the_database_is_away_goes(tmp_path: Path, its: Server) -> None:
    office = on_a_server(tmp_path, its)
    with crew_of(tmp_path) as crew:
        (mate,) = crew.each([slowly])
        office.write(COUNT)
        until(lambda: office.sql("select 1 from turn where agent = 'support'"), "work is under way")
        its.stop(FAST)
        try:
            assert mate.leave() == 0
        finally:
            its.start()
        until(lambda: _is_there(office), "the database")
        crew.begin()
        until(lambda: settled(office), "all tasks are done or before a person")
        holds(office)


def test_what_a_process_was_given_and_never_heard_of_is_given_out_again(tmp_path: Path, its: Server) -> None:
    """The queue says that a process has a job; the answer was lost with which it would have begun it."""
    office = on_a_server(tmp_path, its)
    office.write(2)
    with crew_of(tmp_path) as crew, gate(tmp_path):
        crew.begin(at_the_gate, workers=1)
        waits = "select workflow_uuid from dbos.workflow_status where status = 'ENQUEUED'"
        until(
            lambda: office.sql("select 1 from worker where doing <> '[]'") and office.sql(waits),
            "one waits for the other",
        )
        office.fort.tamper("update dbos.workflow_status set status = 'PENDING', executor_id = (select id from worker)"
                           " where status = 'ENQUEUED'")  # fmt: skip
        (tmp_path / "gate").unlink()
        office.all_done(2)
        assert len(crew.mates) == 1
    holds(office)


def at_the_gate(office: Office) -> None:
    office.clerk.during = lambda _: wait_at(office.folder / "gate")


def test_a_commit_whose_answer_is_lost_stands_wherever_it_happens(tmp_path: Path, its: Server) -> None:
    """Each commit of a task's life in turn: the server has carried it out, and the line broke before it said so."""
    lives = 0
    with line_to(its.port) as line:
        (tmp_path / "database.url").write_text(line.url(its.create()), encoding="utf-8")
        office = open_office(tmp_path)
        while line.lost == lives:
            lives += 1
            _one_life(office, line, lives)
        assert lives > 6, "a life has more commits than that"
        assert office.states() == {"done": lives}
        assert office.states("effect") == {"sent": lives}
        assert len(office.fort.mailbox.outbox()) == lives
        holds(office)


def _one_life(office: Office, line: Line, number: int) -> None:
    """A task from its first word to its end, in this thread; the answer to its commit of this number gets lost."""
    left = [number]

    def reach(point: str) -> None:
        if point == "ledger.before_commit":
            left[0] -= 1
            if left[0] == 0:
                line.lose_next_answer()

    def let_in() -> bool:
        office.write(1, REPLY, first=number)
        return True

    office.fort.ledger.reach = reach
    until(lambda: _tried(let_in), "the customer is let in")
    while jobs := office.fort.ledger.jobs():
        for job in jobs:
            _tried(lambda job=job: office.fort.runner().run(job))  # type: ignore[misc]
        office.clock.move(30)


def _tried(what: Callable[[], object]) -> object:
    """None when the database is away: whoever does it comes again, as every engine and every face does."""
    try:
        return what()
    except Retry:
        return None
