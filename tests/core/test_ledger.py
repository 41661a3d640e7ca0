"""The ledger: all of a unit or nothing, one decision for two clicks, and nobody waits behind whoever came later."""

from __future__ import annotations

import threading
from dataclasses import fields
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import ClauseElement

from core.contract.authority import Approved, Refused
from core.errors import Bug, Stale
from core.ledger import Job, Phase, TaskRow, TaskState
from core.sql import INSERTS, STATEMENTS, TABLES
from core.sqlite import FairLock
from tests.support.house import Home, mail, open_home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return open_home(tmp_path)


def _asked(home: Home) -> tuple[str, str]:
    """A task that waits for an approval: request and task."""
    home.house.services.arrivals.mail(mail("When do you open?\n\nDana"))
    home.work()
    return home.pending()[0]


# Its own house rules --------------------------------------------------------------------------------------------------


def test_the_task_in_memory_has_the_columns_of_its_table() -> None:
    assert [one.name for one in fields(TaskRow)] == [column.name for column in TABLES["task"].columns]


@pytest.mark.parametrize(
    "dialect", [sqlite.dialect(paramstyle="named"), postgresql.dialect()], ids=["sqlite", "postgresql"]
)
def test_every_statement_is_one_of_both_databases(dialect) -> None:  # type: ignore[no-untyped-def]
    for name, statement in {**STATEMENTS, **INSERTS}.items():
        text = str(cast("ClauseElement", statement).compile(dialect=dialect))
        assert text, name
        assert "POSTCOMPILE" not in text, f"{name} would be another text for other values"


# All or nothing -------------------------------------------------------------------------------------------------------


def test_a_unit_that_fails_leaves_no_trace(home: Home) -> None:
    ledger = home.house.services.ledger

    def fails_at_its_end() -> None:
        with ledger.unit() as unit:
            unit.open_task("inbox", "planner")
            unit.audit("event.received", "system")
            unit.next(Phase.PLAN)
            unit.change("card.want", subject="")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails_at_its_end()
    for table in ("task", "audit", "job"):
        assert home.sql(f"select count(*) from {table}") == [(0,)]
    with ledger.unit() as unit:
        assert unit.open_task("inbox", "planner").id == "T-1001"  # not even a number is used up


def test_a_unit_about_no_task_says_so(home: Home) -> None:
    with pytest.raises(Bug), home.house.services.ledger.unit() as unit:
        unit.wait("person")
    with pytest.raises(Bug, match="no task T-9"), home.house.services.ledger.unit("T-9"):
        pass


def test_a_step_that_was_taken_before_ends_as_stale(home: Home) -> None:
    _, task_id = _asked(home)
    ledger = home.house.services.ledger
    step = home.sql("select step from task")[0][0]
    with pytest.raises(Stale), ledger.unit(task_id, Job(Phase.TURN, task_id, step - 1)):
        pass


def test_an_old_job_that_comes_back_does_nothing(home: Home) -> None:
    _, task_id = _asked(home)
    before = home.sql("select count(*) from turn")
    home.house.services.life.ledger.offer = lambda _: None
    with home.house.services.ledger.unit(task_id) as unit:
        unit.insert(
            "job", id=f"task.turn.v1:{task_id}:1:", phase="task.turn.v1", task_id=task_id, step=1, due_at=unit.at
        )
    home.work()
    assert home.sql("select count(*) from turn") == before
    assert home.sql("select count(*) from job") == [(0,)]


# At the same moment ---------------------------------------------------------------------------------------------------


def test_of_two_clicks_at_once_one_counts_and_the_other_is_told(home: Home) -> None:
    request_id, _ = _asked(home)
    together, said = threading.Barrier(2), []

    def click(person: str) -> None:
        together.wait()
        said.append(home.decide(request_id, person, version=1))

    threads = [threading.Thread(target=click, args=(person,)) for person in ("U0THEO", "U0SAM")]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(type(one).__name__ for one in said) == ["Approved", "Refused"]
    assert next(one for one in said if isinstance(one, Refused)).code == "already_decided"
    assert home.sql("select refusal from decision order by refusal") == [("",), ("already_decided",)]
    home.work()
    assert home.calls("mail.reply") == ["mail.reply"]


def test_a_click_that_is_delivered_twice_pays_once(home: Home) -> None:
    request_id, _ = _asked(home)
    assert isinstance(home.decide(request_id, "U0THEO", version=1), Approved)
    assert isinstance(home.decide(request_id, "U0THEO", version=1), Refused)
    home.work()
    assert len(home.calls("mail.reply")) == 1


def test_whoever_waits_is_served_in_the_order_of_coming() -> None:
    lock, order, waiting = FairLock(), [], []

    def wait_in_line(number: int) -> None:
        with lock:
            order.append(number)

    with lock:
        for number in range(8):
            thread = threading.Thread(target=wait_in_line, args=(number,))
            thread.start()
            while len(lock._waiting) <= number:  # until it stands in line
                thread.join(0.001)
            waiting.append(thread)
    [thread.join() for thread in waiting]
    assert order == list(range(8))


def test_a_click_beside_a_busy_writer_is_next(home: Home) -> None:
    """A writer that writes again at once does not get in before a click that stands in line."""
    lock, order = FairLock(), []

    def click() -> None:
        with lock:
            order.append("click")

    with lock:
        thread = threading.Thread(target=click)
        thread.start()
        while not lock._waiting:
            thread.join(0.001)
        order.append("busy")
    with lock:
        order.append("busy again")
    thread.join()
    assert order == ["busy", "click", "busy again"]


def test_a_writer_that_fails_lets_the_next_one_in() -> None:
    lock = FairLock()
    with pytest.raises(ZeroDivisionError), lock:
        raise ZeroDivisionError
    with lock:
        pass


def test_readers_wait_for_nobody(home: Home) -> None:
    with home.house.services.ledger.unit() as unit:
        unit.open_task("inbox", "planner")
        unit.change("card.want", subject="")
        seen: list[object] = []
        thread = threading.Thread(target=lambda: seen.append(home.sql("select count(*) from task")))
        thread.start()
        thread.join(10)
        assert seen == [[(0,)]]  # it reads what was committed, at once


# A step's end ---------------------------------------------------------------------------------------------------------


def test_what_has_no_job_and_no_person_is_done(home: Home) -> None:
    request_id, _ = _asked(home)
    home.decide(request_id, "U0THEO")
    home.work()
    assert home.sql("select state from task") == [(TaskState.DONE,)]
    assert home.sql("select count(*) from job") == [(0,)]
