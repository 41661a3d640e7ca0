"""Pause and resume by words: the rows say it, and the answer says what could not be stopped any more."""

from __future__ import annotations

from core.moment import to_us
from tests.commands.conftest import Bench
from tests.support.house import START, TEAM, mail

HOUR_US = 3_600_000_000


def test_a_pause_has_its_end_and_its_author(bench: Bench) -> None:
    found = bench.ask("pause Support for 2h stock taking", TEAM["U0THEO"])
    assert found.exit_code == 0, found.text
    assert bench.home.sql('select name, until, "by", lifted_at from control') == [
        ("support", to_us(START) + 2 * HOUR_US, "person:U0THEO", None)
    ]


def test_from_the_command_line_a_pause_needs_nobody_by_name(bench: Bench) -> None:
    assert bench.ask("pause everything").exit_code == 0
    assert bench.home.sql('select scope, name, until, "by" from control') == [
        ("all", "everything", None, "command line")
    ]


def test_an_unknown_agent_is_answered_with_the_known_ones(bench: Bench) -> None:
    found = bench.ask("pause sails")
    assert found.exit_code == 1
    assert "support" in found.text
    assert bench.home.sql("select count(*) from control") == [(0,)]


def test_a_mistyped_length_pauses_nothing_and_says_how_to_write_it(bench: Bench) -> None:
    found = bench.ask("pause support for 2 weeks")
    assert found.exit_code == 2
    assert "30m, 2h, 1d" in found.text
    assert bench.home.sql("select count(*) from control") == [(0,)]


def test_what_waited_for_a_paused_agent_goes_on_when_it_is_resumed(bench: Bench) -> None:
    bench.ask("pause planner")
    bench.home.house.services.arrivals.mail(mail("When do you open?"))
    bench.home.work()
    assert bench.home.sql("select waiting_for from task") == [("agent:planner",)]
    found = bench.ask("resume planner")
    assert found.data == {"resumed": "planner", "released": 1}
    bench.home.work()
    assert bench.home.sql("select waiting_for from task") == [("approval",)]


def test_resuming_what_is_not_paused_says_so(bench: Bench) -> None:
    found = bench.ask("resume support")
    assert (found.exit_code, found.text) == (1, "support is not paused.")
