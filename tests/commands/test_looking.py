"""What can be looked at: status, tasks, one task, the record."""

from __future__ import annotations

import pytest

from tests.commands.conftest import Bench
from tests.support.house import TEAM, mail


@pytest.fixture
def asked(bench: Bench) -> Bench:
    """A mail came in, an answer waits for approval."""
    bench.home.house.services.arrivals.mail(mail("When do you open?\n\x1b[2Jon Saturday\u202e"))
    bench.home.work()
    return bench


def test_status_says_what_waits_for_whom(asked: Bench) -> None:
    found = asked.ask("status")
    assert sum(found.data["waiting_for_people"].values()) == 1
    assert found.data["running"] is False
    assert "Nothing is paused." in found.text


def test_status_says_what_is_paused(bench: Bench) -> None:
    bench.ask("pause support for 2h")
    found = bench.ask("status", TEAM["U0SAM"])
    assert found.data["paused"] == [{"name": "support", "until": "2026-11-24 17:00 UTC"}]


def test_status_says_that_a_runner_is_alive(bench: Bench) -> None:
    lock = bench.lock
    assert lock.take()
    assert bench.ask("status").data["running"] is True
    lock.release()


def test_tasks_shows_where_each_stands(asked: Bench) -> None:
    found = asked.ask("tasks")
    assert found.data["tasks"][0]["id"] == "T-1001"
    assert "waits for approval" in found.text


@pytest.mark.parametrize("limit", ["0", "501", "many"])
def test_a_limit_that_makes_no_sense_is_refused(bench: Bench, limit: str) -> None:
    assert bench.ask(f"tasks --limit {limit}").exit_code == 2


def test_no_tasks_is_said_in_words(bench: Bench) -> None:
    assert bench.ask("tasks").text == "There are no tasks yet."


@pytest.mark.parametrize("typed", ["T-1001", "t-1001", "t1001", "1001"])
def test_a_task_is_found_however_its_number_is_typed(asked: Bench, typed: str) -> None:
    found = asked.ask(f"task {typed}")
    assert found.data["id"] == "T-1001"
    assert found.data["requests"][0]["operation"] == "mail.reply"
    assert next(line["kind"] for line in found.data["trail"]) == "event.received"


def test_a_customers_text_cannot_steer_the_terminal(asked: Bench) -> None:
    text = asked.ask("task 1001").text
    assert "on Saturday" in text
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_an_unknown_task_is_said_plainly(asked: Bench) -> None:
    found = asked.ask("task 9")
    assert found.exit_code == 1
    assert "There is no task T-9" in found.text


def test_an_untouched_record_verifies(asked: Bench) -> None:
    found = asked.ask("audit verify")
    assert found.exit_code == 0, found.text
    assert found.data["anchored"] == found.data["rows"] > 3


def test_a_changed_line_of_the_record_is_named_and_fails(asked: Bench) -> None:
    asked.home.tamper("update audit set actor = 'nobody' where seq = 2")
    found = asked.ask("audit verify")
    assert found.exit_code == 1
    assert "line 2" in found.text
