"""Somebody is away: the next one is called and decides in both names. Nobody decides: it is asked again. One Baton for all."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from app import build
from core.settings import Settings
from tests.flows.test_words_in_slack import slash
from tests.support.hands import INTAKE, Hands, as_text, until
from tests.support.letters import letter
from tests.support.running import RunningBaton, trained
from tests.support.slack import buttons


@pytest.fixture(scope="module")
def hands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hands]:
    folder = tmp_path_factory.mktemp("away")
    trained(folder)
    baton = RunningBaton(folder, INTAKE).start()
    yield Hands(baton)
    baton.stop()


def test_while_two_are_away_their_delegate_decides_in_both_names(hands: Hands) -> None:
    task = hands.mail(letter("Una Brask")[0])
    card = hands.card("support-desk", "approval.approve", task, "<@U0THEO>")
    hands.click("U0JO", card, "approval.approve")
    until(
        lambda: hands.sql("select 1 from decision where person = 'U0JO' and refusal = 'not_the_role'"), "it is refused"
    )
    until(lambda: hands.whispers("U0JO"), "Jo is told that it is not hers")

    assert "Sam Whitlock is called in their place" in slash(hands, "U0THEO", "away for 2d")
    assert "of others only the owner can" in slash(hands, "U0JO", "away sam@example.com for 2d")
    assert "Jo Marsh is called in their place" in slash(hands, "U0MAYA", "away sam@example.com for 2d")
    shown = hands.card("support-desk", "Jo Marsh for Theo Okafor and Sam Whitlock, who are away", task)
    assert shown["ts"] == card["ts"] and "<@U0JO>" in as_text(shown)

    hands.click("U0JO", shown, "approval.approve")
    sent = hands.card("support-desk", "Reply sent to Una Brask", task)
    assert "Jo Marsh for Theo Okafor approved" in as_text(sent)
    row = hands.sql("select person, role, on_behalf_of from decision where task_id = ? and refusal = ''", task)
    assert row == [("U0JO", "support", "U0THEO")]
    assert hands.outside().count("mail.reply") == 1

    said = hands.say("U0SAM", "support-desk", "@Baton back")
    until(lambda: [one for one in hands.messages("support-desk") if one.get("thread_ts") == said["ts"] != one["ts"]
                   and "Sam Whitlock is here again" in one["text"]], "Sam is told that he is back")  # fmt: skip
    assert "Theo Okafor is away until" in slash(hands, "U0MAYA", "away")
    assert "Theo Okafor is here again" in slash(hands, "U0THEO", "back")
    task = hands.mail(letter("Vic Amsel")[0])
    card = hands.card("support-desk", "approval.approve", task)
    assert "<@U0THEO>" in as_text(card) and "who is away" not in as_text(card)
    assert "approval.approve" in buttons(card)


def ran_out(hands: Hands, task: str) -> None:
    """The time to decide is over, and the clock has looked."""
    with closing(sqlite3.connect(hands.baton.folder / "baton.db")) as database, database:
        database.execute("update request set due_at = created_at + 1 where task_id = ? and kind = 'approval'", (task,))
    house = build(Settings(database_url=hands.baton.database_url, key_file=hands.baton.folder / "baton.key"))
    try:
        house.schedule.follow_up(house.services.clock.now())
    finally:
        house.close()


def test_what_nobody_decided_is_asked_again_once(hands: Hands) -> None:
    task = hands.mail(letter("Wim Odell")[0])
    hands.card("support-desk", "approval.approve", task)
    hands.shown()
    ran_out(hands, task)
    old = hands.card("support-desk", "approval.ask_again", task)
    before = hands.outside().count("mail.reply")
    hands.shown()
    hands.trouble(method="chat.update", kind="429", times=1, retry_after_s=1)  # both still see the button
    with ThreadPoolExecutor(2) as both:
        list(both.map(lambda me: hands.click(me, old, "approval.ask_again"), ("U0SAM", "U0THEO")))
    new = hands.card("support-desk", "approval.approve", task, "Asked again: Nobody decided in time.")
    assert new["ts"] != old["ts"]
    until(lambda: "approval.ask_again" not in buttons(hands.now(old)), "the old card offers it no more")
    hands.thread(old, "asked again")
    verbs = hands.sql(
        "select person, refusal from decision where task_id = ? and verb = 'ask_again' order by refusal", task
    )
    assert [refusal for _, refusal in verbs] == ["", "already_decided"]
    hands.whispered(verbs[1][0], "has asked again already")
    hands.click("U0THEO", new, "approval.approve")
    hands.card("support-desk", "Reply sent to Wim Odell", task)
    assert hands.outside().count("mail.reply") == before + 1
