"""The verbs by their other doors: a card's menu, a shortcut on any message, words in a thread. One Baton for all stories."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.support.hands import INTAKE, Hands, as_text, until
from tests.support.letters import letter
from tests.support.running import RunningBaton, each_on_its_own, trained
from tests.support.slack import Json, buttons

TO, WHY, WHEN = "task.escalate_to", "task.escalate_why", "task.escalate_when"


@pytest.fixture(scope="module")
def hands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hands]:
    folder = tmp_path_factory.mktemp("doors")
    trained(folder)
    baton = RunningBaton(folder, {**INTAKE, **each_on_its_own(folder)}).start()
    found = Hands(baton)
    until(lambda: len(found.sql("select 1 from person")) >= 5, "Slack has shown who is who")
    yield found
    baton.stop()


def question(hands: Hands, name: str) -> tuple[str, Json]:
    task = hands.mail(letter(name)[0])
    return task, hands.card("support-desk", "approval.approve", task)


def chosen(hands: Hands, me: str, card: Json, menu: str, verb: str, callback: str) -> Json:
    """The form behind a choice under •••."""
    found = next(one for block in card["blocks"] for one in block.get("elements", ()) if one.get("action_id") == menu)
    value = next(str(each["value"]) for each in found["options"] if each["value"].endswith(f":{verb}"))
    hands.click(me, card, menu, value=value)
    return hands.opened(me, callback)


def shortcut(hands: Hands, me: str, message: Json, callback_id: str) -> Json:
    return hands.act(
        do="message_shortcut", me=me, channel=message["channel"], ts=message["ts"], callback_id=callback_id
    )


def posted(hands: Hands, me: str, channel: str, text: str) -> Json:
    """What somebody writes to others, not to Baton."""
    ts = hands.say(me, channel, text)["ts"]
    return until(lambda: next((one for one in hands.messages(channel) if one["ts"] == ts), None), "the message")


def answer(hands: Hands, card: Json, me: str, words: str) -> str:
    """What Baton says in a card's thread to a mention there."""
    ts = hands.say(me, card["channel"], f"@Baton {words}", thread_ts=card["ts"])["ts"]

    def look() -> str:
        later = [
            one for one in hands.messages(card["channel"]) if one.get("thread_ts") == card["ts"] and one["ts"] > ts
        ]
        return next(
            (one["text"] for one in later if one.get("user") != me and not re.match(r"T-\d+: ", one["text"])), ""
        )

    return until(look, f"an answer to {words}")


# Calling for help ----------------------------------------------------------------------------------------------------


def test_somebody_calls_for_help_on_an_approval_and_it_is_decided_all_the_same(hands: Hands) -> None:
    task, card = question(hands, "Ann Dorset")
    view = chosen(hands, "U0SAM", card, "approval.more", "escalate", "task.escalate")
    assert "Finance: Priya Nair" in as_text(view) and f"Ann Dorset, {task}" in as_text(view)
    hands.submit("U0SAM", view, {TO: "finance", WHY: "  ", WHEN: "now"})
    assert hands.page("U0SAM"), "a form without a reason was taken"
    assert hands.submit("U0SAM", view, {TO: "finance", WHY: "She disputes two invoices.", WHEN: "now"})["ok"]
    call = hands.card("billing", "escalation.take_over", task)
    assert (
        "Sam Whitlock asks for help from finance: She disputes two invoices. What waits for a decision can"
        in as_text(call)
    )
    assert "<@U0PRIYA>" in as_text(call)
    asked = hands.card("support-desk", "Help was called for", task)
    assert asked["ts"] == card["ts"] and "approval.approve" in buttons(asked)
    assert "called for help" in as_text(hands.thread(asked, "called for help"))
    hands.click("U0THEO", asked, "approval.approve")
    hands.card("support-desk", "Reply sent to Ann Dorset", task)
    hands.card("billing", "It was decided on its own card", task)


def test_on_a_card_on_which_nothing_is_decided_there_is_a_button_for_it(hands: Hands) -> None:
    task, card = question(hands, "Bo Farrow")
    hands.click("U0THEO", card, "approval.approve")
    sent = hands.card("support-desk", "Reply sent to Bo Farrow", task)
    view = hands.form("U0SAM", sent, "task.escalate", "task.escalate")
    assert hands.submit("U0SAM", view, {TO: "owner", WHY: "The hours were wrong.", WHEN: "now"})["ok"]
    call = hands.card("general", "escalation.take_over", task)
    again = chosen(hands, "U0THEO", call, "escalation.more", "escalate", "task.escalate")
    assert hands.submit("U0THEO", again, {TO: "sales", WHY: "They want a lease.", WHEN: "now"})["ok"]
    both = hands.card("general", "They want a lease.", task)
    assert both["ts"] == call["ts"] and "The hours were wrong." in as_text(both)
    hands.thread(both, "<@U0SAM>")
    hands.click("U0MAYA", both, "escalation.take_over")
    held = hands.card("general", "has it, agents stopped", task)
    view = hands.form("U0MAYA", held, "task.escalate", "task.escalate")
    assert hands.submit("U0MAYA", view, {TO: "finance", WHY: "I do not know our terms.", WHEN: "now"})["ok"]
    hands.card("general", "needs somebody else", "I do not know our terms.")
    hands.card("billing", "escalation.take_over", task)


def test_a_guest_calls_nobody(hands: Hands) -> None:
    task, card = question(hands, "Cy Hallam")
    hands.act(do="message_shortcut", me="U0GUEST", channel=card["channel"], ts=card["ts"], callback_id="task.escalate")
    hands.whispered("U0GUEST", "guests cannot")
    assert not hands.sql("select 1 from request where task_id = ? and kind = 'escalation'", task)


def test_people_are_called_to_any_message_and_it_becomes_their_task(hands: Hands) -> None:
    said = posted(hands, "U0JO", "general", "The brake on rental 14 snapped and the customer is at the counter.")
    shortcut(hands, "U0SAM", said, "task.escalate")
    view = hands.opened("U0SAM", "task.escalate")
    assert "The brake on rental 14 snapped" in as_text(view) and "What Jo" in as_text(view)
    assert hands.submit("U0SAM", view, {TO: "front_desk", WHY: "Somebody must talk to him.", WHEN: "now"})["ok"]
    call = hands.card("orders", "escalation.take_over", "The brake on rental 14 snapped")
    assert "Somebody must talk to him." in as_text(call)
    task = re.search(r"T-\d+", call["text"])
    assert task and hands.sql("select requester from task where id = ?", task[0]) == [("U0SAM",)]
    hands.shown()
    shortcut(hands, "U0THEO", call, "task.escalate")
    assert task[0] in as_text(hands.opened("U0THEO", "task.escalate")), "the card's own task is meant"


# Any message ---------------------------------------------------------------------------------------------------------


def test_a_message_is_handed_to_baton_once(hands: Hands) -> None:
    said = posted(hands, "U0JO", "general", "Could somebody order twenty inner tubes?")
    shortcut(hands, "U0SAM", said, "task.hand_in")
    told = hands.whispered("U0SAM", "now. What needs a person comes as a card.")
    task = re.search(r"T-\d+", told)
    assert task, told
    shortcut(hands, "U0THEO", said, "task.hand_in")
    hands.whispered("U0THEO", f"This is {task[0]} already.")
    assert len(hands.sql("select 1 from event where task_id = ?", task[0])) == 1
    assert hands.sql("select requester from task where id = ?", task[0]) == [("U0SAM",)]
    _, card = question(hands, "Dee Marlow")
    shortcut(hands, "U0SAM", card, "task.hand_in")
    hands.whispered("U0SAM", "already.")


def test_the_request_form_opens_from_anywhere(hands: Hands) -> None:
    hands.act(do="shortcut", me="U0PRIYA", callback_id="task.new")
    view = hands.opened("U0PRIYA", "home.new_task")
    assert hands.submit("U0PRIYA", view, {"home.text": "Please find out what the card reader costs."})["ok"]
    until(lambda: re.search(r"This is T-\d+ now", str(hands.page("U0PRIYA"))), "the number of the task")


# Words in a thread ---------------------------------------------------------------------------------------------------


def test_in_a_cards_thread_a_verb_needs_no_number(hands: Hands) -> None:
    task, card = question(hands, "Eli Brandt")
    assert f"{task} waits for a decision until" in answer(hands, card, "U0SAM", "why")
    assert "Sam Whitlock is asked now" in answer(
        hands, card, "U0THEO", "reassign to <@U0SAM> because he knows the bike"
    )
    hands.say("U0SAM", card["channel"], "@Baton approve", thread_ts=card["ts"])
    hands.whispered("U0SAM", "Words do not decide")
    assert f"You are not reminded of {task}" in answer(hands, card, "U0SAM", "snooze 15m")
    assert f"Theo Okafor is called to {task}." in answer(hands, card, "U0SAM", "escalate to support: he has to know")
    hands.card("support-desk", "escalation.take_over", task)
    assert f"Nobody else is called to {task}" in answer(hands, card, "U0THEO", "seen")
    assert f"You have {task} now" in answer(hands, card, "U0THEO", "take over")
    assert f"The support agent goes on with {task}" in answer(
        hands, card, "U0THEO", "hand back: I told him on the phone."
    )
    verbs = [
        row[0] for row in hands.sql("select verb from decision where task_id = ? and refusal = '' order by at", task)
    ]
    assert verbs == ["reassign", "snooze", "escalate", "acknowledge", "take_over", "hand_back"]
    assert "paused" in answer(hands, card, "U0SAM", "pause qualification for 1h")
    assert "works again" in answer(hands, card, "U0SAM", "resume qualification")


def test_outside_of_a_thread_the_task_is_named(hands: Hands) -> None:
    task, _ = question(hands, "Fay Ostrom")
    hands.say("U0SAM", "support-desk", f"/baton take over {task}")
    hands.whispered("U0SAM", f"You have {task} now")
    hands.say("U0SAM", "support-desk", "/baton take over")
    hands.whispered("U0SAM", "Say which task")


def test_who_wants_it_is_told_in_private_too(hands: Hands) -> None:
    hands.say("U0PRIYA", "support-desk", "/baton notify off")
    hands.whispered("U0PRIYA", "you get in private: nothing")
    task, card = question(hands, "Gil Marten")
    assert "is called" in answer(hands, card, "U0THEO", "escalate to owner: a lease")
    query = "select channel from card where kind = 'notice' and task_id = ? and viewer = ? and ts != ''"
    (channel,) = until(lambda: hands.sql(query, task, "U0MAYA"), "Maya is told")[0]
    assert channel.startswith("D")
    assert any(f"You are called to {task}" in one["text"] for one in hands.messages(channel))
    assert "is called" in answer(hands, card, "U0THEO", "escalate to finance: and an invoice")
    hands.shown()
    assert not hands.sql("select 1 from card where kind = 'notice' and task_id = ? and viewer = ?", task, "U0PRIYA")
    hands.thread(hands.card("general", "escalation.take_over", task), "<@U0PRIYA>")


def test_an_answer_that_slack_delays_is_given_later(hands: Hands) -> None:
    task, card = question(hands, "Hal Brook")
    hands.shown()
    hands.trouble(method="chat.postMessage", kind="429", times=2, retry_after_s=1)
    assert f"{task} waits for a decision" in answer(hands, card, "U0SAM", "why")
