"""Calls for people where two things come together: somebody missing, a worse reason, quiet hours, rules that change meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from bot.render.lines import draw_line
from bot.render.scene import Scene
from bot.render.task import draw_escalation
from core.moment import from_us
from policies.parts import QuietHours, Rung
from policies.schema import Policy
from tests.support.house import Home
from tests.support.ladders import call, lines, meet, request, rungs, seen, sweep
from workflows import requests

OPENS = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)  # Wednesday, 9 AM in the shop


def _rules(home: Home, **changes: Any) -> Policy:
    """Other rules from now on for whoever looks after calls, as after an edit of the files."""
    made = home.house.services.policy().model_copy(update=changes)
    object.__setattr__(home.house.schedule.sweep, "policy", lambda: made)
    return made


def _nobody(home: Home, role: str) -> Policy:
    people = {
        name: each.model_copy(update={"roles": tuple(has for has in each.roles if has != role)})
        for name, each in home.house.services.policy().people.items()
    }
    return _rules(home, people=people)


def _ladder(home: Home, trigger: str, *rungs: tuple[str, int]) -> Policy:
    rules = home.house.services.policy().escalation
    ladder = tuple(Rung(role=role, after_min=after) for role, after in rungs)
    triggers = {**rules.triggers, trigger: rules.triggers[trigger].model_copy(update={"ladder": ladder})}
    return _rules(home, escalation=rules.model_copy(update={"triggers": triggers}))


def _also(home: Home, request_id: str, trigger: str) -> None:
    with home.house.services.ledger.unit(request(home, request_id)["task_id"]) as unit:
        requests.escalate(unit, home.house.services.policy(), trigger, f"Now {trigger}.", agent="support")


def _rung_people(home: Home) -> list[str]:
    """Whom lines in threads mention, as Slack gets them."""
    ledger = home.house.services.ledger
    found = []
    for (card_id,) in home.sql("select id from card where kind = 'timeline' order by created_at, id"):
        drawn = draw_line(Scene(ledger, home.house.services.policy), ledger.row("card", "card.get", id=card_id) or {})
        text = str(drawn.payload["blocks"])
        found += [user for user in ("U0SAM", "U0JO", "U0THEO", "U0MAYA") if f"<@{user}>" in text]
    return found


def test_a_role_of_the_same_minute_that_nobody_holds_does_not_hurry_the_next(home: Home) -> None:
    meet(home)
    began, policy = home.clock.at, _nobody(home, "workshop")
    object.__setattr__(home.house.services, "policy", lambda: policy)
    request_id = call(home, "emergency")
    sweep(home)
    assert rungs(home, request_id) == [("front_desk", "called"), ("workshop", "nobody")]
    assert from_us(request(home, request_id)["due_at"]) == began + timedelta(minutes=3)


def test_a_reason_that_waits_less_long_moves_a_call_that_has_not_begun(home: Home) -> None:
    meet(home)
    home.clock.at = OPENS - timedelta(hours=2)
    request_id = call(home, "research")  # the next business day, which is after a holiday
    assert from_us(request(home, request_id)["due_at"]) > OPENS
    _also(home, request_id, "complaint")
    assert from_us(request(home, request_id)["due_at"]) == OPENS
    home.clock.at = OPENS
    sweep(home)
    assert rungs(home, request_id) == [("support_lead", "called")]


def test_a_reason_that_cannot_wait_rings_whom_quiet_hours_kept(home: Home) -> None:
    meet(home, U0THEO="Asia/Tokyo")
    home.clock.at = OPENS
    request_id = call(home, "complaint")  # Theo leads support, and it is 11 PM where he is
    home.clock.pass_(minutes=1)
    _also(home, request_id, "anger")
    assert [each["people"] for each in lines(home, "called")] == [["U0THEO"]]
    assert rungs(home, request_id)[-1] == ("support_lead", "called")


def test_a_worse_reason_rings_whoever_was_called_and_whoever_is_called_now_once_each(home: Home) -> None:
    meet(home)
    home.clock.at = OPENS
    request_id = call(home, "complaint")  # Theo
    home.clock.pass_(minutes=1)
    _also(home, request_id, "asks_for_person")  # the front desk
    assert sorted(_rung_people(home)) == ["U0JO", "U0SAM", "U0THEO"]


def test_who_was_called_is_not_called_again_where_the_ladder_was_rearranged(home: Home) -> None:
    meet(home)
    request_id = call(home)
    home.clock.pass_(minutes=5)
    sweep(home)
    _ladder(home, "asks_for_person", ("front_desk", 0), ("workshop", 2), ("support_lead", 5), ("owner", 15))
    home.clock.pass_(minutes=10)
    sweep(home)
    assert [role for role, _ in rungs(home, request_id)] == ["front_desk", "support_lead", "owner"]


def test_a_role_that_stands_twice_on_a_ladder_is_called_twice(home: Home) -> None:
    meet(home)
    policy = _ladder(home, "asks_for_person", ("front_desk", 0), ("front_desk", 5), ("owner", 15))
    object.__setattr__(home.house.services, "policy", lambda: policy)
    request_id = call(home)
    home.clock.pass_(minutes=5)
    sweep(home)
    assert rungs(home, request_id) == [("front_desk", "called"), ("front_desk", "called")]


def test_a_call_goes_on_where_its_queue_its_trigger_and_the_owner_are_gone_from_the_rules(home: Home) -> None:
    meet(home)
    home.clock.at = OPENS - timedelta(hours=2)
    request_id = call(home, "complaint")
    policy = home.house.services.policy()
    triggers = {name: each for name, each in policy.escalation.triggers.items() if name != "complaint"}
    _rules(
        home,
        roles={name: words for name, words in policy.roles.items() if name not in ("owner", "support", "support_lead")},
        queues={name: each for name, each in policy.queues.items() if name != "support"},
        people={}, escalation=policy.escalation.model_copy(update={"triggers": triggers}),
    )  # fmt: skip
    home.clock.at = OPENS
    sweep(home)
    assert home.sql("select count(*) from audit where kind = 'sweep.failed'") == [(0,)]
    assert home.sql("select count(*) from card where kind = 'told'") == [(1,)]
    assert request(home, request_id)["state"] == "pending"


def test_whoever_is_asked_again_in_quiet_hours_is_rung_when_they_end(home: Home) -> None:
    meet(home)
    home.clock.at = OPENS
    request_id = call(home, "research")
    home.clock.at = from_us(request(home, request_id)["due_at"])
    sweep(home)
    assert lines(home, "called")[-1]["people"] == ["U0MAYA"]
    home.tamper("update person set zone = 'America/Los_Angeles' where user_id = 'U0MAYA'")  # 7 AM there an hour later
    policy = home.house.services.policy()
    ends_early = QuietHours(start=time(20), end=time(7, 30))
    _rules(home, sla=policy.sla.model_copy(update={"quiet_hours": ends_early}))
    home.clock.pass_(hours=1)
    sweep(home)
    assert (lines(home, "called")[-1]["people"], lines(home, "called")[-1]["quiet"]) == ([], ["U0MAYA"])
    home.clock.pass_(minutes=20)
    sweep(home)
    assert lines(home, "called")[-1]["people"] == []
    home.clock.pass_(minutes=10)  # half past seven
    sweep(home)
    sweep(home)
    assert [each["people"] for each in lines(home, "called")].count(["U0MAYA"]) == 2


def test_whoever_holds_it_and_hears_a_worse_reason_is_rung(home: Home) -> None:
    meet(home)
    home.clock.at = OPENS
    request_id = call(home, "complaint")
    home.clock.pass_(minutes=1)
    seen(home, request_id, "U0THEO")
    _also(home, request_id, "anger")  # the same people
    assert "U0THEO" in _rung_people(home)


def test_a_worse_reason_with_nobody_left_to_call_is_asked_again_within_the_hour(home: Home) -> None:
    meet(home)
    home.clock.at = OPENS
    request_id = call(home, "complaint")  # Theo, then Maya
    home.clock.pass_(hours=2)
    sweep(home)
    home.clock.at = night = OPENS + timedelta(hours=12)
    _also(home, request_id, "anger")  # the same two
    assert from_us(request(home, request_id)["due_at"]) <= night + timedelta(hours=1)
    home.clock.pass_(hours=1)
    sweep(home)
    assert [each["people"] for each in lines(home, "called")][-1] == ["U0MAYA"]


def _card(home: Home, request_id: str) -> str:
    ledger = home.house.services.ledger
    ((card_id,),) = home.sql(f"select id from card where kind = 'escalation' and subject_id = '{request_id}'")
    drawn = draw_escalation(Scene(ledger, home.house.services.policy), ledger.row("card", "card.get", id=card_id) or {})
    return str(drawn.payload)


def test_a_card_does_not_say_that_somebody_gave_no_answer_who_was_never_rung(home: Home) -> None:
    meet(home, U0THEO="Asia/Tokyo")
    home.clock.at = OPENS
    request_id = call(home, "complaint")
    assert "Theo Okafor is called" not in _card(home, request_id)
    home.clock.pass_(minutes=1)
    _also(home, request_id, "anger")
    assert "not rung, quiet hours" in _card(home, request_id) and "no answer" not in _card(home, request_id)
    assert "Theo Okafor is called" in _card(home, request_id)


def test_the_headline_of_a_call_says_what_the_rules_say_of_its_trigger(home: Home) -> None:
    assert "Dana complains" in _card(home, call(home, "complaint"))
    assert "Dana asks to talk to a person" in _card(home, call(home, number=2))
