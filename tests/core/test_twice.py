"""What runs twice, stops, dies or cannot write beside the database: nothing is done twice, and nothing is forgotten."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from core.engine import Runner
from core.errors import NotAllowed, Stale
from core.ledger import Job, Phase
from tests.core.test_engine import _engine_of
from tests.support.house import Home, mail, open_home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return open_home(tmp_path)


def _ticks(home: Home, count: int) -> list[Job]:
    with home.house.services.ledger.unit() as unit:
        for number in range(count):
            unit.next(Phase.TICK, f"tick_{number}")
        return list(unit.jobs)


def test_a_turn_that_runs_twice_asks_for_one_approval(home: Home) -> None:
    """The step grows only when a next turn is asked for, so that it cannot tell: the job's row does."""
    services = home.house.services
    services.arrivals.mail(mail("When do you open?\n\nDana"))
    services.life.plan(services.ledger.jobs()[0])
    turn = services.ledger.jobs()[0]
    services.life.turn(turn)
    with pytest.raises(Stale):
        services.life.turn(turn)
    assert len(home.pending()) == 1
    assert home.sql("select count(*) from turn") == [(2,)]  # the planner's and the agent's


def test_an_anchor_that_cannot_be_written_loses_no_job(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger, offered = home.house.services.ledger, []
    monkeypatch.setattr(ledger, "offer", offered.extend)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(ledger.anchor, "write", full)
    opened = home.house.services.arrivals.mail(mail("When do you open?\n\nDana"))
    assert opened.is_new
    assert [job.phase for job in offered] == [Phase.PLAN]


def test_an_anchor_that_was_tampered_with_stays_as_evidence(home: Home) -> None:
    anchor = home.house.services.settings.anchor
    home.house.services.arrivals.mail(mail("When do you open?\n\nDana"))
    anchor.write_text(anchor.read_text().replace(" ", "  ", 1).replace("1", "2", 1))
    home.house.services.arrivals.mail(mail("And on Sundays?\n\nDana", message_id="two"))
    assert any("anchor" in fault for fault in home.house.services.verify().faults)


def test_one_death_that_is_told_three_times_counts_once(home: Home) -> None:
    ledger, (job,) = home.house.services.ledger, _ticks(home, 1)
    assert [ledger.count_death(job, "run_one") for _ in range(3)] == [1, 0, 0]


def test_whoever_ran_beside_the_culprit_is_cleared(home: Home) -> None:
    ledger = home.house.services.ledger
    culprit, bystander = _ticks(home, 2)
    gave_up: list[str] = []
    runner = Runner(ledger, {}, lambda job, _: gave_up.append(job.id), 3)
    for job in (culprit, bystander):
        runner.died(job, "run_1")
    for number in (2, 3):
        ledger.run = f"run_{number}.1"
        ledger.begin_suspect(culprit)  # suspects run one at a time: only one of them has begun
        for job in (culprit, bystander):
            runner.died(job, f"run_{number}")
    assert gave_up == [culprit.id]
    assert home.sql(f"select deaths from job where id = '{bystander.id}'") == [(1,)]


def test_what_policy_does_not_allow_is_not_tried_again(home: Home) -> None:
    _ticks(home, 1)
    asked, gave_up = [], []

    def refused(job: Job) -> None:
        asked.append(job.id)
        raise NotAllowed("support may not read that")

    runner = Runner(home.house.services.ledger, {Phase.TICK: refused}, lambda _, why: gave_up.append(why), 5)
    assert runner.run(home.house.services.ledger.jobs()[0]) is None
    assert (len(asked), gave_up) == (1, ["support may not read that"])


def test_a_stop_lets_the_running_job_finish_and_begins_no_other(home: Home) -> None:
    ledger, jobs = home.house.services.ledger, _ticks(home, 12)
    begun, go_on = [], threading.Event()
    in_it = threading.Semaphore(0)

    def handler(job: Job) -> None:
        begun.append(job.id)
        in_it.release()
        assert go_on.wait(20)
        ledger.drop_job(job)

    engine = _engine_of(home, Runner(ledger, {Phase.TICK: handler}, lambda *_: None, 3), workers=2)
    engine.start()
    assert in_it.acquire(timeout=20)
    stopping = threading.Thread(target=engine.stop)
    stopping.start()
    stopping.join(0.3)
    go_on.set()
    stopping.join(30)
    left = {row[0] for row in home.sql("select id from job")}
    assert left == {job.id for job in jobs} - set(begun)
    assert 1 <= len(begun) <= 2


def test_what_was_left_at_a_stop_is_done_by_the_next(home: Home) -> None:
    ledger, jobs = home.house.services.ledger, _ticks(home, 8)
    ran: list[str] = []
    first = threading.Event()

    def handler(job: Job) -> None:
        ran.append(job.id)
        first.set()
        ledger.drop_job(job)

    for _ in range(2):
        engine = _engine_of(home, Runner(ledger, {Phase.TICK: handler}, lambda *_: None, 3))
        engine.start()
        assert first.wait(20)
        if len(ran) == len(jobs) or _:
            assert engine.at_rest(30)
        engine.stop()
    assert sorted(ran) == sorted(job.id for job in jobs)


@pytest.mark.postgresql
def test_a_clock_that_goes_back_does_not_lose_the_place_in_the_queue(home: Home) -> None:
    """The entry says that the job was due; a process whose clock is behind must not throw it away."""
    ledger, ran = home.house.services.ledger, []
    engine = _engine_of(
        home, Runner(ledger, {Phase.TICK: lambda job: (ran.append(job.id), ledger.drop_job(job))}, lambda *_: None, 3)
    )  # type: ignore[func-returns-value, dict-item]
    engine.start()
    with ledger.unit() as unit:
        unit.next(Phase.TICK, "one")
        home.clock.at -= timedelta(seconds=2)
    waiting = threading.Event()
    for _ in range(100):
        if ran:
            break
        waiting.wait(0.05)
    engine.stop()
    assert len(ran) == 1
