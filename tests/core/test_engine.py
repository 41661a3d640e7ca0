"""The promise of every engine: a committed job runs at least once, not before it is due, again after a death, or ends with a
person."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from core.engine import Engine, Runner
from core.engine_embedded import EmbeddedEngine
from core.engine_shared import SharedEngine
from core.errors import BadSettings, Retry
from core.ledger import Job, Ledger, Phase
from core.moment import to_us
from core.runner_lock import RunnerLock
from core.workers import Presence
from tests.support.databases import on_postgres
from tests.support.fort import loose_policies, raise_fort
from tests.support.house import FakeClock, Home, mail, open_home
from tests.support.siege import refunds

ROOT = Path(__file__).parents[2]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return open_home(tmp_path)


def _jobs(home: Home, count: int, **due: float) -> list[str]:
    """Jobs without a task, for the engine alone."""
    with home.house.services.ledger.unit() as unit:
        for number in range(count):
            unit.next(Phase.TICK, f"ev_{number}", unit.now + timedelta(**due))
        return [job.id for job in unit.jobs]


def _engine(home: Home, handler, gave_up: list[str] | None = None, attempts: int = 3, workers: int = 2) -> Engine:  # type: ignore[no-untyped-def]
    ledger: Ledger = home.house.services.ledger
    given_up = gave_up if gave_up is not None else []

    def give_up(job: Job, reason: str) -> None:
        given_up.append(reason)
        ledger.drop_job(job)

    return _engine_of(home, Runner(ledger, {Phase.TICK: handler}, give_up, attempts), workers)


def _engine_of(home: Home, runner: Runner, workers: int = 2) -> Engine:
    """The engine of this run of the tests; all of them keep the same promises."""
    ledger = home.house.services.ledger
    if on_postgres():
        return SharedEngine(ledger, runner, Presence(ledger, "work", "test"), workers)
    lock = RunnerLock(home.house.services.settings.var / "runner.lock")
    return EmbeddedEngine(ledger, runner, lock, home.clock, workers)


@pytest.mark.sqlite
def test_a_second_runner_is_refused_in_one_clear_line(home: Home) -> None:
    one, two = _engine(home, lambda _: None), _engine(home, lambda _: None)
    one.start()
    with pytest.raises(BadSettings, match="runs already on this database"):
        two.start()
    one.stop()
    two.start()
    two.stop()


def test_jobs_of_a_process_that_died_run_in_the_next(home: Home) -> None:
    ids, ran = _jobs(home, 5), []
    engine = _engine(home, lambda job: (ran.append(job.id), home.house.services.ledger.drop_job(job)))
    engine.start()
    assert engine.at_rest(20)
    engine.stop()
    assert sorted(ran) == sorted(ids)


def test_no_job_runs_before_it_is_due(home: Home) -> None:
    _jobs(home, 1, minutes=5)
    ran = []
    engine = _engine(home, lambda job: (ran.append(job.id), home.house.services.ledger.drop_job(job)))
    engine.start()
    assert engine.at_rest(20)
    assert ran == []
    done = threading.Event()
    home.clock.pass_(minutes=5)
    for _ in range(100):
        if ran:
            break
        done.wait(0.1)
    engine.stop()
    assert len(ran) == 1


def test_a_job_that_wants_another_try_waits_longer_each_time_and_then_ends_with_a_person(home: Home) -> None:
    ledger = home.house.services.ledger
    _jobs(home, 1)
    reasons: list[str] = []

    def busy(_: Job) -> None:
        raise Retry("the provider is busy", after_s=4)

    runner = Runner(ledger, {Phase.TICK: busy}, lambda _, reason: reasons.append(reason), 3)
    job, waits = ledger.jobs()[0], []
    for _ in range(2):
        again = runner.run(job)
        assert again is not None
        waits.append((again.due_at - to_us(home.clock.now())) / 1e6)
        assert ledger.jobs()[0] == again  # the row says the same, should the process die
        job = again
    assert waits == [4, 8]
    assert runner.run(job) is None
    assert reasons == ["the provider is busy"]


def test_a_job_that_fails_in_an_unforeseen_way_ends_with_a_person_and_its_message_is_not_logged(
    home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    _jobs(home, 1)
    gave_up: list[str] = []

    def broken(_: Job) -> None:
        raise ValueError("dana@example.com said something")

    runner = Runner(home.house.services.ledger, {Phase.TICK: broken}, lambda _, reason: gave_up.append(reason), 1)
    runner.run(home.house.services.ledger.jobs()[0])
    assert gave_up == ["ValueError"]
    assert "dana" not in caplog.text


def test_a_worker_outlives_a_database_that_is_away_when_a_job_has_failed(home: Home) -> None:
    """Writing the failure down can fail as well; the thread must live on, and the job must run again."""
    _jobs(home, 1)
    ran: list[str] = []
    failures = [Retry("the database is busy", after_s=0.05)]

    def handler(job: Job) -> None:
        ran.append(job.id)
        if failures:
            raise RuntimeError
        home.house.services.ledger.drop_job(job)

    def give_up(_: Job, __: str) -> None:
        raise failures.pop()

    runner = Runner(home.house.services.ledger, {Phase.TICK: handler}, give_up, 1)
    engine = _engine_of(home, runner, workers=1)
    engine.start()
    waiting = threading.Event()
    for _ in range(50):
        if len(ran) > 1:
            break
        home.clock.pass_(seconds=5)
        waiting.wait(0.1)
    assert len(ran) == 2
    assert engine.at_rest(10)
    engine.stop()


def test_a_task_whose_agent_breaks_down_lands_in_a_queue_with_its_context(tmp_path: Path) -> None:
    fort = raise_fort(tmp_path, loose_policies(tmp_path))  # its model was told nothing, so that every reading fails
    fort.house.services.arrivals.mail(mail("When do you open?"))
    for _ in range(4):
        fort.run()
        fort.clock.pass_(minutes=1)
    assert fort.sql("select state, waiting_for, owner from task") == [("waiting", "person", "triage")]
    assert fort.sql("select trigger, queue from request where state = 'pending'") == [("failed", "triage")]
    assert fort.sql("select count(*) from job") == [(0,)]


@pytest.mark.sqlite  # on PostgreSQL every test of several processes says so
def test_what_another_process_writes_is_seen_by_a_running_engine(tmp_path: Path) -> None:
    home = open_home(tmp_path)
    engine = home.house.engine()
    engine.start()
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from pathlib import Path\n"
        "from tests.support.house import mail, open_home\n"
        "open_home(Path(sys.argv[2])).house.services.arrivals.mail(mail('When do you open?'))\n"
    )
    subprocess.run([sys.executable, "-c", script, str(ROOT), str(tmp_path)], check=True, timeout=60)
    waiting = threading.Event()
    for _ in range(100):
        if home.pending():
            break
        waiting.wait(0.1)
    engine.stop()
    assert len(home.pending()) == 1


def test_a_job_that_waits_for_something_outside_holds_up_no_other(home: Home) -> None:
    """One worker does all while jobs only compute; a second one is seated when the first cannot get on."""
    _jobs(home, 3)
    others, ran = threading.Event(), []

    def handler(job: Job) -> None:
        ran.append(job.id)
        if len(ran) == 1:
            assert others.wait(20), "nobody worked beside it"
        elif len(ran) == 3:
            others.set()
        home.house.services.ledger.drop_job(job)

    engine = _engine(home, handler)
    engine.start()
    assert engine.at_rest(30)
    engine.stop()
    assert len(ran) == 3


@pytest.mark.sqlite
def test_timers_fire_in_the_order_of_their_time(home: Home) -> None:
    """The shared engine promises no order among jobs that one look finds due: several processes take them."""
    ledger, ran = home.house.services.ledger, []
    with ledger.unit() as unit:
        for number in (3, 1, 2):
            unit.next(Phase.TICK, f"ev_{number}", unit.now + timedelta(minutes=number))
    runner = Runner(
        ledger, {Phase.TICK: lambda job: (ran.append(job.subject_id), ledger.drop_job(job))}, lambda *_: None, 3
    )  # type: ignore[func-returns-value, dict-item]
    engine = _engine_of(home, runner, workers=1)
    home.clock.pass_(minutes=5)
    engine.start()
    assert engine.at_rest(20)
    engine.stop()
    assert ran == ["ev_1", "ev_2", "ev_3"]


def test_a_clock_that_stands_still_makes_no_job_due(home: Home) -> None:
    assert isinstance(home.clock, FakeClock)
    _jobs(home, 1, seconds=1)
    engine = _engine(home, lambda _: pytest.fail("it was not due"))
    engine.start()
    assert engine.at_rest(5)
    engine.stop()
    assert home.sql("select count(*) from job") == [(1,)]


def test_a_call_whose_receipt_can_never_be_written_down_is_unknown_and_before_a_person(tmp_path: Path) -> None:
    """An effect that stays `sending` without a job would be on its way for ever, and nobody could clear it up."""
    siege = refunds(tmp_path, 1)
    fort = siege.fort
    fort.run(Phase.PLAN, Phase.TURN)

    def away(point: str) -> None:
        if point == "effect.before_receipt":
            raise ArithmeticError

    fort.ledger.reach = away
    for _ in range(4):
        fort.run()
        fort.clock.pass_(minutes=1)
    assert fort.sql("select state from effect") == [("unknown",)]
    assert fort.sql("select trigger from request where state = 'pending'") == [("unknown_effect",)]
    assert sum(call.paid_cents > 0 for call in fort.till.calls()) == 1
