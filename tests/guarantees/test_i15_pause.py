"""I15 Pause: no claim commits after a pause. A provider call that starts later was claimed before, and the pause lists it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

import pytest

from core.contract.effect import Call
from core.ledger import Phase
from gateways.checks import Checks
from tests.support.siege import Siege, refunds
from workflows.control import Paused

COUNT, WORKERS, UNDER_WAY = 16, 4, 3


def paused_in_the_middle(folder: Path, name: str) -> tuple[Siege, Paused, list[str]]:
    """Sixteen payments in four threads. Three calls stand in the provider's door when the pause commits, and then go on.

    The tasks whose calls started after the pause come back as well."""
    siege = refunds(folder, COUNT, 1_000)
    fort = siege.fort
    fort.run(Phase.PLAN, Phase.TURN)
    started: list[str] = []
    inside, go_on, is_paused = Event(), Event(), Event()
    late: list[str] = []

    def at_the_door(call: Call) -> None:
        started.append(call.effect_id)
        if is_paused.is_set():
            late.append(str(call.task_id))
        if len(started) >= UNDER_WAY:
            inside.set()
        assert go_on.wait(20)

    fort.till.during = at_the_door
    jobs, runner = fort.due(Phase.EFFECT), fort.runner()
    threads = [Thread(target=lambda mine=jobs[n::WORKERS]: [runner.run(job) for job in mine]) for n in range(WORKERS)]
    [thread.start() for thread in threads]
    assert inside.wait(20)
    paused = fort.house.services.controls.pause(name, None, "enough", None)
    is_paused.set()
    go_on.set()
    [thread.join() for thread in threads]
    assert isinstance(paused, Paused)
    return siege, paused, late


@pytest.mark.parametrize("name", ["support", "everything"])
def test_what_starts_after_the_pause_was_claimed_before_and_is_listed(tmp_path: Path, name: str) -> None:
    siege, paused, late = paused_in_the_middle(tmp_path, name)
    assert UNDER_WAY <= len(paused.in_flight) <= WORKERS
    listed = {line.rpartition(" ")[2] for line in paused.in_flight}
    assert set(late) <= listed
    assert len(siege.fort.till.calls()) == len(paused.in_flight)
    assert siege.sql("select count(*) from effect where state = 'held'") == [(COUNT - len(paused.in_flight),)]


def test_only_a_person_lifts_it_and_then_the_rest_goes_out(tmp_path: Path) -> None:
    siege, paused, _ = paused_in_the_middle(tmp_path, "support")
    siege.fort.run()
    assert len(siege.fort.till.calls()) == len(paused.in_flight)
    siege.fort.till.during = lambda _: None
    siege.fort.house.services.controls.resume("support", None)
    siege.fort.run()
    assert len(siege.fort.till.calls()) == COUNT


def test_a_paused_agent_takes_no_turn(tmp_path: Path) -> None:
    siege = refunds(tmp_path, 3)
    siege.fort.house.services.controls.pause("support", None, "", None)
    siege.fort.run()
    assert siege.sql("select agent from turn where agent = 'support'") == []
    assert siege.sql("select distinct waiting_for from task") == [("agent:support",)]


def test_without_the_guard_it_would_be_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    off: Callable[..., str] = lambda *_: ""  # noqa: E731
    monkeypatch.setattr(Checks, "paused", off)
    siege, paused, _ = paused_in_the_middle(tmp_path, "support")
    assert len(siege.fort.till.calls()) > len(paused.in_flight)
