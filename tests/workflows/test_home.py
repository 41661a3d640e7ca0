"""What a home tab is drawn from: whose a request is, the day's numbers, and a task by its number or words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest

from bot.render.home import home_page
from bot.render.scene import Scene
from core.contract.authority import Decision
from core.contract.base import RequestId
from tests.support.house import TEAM, Home, mail, open_home
from tests.support.ladders import call, meet, request, sweep
from workflows import requests
from workflows.answering import Answering
from workflows.finding import NEWEST, find
from workflows.home import HomeView, agent_now, home_view, paused_now
from workflows.reassign import Reassigned

THEO, SAM, MAYA, PRIYA = "U0THEO", "U0SAM", "U0MAYA", "U0PRIYA"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    made = open_home(tmp_path)
    yield made
    made.house.close()


def bring(home: Home, number: int = 1, text: str = "When do you open on Saturday?", **more: str) -> str:
    task = home.house.services.arrivals.mail(mail(text, message_id=f"m{number}", **more)).task_id
    home.work()
    return str(task)


def seen(home: Home, person: str) -> HomeView:
    services = home.house.services
    found = home_view(services.ledger, services.policy(), home.directory.people[person])
    assert found is not None
    return found


def ids(found: tuple[object, ...]) -> list[str]:
    return [each.row["id"] for each in found]  # type: ignore[attr-defined]


def change(home: Home, request: str, **values: object) -> str:
    """A second request like this one but for some columns."""
    ledger = home.house.services.ledger
    row = ledger.row("request", "request.get", id=request)
    with ledger.unit() as unit:
        return unit.insert("request", **{**row, "id": f"{request}x", **values})


def test_a_request_is_with_those_whose_yes_counts_now(home: Home) -> None:
    bring(home)
    request = home.pending()[0][0]
    assert ids(seen(home, THEO).mine) == ids(seen(home, SAM).mine) == [request]
    assert seen(home, PRIYA).mine == seen(home, PRIYA).team == ()
    home.decide(request, THEO)
    assert seen(home, THEO).mine == seen(home, SAM).mine == seen(home, SAM).team == ()


def test_of_two_signatures_the_second_is_somebody_elses(home: Home) -> None:
    bring(home)
    request = home.pending()[0][0]
    asked = orjson.loads(home.house.services.ledger.row("request", "request.get", id=request)["asked"])
    asked["steps"] = [{"role": "support", "count": 2}]
    second = change(home, request, asked=orjson.dumps(asked).decode())
    assert second in ids(seen(home, THEO).mine)
    home.decide(second, THEO)
    assert second not in ids(seen(home, THEO).mine)
    assert second in ids(seen(home, THEO).team)
    assert second in ids(seen(home, SAM).mine)


def test_whoever_asked_sees_it_with_the_team(home: Home) -> None:
    bring(home)
    own = change(home, home.pending()[0][0], requester=THEO)
    assert own not in ids(seen(home, THEO).mine)
    assert own in ids(seen(home, THEO).team)


def test_what_was_handed_to_one_person_is_with_the_team_for_the_others(home: Home) -> None:
    home.meet()
    bring(home)
    given = home.pending()[0][0]
    handed = Decision(request_id=RequestId(given), version=1, person=THEO, verb="reassign")
    assert isinstance(home.house.services.reassign.to(handed, f"person:{SAM}", TEAM[THEO]), Reassigned)
    assert given in ids(seen(home, SAM).mine)
    assert given not in ids(seen(home, THEO).mine)
    assert given in ids(seen(home, THEO).team)


def test_what_somebody_put_off_stands_last_for_them_until_its_time(home: Home) -> None:
    home.meet()
    bring(home, 1)
    bring(home, 2, sender="Lou Vance <lou@example.com>")
    first, second = ids(seen(home, THEO).mine)
    put_off = Decision(request_id=RequestId(first), version=1, person=THEO, verb="snooze")
    until = home.clock.now() + timedelta(minutes=15)
    home.house.services.later.snooze(put_off, TEAM[THEO], until, everyone=False)
    assert ids(seen(home, THEO).mine) == [second, first]
    assert [each.later for each in seen(home, THEO).mine] == [None, until]
    assert ids(seen(home, SAM).mine) == [first, second]
    home.clock.pass_(minutes=16)
    assert ids(seen(home, THEO).mine) == [first, second]


def test_whoever_is_no_full_member_or_has_no_role_sees_nothing(home: Home) -> None:
    services = home.house.services
    for member in (TEAM["U0GUEST"], replace(TEAM[THEO], is_member=False), replace(TEAM[THEO], mail="x@example.com")):
        assert home_view(services.ledger, services.policy(), member) is None


def test_the_most_urgent_stands_first_and_is_near_in_its_last_quarter(home: Home) -> None:
    bring(home)
    first = home.pending()[0][0]
    row = home.house.services.ledger.row("request", "request.get", id=first)
    sooner = change(home, first, due_at=row["created_at"] + (row["due_at"] - row["created_at"]) // 2)
    assert ids(seen(home, THEO).mine) == [sooner, first]
    home.clock.pass_(microseconds=(row["due_at"] - row["created_at"]) * 2 // 5)
    assert [each.is_near(home.clock.now()) for each in seen(home, THEO).mine] == [True, False]


def test_the_day_begins_at_midnight_in_the_shop(home: Home) -> None:
    home.clock.at = home.clock.at.replace(hour=4)  # 11 PM in New York, the day before
    bring(home, 1)
    home.decide(home.pending()[0][0], THEO)
    home.work()
    yesterday = seen(home, THEO).today
    assert (yesterday.received, yesterday.decided, yesterday.sent, yesterday.wrong) == (1, 1, 1, 0)
    home.clock.pass_(hours=2)
    assert seen(home, THEO).today.received == seen(home, THEO).today.sent == 0
    bring(home, 2)
    bring(home, 3)
    today = seen(home, THEO).today
    assert (today.received, today.decided, today.sent) == (2, 0, 0)
    support = next(each for each in seen(home, THEO).agents if each.name == "support")
    assert (support.waiting, support.settled, support.wrong, support.working) == (2, 1, 0, 0)


def test_a_paused_agent_and_what_stands_still_for_it(home: Home) -> None:
    services = home.house.services
    task = bring(home)
    services.controls.pause("support", TEAM[MAYA], "wrong prices", None)
    with services.ledger.unit(task) as unit:  # as a turn does that finds its agent paused
        unit.wait("agent:support")
    found = agent_now(services.ledger, services.policy(), "support")
    assert found is not None
    assert found.pause is not None
    assert (found.pause["by"], found.pause["reason"], found.held) == (f"person:{MAYA}", "wrong prices", 1)
    assert set(paused_now(services.ledger)) == {"support"}
    assert agent_now(services.ledger, services.policy(), "nobody") is None


def test_who_may_pause_is_who_can(home: Home) -> None:
    controls = home.house.services.controls
    for person in TEAM.values():
        can = not hasattr(controls.resume("support", person), "code")
        assert controls.may(person) == can


def test_a_task_is_found_by_its_number_and_by_what_was_written(home: Home) -> None:
    ledger = home.house.services.ledger
    first = bring(home, 1, "Do you repair unicycles?", sender="Ada Norling <ada@example.com>")
    with ledger.unit() as unit:  # numbers get one digit more
        unit.change("counter.skip", key="task", by=9_999 - int(first.removeprefix("T-")) - 1)
    last, next_one = bring(home, 2, "About tandems"), bring(home, 3, "About unicycles and tandems")
    assert (last, next_one) == ("T-9999", "T-10000")
    assert [each.task.id for each in find(ledger, first.lower()).tasks] == [first]
    assert [each.task.id for each in find(ledger, " TANDEMS about").tasks] == [next_one, last]
    found = find(ledger, "unicycles")
    assert [each.task.id for each in found.tasks] == [next_one]  # the first one is more than a thousand before
    assert found.among == 2
    assert 9_999 - int(first.removeprefix("T-")) > NEWEST
    assert find(ledger, "4711").tasks == find(ledger, "").tasks == ()


def test_more_than_fit_are_counted(home: Home) -> None:
    for number in range(13):
        home.house.services.arrivals.mail(mail("About tandems", message_id=f"t{number}"))
    found = find(home.house.services.ledger, "tandems")
    assert (len(found.tasks), found.more) == (10, 3)
    assert found.tasks[0].task.id == "T-1013"


def test_what_was_handed_to_somebody_who_is_gone_is_everybodys_again(home: Home) -> None:
    home.meet()
    bring(home)
    given = change(home, home.pending()[0][0], assignee="person:U0GONE")
    assert given in ids(seen(home, THEO).mine) and given in ids(seen(home, SAM).mine)


def test_who_has_to_sign_beside_the_one_it_was_handed_to_sees_it(home: Home) -> None:
    home.meet()
    bring(home)
    request = home.pending()[0][0]
    asked = orjson.loads(home.house.services.ledger.row("request", "request.get", id=request)["asked"])
    asked["steps"] = [{"role": "support", "count": 1}, {"role": "finance", "count": 1}]
    both = change(home, request, asked=orjson.dumps(asked).decode(), assignee=f"person:{SAM}")
    assert both in ids(seen(home, PRIYA).mine) and both in ids(seen(home, SAM).mine)
    assert both in ids(seen(home, THEO).team)


def test_a_call_is_with_those_who_are_called_and_with_the_team_before_and_after(home: Home) -> None:
    meet(home)
    request_id = call(home)
    assert request_id in ids(seen(home, SAM).mine)
    assert request_id in ids(seen(home, THEO).team)
    home.clock.pass_(minutes=5)
    sweep(home)
    assert request_id in ids(seen(home, THEO).mine)
    assert request_id in ids(seen(home, SAM).mine)  # who was called may still take it


def test_a_call_whose_hour_has_not_come_is_with_the_team(home: Home) -> None:
    meet(home)
    request_id = call(home, "research")
    assert request_id in ids(seen(home, MAYA).team) and request_id not in ids(seen(home, MAYA).mine)


def test_a_call_that_ends_with_the_owner_is_with_the_owner(home: Home) -> None:
    meet(home)
    home.tamper("update person set is_member = false where user_id <> 'U0MAYA'")
    request_id = call(home, "technical_beyond")
    assert request_id in ids(seen(home, MAYA).mine)


def test_after_a_worse_reason_it_is_with_those_whom_that_called(home: Home) -> None:
    meet(home)
    home.clock.at = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)
    request_id = call(home, "billing_dispute")
    home.clock.pass_(minutes=1)
    with home.house.services.ledger.unit(request(home, request_id)["task_id"]) as unit:
        requests.escalate(unit, home.house.services.policy(), "asks_for_person", "Now.", agent="support")
    assert request_id in ids(seen(home, SAM).mine) and request_id in ids(seen(home, PRIYA).mine)
    assert request_id not in ids(seen(home, THEO).mine)


def test_only_a_yes_or_a_no_counts_as_decided(home: Home) -> None:
    home.meet()
    bring(home)
    request_id = home.pending()[0][0]
    said = Decision(request_id=RequestId(request_id), version=1, person=THEO, verb="remind")
    home.house.services.later.remind(said, TEAM[THEO])
    assert home.sql("select verb from decision") == [("remind",)]
    assert seen(home, THEO).today.decided == 0
    home.decide(request_id, THEO, "reject", reason="tone")
    assert seen(home, THEO).today.decided == 1


def test_a_row_of_the_team_names_who_has_it(home: Home) -> None:
    home.meet()
    bring(home)
    request_id = change(home, home.pending()[0][0], assignee=f"person:{SAM}")
    call_id = call(home, number=2)
    answering = Answering(home.house.services.ledger, home.house.services.policy)
    answering.acknowledge(call_id, request(home, call_id)["version"], TEAM["U0JO"])
    page = home_page(
        Scene(home.house.services.ledger, home.house.services.policy), seen(home, THEO), TEAM[THEO], "", may_pause=False
    )
    words = {row.ref.id: row.state_words for row in page.team}
    assert words[request_id].startswith(f"<@{SAM}>, by ") and words[call_id].startswith("seen by <@U0JO>, by ")
