"""Decisions that wait, where two things come together: two sweeps, a verb at the wrong door, a call with two reasons."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from bot.render.lines import draw_line
from bot.render.scene import Scene
from core.contract.authority import Approved, Decision
from core.contract.base import RequestId
from core.errors import Bug
from core.moment import from_us, to_us
from tests.support.house import Home, mail, open_home
from tests.support.ladders import call, meet, sweep
from tests.workflows.test_stuck import QUESTION, with_everybody, without
from workflows import requests
from workflows.people import NotPossible


def _asked(home: Home, number: int = 1) -> str:
    home.house.services.arrivals.mail(mail(QUESTION, message_id=f"m{number}"))
    home.work()
    return home.pending()[-1][0]


def _row(home: Home, request_id: str) -> dict[str, Any]:
    return home.house.services.ledger.row("request", "request.get", id=request_id) or {}


def _lines(home: Home, what: str) -> int:
    rows = home.sql("select detail from card where kind = 'timeline'")
    return sum(orjson.loads(row[0])["what"] == what for row in rows)


def test_two_sweeps_that_saw_the_same_request_remind_of_it_once(home: Home) -> None:
    home.meet()
    request_id = _asked(home)
    row = _row(home, request_id)
    home.clock.pass_(seconds=(row["due_at"] - row["created_at"]) / 1e6 * 0.9)
    listed = home.house.services.ledger.rows("request.remind", now=int(home.clock.at.timestamp() * 1e6))
    assert [each[0] for each in listed] == [request_id]
    sweep = home.house.schedule.sweep
    sweep.run()
    home.clock.pass_(seconds=1)
    for each in listed:  # the other process looked before
        sweep._remind(*each)
    assert _lines(home, "reminded") == 1 and _row(home, request_id)["reminders"] == 1


@pytest.mark.parametrize("verb", ["remind", "reassign", "snooze", "ask", "undo"])
def test_what_decides_nothing_is_no_decision(home: Home, verb: Any) -> None:
    home.meet()
    request_id = _asked(home)
    decision = Decision(request_id=RequestId(request_id), version=1, person="U0THEO", verb=verb)
    with pytest.raises(Bug):
        home.house.services.people.decide(decision, home.directory.people["U0THEO"])
    assert (_row(home, request_id)["version"], _row(home, request_id)["state"]) == (1, "pending")
    assert home.sql("select count(*) from decision") == [(0,)] and _lines(home, "signed") == 0


def test_a_decision_does_not_end_a_call_that_has_another_reason(tmp_path: Path) -> None:
    home = open_home(tmp_path, policies=without(tmp_path, "support"))
    home.meet()
    request_id = _asked(home)
    task_id = _row(home, request_id)["task_id"]
    with home.house.services.ledger.unit(task_id) as unit:
        requests.escalate(unit, home.house.services.policy(), "custom_pricing", "They want a price of their own.",
                          agent="support")  # fmt: skip
    home = with_everybody(home, tmp_path)
    assert home.decide(request_id, "U0THEO") == Approved()
    assert home.sql("select state from request where kind = 'escalation'") == [("pending",)]


def test_the_end_of_a_call_is_on_the_record(tmp_path: Path) -> None:
    home = open_home(tmp_path, policies=without(tmp_path, "support"))
    home.meet()
    request_id = _asked(home)
    home = with_everybody(home, tmp_path)
    home.decide(request_id, "U0THEO")
    assert home.sql("select count(*) from audit where kind = 'escalation.closed'") == [(1,)]


def test_nobody_counts_as_reminded_who_cannot_be_rung(home: Home) -> None:
    request_id = _asked(home)  # Slack has shown nobody yet
    decision = Decision(request_id=RequestId(request_id), version=1, person="U0THEO", verb="remind")
    answer = home.house.services.later.remind(decision, home.directory.people["U0THEO"])
    assert isinstance(answer, NotPossible) and "not seen in Slack" in answer.reason
    assert _lines(home, "nudged") == 0 and _row(home, request_id)["reminded_at"] is None


def test_a_sweep_asks_slack_about_each_person_once(home: Home) -> None:
    meet(home)
    for number in range(5):
        call(home, number=number)
    asked: list[str] = []
    fresh = home.directory.fresh
    object.__setattr__(home.directory, "fresh", lambda user: asked.append(user) or fresh(user))
    home.clock.pass_(minutes=5)
    sweep(home)
    assert len(asked) == len(set(asked)) > 0
    home.clock.pass_(minutes=10)
    asked.clear()
    sweep(home)
    assert asked  # what was known then counts no longer


def _called_by_line(home: Home) -> str:
    ledger = home.house.services.ledger
    (card_id,) = home.sql("select id from card where kind = 'timeline' and detail like '%reminded%'")[0]
    card = ledger.row("card", "card.get", id=card_id) or {}
    return str(draw_line(Scene(ledger, home.house.services.policy), card).payload["blocks"])


def test_the_reminder_of_what_can_wait_comes_when_quiet_hours_end(home: Home) -> None:
    meet(home, U0THEO="Europe/Berlin")
    home.clock.at = datetime(2026, 11, 23, 21, 30, tzinfo=UTC)  # Monday, half past four in the shop
    request_id = _asked(home)
    assert from_us(_row(home, request_id)["due_at"]) == datetime(2026, 11, 24, 15, 30, tzinfo=UTC)
    home.house.services.reassign.to(
        Decision(request_id=RequestId(request_id), version=1, person="U0THEO", verb="reassign"), "person:U0SAM",
        home.directory.people["U0THEO"],
    )  # fmt: skip
    home.clock.at = datetime(2026, 11, 24, 12, 59, tzinfo=UTC)  # a minute to eight: three quarters are long over
    sweep(home)
    assert _lines(home, "reminded") == 0
    home.clock.pass_(minutes=1)
    sweep(home)
    sweep(home)
    assert _lines(home, "reminded") == 1 and "<@U0SAM>" in _called_by_line(home)


def test_whoever_is_awake_is_reminded_and_whoever_is_not_is_left_alone(home: Home) -> None:
    meet(home, U0THEO="Europe/Berlin")
    home.clock.at = datetime(2026, 11, 23, 21, 30, tzinfo=UTC)
    _asked(home)
    home.clock.at = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)  # 7 AM in the shop, 1 PM where Theo is
    sweep(home)
    assert "<@U0THEO>" in _called_by_line(home) and "<@U0SAM>" not in _called_by_line(home)


def test_quiet_hours_hold_no_reminder_of_what_ends_before_they_do(home: Home) -> None:
    meet(home)
    request_id = _asked(home)
    home.clock.at = night = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
    home.tamper(f"update request set created_at = {to_us(night)}, due_at = {to_us(night + timedelta(minutes=10))}"
                f" where id = '{request_id}'")  # fmt: skip
    home.clock.pass_(minutes=9)
    sweep(home)
    assert "<@U0SAM>" in _called_by_line(home)
