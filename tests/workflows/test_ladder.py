"""Calls for a person reach one: seen, passed on, silence, roles that nobody holds, nights; each rung once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier

from core.contract.authority import Refused
from core.moment import from_us, to_us
from tests.support.house import Home, open_home
from tests.support.ladders import call, lines, meet, not_now, request, rungs, seen, sweep, theo_is_now, trail
from workflows import requests
from workflows.answering import PassedOn, Seen
from workflows.takeover import Taken

NIGHT = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)  # Tuesday, 11 PM in the shop
OPENS = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)
THREE = [("front_desk", "called"), ("support_lead", "called"), ("owner", "called")]


def _due(home: Home, request_id: str) -> datetime:
    return from_us(request(home, request_id)["due_at"])


def _verbs(home: Home) -> list[tuple[str, str, str]]:
    rows = home.sql("select person, verb, refusal from decision where target_kind = 'escalation' order by at, id")
    return [(str(a), str(b), str(c)) for a, b, c in rows]


def _at_once(*calls: Callable[[], object]) -> list[object]:
    barrier = Barrier(len(calls))

    def one(each: Callable[[], object]) -> object:
        barrier.wait()
        return each()

    with ThreadPoolExecutor(len(calls)) as several:
        return list(several.map(one, calls))


def _code(answer: object) -> str:
    return answer.code if isinstance(answer, Refused) else ""


# Silence -------------------------------------------------------------------------------------------------------------


def test_on_silence_each_rung_is_called_at_its_minute_and_once(home: Home) -> None:
    meet(home)
    request_id, began = call(home), home.clock.at
    times = {}
    for minute in range(20):
        sweep(home)
        sweep(home)
        for role, _ in rungs(home, request_id):
            times.setdefault(role, minute)
        home.clock.pass_(minutes=1)
    assert times == {"front_desk": 0, "support_lead": 5, "owner": 15}
    assert rungs(home, request_id) == THREE
    assert [each["people"] for each in lines(home, "called")] == [["U0THEO"], ["U0MAYA"]]
    assert trail(home, "escalation.called") == ["escalation.called"] * 2
    assert _due(home, request_id) == began + timedelta(minutes=75)  # the owner is asked again after an hour


def test_two_sweeps_at_the_same_time_call_each_rung_once(home: Home) -> None:
    meet(home)
    found = [call(home, number=n) for n in range(6)]
    for _ in range(2):
        home.clock.pass_(minutes=12)
        _at_once(*[lambda: sweep(home)] * 4)
    assert [rungs(home, each) for each in found] == [THREE] * 6
    assert len(lines(home, "called")) == len(trail(home, "escalation.called")) == 12


def test_after_an_hour_without_a_scheduler_each_rung_still_gets_its_time(home: Home) -> None:
    request_id = call(home)
    home.clock.pass_(hours=1)
    sweep(home)
    sweep(home)
    assert rungs(home, request_id) == THREE[:2]
    assert _due(home, request_id) == home.clock.at + timedelta(minutes=10)


def test_rungs_of_the_same_minute_are_called_together(home: Home) -> None:
    request_id = call(home, "emergency")
    assert rungs(home, request_id) == [("front_desk", "called"), ("workshop", "called")]


# Seen ----------------------------------------------------------------------------------------------------------------


def test_seen_stops_the_ladder_then_asks_and_on_silence_climbs_on(home: Home) -> None:
    meet(home)
    request_id = call(home)
    home.clock.pass_(minutes=1)
    answer = seen(home, request_id, "U0SAM")
    assert answer == Seen("U0SAM", home.clock.at + timedelta(minutes=15))
    home.clock.pass_(minutes=14, seconds=59)
    sweep(home)
    assert rungs(home, request_id) == THREE[:1] and lines(home, "still") == []
    home.clock.pass_(seconds=1)
    sweep(home)
    sweep(home)
    assert [each["whom"] for each in lines(home, "still")] == ["U0SAM"]
    assert rungs(home, request_id) == THREE[:1]
    home.clock.pass_(minutes=5)
    sweep(home)
    assert rungs(home, request_id) == THREE[:2]
    row = request(home, request_id)
    assert (row["acknowledged_by"], row["reminded_at"]) == (None, None)
    assert from_us(row["due_at"]) == home.clock.at + timedelta(minutes=10)
    assert _verbs(home) == [("U0SAM", "acknowledge", "")]
    kinds = ("decision.made", "escalation.still_on_it", "escalation.silent", "escalation.called")
    assert trail(home, *kinds) == list(kinds)


def test_still_on_it_holds_it_again(home: Home) -> None:
    request_id = call(home)
    seen(home, request_id, "U0SAM")
    home.clock.pass_(minutes=15)
    sweep(home)
    assert isinstance(seen(home, request_id, "U0SAM"), Seen)
    home.clock.pass_(minutes=14)
    sweep(home)
    assert rungs(home, request_id) == THREE[:1]


def test_a_second_press_says_that_it_is_seen_already(home: Home) -> None:
    request_id = call(home)
    assert isinstance(seen(home, request_id, "U0SAM", version=1), Seen)
    again = seen(home, request_id, "U0SAM", version=1)
    assert _code(again) == "seen_already" and isinstance(again, Refused) and "You have" in again.reason
    assert len(lines(home, "seen")) == 1


def test_of_two_who_have_seen_it_at_once_one_holds_it_and_the_other_is_told_who(home: Home) -> None:
    request_id = call(home)
    answers = _at_once(lambda: seen(home, request_id, "U0SAM", 1), lambda: seen(home, request_id, "U0JO", 1))
    assert sorted(map(_code, answers)) == ["", "seen_already"]
    holder = request(home, request_id)["acknowledged_by"]
    refused = next(each for each in answers if isinstance(each, Refused))
    assert refused.reason == f"<@{holder}> has seen it."
    assert len(lines(home, "seen")) == 1


def test_whoever_has_left_after_they_saw_it_is_not_asked_and_the_next_is_called(home: Home) -> None:
    meet(home)
    request_id = call(home)
    seen(home, request_id, "U0SAM")
    home.directory.remove("U0SAM")
    home.clock.pass_(minutes=15)
    sweep(home)
    assert lines(home, "still") == [] and rungs(home, request_id) == THREE[:2]


def test_taking_over_ends_the_call_as_ever(home: Home) -> None:
    request_id = call(home)
    seen(home, request_id, "U0SAM")
    taken = home.house.services.takeover.take(
        request(home, request_id)["task_id"], home.directory.people["U0JO"], "card"
    )
    assert isinstance(taken, Taken)
    home.clock.pass_(hours=2)
    sweep(home)
    assert request(home, request_id)["state"] == "taken" and rungs(home, request_id) == THREE[:1]
    assert _code(seen(home, request_id, "U0SAM")) == _code(not_now(home, request_id, "U0SAM")) == "already_decided"


# Not now -------------------------------------------------------------------------------------------------------------


def test_not_now_calls_the_next_rung_at_once_and_gives_it_its_whole_time(home: Home) -> None:
    meet(home)
    request_id = call(home)
    home.clock.pass_(minutes=1)
    assert not_now(home, request_id, "U0SAM") == PassedOn(("support_lead",))
    assert rungs(home, request_id) == THREE[:2]
    assert [each["people"] for each in lines(home, "called")] == [["U0THEO"]]
    assert _due(home, request_id) == home.clock.at + timedelta(minutes=10)
    assert _verbs(home) == [("U0SAM", "not_now", "")]


def test_a_double_click_leaves_no_rung_out(home: Home) -> None:
    request_id = call(home)
    answers = _at_once(*[lambda: not_now(home, request_id, "U0SAM", 1)] * 2)
    assert sorted(map(_code, answers)) == ["", "stale_card"]
    assert rungs(home, request_id) == THREE[:2]


def test_of_two_on_a_rung_who_cannot_now_one_counts(home: Home) -> None:
    request_id = call(home)
    answers = _at_once(lambda: not_now(home, request_id, "U0SAM", 1), lambda: not_now(home, request_id, "U0JO", 1))
    assert sorted(map(_code, answers)) == ["", "stale_card"] and rungs(home, request_id) == THREE[:2]


def test_a_press_and_a_sweep_at_the_same_time_call_the_next_rung_once(home: Home) -> None:
    request_id = call(home)
    home.clock.pass_(minutes=5)
    _at_once(lambda: sweep(home), lambda: not_now(home, request_id, "U0SAM", 1))
    assert rungs(home, request_id) == THREE[:2] and len(lines(home, "called")) == 1


def test_whoever_is_not_called_cannot_call_the_next(home: Home) -> None:
    request_id = call(home)
    assert _code(not_now(home, request_id, "U0MAYA")) == "not_the_role"
    assert rungs(home, request_id) == THREE[:1]
    assert _verbs(home) == [("U0MAYA", "not_now", "not_the_role")]


def test_only_whoever_has_seen_it_can_still_pass_it_on(home: Home) -> None:
    request_id = call(home)
    seen(home, request_id, "U0SAM")
    assert _code(not_now(home, request_id, "U0JO")) == "seen_already"
    assert isinstance(not_now(home, request_id, "U0SAM"), PassedOn)
    assert request(home, request_id)["acknowledged_by"] is None


def test_on_the_last_rung_there_is_nobody_to_pass_it_on_to(home: Home) -> None:
    request_id = call(home)
    for _ in range(2):
        home.clock.pass_(minutes=15)
        sweep(home)
    assert _code(not_now(home, request_id, "U0MAYA")) == "nobody_next"
    assert request(home, request_id)["state"] == "pending"


def test_guests_old_cards_and_removed_roles_change_nothing(home: Home, tmp_path: Path) -> None:
    request_id = call(home)
    for press in (seen, not_now):
        assert _code(press(home, request_id, "U0GUEST")) == "not_a_member"
    home.clock.pass_(minutes=5)
    sweep(home)
    for press in (seen, not_now):
        assert _code(press(home, request_id, "U0THEO", 1)) == "stale_card"
    there = open_home(tmp_path, policies=theo_is_now(tmp_path / "new", "[]"))  # rules are read at a start
    there.clock.at = home.clock.at
    for press in (seen, not_now):
        assert _code(press(there, request_id, "U0THEO")) == "not_the_role"
    assert rungs(there, request_id) == THREE[:2]
    assert request(there, request_id)["acknowledged_by"] is None


# Nobody there --------------------------------------------------------------------------------------------------------


def test_a_role_that_nobody_holds_is_passed_over_with_a_line_that_says_so(tmp_path: Path) -> None:
    home = open_home(tmp_path, policies=theo_is_now(tmp_path, "[support]"))
    meet(home)
    request_id = call(home)
    home.clock.pass_(minutes=5)
    sweep(home)
    assert rungs(home, request_id) == [("front_desk", "called"), ("support_lead", "nobody"), ("owner", "called")]
    assert [(each["role"], each["why"]) for each in lines(home, "passed_over")] == [("support_lead", "nobody")]
    assert len(trail(home, "escalation.passed_over")) == 1


def test_a_rung_whose_people_have_left_is_passed_over(home: Home) -> None:
    meet(home)
    request_id = call(home)
    home.directory.remove("U0THEO")
    home.clock.pass_(minutes=5)
    sweep(home)
    assert rungs(home, request_id) == [("front_desk", "called"), ("support_lead", "left"), ("owner", "called")]
    assert [each["why"] for each in lines(home, "passed_over")] == ["left"]


def test_nobody_is_passed_over_because_slack_cannot_be_asked(home: Home) -> None:
    meet(home)
    request_id = call(home)
    home.directory.is_away = True
    home.clock.pass_(minutes=5)
    sweep(home)
    assert rungs(home, request_id) == THREE[:2]


def _all_gone(home: Home, *but: str) -> None:
    meet(home)
    kept = ", ".join(f"'{each}'" for each in ("nobody", *but))
    home.tamper(f"update person set is_member = false where user_id not in ({kept})")


def test_a_ladder_on_which_nobody_is_ends_with_the_owner(home: Home) -> None:
    _all_gone(home, "U0MAYA")
    request_id = call(home, "technical_beyond")
    assert rungs(home, request_id) == [("workshop", "left"), ("support_lead", "left"), ("owner", "called")]
    home.clock.pass_(hours=1)
    sweep(home)
    assert len(rungs(home, request_id)) == 3 and [each["people"] for each in lines(home, "called")] == [["U0MAYA"]]


def test_where_there_is_no_owner_either_the_team_is_told_once_and_it_is_tried_again(home: Home) -> None:
    _all_gone(home)
    request_id = call(home, "technical_beyond")
    told = "select count(*) from card where kind = 'told'"
    assert home.sql(told) == [(1,)]
    for _ in range(3):
        home.clock.pass_(hours=1)
        sweep(home)
    assert home.sql(told) == [(1,)]
    home.tamper("update person set is_member = true where user_id = 'U0MAYA'")
    home.clock.pass_(hours=1)
    sweep(home)
    assert rungs(home, request_id)[-1] == ("owner", "called")


# Nights --------------------------------------------------------------------------------------------------------------


def test_what_is_immediate_is_called_in_the_middle_of_the_night(home: Home) -> None:
    meet(home)
    home.clock.at = NIGHT
    request_id = call(home)
    assert rungs(home, request_id) == THREE[:1]
    home.clock.pass_(minutes=5)
    sweep(home)
    assert [each["people"] for each in lines(home, "called")] == [["U0THEO"]]


def test_what_is_scheduled_stands_on_a_card_at_night_and_calls_when_we_open(home: Home) -> None:
    meet(home)
    home.clock.at = NIGHT
    request_id = call(home, "complaint")
    assert home.sql("select kind from card where kind = 'escalation'") and rungs(home, request_id) == []
    assert _due(home, request_id) == OPENS
    home.clock.at = OPENS - timedelta(seconds=1)
    sweep(home)
    assert rungs(home, request_id) == []
    home.clock.at = OPENS
    sweep(home)
    assert rungs(home, request_id) == [("support_lead", "called")]
    assert [each["people"] for each in lines(home, "called")] == [["U0THEO"]]


def test_whoever_sees_it_at_night_holds_it_until_it_is_day(home: Home) -> None:
    home.clock.at = NIGHT
    request_id = call(home, "complaint")
    assert seen(home, request_id, "U0THEO") == Seen("U0THEO", OPENS + timedelta(hours=1))
    assert _code(not_now(home, request_id, "U0SAM")) == "seen_already"


def test_a_reason_that_cannot_wait_wakes_a_call_that_could(home: Home) -> None:
    meet(home)
    home.clock.at = NIGHT
    request_id = call(home, "complaint")
    home.clock.pass_(minutes=1)
    task_id = request(home, request_id)["task_id"]
    with home.house.services.ledger.unit(task_id) as unit:
        requests.escalate(unit, home.house.services.policy(), "asks_for_person", "They ask again.", agent="support")
    assert rungs(home, request_id) == THREE[:1]
    assert [each["people"] for each in lines(home, "called")] == [["U0SAM", "U0JO"]]


def test_quiet_hours_hold_the_ring_of_what_can_wait_never_the_record(home: Home) -> None:
    meet(home, U0THEO="Asia/Tokyo")
    home.clock.at = OPENS  # 11 PM there
    request_id = call(home, "complaint")
    assert rungs(home, request_id) == [("support_lead", "called")]
    ends = datetime(2026, 11, 25, 23, 0, tzinfo=UTC)  # 8 AM in Tokyo: after the shop's next rung
    assert home.sql("select quiet from rung") == [(f'{{"U0THEO":{to_us(ends)}}}',)]
    home.clock.at = OPENS + timedelta(hours=2)
    sweep(home)
    assert rungs(home, request_id) == [("support_lead", "called"), ("owner", "called")]
    assert [each["people"] for each in lines(home, "called")] == [["U0MAYA"]]


def test_whoever_wakes_before_the_next_rung_is_rung_then_and_once(home: Home) -> None:
    meet(home, U0THEO="America/Denver")
    home.clock.at = OPENS  # 7 AM there; quiet until 8
    request_id = call(home, "complaint")
    home.clock.at = OPENS + timedelta(minutes=59)
    sweep(home)
    assert lines(home, "called") == []
    home.clock.at = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)
    for _ in range(2):
        sweep(home)
    assert lines(home, "called")[0]["people"] == ["U0THEO"]
    assert [row for row in rungs(home, request_id) if row[0] == "support_lead"] == [("support_lead", "called")]
    assert len([each for each in lines(home, "called") if "U0THEO" in each["people"]]) == 1


def test_quiet_hours_hold_nothing_immediate(home: Home) -> None:
    meet(home, U0THEO="Asia/Tokyo")
    home.clock.at = OPENS
    call(home, "anger")
    assert home.sql("select quiet, people from rung") == [("{}", "U0THEO")]
