"""Pauses that begin and end beside everything else: one row, one card, and nothing that waits for a pause which is over."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.ledger import Job, Phase
from gateways.checks import Checks, lock_claim
from tests.support.databases import on_postgres
from tests.support.hands import until
from tests.support.house import Home, mail, open_home
from workflows import history
from workflows.control import Paused, Resumed, Unchanged


class Died(BaseException):
    """Stands for a process that ends here."""


def die_at(home: Home, point: str, count: int = 1) -> None:
    """Ends whoever reaches the named point for the `count`th time."""
    left = [count]

    def reach(reached: str) -> None:
        left[0] -= reached == point
        if reached == point and left[0] == 0:
            raise Died

    home.house.services.ledger.reach = reach


def write(home: Home, number: int = 0) -> str:
    sender = f"Dana <dana{number}@example.com>"
    return str(
        home.house.services.arrivals.mail(mail("When do you open?", message_id=f"m{number}", sender=sender)).task_id
    )


def run(home: Home, *phases: Phase) -> None:
    """Runs what is owed of these phases, in this thread."""
    handlers = home.house.services.life.handlers()
    for phase in phases:
        for job in home.house.services.ledger.jobs():
            if job.phase is phase:
                handlers[phase](job)


def approved(home: Home) -> Job:
    """A task whose reply is approved and ready to leave: the job that sends it."""
    write(home)
    run(home, Phase.PLAN, Phase.TURN)
    ((request_id, _),) = home.pending()
    home.decide(request_id, "U0SAM")
    (job,) = home.house.services.ledger.jobs()
    return job


def follow_up(home: Home) -> None:
    home.clock.pass_(minutes=1)
    home.house.schedule.follow_up(home.clock.now())


def pause(home: Home, agent: str = "support") -> Any:
    return home.house.services.controls.pause(agent, None, "lunch", None)


def resume(home: Home, agent: str = "support") -> Any:
    return home.house.services.controls.resume(agent, None)


# What a pause held is let go ------------------------------------------------------------------------------------------


def test_a_task_goes_on_within_the_minute_when_whoever_resumed_died_before_releasing_it(home: Home) -> None:
    write(home)
    run(home, Phase.PLAN)
    pause(home)
    home.work()
    assert home.sql("select waiting_for from task") == [("agent:support",)]
    die_at(home, "ledger.after_commit")
    with pytest.raises(Died):
        resume(home)
    home.house.services.ledger.reach = lambda _: None
    assert isinstance(resume(home), Unchanged)
    follow_up(home)
    home.work()
    assert len(home.pending()) == 1


def test_a_reply_goes_out_within_the_minute_when_whoever_resumed_died_before_releasing_it(home: Home) -> None:
    approved(home)
    pause(home)
    home.work()
    assert home.sql("select state from effect") == [("held",)]
    die_at(home, "ledger.after_commit")
    with pytest.raises(Died):
        resume(home)
    home.house.services.ledger.reach = lambda _: None
    follow_up(home)
    home.work()
    assert home.calls("mail.reply") == ["mail.reply"]


def test_the_end_of_a_pause_that_ran_out_is_not_lost_with_the_process_that_lifted_it(home: Home) -> None:
    approved(home)
    home.house.services.controls.pause("support", None, "lunch", home.clock.now().replace(hour=16))
    home.work()
    home.clock.pass_(hours=2)
    die_at(home, "ledger.after_commit")
    with pytest.raises(Died):
        home.house.schedule.follow_up(home.clock.now())
    home.house.services.ledger.reach = lambda _: None
    follow_up(home)
    home.work()
    assert home.calls("mail.reply") == ["mail.reply"]


def test_a_follow_up_lets_nothing_go_that_a_pause_or_a_person_still_holds(home: Home) -> None:
    approved(home)
    pause(home)
    home.work()
    follow_up(home)
    assert home.sql("select state from effect") == [("held",)]
    pause(home, "everything")
    assert resume(home) == Resumed("support", 0)
    follow_up(home)
    assert home.sql("select state from effect") == [("held",)]
    ((task_id,),) = home.sql("select id from task")
    home.house.services.takeover.take(task_id, home.directory.people["U0SAM"], "card")
    assert resume(home, "everything") == Resumed("everything", 0)
    follow_up(home)
    home.work()
    assert home.sql("select state from effect") == [("held",)]
    assert home.calls("mail.reply") == []


def test_a_turn_that_saw_the_pause_just_before_it_ended_is_not_left_waiting(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(home)
    run(home, Phase.PLAN)
    pause(home)
    looked = history.busy

    def resumed_after_the_look(*seen: Any) -> frozenset[str]:
        found = looked(*seen)
        monkeypatch.undo()
        resume(home)
        return found

    monkeypatch.setattr(history, "busy", resumed_after_the_look)
    run(home, Phase.TURN)
    home.work()
    assert home.sql("select waiting_for from task") == [("approval",)]


def test_what_cannot_be_released_keeps_nobody_else_waiting(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    tasks = [write(home, number) for number in range(3)]
    run(home, Phase.PLAN)
    pause(home)
    home.work()
    begun = home.house.services.ledger.unit

    def broken_for_one(task_id: str | None = None, *rest: Any) -> Any:
        if task_id == tasks[0]:
            raise KeyError(task_id)
        return begun(task_id, *rest)

    monkeypatch.setattr(home.house.services.ledger, "unit", broken_for_one)
    assert resume(home) == Resumed("support", 2)
    monkeypatch.undo()
    follow_up(home)
    home.work()
    assert len(home.pending()) == 3


# Side by side ---------------------------------------------------------------------------------------------------------


def both(*acts: Callable[[], Any]) -> list[Any]:
    """What came of acts that begin at the same moment."""
    came: list[Any] = [None] * len(acts)
    line = threading.Barrier(len(acts))

    def do(place: int, act: Callable[[], Any]) -> None:
        line.wait(10)
        came[place] = act()

    threads = [threading.Thread(target=do, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return came


def test_two_who_pause_at_once_make_one_pause_and_one_card(tmp_path: Path) -> None:
    first, second = open_home(tmp_path), open_home(tmp_path)
    for _ in range(5):
        before = first.sql("select count(*) from card where kind = 'paused'")[0][0]
        came = both(lambda: pause(first), lambda: pause(second))
        assert sorted(type(each).__name__ for each in came) == ["Paused", "Unchanged"]
        assert first.sql("select count(*) from control where lifted_at is null") == [(1,)]
        assert first.sql("select count(*) from card where kind = 'paused'") == [(before + 1,)]
        came = both(lambda: resume(first), lambda: resume(second))
        assert sorted(type(each).__name__ for each in came) == ["Resumed", "Unchanged"]


def test_a_claim_that_saw_the_pause_just_before_it_ended_is_let_go_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = open_home(tmp_path)
    job = approved(home)
    pause(home)
    looked, seen, came = Checks.paused, threading.Event(), []

    def slow_after_the_look(self: Checks, *what: Any) -> str:
        found = looked(self, *what)
        seen.set()
        until(lambda: came or waiting_for_locks(home), "the resume waits for the claim, or is through")
        return found

    monkeypatch.setattr(Checks, "paused", slow_after_the_look)
    claim = threading.Thread(target=home.house.services.life.effect, args=(job,))
    claim.start()
    assert seen.wait(20)
    lift = threading.Thread(target=lambda: came.append(resume(home)))
    lift.start()
    claim.join(30)
    lift.join(30)
    monkeypatch.undo()
    assert came == [Resumed("support", 1)]
    home.work()
    assert home.calls("mail.reply") == ["mail.reply"]


def waiting_for_locks(home: Home) -> int:
    """How many transactions of this database wait for a lock; on SQLite, how many wait for their turn to write."""
    if not on_postgres():
        return len(home.house.services.ledger.database._lock._waiting)  # type: ignore[attr-defined]
    return int(home.sql("select count(*) from pg_locks where not granted")[0][0])


# A pause comes through ------------------------------------------------------------------------------------------------


@pytest.mark.postgresql
def test_a_pause_waits_for_the_claims_before_it_and_not_for_those_after_it(home: Home) -> None:
    ledger, go_on = home.house.services.ledger, threading.Event()
    order: list[str] = []
    first, second = write(home, 1), write(home, 2)

    def claim(task_id: str, gateway: str, agent: str, stay: bool) -> None:
        with ledger.unit(task_id) as unit:
            lock_claim(unit, gateway=gateway, agent=agent, spends=False)
            order.append(task_id)
            while stay and not go_on.wait(0.1):
                unit.count("counter.get", key="kill_epoch")  # a transaction that does nothing would be ended

    def stop() -> None:
        assert isinstance(pause(home, "everything"), Paused)
        order.append("paused")

    acts = [threading.Thread(target=claim, args=(first, "mail", "support", True)), threading.Thread(target=stop),
            threading.Thread(target=claim, args=(second, "crm", "capture", False))]  # fmt: skip
    try:
        acts[0].start()
        until(lambda: order == [first], "the first claim has its locks")
        acts[1].start()
        until(lambda: waiting_for_locks(home) == 1, "the pause waits for it")
        acts[2].start()
        until(lambda: waiting_for_locks(home) == 2 or second in order, "the second claim stands behind the pause")
        assert order == [first]
    finally:
        go_on.set()
    for act in acts:
        act.join(30)
    assert sorted(order) == sorted([first, "paused", second])
