"""People are reminded, not nagged; what is put off comes back before its time, and only to whom it waits for."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from bot.render.lines import draw_line
from bot.render.scene import Scene
from core.contract.authority import Decision, Refused, Verb
from core.contract.base import RequestId
from core.moment import from_us
from tests.support.house import START, Home, mail, open_home
from workflows.later import Reminded, Snoozed, TooSoon
from workflows.people import NotPossible


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = open_home(tmp_path)
    made.meet()
    return made


def asked(home: Home) -> str:
    home.house.services.arrivals.mail(mail("When do you open?\n\nDana"))
    home.work()
    return home.pending()[0][0]


def _decision(home: Home, request_id: str, by: str, verb: Verb, version: int | None) -> Decision:
    row = home.house.services.ledger.row("request", "request.get", id=request_id) or {}
    return Decision(request_id=RequestId(request_id), version=version or row["version"], person=by, verb=verb)


def remind(home: Home, request_id: str, by: str = "U0THEO", *, version: int | None = None) -> Any:
    decision = _decision(home, request_id, by, "remind", version)
    return home.house.services.later.remind(decision, home.directory.people[by])


def snooze(
    home: Home,
    request_id: str,
    minutes: float,
    by: str = "U0SAM",
    *,
    everyone: bool = False,
    version: int | None = None,
) -> Any:
    decision, until = _decision(home, request_id, by, "snooze", version), home.clock.now() + timedelta(minutes=minutes)
    return home.house.services.later.snooze(decision, home.directory.people[by], until, everyone=everyone)


def hand_on(home: Home, request_id: str, to: str) -> None:
    home.house.services.reassign.to(
        _decision(home, request_id, "U0THEO", "reassign", None), to, home.directory.people["U0THEO"]
    )


def tick(home: Home) -> None:
    home.house.schedule.follow_up(home.clock.now())


def lines(home: Home) -> list[dict[str, Any]]:
    rows = home.sql("select detail from card where kind = 'timeline' order by created_at, id")
    return [orjson.loads(row[0]) for row in rows]


def said(home: Home, what: str) -> str:
    """The line as Slack gets it."""
    ledger = home.house.services.ledger
    rows = home.sql(
        f"select id from card where kind = 'timeline' and detail like '%\"{what}\"%' order by created_at desc"
    )
    card = ledger.row("card", "card.get", id=rows[0][0]) or {}
    return str(draw_line(Scene(ledger, home.house.services.policy), card).payload["blocks"])


# Remind --------------------------------------------------------------------------------------------------------------


def test_a_reminder_calls_the_others_who_may_decide_and_leaves_it_pending(home: Home) -> None:
    request_id = asked(home)
    assert remind(home, request_id) == Reminded(request_id, ("U0SAM",))
    assert [(each["what"], each["called"]) for each in lines(home)] == [("nudged", ["U0SAM"])]
    assert "<@U0SAM>" in said(home, "nudged") and "reminds of the decision" in said(home, "nudged")
    assert home.sql("select state, version, reminders from request") == [("pending", 1, 0)]
    assert home.sql("select person, verb, refusal from decision") == [("U0THEO", "remind", "")]
    assert home.sql("select actor from audit where kind = 'decision.made'") == [("person:U0THEO",)]


def test_whoever_cannot_decide_may_remind(home: Home) -> None:
    request_id = asked(home)
    assert remind(home, request_id, "U0PRIYA") == Reminded(request_id, ("U0THEO", "U0SAM"))


def test_a_second_reminder_within_the_hour_says_when_it_was_done_and_by_whom(home: Home) -> None:
    request_id = asked(home)
    remind(home, request_id)
    home.clock.pass_(minutes=59)
    assert remind(home, request_id, "U0SAM") == TooSoon("U0THEO", START, START + timedelta(minutes=60))
    assert len(lines(home)) == 1
    home.clock.pass_(minutes=1)
    assert remind(home, request_id, "U0SAM") == Reminded(request_id, ("U0THEO",))
    assert len(lines(home)) == 2


def test_after_the_reminder_that_comes_by_itself_nobody_is_reminded_at_once(home: Home) -> None:
    request_id = asked(home)
    created, due = home.sql("select created_at, due_at from request")[0]
    home.clock.at = from_us(created + int((due - created) * 0.8))
    tick(home)
    found = remind(home, request_id)
    assert isinstance(found, TooSoon) and (found.by, found.at) == ("", home.clock.now())
    assert [each["what"] for each in lines(home)] == ["reminded"]


def test_a_reminder_by_hand_does_not_take_the_place_of_the_one_that_comes_by_itself(home: Home) -> None:
    request_id = asked(home)
    remind(home, request_id)
    created, due = home.sql("select created_at, due_at from request")[0]
    home.clock.at = from_us(created + int((due - created) * 0.8))
    tick(home)
    assert [each["what"] for each in lines(home)] == ["nudged", "reminded"]
    assert "<@U0SAM>" in said(home, "reminded") and "<@U0THEO>" in said(home, "reminded")


def test_what_was_handed_on_rings_only_for_who_has_it(home: Home) -> None:
    request_id = asked(home)
    hand_on(home, request_id, "person:U0SAM")
    assert remind(home, request_id, "U0PRIYA") == Reminded(request_id, ("U0SAM",))
    mine = remind(open_again(home), request_id, "U0SAM")
    assert isinstance(mine, NotPossible) and "Nobody" in mine.reason


def open_again(home: Home) -> Home:
    """An hour later."""
    home.clock.pass_(minutes=61)
    return home


def test_two_who_remind_at_once_send_one_reminder(home: Home) -> None:
    request_id = asked(home)
    with ThreadPoolExecutor(2) as both:
        found = list(both.map(lambda by: remind(home, request_id, by), ("U0PRIYA", "U0JO")))
    assert sorted(type(each).__name__ for each in found) == ["Reminded", "TooSoon"]
    assert len(lines(home)) == 1


@pytest.mark.parametrize("verb", ["remind", "snooze"])
def test_a_guest_an_old_card_and_what_is_decided_are_refused(home: Home, verb: str) -> None:
    request_id = asked(home)

    def press(by: str, version: int | None = None) -> Any:
        if verb == "remind":
            return remind(home, request_id, by, version=version)
        return snooze(home, request_id, 15, by, version=version)

    assert press("U0GUEST").code == "not_a_member"
    hand_on(home, request_id, "person:U0SAM")
    assert press("U0SAM", version=1).code == "stale_card"
    home.decide(request_id, "U0SAM")
    assert press("U0SAM").code == "already_decided"
    assert home.sql("select count(*) from snooze") == [(0,)]
    assert "nudged" not in [each["what"] for each in lines(home)]
    assert home.sql(f"select refusal from decision where verb = '{verb}' order by refusal") == [
        ("already_decided",), ("not_a_member",), ("stale_card",),
    ]  # fmt: skip


# Snooze --------------------------------------------------------------------------------------------------------------


def test_what_somebody_put_off_is_shown_to_them_again_once(home: Home) -> None:
    request_id = asked(home)
    assert snooze(home, request_id, 15) == Snoozed(request_id, START + timedelta(minutes=15))
    assert "put it off" in said(home, "snoozed") and "10:15 AM EST" in said(home, "snoozed")
    home.clock.pass_(minutes=14)
    tick(home)
    assert [each["what"] for each in lines(home)] == ["snoozed"]
    home.clock.pass_(minutes=1)
    tick(home)
    tick(home)
    assert [each["what"] for each in lines(home)] == ["snoozed", "again"]
    assert "<@U0SAM>" in said(home, "again") and "U0THEO" not in said(home, "again")
    assert home.sql("select count(*) from snooze") == [(0,)]
    assert home.sql("select state, version from request") == [("pending", 1)]


def test_who_put_it_off_is_not_reminded_until_then(home: Home) -> None:
    request_id = asked(home)
    snooze(home, request_id, 60)
    assert remind(home, request_id, "U0PRIYA") == Reminded(request_id, ("U0THEO",))
    snooze(home, request_id, 100, "U0THEO")
    home.clock.pass_(minutes=59)
    nobody = remind(open_later(home), request_id, "U0PRIYA")
    assert nobody == Reminded(request_id, ("U0SAM",))


def open_later(home: Home) -> Home:
    home.clock.pass_(minutes=2)
    return home


def test_when_all_have_put_it_off_a_reminder_says_so(home: Home) -> None:
    request_id = asked(home)
    snooze(home, request_id, 60)
    snooze(home, request_id, 60, "U0THEO")
    found = remind(home, request_id, "U0PRIYA")
    assert isinstance(found, NotPossible) and "Sam Whitlock put it off until Tue Nov 24, 11:00 AM EST." in found.reason
    assert home.sql("select reminded_at from request") == [(None,)]


def test_it_cannot_be_put_off_past_its_time(home: Home) -> None:
    request_id = asked(home)
    due = from_us(home.sql("select due_at from request")[0][0])
    minutes = (due - home.clock.now()).total_seconds() / 60
    for everyone in (False, True):
        for each in (minutes, minutes + 60, 0, -5):
            found = snooze(home, request_id, each, everyone=everyone)
            assert isinstance(found, NotPossible) and "has to be decided by" in found.reason
    assert home.sql("select snoozed_until from request") == [(None,)]
    assert home.sql("select count(*) from snooze") == [(0,)]
    assert isinstance(snooze(home, request_id, minutes - 1), Snoozed)


def test_putting_it_off_does_not_move_its_time(home: Home) -> None:
    request_id = asked(home)
    snooze(home, request_id, 60)
    snooze(home, request_id, 60, "U0THEO", everyone=True)
    home.clock.at = from_us(home.sql("select due_at from request")[0][0])
    tick(home)
    assert home.sql("select state from request where kind = 'approval'") == [("expired",)]
    assert home.calls("mail.reply") == []


def test_reminders_held_back_wait_and_then_come(home: Home) -> None:
    request_id = asked(home)
    created, due = home.sql("select created_at, due_at from request")[0]
    home.clock.at = from_us(created + int((due - created) * 0.74))
    assert isinstance(snooze(home, request_id, 15, "U0THEO", everyone=True), Snoozed)
    found = remind(home, request_id, "U0PRIYA")
    assert isinstance(found, NotPossible) and "held back until" in found.reason
    home.clock.pass_(minutes=14)
    tick(home)
    assert [each["what"] for each in lines(home)] == ["held_back"]
    home.clock.pass_(minutes=1)
    tick(home)
    assert [each["what"] for each in lines(home)] == ["held_back", "reminded"]


@pytest.mark.parametrize("then", ["decided", "handed on", "role gone"])
def test_what_no_longer_waits_for_somebody_is_not_shown_to_them_again(home: Home, then: str) -> None:
    request_id = asked(home)
    snooze(home, request_id, 15)
    if then == "decided":
        home.decide(request_id, "U0THEO")
    elif then == "handed on":
        hand_on(home, request_id, "person:U0THEO")
    else:
        people = dict(home.house.services.policy().people)
        people["sam@example.com"] = people["sam@example.com"].model_copy(update={"roles": ("front_desk",)})
        made = home.house.services.policy().model_copy(update={"people": people})
        object.__setattr__(home.house.schedule.sweep, "policy", lambda: made)
    home.clock.pass_(minutes=16)
    tick(home)
    assert "again" not in [each["what"] for each in lines(home)]
    assert home.sql("select count(*) from snooze") == [(0,)]


def test_putting_it_off_again_moves_the_time(home: Home) -> None:
    request_id = asked(home)
    snooze(home, request_id, 15)
    snooze(home, request_id, 60)
    assert home.sql("select person from snooze") == [("U0SAM",)]
    home.clock.pass_(minutes=16)
    tick(home)
    assert "again" not in [each["what"] for each in lines(home)]
    home.clock.pass_(minutes=44)
    tick(home)
    assert "again" in [each["what"] for each in lines(home)]


def test_whoever_is_not_asked_puts_nothing_off(home: Home) -> None:
    request_id = asked(home)
    hand_on(home, request_id, "person:U0SAM")
    mine = snooze(home, request_id, 15, "U0THEO")
    assert isinstance(mine, NotPossible) and "not asked for this" in mine.reason
    found = snooze(home, request_id, 15, "U0PRIYA")
    assert isinstance(found, Refused) and found.code == "not_the_role"
    assert home.sql("select count(*) from snooze") == [(0,)]
