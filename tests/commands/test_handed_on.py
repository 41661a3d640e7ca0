"""A decision is handed on and reminded of by words; no word decides it."""

from __future__ import annotations

import pytest

from tests.commands.conftest import Bench
from tests.support.house import TEAM, mail


@pytest.fixture
def task(bench: Bench) -> str:
    bench.home.meet()
    bench.home.house.services.arrivals.mail(mail("When do you open?\n\nDana"))
    bench.home.work()
    return bench.home.pending()[0][1]


@pytest.mark.parametrize("to", ["sam@example.com", "to SAM@example.com", "to <mailto:sam@example.com|sam@example.com>",
                                "to <@U0SAM>", "to @U0SAM", "to front-desk"])  # fmt: skip
def test_somebody_is_named_in_any_of_the_ways_that_people_write(bench: Bench, task: str, to: str) -> None:
    found = bench.ask(f"reassign {task} {to} because it is a rental", TEAM["U0THEO"])
    assert (found.exit_code, found.text) == (0, "Sam Whitlock is asked now. The time to decide stays.")
    assert bench.home.sql("select person, verb, surface from decision") == [("U0THEO", "reassign", "words")]
    assert bench.home.sql("select state from request") == [("pending",)]


def test_a_queue_means_its_role(bench: Bench, task: str) -> None:
    assert bench.ask(f"reassign {task} to triage", TEAM["U0THEO"]).exit_code == 0  # its role is the front desk
    assert bench.home.sql("select assignee from request") == [("role:front_desk",)]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("reassign {} to priya@example.com", "Priya Nair cannot decide this"),
        ("reassign {} to king@example.com", "is nobody that people.yml knows"),
        ("reassign {} to kings", "is no mail address, role or queue"),
        ("reassign {} to", "Say who decides instead"),
        ("reassign T-9 to sam@example.com", "There is no task T-9"),
        ("remind T-9", "There is no task T-9"),
        ("remind everybody", "is no task number"),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(bench: Bench, task: str, line: str, words: str) -> None:
    found = bench.ask(line.format(task), TEAM["U0THEO"])
    assert found.exit_code != 0
    assert words in found.text
    assert bench.home.sql("select assignee, reminded_at from request") == [(None, None)]
    assert bench.home.sql("select count(*) from decision") == [(0,)]


def test_whoever_may_not_decide_is_refused_by_words_too(bench: Bench, task: str) -> None:
    found = bench.ask(f"reassign {task} to sam@example.com", TEAM["U0PRIYA"])
    assert found.refused is not None and found.refused.code == "not_the_role"
    guest = bench.ask(f"remind {task}", TEAM["U0GUEST"])
    assert guest.refused is not None and guest.refused.code == "not_a_member"
    assert bench.home.sql("select assignee, reminded_at from request") == [(None, None)]


def test_a_second_reminder_by_words_is_told_who_did_it(bench: Bench, task: str) -> None:
    first = bench.ask(f"remind {task}", TEAM["U0THEO"])
    assert (first.exit_code, first.text) == (0, "Reminded: Sam Whitlock.")
    second = bench.ask(f"remind {task}")
    assert second.exit_code == 1
    assert "Theo Okafor did that already, Tue Nov 24, 10:00 AM EST." in second.text
    assert bench.home.sql("select count(*) from card where kind = 'timeline'") == [(1,)]


def test_what_waits_for_no_decision_is_said(bench: Bench, task: str) -> None:
    bench.home.decide(bench.home.pending()[0][0], "U0THEO")
    for line in (f"remind {task}", f"reassign {task} to sam@example.com"):
        found = bench.ask(line, TEAM["U0THEO"])
        assert found.exit_code == 1
        assert f"{task} waits for no decision." in found.text


def test_the_command_line_is_on_the_record_by_that_name(bench: Bench, task: str) -> None:
    assert bench.ask(f"reassign {task} to sam@example.com").exit_code == 0
    assert bench.home.sql("select person from decision") == [("command line",)]
    assert bench.home.sql("select actor from audit where kind = 'decision.made'") == [("command line",)]
