"""A call for a person, answered in Slack: seen, not now; twice, both at once, on an old card, by a guest."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.cards import ids
from tests.support.hands import INTAKE, Hands, as_text, until
from tests.support.letters import letter
from tests.support.running import RunningBaton, trained
from tests.support.slack import Json, buttons

ANGRY = "I am fed up with this bike. I want to talk to a real person today."
DESK = "support-desk"


@pytest.fixture(scope="module")
def hands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hands]:
    folder: Path = tmp_path_factory.mktemp("calls")
    trained(folder)
    baton = RunningBaton(folder, INTAKE).start()
    yield Hands(baton)
    baton.stop()


def called(hands: Hands, name: str) -> tuple[str, Json]:
    """A customer asks for a person; the task, and the card that calls."""
    task = hands.mail(letter(name, ANGRY)[0])
    card = hands.card(DESK, ids.ESCALATION_ACKNOWLEDGE, task)
    hands.shown()
    return task, hands.now(card)


def twice(hands: Hands, card: Json, action: str, *who: str) -> None:
    """Two presses at once: both find the card as it stood before."""
    hands.trouble(method="chat.update", kind="429", times=1, retry_after_s=1)
    with ThreadPoolExecutor(2) as both:
        list(both.map(lambda me: hands.click(me, card, action), who))


def decisions(hands: Hands, task: str) -> list[tuple[str, ...]]:
    query = "select person, verb, refusal from decision where task_id = ? and target_kind = 'escalation' order by at, refusal"
    return [tuple(map(str, row)) for row in hands.sql(query, task)]


def roles(hands: Hands, task: str) -> list[str]:
    query = "select role from rung join request on request.id = rung.request_id where task_id = ? order by number"
    return [str(row[0]) for row in hands.sql(query, task)]


def test_seen_is_on_the_card_and_in_its_thread_and_the_card_can_still_be_taken(hands: Hands) -> None:
    task, card = called(hands, "Ada Norling")
    assert as_text(card).count("<@U0SAM>") == 1, "who must act now is called once"
    assert "<@U0THEO>" not in as_text(card) and "Theo Okafor" in as_text(card), "the next rung is a plain name"
    twice(hands, card, ids.ESCALATION_ACKNOWLEDGE, "U0SAM", "U0SAM")
    seen = hands.card(DESK, "Seen by Sam Whitlock, not yet taken", task)
    assert seen["ts"] == card["ts"] and "holds until" in as_text(seen)
    assert ids.ESCALATION_ACKNOWLEDGE not in buttons(seen) and ids.ESCALATION_NOT_NOW in buttons(seen)
    assert "<@" not in as_text(seen), "a later change of the card mentions somebody"
    hands.thread(seen, "<@U0SAM> has seen it")
    hands.whispered("U0SAM", "seen this already")
    assert sorted(decisions(hands, task)) == [("U0SAM", "acknowledge", ""), ("U0SAM", "acknowledge", "seen_already")]
    hands.click("U0SAM", seen, ids.ESCALATION_TAKE_OVER)
    assert hands.card(DESK, "<@U0SAM> has it, agents stopped", task)["ts"] == card["ts"]


def test_not_now_calls_the_next_rung_in_the_thread_and_nobody_anew_on_the_card(hands: Hands) -> None:
    task, card = called(hands, "Bea Holm")
    twice(hands, card, ids.ESCALATION_NOT_NOW, "U0SAM", "U0SAM")
    until(lambda: roles(hands, task) == ["front_desk", "support_lead"], "the next rung is called")
    hands.thread(card, "calls for a person: <@U0THEO>")
    passed = hands.card(DESK, "Who is called", ", not now", task)
    assert "<@" not in as_text(passed) and "Theo Okafor" in as_text(passed)
    hands.whispered("U0SAM", "out of date")
    assert roles(hands, task) == ["front_desk", "support_lead"], "a double click left a rung out"
    assert sorted(decisions(hands, task)) == [("U0SAM", "not_now", ""), ("U0SAM", "not_now", "stale_card")]


def test_of_two_answers_at_once_one_counts_and_the_other_is_told(hands: Hands) -> None:
    task, card = called(hands, "Cal Dunmore")
    twice(hands, card, ids.ESCALATION_ACKNOWLEDGE, "U0SAM", "U0JO")
    hands.card(DESK, "not yet taken", task)
    rows = until(lambda: found if len(found := decisions(hands, task)) == 2 else None, "both answers")
    assert sorted(row[2] for row in rows) == ["", "seen_already"]
    loser = next(row[0] for row in rows if row[2])
    hands.whispered(loser, "Somebody has seen this already")


def test_whoever_is_not_called_and_guests_are_told_that_it_does_not_count(hands: Hands) -> None:
    task, card = called(hands, "Dov Perlin")
    hands.click("U0PRIYA", card, ids.ESCALATION_NOT_NOW)
    hands.whispered("U0PRIYA", "It needs a role that you do not hold")
    for press in (ids.ESCALATION_ACKNOWLEDGE, ids.ESCALATION_NOT_NOW):
        hands.click("U0GUEST", card, press)
    hands.whispered("U0GUEST", "guests cannot")
    assert roles(hands, task) == ["front_desk"]
    assert decisions(hands, task) == [("U0PRIYA", "not_now", "not_the_role")]
