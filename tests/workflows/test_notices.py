"""Private lines follow what each person has chosen; the mention on a card does not depend on it."""

from __future__ import annotations

import orjson
import pytest

from core.contract.authority import Decision
from core.contract.base import RequestId
from tests.support.house import TEAM, Home, mail
from workflows import requests
from workflows.notices import CHOICES, Choice, Notices


def told(home: Home) -> list[tuple[str, str]]:
    rows = home.sql("select viewer, detail from card where kind = 'notice' order by created_at, viewer")
    return [(viewer, orjson.loads(detail)["what"]) for viewer, detail in rows]


def choose(home: Home, who: str, choice: Choice) -> None:
    assert Notices(home.house.services.ledger).choose(TEAM[who], choice)


def approval(home: Home) -> tuple[str, str]:
    task = str(home.house.services.arrivals.mail(mail("When do you open?\n\nDana")).task_id)
    home.work()
    return task, home.pending()[0][0]


def call(home: Home, task: str, trigger: str) -> None:
    with home.house.services.ledger.unit(task) as unit:
        requests.escalate(unit, home.house.services.policy(), trigger, "Why.", agent="support")


def hand_on(home: Home, request: str) -> None:
    version = (home.house.services.ledger.row("request", "request.get", id=request) or {})["version"]
    decision = Decision(request_id=RequestId(request), version=version, person="U0THEO", verb="reassign")
    home.house.services.reassign.to(decision, "person:U0SAM", TEAM["U0THEO"])


EXPECTED: dict[Choice, list[tuple[str, str]]] = {
    "all": [("U0SAM", "asked"), ("U0SAM", "reassigned")],
    "mine": [("U0SAM", "reassigned")],
    "urgent": [],
    "off": [],
}


@pytest.mark.parametrize("choice", CHOICES)
def test_what_may_be_decided_and_what_is_handed_on_is_told_to_who_wants_it(home: Home, choice: Choice) -> None:
    home.meet()
    choose(home, "U0SAM", choice)
    _, request = approval(home)
    home.clock.pass_(minutes=1)
    hand_on(home, request)
    assert told(home) == EXPECTED[choice]


@pytest.mark.parametrize(
    ("choice", "urgent", "later"), [("all", 1, 1), ("mine", 1, 1), ("urgent", 1, 0), ("off", 0, 0)]
)
def test_a_call_is_told_in_private_by_choice_and_rings_in_the_channel_always(
    home: Home, choice: Choice, urgent: int, later: int
) -> None:
    home.meet()
    choose(home, "U0THEO", choice)
    for trigger, count in (("anger", urgent), ("complaint", later)):
        task = str(home.house.services.arrivals.mail(mail(f"{trigger}?\n\nDana", message_id=trigger)).task_id)
        before = len(told(home))
        call(home, task, trigger)
        assert told(home)[before:] == [("U0THEO", "called")] * count
        rung = "select people from rung r join request q on q.id = r.request_id where q.task_id"
        assert home.sql(f"{rung} = '{task}'") == [("U0THEO",)]


def test_the_usual_is_what_is_theirs_and_the_choice_is_on_record(home: Home) -> None:
    home.meet()
    notices = Notices(home.house.services.ledger)
    assert notices.choice(TEAM["U0SAM"]) == "mine"
    choose(home, "U0SAM", "urgent")
    assert notices.choice(TEAM["U0SAM"]) == "urgent"
    assert home.sql("select actor from audit where kind = 'notify.chosen'") == [("person:U0SAM",)]


def test_somebody_whom_slack_has_not_shown_chooses_nothing(home: Home) -> None:
    assert not Notices(home.house.services.ledger).choose(TEAM["U0SAM"], "off")
