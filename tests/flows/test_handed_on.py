"""A decision is handed on, reminded of and put off, in the local workspace's own protocol. One Baton; each story its customer."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.hands import INTAKE, Hands, as_text, until
from tests.support.letters import letter
from tests.support.running import RunningBaton, each_on_its_own, trained
from tests.support.slack import Json


@pytest.fixture(scope="module")
def hands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hands]:
    folder = tmp_path_factory.mktemp("handed")
    trained(folder)
    baton = RunningBaton(folder, {**INTAKE, **each_on_its_own(folder)}).start()
    yield Hands(baton)
    baton.stop()


def question(hands: Hands, name: str) -> tuple[str, Json]:
    task = hands.mail(letter(name)[0])
    card = hands.card("support-desk", "approval.approve", task)
    until(lambda: len(hands.sql("select 1 from person")) >= 5, "Slack has shown who is who")
    return task, card


def choice(card: Json, verb: str) -> str:
    """The value of a choice under •••."""
    menu = next(
        one for block in card["blocks"] for one in block.get("elements", ()) if one.get("action_id") == "approval.more"
    )
    return next(str(each["value"]) for each in menu["options"] if each["value"].endswith(f":{verb}"))


def choose(hands: Hands, me: str, card: Json, verb: str, callback: str) -> Json:
    """The form behind a choice under •••."""
    hands.click(me, card, "approval.more", value=choice(card, verb))
    return hands.opened(me, callback)


def lines(hands: Hands, task: str, what: str) -> int:
    like = f'%"{what}"%'
    return len(hands.sql("select 1 from card where kind = 'timeline' and task_id = ? and detail like ?", task, like))


def test_somebody_hands_a_decision_on_and_the_other_one_decides(hands: Hands) -> None:
    task, card = question(hands, "Ann Dorset")
    assert "<@U0THEO> or <@U0SAM>" in as_text(card)
    view = choose(hands, "U0THEO", card, "reassign", "approval.reassign")
    assert "reply to Ann Dorset" in as_text(view) and "Sam Whitlock, " in as_text(view)
    assert "Priya" not in as_text(view), "somebody is offered who may not decide"
    assert hands.submit("U0THEO", view, {"approval.to": "user.U0SAM", "approval.note": "You know the bike."})["ok"]
    handed = hands.card("support-desk", "handed it on: ", task)
    assert handed["ts"] == card["ts"]
    assert "You know the bike." in as_text(handed)
    assert "*Who decides:* <@U0SAM>. Theo Okafor may too." in as_text(handed)
    line = hands.thread(handed, "handed the decision on")
    assert "<@U0SAM>" in as_text(line)
    hands.shown()
    assert lines(hands, task, "reassigned") == 1

    hands.click("U0SAM", handed, "approval.approve")
    hands.card("support-desk", "Reply sent to Ann Dorset", task)


def test_a_yes_on_the_card_as_it_was_before_does_not_count(hands: Hands) -> None:
    task, card = question(hands, "Flo Ingram")
    view = choose(hands, "U0THEO", card, "reassign", "approval.reassign")
    hands.shown()
    hands.trouble(method="chat.update", kind="429", times=1, retry_after_s=1)  # everybody still sees the first card
    hands.submit("U0THEO", view, {"approval.to": "user.U0SAM"})
    hands.click("U0SAM", card, "approval.approve")
    hands.whispered("U0SAM", "This card was out of date.")
    assert hands.sql("select state, assignee from request where task_id = ?", task) == [("pending", "person:U0SAM")]
    hands.click("U0SAM", hands.card("support-desk", "handed it on", task), "approval.approve")
    hands.card("support-desk", "Reply sent to Flo Ingram", task)


def test_it_does_not_go_to_somebody_who_was_not_on_the_list(hands: Hands) -> None:
    task, card = question(hands, "Bo Farrow")
    view = choose(hands, "U0SAM", card, "reassign", "approval.reassign")
    element = next(block["element"] for block in view["blocks"] if block.get("block_id") == "approval.reassign.to")
    assert {each["value"] for group in element["option_groups"] for each in group["options"]} == {
        "user.U0THEO", "user.U0SAM", "role.front_desk", "role.sales", "role.support_lead",
    }  # fmt: skip
    hands.click("U0GUEST", card, "approval.more", value=choice(card, "reassign"))
    hands.whispered("U0GUEST", "guests cannot")
    mine = choose(hands, "U0PRIYA", card, "reassign", "approval.reassign")
    hands.submit("U0PRIYA", mine, {"approval.to": "user.U0SAM"})
    until(lambda: "You cannot decide this." in str(hands.page("U0PRIYA")), "Priya is told in the form")
    assert hands.sql("select assignee from request where task_id = ?", task) == [(None,)]


def test_a_reminder_goes_out_once_and_the_second_one_is_told_who_did_it(hands: Hands) -> None:
    task, card = question(hands, "Cy Hallam")
    view = choose(hands, "U0THEO", card, "later", "approval.later")
    assert "One reminder an hour at most" in as_text(view)
    with ThreadPoolExecutor(2) as both:  # a double click
        list(both.map(lambda _: hands.submit("U0THEO", view, {"approval.what": "remind"}), range(2)))
    line = hands.thread(card, "reminds of the decision")
    assert "<@U0SAM>" in as_text(line)
    again = choose(hands, "U0SAM", card, "later", "approval.later")
    hands.submit("U0SAM", again, {"approval.what": "remind"})
    until(lambda: "*Reminded already.* <@U0THEO> did it" in str(hands.page("U0SAM")), "Sam is told who did it")
    hands.shown()
    assert lines(hands, task, "nudged") == 1
    hands.act(do="command", me="U0SAM", channel="support-desk", text=f"/baton remind {task}")
    hands.whispered("U0SAM", "Theo Okafor did that already")


def test_somebody_puts_it_off_for_a_quarter_of_an_hour(hands: Hands) -> None:
    task, card = question(hands, "Di Kestrel")
    view = choose(hands, "U0SAM", card, "later", "approval.later")
    assert hands.submit("U0SAM", view, {"approval.what": "me.15"})["ok"]
    hands.thread(card, "put it off")
    assert hands.sql("select person from snooze where task_id = ?", task) == [("U0SAM",)]
    assert hands.sql("select state, version from request where task_id = ?", task) == [("pending", 1)]


def test_the_same_by_words_in_slack_and_on_the_command_line(hands: Hands) -> None:
    task, card = question(hands, "Ed Morrow")
    hands.act(do="command", me="U0THEO", channel="support-desk",
              text=f"/baton reassign {task} to sam@example.com because it is a rental")  # fmt: skip
    hands.whispered("U0THEO", "Sam Whitlock is asked now.")
    handed = hands.card("support-desk", "it is a rental", task)
    assert handed["ts"] == card["ts"]
    hands.say("U0PRIYA", "support-desk", f"@Baton remind {task}")
    hands.card("support-desk", "Reminded: Sam Whitlock.")
    done = hands.baton.command("reassign", task, "to", "theo@example.com")
    assert done.returncode == 0, done.stderr
    assert "Theo Okafor is asked now." in done.stdout
    hands.card("support-desk", '"command line"', " handed it on.", task)
