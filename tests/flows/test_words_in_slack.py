"""Words in Slack: questions become tasks, verbs are carried out, and what is paused stands still. One Baton for all."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.support.hands import INTAKE, Hands, as_text, until
from tests.support.letters import letter
from tests.support.running import RunningBaton, trained
from tests.support.slack import Json


@pytest.fixture(scope="module")
def hands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hands]:
    folder = tmp_path_factory.mktemp("words")
    trained(folder)
    baton = RunningBaton(folder, INTAKE).start()
    yield Hands(baton)
    baton.stop()


def slash(hands: Hands, me: str, line: str) -> str:
    """What a person is told in private after a slash command."""
    before = len(hands.whispers(me))
    hands.say(me, "support-desk", f"/baton {line}".strip())
    return until(lambda: (hands.whispers(me)[before:] or [""])[0], f"an answer to {line}")


def in_thread(hands: Hands, channel: str, ts: str) -> list[Json]:
    return [one for one in hands.messages(channel) if one.get("thread_ts") == ts != one["ts"]]


# What people say -----------------------------------------------------------------------------------------------------


def test_a_mention_becomes_a_task_and_is_answered_in_its_thread_once(hands: Hands) -> None:
    said = hands.say("U0JO", "general", "@Baton can somebody look whether the tide chart for Saturday is printed?")
    answer = until(lambda: in_thread(hands, "general", said["ts"]), "an answer")
    task = re.search(r"T-\d+", answer[0]["text"])
    assert task, answer
    hands.shown()
    assert len(in_thread(hands, "general", said["ts"])) == 1
    assert len(hands.sql("select 1 from event where task_id = ?", task[0])) == 1


def test_a_direct_message_becomes_a_task_and_is_answered_once(hands: Hands) -> None:
    said = hands.say("U0PRIYA", "app", "The card reader at the counter declines every second card today.")
    query = "select task_id, channel from card where kind = 'ack' and channel like 'D%' and ts != ''"
    task, channel = until(lambda: hands.sql(query), "an answer")[0]
    hands.shown()
    assert [task in one["text"] for one in in_thread(hands, channel, said["ts"])] == [True]


def test_a_verb_after_a_mention_is_answered_in_the_thread(hands: Hands) -> None:
    said = hands.say("U0SAM", "support-desk", "@Baton status")
    answer = until(lambda: in_thread(hands, "support-desk", said["ts"]), "an answer")
    assert "Baton is running." in answer[0]["text"]
    assert not hands.sql("select 1 from event where body like '%status%'")


# Slash commands ------------------------------------------------------------------------------------------------------


def test_help_and_status_are_told_in_private(hands: Hands) -> None:
    assert "pause AGENT|everything" in slash(hands, "U0SAM", "help")
    assert "pause AGENT|everything" in slash(hands, "U0SAM", "")
    assert "Baton is running." in slash(hands, "U0SAM", "status")


def test_a_wrong_verb_gets_help(hands: Hands) -> None:
    told = slash(hands, "U0SAM", "puase support")
    assert "Did you mean pause?" in told and "status" in told
    assert "T-9999" in slash(hands, "U0SAM", "task T-9999")
    assert "There is no agent called suport" in slash(hands, "U0SAM", "pause suport")


def test_a_guest_gets_no_answer_to_a_verb(hands: Hands) -> None:
    assert slash(hands, "U0GUEST", "status") == "Baton works with full members of this team only."


def test_what_happened_on_a_task_can_be_asked_for(hands: Hands) -> None:
    task = hands.mail(letter("Hal Brook")[0])
    hands.card("support-desk", "approval.approve", task)
    told = slash(hands, "U0THEO", f"task {task}")
    assert "Hal Brook" in told and "waits for approval" in told and "Are you open on Saturday" in told


# Pause ---------------------------------------------------------------------------------------------------------------


def test_what_is_approved_during_a_pause_is_held_and_goes_out_once_afterwards(hands: Hands) -> None:
    task = hands.mail(letter("Ida Falk")[0])
    reply = hands.card("support-desk", "approval.approve", task)
    assert "The support agent is paused until" in slash(
        hands, "U0SAM", "pause support for 2h because we count the stock"
    )
    paused = hands.card("ops-feed", "pause.resume")
    assert all(words in as_text(paused) for words in ("Support agent is paused", "<@U0SAM>", "we count the stock"))

    hands.click("U0THEO", reply, "approval.approve")
    until(lambda: hands.sql("select 1 from effect where task_id = ? and state = 'held'", task), "the reply is held")
    held = hands.card("support-desk", "The support agent is paused. Goes on when that is over.", task)
    assert "mail.reply" not in hands.outside()
    assert held["ts"] == reply["ts"]

    hands.click("U0SAM", paused, "pause.resume")
    hands.card("support-desk", "Reply sent to Ida Falk", task)
    hands.card("ops-feed", "Support agent runs again")
    assert hands.outside().count("mail.reply") == 1
    assert "is not paused" in slash(hands, "U0SAM", "resume support")


def test_while_the_planner_is_paused_what_comes_in_waits_and_then_goes_on(hands: Hands) -> None:
    slash(hands, "U0SAM", "pause planner")
    task = hands.mail(letter("Kit Rowan")[0])
    until(
        lambda: hands.sql("select 1 from task where id = ? and waiting_for = 'agent:planner'", task), "the task waits"
    )
    assert "works again" in slash(hands, "U0SAM", "resume planner")
    hands.card("support-desk", "approval.approve", task)
