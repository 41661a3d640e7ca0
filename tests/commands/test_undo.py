"""An undo by words: who it is must be known, and what is meant."""

from __future__ import annotations

import pytest

from tests.commands.conftest import Bench
from tests.support.house import TEAM, mail


@pytest.fixture
def task(bench: Bench) -> str:
    bench.home.house.services.arrivals.mail(mail("When do you open?\n\nDana"))
    bench.home.work()
    request_id, number = bench.home.pending()[0]
    bench.home.decide(request_id, "U0THEO")
    bench.home.work()
    return number


def test_what_cannot_be_taken_back_is_said(bench: Bench, task: str) -> None:
    found = bench.ask(f"undo {task} because of the wrong hours", TEAM["U0THEO"])
    assert found.exit_code and found.text.startswith(f"Nothing of {task} can be undone now.")
    assert "There is no task T-9." in bench.ask("undo T-9", TEAM["U0THEO"]).text
    assert bench.home.sql("select count(*) from decision where verb = 'undo'") == [(0,)]


def test_the_command_line_has_nobody_who_stands_for_it(bench: Bench, task: str) -> None:
    assert "Somebody has to stand for an undo" in bench.ask(f"undo {task}").text
