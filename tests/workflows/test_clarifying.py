"""A few words that nobody can place: one question goes out as any mail does, and what comes back, or nothing, leads on."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from agents.planner import READS_INTENT, Intent
from agents.specialists.support import READS_TICKET, WRITES_REPLY, Ticket
from bot.cards import approval
from bot.render.approval import approval_card
from bot.render.scene import Scene
from core.contract.authority import Approved
from core.ports import Label
from tests.support.house import POLICIES, Home, mail, open_home
from tests.support.models import ScriptedModel
from workflows import asking, history, views

SHORT, ANSWER = "Hi, I have a quick question.", "When do you open on Saturday?"


def reads(text: str) -> Intent | None:
    return Intent(intent=Label(name="support", confidence=0.95)) if ANSWER in text else None


def model() -> ScriptedModel:
    ticket = Ticket(category=Label(name="opening_hours", confidence=0.95))
    return ScriptedModel(reads={READS_INTENT: reads, READS_TICKET: ticket}, writes={WRITES_REPLY: None})  # type: ignore[dict-item]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = open_home(tmp_path, model())
    made.meet()
    return made


def comes(home: Home, text: str = SHORT, n: int = 0) -> str:
    raw = mail(text, subject="Hello", message_id=f"m{n}", references=f"m{n - 1}" if n else "")
    task = home.house.services.arrivals.mail(raw).task_id
    home.work()
    return str(task)


def question(home: Home, task: str) -> dict[str, Any]:
    (row,) = asking.of_task(home.house.services.ledger, task)
    return row


def asked(home: Home) -> tuple[str, str]:
    """A question that went out: its task and its request."""
    task = comes(home)
    ((request, _),) = home.pending()
    assert isinstance(home.decide(request, "U0THEO"), Approved)
    home.work()
    return task, request


def call(home: Home) -> dict[str, Any]:
    ((name, _),) = home.pending("escalation")
    return home.house.services.ledger.row("request", "request.get", id=name) or {}


def sent(home: Home) -> int:
    return len(home.calls("mail.reply"))


def card(home: Home, request: str) -> str:
    services = home.house.services
    view = views.request_view(services.ledger, request)
    assert view is not None
    scene = Scene(services.ledger, services.policy)
    return str(approval.render(approval_card(scene, view)))


def test_the_question_waits_for_a_person_like_any_mail_and_its_card_says_what_it_is(home: Home) -> None:
    task = comes(home)
    ((request, of),) = home.pending()
    assert (of, sent(home), home.pending("escalation")) == (task, 0, [])
    row = question(home, task)
    assert (row["whom"], row["asked_by"], row["request_id"], row["mail_id"]) == (
        "customer",
        "support",
        request,
        request,
    )
    shown = card(home, request)
    assert "Send this question to Dana Whitfield" in shown
    assert "This asks the customer what they mean, once." in shown
    assert "% sure" not in shown, "nothing was concluded of which one could be sure"
    assert "has a card of its own" not in shown


def test_what_the_customer_answers_is_read_anew_and_stands_on_the_card(home: Home) -> None:
    task, request = asked(home)
    assert (sent(home), home.pending()) == (1, [])
    row = home.house.services.ledger.task(task)
    assert row is not None
    assert row.waiting_for == "customer"
    comes(home, ANSWER, 1)
    assert question(home, task)["state"] == "answered"
    assert ANSWER in card(home, request)
    ((second, of),) = home.pending()
    assert (second != request, of, home.pending("escalation")) == (True, task, [])
    assert home.decide(second, "U0THEO") and home.work() is None
    assert sent(home) == 2
    after = home.house.services.ledger.task(task)
    assert after is not None
    assert (after.state, after.workflow) == ("done", "support")


def test_an_answer_that_does_not_help_goes_to_a_person_and_nobody_asks_twice(home: Home) -> None:
    task, _ = asked(home)
    comes(home, "Well, you know.", 1)
    assert (call(home)["trigger"], call(home)["queue"], sent(home), home.pending()) == ("unsure", "triage", 1, [])
    assert "was asked what they mean already" in call(home)["why"]
    assert "Well, you know." in question(home, task)["answer"]
    comes(home, "Hello?", 2)
    assert (sent(home), home.pending()) == (1, [])


def test_silence_until_the_next_business_day_calls_a_person_once(home: Home) -> None:
    asked(home)
    home.clock.pass_(hours=20)
    home.work()
    assert home.pending("escalation") == [], "the shop has not opened yet"
    home.clock.pass_(hours=4)
    home.work()
    assert (call(home)["trigger"], sent(home)) == ("unsure", 1)
    assert "“What is it about: a bike or a repair" in call(home)["why"]


def test_a_holiday_is_no_business_day(home: Home) -> None:
    home.clock.pass_(days=1)  # the day before Thanksgiving
    asked(home)
    home.clock.pass_(hours=24)
    home.work()
    assert home.pending("escalation") == []
    home.clock.pass_(hours=24)
    home.work()
    assert call(home)["trigger"] == "unsure"


def test_a_question_that_a_person_rejects_leaves_the_task_with_people(home: Home) -> None:
    comes(home)
    ((request, _),) = home.pending()
    home.decide(request, "U0THEO", "reject", reason="wrong")
    home.work()
    assert (call(home)["trigger"], sent(home), home.pending()) == ("unsure", 0, [])
    assert call(home)["why"].startswith("The question to the customer was rejected by a person.")


def test_whoever_writes_more_before_it_went_out_is_read_anew_and_the_question_never_leaves(home: Home) -> None:
    task = comes(home)
    ((first, _),) = home.pending()
    comes(home, ANSWER, 1)
    ((second, of),) = home.pending()
    assert (second != first, of, sent(home)) == (True, task, 0)
    assert not asking.is_open(home.house.services.ledger, question(home, task))
    assert "Is it" not in card(home, second)
    assert "Send this reply" in card(home, second)


def trusted(folder: Path) -> Path:
    """The company's policies, with support trusted to write by itself."""
    policies = folder / "policies"
    shutil.copytree(POLICIES, policies)
    for name, old, new in (
        ("rollout.yml", "  support: supervised", "  support: full"),
        ("agents/support.yml", "  min_confidence: 0.75", "  min_confidence: 0.75\n  allow_from: 0.0"),
    ):
        text = (policies / name).read_text("utf-8")
        assert old in text, name
        (policies / name).write_text(text.replace(old, new, 1), "utf-8")
    return policies


def test_at_full_trust_it_goes_out_alone_and_is_still_asked_once(tmp_path: Path) -> None:
    home = open_home(tmp_path, model(), policies=trusted(tmp_path))
    task = comes(home)
    assert (sent(home), home.pending()) == (1, [])
    row = question(home, task)
    assert row["request_id"] is None
    ledger = home.house.services.ledger
    assert asking.mail_of(ledger, row) == ("approved", "sent")
    assert [one.what for one in history.completed(ledger, task)] == [history.QUESTION]
    comes(home, "Well, you know.", 1)
    assert question(home, task)["state"] == "answered"
    assert (call(home)["trigger"], sent(home)) == ("unsure", 1)


def test_at_full_trust_silence_leads_to_a_person_too(tmp_path: Path) -> None:
    home = open_home(tmp_path, model(), policies=trusted(tmp_path))
    comes(home)
    home.clock.pass_(hours=24)
    home.work()
    assert "no answer came" in call(home)["why"]
