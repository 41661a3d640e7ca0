"""Each verb of a card by words: the same checks, the same rows, and no word that decides."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.moment import to_us
from tests.commands.conftest import Bench
from tests.support.house import TEAM, mail
from workflows import requests


@pytest.fixture
def task(bench: Bench) -> str:
    bench.home.meet()
    bench.home.house.services.arrivals.mail(mail("When do you open?\n\nDana"))
    bench.home.work()
    return bench.home.pending()[0][1]


def made(bench: Bench) -> list[tuple[str, ...]]:
    return bench.home.sql("select person, verb, surface, refusal from decision order by at, id")


def test_take_over_and_hand_back_are_the_same_as_on_the_card(bench: Bench, task: str) -> None:
    assert "agents stand still" in bench.ask(f"take over {task}", TEAM["U0SAM"]).text
    assert bench.home.sql("select claimed_by from task") == [("U0SAM",)]
    assert bench.home.sql("select state, closed_reason from request") == [("closed", "taken_over")]
    assert bench.ask(f"take over {task}", TEAM["U0THEO"]).exit_code == 1
    silent = bench.ask(f"hand back {task}", TEAM["U0SAM"])
    assert "Say in a sentence what you did" in silent.text and bench.home.sql("select claimed_by from task") == [
        ("U0SAM",)
    ]
    back = bench.ask(f"hand back {task}: I told her on the phone that we open at 9.", TEAM["U0SAM"])
    assert back.text == f"The support agent goes on with {task}."
    assert made(bench) == [("U0SAM", "take_over", "words", ""), ("U0SAM", "hand_back", "modal", "")]
    assert bench.home.sql("select claimed_by, owner from task") == [(None, "support")]


def test_handed_back_to_nobody_a_task_is_closed(bench: Bench, task: str) -> None:
    bench.ask(f"take over {task}", TEAM["U0SAM"])
    assert bench.ask(f"hand back {task} to nobody: she called", TEAM["U0SAM"]).text == f"{task} is closed."
    assert bench.home.sql("select state from task") == [("done",)]


@pytest.mark.parametrize(
    ("line", "queue", "class_of", "role"),
    [
        ("escalate {} to finance: two invoices disagree", "finance", "immediate", "finance"),
        ("escalate {} to support_lead two invoices disagree", "support", "immediate", "support_lead"),
        ("escalate {}: two invoices disagree", "support", "immediate", "support_lead"),
        ("escalate {} to sales today: two invoices disagree", "sales", "scheduled", "sales"),
        ("escalate {} because two invoices disagree", "support", "immediate", "support_lead"),
    ],
)
def test_help_is_called_by_words(bench: Bench, task: str, line: str, queue: str, class_of: str, role: str) -> None:
    found = bench.ask(line.format(task), TEAM["U0SAM"])
    assert found.exit_code == 0 and f"called to {task}" in found.text
    ((request, _),) = bench.home.pending(requests.ESCALATION)
    row = bench.home.house.services.ledger.row("request", "request.get", id=request) or {}
    assert (row["queue"], row["escalation_class"]) == (queue, class_of)
    assert row["why"].endswith(": two invoices disagree")
    assert bench.home.sql("select role from rung") == [(role,)]
    assert made(bench) == [("U0SAM", "escalate", "words", "")]


def test_seen_and_why_and_snooze(bench: Bench, task: str) -> None:
    why = bench.ask(f"why {task}", TEAM["U0THEO"]).text
    assert (
        "waits for a decision until" in why
        and "asked now: Theo Okafor, Sam Whitlock" in why
        and "When do you open?" in why
    )
    put_off = bench.ask(f"snooze {task} 15m", TEAM["U0THEO"])
    assert put_off.text.startswith(f"You are not reminded of {task} until Tue Nov 24, 10:15 AM EST")
    at = to_us(bench.home.clock.now() + timedelta(minutes=15))
    assert bench.home.sql("select person, until from snooze") == [("U0THEO", at)]
    assert "can be put off to a time before that only" in bench.ask(f"snooze {task} tomorrow", TEAM["U0THEO"]).text
    assert "not asked for this now" in bench.ask(f"snooze {task} 15m", TEAM["U0MAYA"]).text or made(bench)[-1][3]
    assert "Nobody is called" in bench.ask(f"seen {task}", TEAM["U0THEO"]).text
    bench.ask(f"escalate {task}: two invoices", TEAM["U0SAM"])
    assert bench.ask(f"seen {task}", TEAM["U0THEO"]).text.startswith("Noted. Nobody else is called")
    assert bench.home.sql("select acknowledged_by from request where kind = 'escalation'") == [("U0THEO",)]
    assert "calls for a person: Sam Whitlock asks for help" in bench.ask(f"why {task}", TEAM["U0THEO"]).text


@pytest.mark.parametrize("verb", ["take over", "hand back", "seen", "snooze", "escalate"])
def test_without_a_task_it_is_said_how(bench: Bench, task: str, verb: str) -> None:
    found = bench.ask(verb, TEAM["U0SAM"])
    assert found.exit_code == 1 and f"Say which task, like: {verb} T-1042" in found.text
    assert made(bench) == []


@pytest.mark.parametrize("line", ["take a look at the bike", "hand this to Sam", "take over {} the shop please", "why is {} late",
                                  "seen {} wolves"])  # fmt: skip
def test_words_that_only_begin_like_a_verb_make_no_command(bench: Bench, task: str, line: str) -> None:
    assert bench.ask(line.format(task), TEAM["U0SAM"]).exit_code in (1, 2)
    assert made(bench) == [] and bench.home.sql("select claimed_by from task") == [(None,)]


@pytest.mark.parametrize("line", ["take over {}", "seen {}", "escalate {}: help", "why {}", "snooze {} 15m"])
def test_who_may_not_is_refused_by_words_too(bench: Bench, task: str, line: str) -> None:
    refused = bench.ask(line.format(task), TEAM["U0GUEST"])
    assert refused.refused is not None and refused.refused.code == "not_a_member"
    assert bench.home.pending(requests.ESCALATION) == [] and bench.home.sql("select claimed_by from task") == [(None,)]


@pytest.mark.parametrize("line", ["approve {}", "Approve {} please", "reject {}: too dear", "edit {}", "approved"])
def test_no_word_decides_and_the_answer_says_what_does(bench: Bench, task: str, line: str) -> None:
    found = bench.ask(line.format(task), TEAM["U0THEO"])
    assert found.exit_code == 1 and "only the buttons of a card do" in found.text
    assert bench.home.sql("select state from request") == [("pending",)] and made(bench) == []


def test_everybody_chooses_what_is_written_to_them_in_private(bench: Bench, task: str) -> None:
    assert "you get in private: what is handed to you" in bench.ask("notify", TEAM["U0SAM"]).text
    assert "calls for you that cannot wait" in bench.ask("notify URGENT", TEAM["U0SAM"]).text
    assert bench.ask("notify", TEAM["U0SAM"]).data == {"notify": "urgent"}
    assert bench.ask("notify", TEAM["U0THEO"]).data == {"notify": "mine"}
    assert bench.ask("notify sometimes", TEAM["U0SAM"]).exit_code == 2
    assert bench.ask("notify off", TEAM["U0GUEST"]).refused is not None
