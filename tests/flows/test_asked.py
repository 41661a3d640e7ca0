"""Questions on cards, in the local workspace's own protocol: to the agent, to the customer, and of an agent to the team."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.flows.test_handed_on import choice, choose, question
from tests.support.hands import INTAKE, Hands, as_text, until
from tests.support.letters import letter
from tests.support.running import RunningBaton, each_on_its_own, trained
from tests.support.slack import Json

LEAD = "Hello, we would like to buy two e-bikes for our hostel. Could you make us an offer?"


@pytest.fixture(scope="module")
def hands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hands]:
    folder = tmp_path_factory.mktemp("asked")
    trained(folder)
    baton = RunningBaton(folder, {**INTAKE, **each_on_its_own(folder)}).start()
    yield Hands(baton)
    baton.stop()


def test_the_agent_is_asked_and_its_answer_comes_on_the_card_and_in_the_thread(hands: Hands) -> None:
    task, card = question(hands, "Ann Dorset")
    view = choose(hands, "U0THEO", card, "ask", "approval.ask")
    assert "Sends a mail to Ann Dorset" in as_text(view)
    assert hands.submit(
        "U0THEO", view, {"approval.whom": "agent", "approval.question": "When on Saturday do they come?"}
    )["ok"]
    answered = hands.card(
        "support-desk", " asked the support agent: ", "“Are you open on Saturday, and when do you close?”", task
    )
    assert answered["ts"] == card["ts"]
    hands.thread(answered, "When on Saturday do they come?")
    hands.thread(answered, "This is what I have on that")
    hands.click("U0SAM", hands.now(answered), "approval.approve")
    hands.card("support-desk", "Reply sent to Ann Dorset", task)


def test_a_second_question_waits_for_the_first_and_a_guest_asks_nothing(hands: Hands) -> None:
    task, card = question(hands, "Flo Ingram")
    hands.click("U0GUEST", card, "approval.more", value=choice(card, "ask"))
    hands.whispered("U0GUEST", "guests cannot")
    mine = choose(hands, "U0SAM", card, "ask", "approval.ask")
    view = choose(hands, "U0PRIYA", card, "ask", "approval.ask")
    hands.submit("U0PRIYA", view, {"approval.whom": "customer", "approval.question": "Which Saturday?"})
    preview = hands.opened("U0PRIYA", "approval.ask_confirm")
    assert "Which Saturday?" in as_text(preview) and "flo.ingram@example.com" in as_text(preview)
    hands.submit("U0PRIYA", preview, {})
    until(lambda: "waits for somebody else's approval" in str(hands.page("U0PRIYA")), "Priya is told")
    hands.card("support-desk", "waits for somebody's approval first", task)
    hands.submit("U0SAM", mine, {"approval.whom": "agent", "approval.question": "Why?"})
    until(lambda: "This card was out of date" in str(hands.page("U0SAM")), "Sam is told")
    now = hands.now(card)
    again = choose(hands, "U0SAM", now, "ask", "approval.ask")
    hands.submit("U0SAM", again, {"approval.whom": "agent", "approval.question": "Why?"})
    until(lambda: "the answer is still to come" in str(hands.page("U0SAM")), "Sam is told")


def test_the_customer_is_asked_and_the_answer_comes_back_on_the_card(hands: Hands) -> None:
    raw, message_id = letter("Bo Farrow")
    task = hands.mail(raw)
    card = hands.card("support-desk", "approval.approve", task)
    view = choose(hands, "U0THEO", card, "ask", "approval.ask")
    hands.submit("U0THEO", view, {"approval.whom": "customer", "approval.question": "Which Saturday do you mean?"})
    preview = hands.opened("U0THEO", "approval.ask_confirm")
    sent = hands.outside().count("mail.reply")
    assert hands.submit("U0THEO", preview, {})["ok"]
    hands.card("support-desk", "approval.approve", "asked Bo Farrow: ", task)
    until(lambda: hands.outside().count("mail.reply") == sent + 1, "the mail went out")
    hands.shown()
    hands.mail(letter("Bo Farrow", "Are you open this Saturday?", answers=message_id)[0])
    old = hands.card(
        "support-desk", "Withdrawn, not sent", "Are you open this Saturday?", "a newer draft replaced", task
    )
    assert old["ts"] == card["ts"]
    hands.thread(old, "The customer* answered")
    newer = hands.card("support-desk", "approval.approve", "Send this reply to Bo Farrow?", task)
    assert newer["ts"] != card["ts"]


def test_an_agent_asks_the_team_and_goes_on_with_what_it_was_told(hands: Hands) -> None:
    raw = (
        letter("Tess Harlow", LEAD, subject="Offer for e-bikes")[0]
        .replace(b"Tess Harlow <", b"<")
        .replace(b"\nTess\n", b"\n")
    )
    task = hands.mail(raw)
    card = hands.card("support-desk", "question.other", task)
    assert "Somebody wants to buy, and we do not know their name" in as_text(card)
    view = hands.form("U0JO", card, "question.other", "question.other")
    late = hands.form("U0SAM", card, "question.other", "question.other")
    assert hands.submit("U0JO", view, {"question.words": "Tess Harlow"})["ok"]
    done = hands.card("support-desk", "<@U0JO> answered", "Tess Harlow", task)
    assert done["ts"] == card["ts"]
    hands.submit("U0SAM", late, {"question.words": "No idea"})
    until(
        lambda: "Already decided" in str(hands.page("U0SAM")) or "already decided" in str(hands.page("U0SAM")),
        "Sam is told",
    )
    until(
        lambda: hands.sql("select 1 from handoff where task_id = ? and receiver = 'qualification'", task),
        "capture went on",
    )
    assert hands.sql("select count(*) from turn where task_id = ? and agent = 'capture'", task) == [(2,)]


# Words never decide ----------------------------------------------------------------------------------------------------


def understood(hands: Hands, me: str, words: str) -> Json:
    """The private line with these words, as the workspace shows it to this person."""

    def look() -> Json | None:
        seen = hands._json("GET", "person", params={"me": me})["ephemerals"]
        found = [{**each, "channel": channel} for channel, several in seen.items() for each in several]
        return next((each for each in found if words in as_text(each)), None)

    return until(look, f"{words!r} told to {me}")


def test_a_yes_in_words_approves_nothing_and_the_words_go_where_the_person_says(hands: Hands) -> None:
    task, card = question(hands, "Ivy Nolan")
    tasks = hands.sql("select count(*) from task")
    hands.say("U0THEO", "support-desk", "@Baton yes, but say that we close at noon", thread_ts=card["ts"])
    line = understood(hands, "U0THEO", "say that we close at noon")
    assert "I read that as a yes with a change." in line["text"]
    assert hands.sql("select state from request where task_id = ?", task) == [("pending",)]
    assert hands.sql("select count(*) from decision where task_id = ?", task) == [(0,)]
    view = hands.form("U0THEO", line, "understood.edit", "approval.edit")
    assert "say that we close at noon" in as_text(view)
    hands.click("U0THEO", line, "understood.tell")
    hands.whispered("U0THEO", "The agent has your words in its next turn.")
    told = hands.card("support-desk", " told the support agent: ", "say that we close at noon", task)
    assert told["ts"] == card["ts"]
    hands.click("U0THEO", line, "understood.tell")
    hands.whispered("U0THEO", "no longer")
    assert hands.sql("select verb, refusal from decision where task_id = ?", task) == [("tell", "")]
    assert hands.sql("select count(*) from task") == tasks, "the words became a task"


def test_a_bare_yes_is_told_where_the_button_is_and_other_words_are_a_task(hands: Hands) -> None:
    task, card = question(hands, "Max Arden")
    tasks = hands.sql("select count(*) from task")[0][0]
    hands.say("U0SAM", "support-desk", "@Baton approve", thread_ts=card["ts"])
    assert "understood.tell" not in as_text(understood(hands, "U0SAM", "I read that as a yes. Words do not decide"))
    hands.say("U0SAM", "support-desk", f"@Baton approve {task}")
    understood(hands, "U0SAM", f"approve {task}")
    hands.say("U0SAM", "app", "yes")
    hands.whispered("U0SAM", "Press the button on the card")
    hands.click("U0SAM", hands.now(card), "approval.approve")
    hands.card("support-desk", "Reply sent to Max Arden", task)
    hands.say("U0SAM", "support-desk", "@Baton yes", thread_ts=card["ts"])
    hands.whispered("U0SAM", "decided already")
    assert hands.sql("select count(*) from task")[0][0] == tasks
    hands.say("U0SAM", "app", "ok, please call Max about the key")
    until(lambda: hands.sql("select count(*) from task")[0][0] == tasks + 1, "a task for other words")
