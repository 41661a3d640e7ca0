"""What waits for people is not forgotten: reminders, expiry that never approves, ladders, pauses that end by time."""

from __future__ import annotations

import orjson

from core.contract.authority import Refused
from core.moment import from_us
from tests.support.house import Home, mail
from workflows.control import Paused


def _asked(home: Home, text: str = "When do you open?\n\nDana", **more: str) -> tuple[str, str]:
    home.house.services.arrivals.mail(mail(text, **more))
    home.work()
    return home.pending()[-1]


def _tick(home: Home) -> None:
    home.house.schedule.follow_up(home.clock.now())
    home.work()


def _lines(home: Home) -> list[str]:
    rows = home.sql("select detail from card where kind = 'timeline' order by created_at, id")
    return [orjson.loads(row[0])["what"] for row in rows]


def _until(home: Home, request_id: str, share: float) -> None:
    created, due = home.sql(f"select created_at, due_at from request where id = '{request_id}'")[0]
    home.clock.at = from_us(created + int((due - created) * share))


def test_a_reminder_comes_once_when_a_quarter_of_the_time_is_left(home: Home) -> None:
    request_id, _ = _asked(home)
    _until(home, request_id, 0.70)
    _tick(home)
    assert _lines(home) == []
    _until(home, request_id, 0.80)
    _tick(home)
    _tick(home)
    assert _lines(home) == ["reminded"]


def test_what_nobody_decides_is_never_sent_and_goes_to_the_queue_that_the_rule_names(home: Home) -> None:
    request_id, _ = _asked(home)
    _until(home, request_id, 1.0)
    _tick(home)
    assert home.sql(f"select state from request where id = '{request_id}'") == [("expired",)]
    assert home.calls("mail.reply") == []
    assert home.sql("select trigger, queue, state from request where kind = 'escalation'") == [
        ("expired", "support", "pending")
    ]
    late = home.decide(request_id, "U0THEO")
    assert isinstance(late, Refused) and late.code == "expired"
    home.work()
    assert home.calls("mail.reply") == []


def test_a_click_in_the_last_moment_counts_and_one_after_it_does_not(home: Home) -> None:
    request_id, _ = _asked(home)
    _until(home, request_id, 1.0)
    refused = home.decide(request_id, "U0THEO")
    assert isinstance(refused, Refused) and refused.code == "expired"
    assert home.calls("mail.reply") == []


def test_a_ladder_climbs_rung_by_rung_and_then_asks_everybody_again(home: Home) -> None:
    home.house.services.arrivals.mail(mail("I want to talk to a real person, now."))
    home.work()
    ((request_id, _),) = home.pending("escalation")
    rungs, lines = [], []
    for _ in range(5):
        _until(home, request_id, 0.0)
        home.clock.at = from_us(home.sql(f"select due_at from request where id = '{request_id}'")[0][0])
        _tick(home)
        rungs.append(home.sql(f"select rung from request where id = '{request_id}'")[0][0])
        lines = _lines(home)
    assert rungs == [1, 2, 2, 2, 2]
    assert lines == ["called"] * 5
    assert home.sql(f"select state from request where id = '{request_id}'") == [("pending",)]


def test_a_pause_with_a_time_ends_by_itself_and_what_it_held_goes_on(home: Home) -> None:
    request_id, _ = _asked(home)
    until = home.clock.now().replace(hour=16)
    paused = home.house.services.controls.pause("support", home.directory.people["U0MAYA"], "lunch", until)
    assert isinstance(paused, Paused) and paused.until == until
    home.decide(request_id, "U0THEO")
    home.work()
    assert home.sql("select state from effect") == [("held",)] and home.calls("mail.reply") == []
    home.clock.at = until
    _tick(home)
    assert home.calls("mail.reply") == ["mail.reply"]
    assert home.sql("select lifted_by from control") == [("time",)]


def test_a_second_sweep_at_the_same_time_changes_nothing(home: Home) -> None:
    request_id, _ = _asked(home)
    _until(home, request_id, 1.0)
    _tick(home)
    before = home.sql("select count(*) from audit")
    _tick(home)
    assert home.sql("select count(*) from audit") == before
    assert request_id


def test_whoever_has_a_task_for_hours_is_asked_about_it_once_an_hour(home: Home) -> None:
    _, task_id = _asked(home)
    home.house.services.takeover.take(task_id, home.directory.people["U0SAM"], "card")
    for _ in range(3):
        home.clock.pass_(minutes=61)
        _tick(home)
        _tick(home)
    assert _lines(home).count("held") == 3
