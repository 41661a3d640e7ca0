"""Somebody of the team calls for help: who is called, what becomes of what waits, and who may."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest

from core.contract.authority import Approved, Refused
from core.ports import Member
from tests.support.house import TEAM, Home, mail
from workflows import escalating, requests
from workflows.escalating import CalledFor, Escalating, Plea
from workflows.people import NotPossible
from workflows.takeover import HandedBack, Taken


def asked(home: Home, message_id: str = "first") -> tuple[str, str]:
    """A task whose reply waits for a yes, and that request."""
    home.meet() if not home.sql("select 1 from person") else None
    task = str(home.house.services.arrivals.mail(mail("When do you open?\n\nDana", message_id=message_id)).task_id)
    home.work()
    return task, next(request for request, of in home.pending() if of == task)


def call(home: Home, task: str, who: str = "U0SAM", member: Member | None = None, **more: Any) -> Any:
    plea = Plea(**{"queue": "finance", "why": "Two invoices disagree.", **more})
    verb = Escalating(home.house.services.ledger, home.house.services.policy)
    return verb.call(task, plea, member or home.directory.people[who])


def row(home: Home, request: str) -> dict[str, Any]:
    return home.house.services.ledger.row("request", "request.get", id=request) or {}


def called(home: Home, request: str) -> list[tuple[str, str]]:
    return home.sql(
        f"select role, people from rung where request_id = '{request}' and state = 'called' order by number"
    )


def audit(home: Home, kind: str) -> list[dict[str, Any]]:
    return [orjson.loads(facts) for (facts,) in home.sql(f"select facts from audit where kind = '{kind}' order by seq")]


# Who is called -------------------------------------------------------------------------------------------------------


def test_the_people_of_the_chosen_queue_are_called_first_and_then_the_ladder(home: Home) -> None:
    task, request = asked(home)
    done = call(home, task)
    assert isinstance(done, CalledFor) and done.people == ("Priya Nair",) and done.is_new
    assert called(home, done.request_id) == [("finance", "U0PRIYA")]
    assert row(home, done.request_id)["escalation_class"] == "immediate"
    assert home.sql(f"select state, waiting_for, owner from task where id = '{task}'") == [
        ("waiting", "person", "finance")
    ]
    home.clock.pass_(minutes=10)
    home.house.schedule.sweep.run()
    assert called(home, done.request_id)[-1] == ("support_lead", "U0THEO")
    home.clock.pass_(minutes=10)
    home.house.schedule.sweep.run()
    assert called(home, done.request_id)[-1] == ("owner", "U0MAYA")
    assert home.sql("select person, verb, reason, refusal, target_id from decision where verb = 'escalate'") == [
        ("U0SAM", "escalate", "finance", "", request)]  # fmt: skip
    assert [each["verb"] for each in audit(home, "decision.made")] == ["escalate"]


def test_what_need_not_be_now_waits_for_the_hours(home: Home) -> None:
    task, _ = asked(home)
    home.clock.pass_(hours=13)  # the shop is closed
    done = call(home, task, is_urgent=False)
    assert isinstance(done, CalledFor) and done.people == ()
    assert row(home, done.request_id)["escalation_class"] == "scheduled" and called(home, done.request_id) == []


def test_on_a_call_that_is_open_the_others_are_called_beside_and_its_ladder_goes_on(home: Home) -> None:
    task, _ = asked(home)
    first = call(home, task, queue="support")
    home.clock.pass_(minutes=1)
    second = call(home, task, who="U0THEO", queue="sales", why="It is a price.")
    assert isinstance(first, CalledFor) and isinstance(second, CalledFor)
    assert second.request_id == first.request_id and not second.is_new
    assert [role for role, _ in called(home, first.request_id)] == ["support_lead", "sales"]
    why = row(home, first.request_id)["why"]
    assert (
        "Sam Whitlock asks for help from support lead: Two invoices" in why
        and "Theo Okafor asks for help from sales" in why
    )
    home.clock.pass_(minutes=25)
    home.house.schedule.sweep.run()
    assert [role for role, _ in called(home, first.request_id)] == ["support_lead", "sales", "owner"]
    call(home, task, queue="owner", why="Still nobody.")
    assert [role for role, _ in called(home, first.request_id)] == ["support_lead", "sales", "owner"], "called twice"


def test_help_on_a_task_that_has_ended_opens_it_again(home: Home) -> None:
    task, request = asked(home)
    home.decide(request, "U0THEO")
    home.work()
    assert home.sql(f"select state from task where id = '{task}'") == [("done",)]
    assert isinstance(call(home, task, why="She was told a wrong hour."), CalledFor)
    assert home.sql(f"select state, closed_at from task where id = '{task}'") == [("waiting", None)]
    assert isinstance(home.house.services.takeover.take(task, TEAM["U0PRIYA"], "card"), Taken)


# What waits for a decision -------------------------------------------------------------------------------------------


def test_what_waits_can_still_be_decided_and_then_nobody_is_called_any_more(home: Home) -> None:
    task, request = asked(home)
    before = row(home, request)["version"]
    done = call(home, task, request_id=request, version=before)
    old = home.decide(request, "U0THEO", version=before)
    assert isinstance(old, Refused) and old.code == "stale_card", "approved without reading that help was called for"
    assert isinstance(home.decide(request, "U0THEO"), Approved)
    assert row(home, done.request_id)["state"] == "closed"
    home.work()
    assert home.calls("mail.reply") == ["mail.reply"]
    assert home.sql(f"select state from task where id = '{task}'") == [("done",)]


def test_a_no_ends_the_call_too_and_the_agent_goes_on(home: Home) -> None:
    task, request = asked(home)
    done = call(home, task)
    home.decide(request, "U0THEO", "reject", reason="facts")
    assert row(home, done.request_id)["state"] == "closed"
    assert home.sql(f"select state, owner from task where id = '{task}'") == [("open", "support")]
    assert home.calls("mail.reply") == []


def test_a_call_that_has_another_reason_too_stays_when_it_is_decided(home: Home) -> None:
    task, request = asked(home)
    done = call(home, task)
    with home.house.services.ledger.unit(task) as unit:
        requests.escalate(unit, home.house.services.policy(), "anger", "They are angry.", agent="support")
    home.decide(request, "U0THEO")
    assert row(home, done.request_id)["state"] == "pending"
    home.work()
    assert home.sql(f"select state, waiting_for from task where id = '{task}'") == [("waiting", "person")]


def test_a_change_that_is_approved_at_once_ends_the_call(home: Home) -> None:
    task, request = asked(home)
    done = call(home, task)
    people, version = home.house.services.people, row(home, request)["version"]
    drafted = people.draft(request, version, TEAM["U0THEO"], {"body": "We open at 9.\n\nHarbor & Pine"}, "")
    assert isinstance(people.confirm_edit(drafted.draft_id, TEAM["U0THEO"]), Approved)
    ((new,),) = home.sql(f"select id from request where kind = 'approval' and id != '{request}'")
    after = row(home, done.request_id)
    assert (after["state"], after["about_id"]) == ("closed", new)


def test_whoever_takes_it_ends_the_question(home: Home) -> None:
    task, request = asked(home)
    done = call(home, task)
    assert isinstance(home.house.services.takeover.take(task, TEAM["U0PRIYA"], "card"), Taken)
    assert (row(home, request)["state"], row(home, done.request_id)["state"]) == ("closed", "taken")


def test_a_turn_in_flight_ends_and_no_agent_goes_on(home: Home) -> None:
    home.meet()
    task = str(home.house.services.arrivals.mail(mail("When do you open?\n\nDana")).task_id)
    assert isinstance(call(home, task), CalledFor)
    home.work()
    assert home.pending() == [] and home.sql("select count(*) from turn") == [(0,)]


# Who may -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("member", "code"),
    [(TEAM["U0GUEST"], "not_a_member"), (replace(TEAM["U0SAM"], mail="nobody@example.com"), "not_the_role")],
)
def test_only_members_with_a_role_may_and_the_try_is_on_record(home: Home, member: Member, code: str) -> None:
    task, request = asked(home)
    refused = call(home, task, member=member)
    assert isinstance(refused, Refused) and refused.code == code
    assert home.pending(requests.ESCALATION) == [] and row(home, request)["version"] == 1
    assert home.sql("select refusal from decision where verb = 'escalate'") == [(code,)]
    assert [each["refusal"] for each in audit(home, "decision.refused")] == [code]


def test_of_two_at_once_the_second_hears_that_the_card_has_changed(home: Home) -> None:
    task, request = asked(home)
    version = row(home, request)["version"]
    assert isinstance(call(home, task, request_id=request, version=version), CalledFor)
    second = call(home, task, who="U0THEO", request_id=request, version=version)
    assert isinstance(second, Refused) and second.code == "stale_card"
    assert len(home.pending(requests.ESCALATION)) == 1


def test_who_has_the_task_gives_it_up_by_calling_and_nobody_else_can(home: Home) -> None:
    task, _ = asked(home)
    home.house.services.takeover.take(task, TEAM["U0SAM"], "card")
    other = call(home, task, who="U0THEO")
    assert isinstance(other, Refused) and other.code == "claimed_by_other"
    assert isinstance(call(home, task), CalledFor)
    assert home.sql(f"select claimed_by from task where id = '{task}'") == [(None,)]
    takeover = home.house.services.takeover
    assert isinstance(takeover.take(task, TEAM["U0PRIYA"], "card"), Taken)
    assert isinstance(takeover.hand_back(task, TEAM["U0PRIYA"], "Cleared up.", "close", "discard"), HandedBack)


@pytest.mark.parametrize("more", [{"queue": "nowhere"}, {"why": "  "}])
def test_what_is_not_said_calls_nobody(home: Home, more: dict[str, str]) -> None:
    task, _ = asked(home)
    assert isinstance(call(home, task, **more), NotPossible)
    assert home.pending(requests.ESCALATION) == [] and home.sql("select 1 from decision") == []


def test_every_kind_of_card_leads_to_its_task(home: Home) -> None:
    task, request = asked(home)
    home.decide(request, "U0THEO")
    ledger = home.house.services.ledger
    ((effect,),) = home.sql("select id from effect")
    ((handoff,),) = home.sql("select id from handoff limit 1")
    assert escalating.subject(ledger, request) == (task, request)
    assert [escalating.subject(ledger, each) for each in (effect, handoff, task)] == [(task, "")] * 3
    assert escalating.subject(ledger, "ap_nothing") is None
