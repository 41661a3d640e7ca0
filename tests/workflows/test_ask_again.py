"""What nobody decided in time is asked again: once, by whoever presses first, and only while the task still waits for it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from bot.cards.approval import render
from core.contract.authority import Approved, Refused
from tests.support.house import Home, mail, open_home
from tests.workflows.test_reassign import asked, card
from workflows.ask_again import AskAgain, AskedAgain
from workflows.people import NotPossible


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = open_home(tmp_path)
    made.meet()
    return made


def expired(home: Home) -> str:
    request_id = asked(home)
    home.clock.pass_(days=1)
    home.house.schedule.follow_up(home.clock.now())
    home.work()
    assert home.sql("select state from request where kind = 'approval'") == [("expired",)]
    return request_id


def again(home: Home, request_id: str, person: str = "U0SAM") -> Any:
    services = home.house.services
    version = home.sql(f"select version from request where id = '{request_id}'")[0][0]
    verb = AskAgain(services.ledger, services.people.door_out, services.policy)
    return verb.press(request_id, version, home.directory.people[person])


def approvals(home: Home) -> list[tuple[Any, ...]]:
    return home.sql(
        "select state, superseded_by is not null from request where kind = 'approval' order by created_at, id"
    )


def buttons(home: Home, request_id: str) -> str:
    return str(render(card(home, request_id)))


def test_it_is_asked_anew_with_a_new_time_and_can_be_approved(home: Home) -> None:
    old = expired(home)
    assert "approval.ask_again" in buttons(home, old)
    found = again(home, old)
    assert isinstance(found, AskedAgain) and not found.changed
    new = card(home, found.request_id)
    assert new.due_at > home.clock.now()
    assert new.why_text.startswith("Asked again: Nobody decided in time.")
    assert approvals(home) == [("expired", 1), ("pending", 0)]
    assert home.sql("select state, closed_reason from request where kind = 'escalation'") == [
        ("closed", "It was asked again")
    ]
    assert "approval.ask_again" not in buttons(home, old) and "It was asked again" in buttons(home, old)
    assert isinstance(home.decide(found.request_id, "U0THEO"), Approved)
    home.work()
    assert home.calls("mail.reply") == ["mail.reply"]
    assert home.sql("select person, verb from decision order by at, id") == [
        ("U0SAM", "ask_again"),
        ("U0THEO", "approve"),
    ]


def test_of_two_at_once_one_asks_and_the_other_is_told(home: Home) -> None:
    old = expired(home)
    with ThreadPoolExecutor(2) as both:
        found = list(both.map(lambda who: again(home, old, who), ("U0SAM", "U0THEO")))
    assert sorted(type(each).__name__ for each in found) == ["AskedAgain", "Refused"]
    assert approvals(home) == [("expired", 1), ("pending", 0)]


def test_a_record_that_has_changed_is_said(home: Home) -> None:
    old = expired(home)
    home.tamper(f"update request set digest = 'another' where id = '{old}'")
    found = again(home, old)
    assert isinstance(found, AskedAgain) and found.changed
    assert "A record has changed since then" in card(home, found.request_id).why_text


@pytest.mark.parametrize(("person", "code"), [("U0GUEST", "not_a_member")])
def test_a_guest_asks_nothing(home: Home, person: str, code: str) -> None:
    found = again(home, expired(home), person)
    assert isinstance(found, Refused) and found.code == code
    assert approvals(home) == [("expired", 0)]
    assert home.sql("select refusal from decision") == [(code,)]


def test_nothing_is_asked_again_while_a_person_has_the_task(home: Home) -> None:
    old = expired(home)
    task = home.sql("select id from task")[0][0]
    home.house.services.takeover.take(task, home.directory.people["U0THEO"], "card")
    assert "approval.ask_again" not in buttons(home, old)
    found = again(home, old)
    assert isinstance(found, NotPossible) and "A person has the task" in found.reason
    assert approvals(home) == [("expired", 0)]


def test_nothing_is_asked_again_once_the_task_is_closed(home: Home) -> None:
    old = expired(home)
    home.tamper("update task set state = 'done', waiting_for = ''")
    assert "approval.ask_again" not in buttons(home, old)
    found = again(home, old)
    assert isinstance(found, NotPossible) and "closed" in found.reason


def test_nothing_is_asked_again_after_the_customer_wrote_once_more(home: Home) -> None:
    old = expired(home)
    home.clock.pass_(minutes=5)
    home.house.services.arrivals.mail(mail("I have found it.\n\nDana", message_id="two", references="one"))
    home.work()
    found = again(home, old)
    assert isinstance(found, NotPossible) and "The customer has written since" in found.reason
    assert approvals(home) == [("expired", 0)]


def test_what_did_not_run_out_is_not_asked_again(home: Home) -> None:
    request_id = asked(home)
    home.decide(request_id, "U0SAM")
    found = again(home, request_id)
    assert isinstance(found, Refused) and found.code == "stale_card"
