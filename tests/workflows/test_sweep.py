"""What waits for people is not forgotten: reminders, expiry that never approves, ladders, pauses that end by time."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from core.contract.authority import Refused
from core.contract.base import RequestId
from core.errors import Away, Retry
from core.moment import from_us
from tests.support.databases import on_postgres
from tests.support.house import Home, mail
from workflows.control import Paused
from workflows.people import Drafted
from workflows.takeover import Taken


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


# Rows that cannot be looked after ---------------------------------------------------------------------------------------


def _break(home: Home, request_id: str) -> None:
    """What people wrote in this row can be opened by nobody."""
    value = "'\\x00'::bytea" if on_postgres() else "x'00'"
    home.tamper(f"update request set why = {value} where id = '{request_id}'")


def _told(home: Home) -> list[str]:
    return [orjson.loads(row[0])["text"] for row in home.sql("select detail from card where kind = 'told'")]


def test_one_call_that_cannot_be_looked_after_stops_no_other(home: Home) -> None:
    for number in range(3):
        sender = f"Dana <dana{number}@example.com>"
        home.house.services.arrivals.mail(
            mail("I want to talk to a real person.", message_id=f"m{number}", sender=sender)
        )
    home.work()
    calls = [row[0] for row in home.sql("select id from request where kind = 'escalation' order by due_at, id")]
    _break(home, calls[0])
    for _ in range(5):
        home.clock.pass_(minutes=20)
        _tick(home)
    rungs = dict(home.sql("select id, rung from request"))  # type: ignore[arg-type]
    assert [rungs[each] for each in calls] == [0, 2, 2]
    assert len(home.sql("select seq from audit where kind = 'sweep.failed'")) == 3
    assert len(_told(home)) == 1 and "T-100" in _told(home)[0]


def test_an_approval_that_cannot_expire_ends_with_a_call_for_a_person(home: Home) -> None:
    broken, _ = _asked(home, message_id="one", sender="Ann <ann@example.com>")
    sound, _ = _asked(home, message_id="two", sender="Bob <bob@example.com>")
    _break(home, broken)
    _until(home, sound, 1.0)
    for _ in range(4):
        _tick(home)
        home.clock.pass_(minutes=1)
    states = dict(home.sql("select id, state from request where kind = 'approval'"))  # type: ignore[arg-type]
    assert states == {broken: "pending", sound: "expired"}
    assert sorted(row[0] for row in home.sql("select trigger from request where kind = 'escalation'")) == [
        "expired",
        "failed",
    ]
    assert len(_told(home)) == 1


def test_what_is_only_busy_is_looked_after_the_next_time_and_is_no_fault(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    request_id, task_id = _asked(home)
    _until(home, request_id, 1.0)
    begun = home.house.services.ledger.unit

    def busy(task: str | None = None, *rest: Any) -> Any:
        if task == task_id:
            raise Retry("somebody else has written the same row", 0.05)
        return begun(task, *rest)

    monkeypatch.setattr(home.house.services.ledger, "unit", busy)
    home.house.schedule.follow_up(home.clock.now())
    monkeypatch.undo()
    assert home.sql(f"select state from request where id = '{request_id}'") == [("pending",)]
    _tick(home)
    assert home.sql(f"select state from request where id = '{request_id}'") == [("expired",)]
    assert home.sql("select seq from audit where kind = 'sweep.failed'") == []


def test_a_database_that_is_away_ends_the_sweep_at_once(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = [_asked(home, message_id=f"m{n}", sender=f"Dana <dana{n}@example.com>")[0] for n in range(3)]
    _until(home, asked[-1], 1.0)
    tried: list[str] = []

    def away(task: str | None = None, *_: Any) -> Any:
        tried.append(str(task))
        raise Away("the database is away")

    monkeypatch.setattr(home.house.services.ledger, "unit", away)
    with pytest.raises(Away):
        home.house.schedule.follow_up(home.clock.now())
    assert len(tried) == 1


# What is forgotten, and who ----------------------------------------------------------------------------------------------


def test_what_a_person_typed_and_never_confirmed_is_gone_after_a_day(home: Home) -> None:
    request_id, _ = _asked(home)
    people, theo = home.house.services.people, home.directory.people["U0THEO"]
    people.draft(RequestId(request_id), 1, theo, {"body": "Dear Dana, we open at nine."}, "")
    for hours, left in ((23, 1), (2, 0)):
        home.clock.pass_(hours=hours)
        home.house.schedule.tick("follow_up", home.clock.now())
        home.work()
        assert home.sql("select count(*) from draft") == [(left,)]


def test_what_a_person_typed_is_gone_once_it_is_confirmed(home: Home) -> None:
    request_id, _ = _asked(home)
    people, theo = home.house.services.people, home.directory.people["U0THEO"]
    drafted = people.draft(RequestId(request_id), 1, theo, {"body": "Dear Dana, we open at nine."}, "")
    assert isinstance(drafted, Drafted)
    people.confirm_edit(drafted.draft_id, theo)
    assert home.sql("select count(*) from draft") == [(0,)]


def test_a_task_of_somebody_who_left_the_team_goes_back_to_its_queue(home: Home) -> None:
    request_id, task_id = _asked(home)
    home.decide(request_id, "U0THEO")
    home.house.services.takeover.take(task_id, home.directory.people["U0SAM"], "card")
    home.directory.remove("U0SAM")
    home.clock.pass_(minutes=61)
    _tick(home)
    _tick(home)
    assert home.sql("select claimed_by, claimed_at, waiting_for from task") == [(None, None, "person")]
    assert [row[0] for row in home.sql("select trigger from request where state = 'pending'")] == ["holder_left"]
    assert home.sql("select state from effect") == [
        ("cancelled",)
    ]  # what agents had ready is not sent behind anybody's back
    assert home.calls("mail.reply") == []
    theo = home.house.services.takeover.take(task_id, home.directory.people["U0THEO"], "card")
    assert isinstance(theo, Taken)


def test_nobody_loses_a_task_because_the_platform_cannot_be_asked(home: Home) -> None:
    _, task_id = _asked(home)
    home.house.services.takeover.take(task_id, home.directory.people["U0SAM"], "card")
    home.directory.is_away = True
    home.clock.pass_(minutes=61)
    _tick(home)
    assert home.sql("select claimed_by from task") == [("U0SAM",)]
    assert _lines(home) == ["held"]


def test_whoever_takes_a_task_again_is_asked_about_it_again(home: Home) -> None:
    _, task_id = _asked(home)
    takeover, sam = home.house.services.takeover, home.directory.people["U0SAM"]
    for times in (1, 2):
        takeover.take(task_id, sam, "card")
        home.clock.pass_(minutes=61)
        _tick(home)
        assert _lines(home).count("held") == times
        takeover.hand_back(task_id, sam, "", "support", "redraft")
        home.work()
