"""I16 Trip, over several processes: one of them tries, the others wait, and all of it stands on one card."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier, Thread

import pytest

from core.ledger import Job, Phase
from core.workers import Presence
from tests.support.fort import Fort, raise_fort
from tests.support.outage import cards, go_on, kept, paid, states, waiting, words
from tests.support.siege import Siege


@contextmanager
def alive(*forts: Fort) -> Iterator[None]:
    """The forts count as running processes of one installation."""
    presences = [Presence(fort.ledger, "work", "test") for fort in forts]
    for presence in presences:
        presence.come()
    try:
        yield
    finally:
        for presence in presences:
            presence.leave()


def beside(siege: Siege, folder: Path) -> Fort:
    """A second process of the same installation, with the same world outside."""
    fort = siege.fort
    return raise_fort(folder, fort.house.services.settings.policies, agents=siege.adversary, clock=fort.clock,
                      directory=fort.directory, till_of=lambda *_: fort.till)  # fmt: skip


def together(forts: list[Fort], jobs: list[Job]) -> None:
    """All jobs at once, spread over the processes, each in a thread of its own."""
    start = Barrier(len(jobs))

    def run(fort: Fort, job: Job) -> None:
        start.wait()
        fort.runner().run(job)

    threads = [Thread(target=run, args=(forts[n % len(forts)], job)) for n, job in enumerate(jobs)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]


def test_of_all_processes_one_effect_goes_out_to_try(tmp_path: Path) -> None:
    siege, till = waiting(tmp_path, 16)
    other = beside(siege, tmp_path)
    till.mood = "away"
    with alive(siege.fort, other):
        siege.fort.run()
        for _ in range(3):
            siege.fort.clock.pass_(minutes=6)
            before = len(till.knocks)
            together([siege.fort, other], siege.fort.due(Phase.EFFECT))
            assert len(till.knocks) == before + 1
        till.mood = "well"
        siege.fort.clock.pass_(minutes=6)
        for _ in range(4):
            if jobs := siege.fort.due(Phase.EFFECT):
                together([siege.fort, other], jobs)
            siege.fort.clock.pass_(seconds=40)
    assert states(siege) == {"sent": 16}
    assert set(paid(till).values()) == {1} and len(paid(till)) == 16
    assert cards(siege, "outage") == ["till:1"]
    other.house.close()
    kept(siege)


def test_calls_that_were_in_the_air_when_it_opened_stand_on_the_one_card(tmp_path: Path) -> None:
    siege, till = waiting(tmp_path, 8)
    other = beside(siege, tmp_path)
    in_the_air = Barrier(8)
    till.at_the_door = lambda _: (in_the_air.wait(20), None)[1]
    till.mood = "loses_answers"
    with alive(siege.fort, other):
        together([siege.fort, other], siege.fort.due(Phase.EFFECT))
    assert states(siege) == {"unknown": 8}
    assert siege.sql("select count(*) from request where trigger = 'unknown_effect' and state = 'pending'") == [(8,)]
    assert cards(siege, "outage") == ["till:1"]
    assert len(cards(siege, "escalation")) == 2, "those that came before it was clear that it is an outage"
    assert words(siege).count("effect.mark_sent") == 8
    other.house.close()
    kept(siege)


def test_when_the_process_that_tried_dies_another_tries_and_the_cut_off_call_is_shown(tmp_path: Path) -> None:
    siege, till = waiting(tmp_path, 5)
    fort = siege.fort
    till.mood = "away"
    go_on(fort, 30)

    def dies(point: str) -> None:
        if point == "effect.claimed":
            raise KeyboardInterrupt

    till.mood, fort.ledger.reach = "well", dies
    with pytest.raises(KeyboardInterrupt):
        fort.run()
    fort.ledger.reach, fort.ledger.run = (lambda _: None), "run_of_the_next_process"
    go_on(fort, 120)
    assert states(siege) == {"unknown": 1, "sent": 4}
    assert siege.sql("select state from breaker") == [("closed",)]
    assert words(siege).count("effect.mark_sent") == 1
    kept(siege)
