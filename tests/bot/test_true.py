"""A card tells the truth after the decision: who, when, what exactly, and what came of it; and its forms do what they say."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.cards import ids
from tests.bot.conftest import Office
from tests.bot.test_who import dispatch, pressed, told
from tests.support.slack import Json, buttons, until
from workflows.schedule import Schedule
from workflows.sweep import Sweep

DESK = "support-desk"


async def pending(there: Office) -> Json:
    await there.bring()
    card = await there.card(DESK, ids.APPROVAL_APPROVE)
    await there.shown()
    return card


async def form(there: Office, person: str, card: Json, action_id: str, callback: str) -> Json:
    """The form that a button opens, once it is filled."""
    await there.slack.click(person, card, action_id)

    async def filled() -> Json | None:
        view = await there.slack.view(person)
        return view if view and view["callback_id"] == callback else None

    return await until(filled, f"the form {callback}")


async def first(there: Office, channel: str = DESK) -> Json:
    await there.settled()
    return next(m for m in await there.slack.messages(channel) if m.get("thread_ts") in (None, m["ts"]))


async def lines(there: Office) -> list[str]:
    await there.settled()
    return [m["text"] for m in await there.slack.messages(DESK) if m.get("thread_ts") not in (None, m["ts"])]


async def test_after_approval_the_card_and_its_thread_say_who_and_what_came_of_it(there: Office) -> None:
    card = await pending(there)
    await there.slack.click("U0THEO", card, ids.APPROVAL_APPROVE)
    now = await first(there)
    assert now["ts"] == card["ts"]
    assert "Sent" in str(now["blocks"][0])
    assert "<@U0THEO> approved it" in str(now["blocks"])
    assert ids.APPROVAL_APPROVE not in buttons(now)
    assert [line.split(": ", 1)[1] for line in await lines(there)] == [
        "A person approved it",
        "Support agent did it: reply sent",
    ]


async def test_after_a_rejection_the_reason_stands_on_the_card_and_nothing_was_sent(there: Office) -> None:
    card = await pending(there)
    view = await form(there, "U0THEO", card, ids.APPROVAL_REJECT, ids.REJECT_FORM)
    values = {"approval.reject.reason": {ids.REASON: "facts"}, "approval.reject.note": {ids.NOTE: "We close at four."},
              "approval.reject.next": {ids.NEXT: "close"}}  # fmt: skip
    assert (await there.slack.submit("U0THEO", view, values))["ok"]
    now = await first(there)
    assert "Rejected, not sent" in str(now["blocks"][0])
    assert "The facts are wrong" in str(now["blocks"])
    assert "We close at four." in str(now["blocks"])
    assert "The task is closed." in str(now["blocks"])
    assert there.sql("select state from task") == [("done",)]
    assert not [call for call in there.house.systems.calls() if call.operation == "mail.reply"]


async def test_rejecting_and_taking_over_gives_the_person_the_task(there: Office) -> None:
    card = await pending(there)
    view = await form(there, "U0THEO", card, ids.APPROVAL_REJECT, ids.REJECT_FORM)
    values = {"approval.reject.reason": {ids.REASON: "tone"}, "approval.reject.next": {ids.NEXT: "take_over"}}
    assert (await there.slack.submit("U0THEO", view, values))["ok"]
    await there.settled()
    assert there.sql("select claimed_by from task") == [("U0THEO",)]
    held = await there.card(DESK, ids.TASK_HAND_BACK)
    assert "<@U0THEO> has it, agents stopped" in str(held["blocks"])


async def test_an_edit_is_shown_as_a_difference_before_it_goes_out_and_on_the_card_after(there: Office) -> None:
    card = await pending(there)
    view = await form(there, "U0THEO", card, ids.APPROVAL_EDIT, ids.EDIT_FORM)
    block = next(each for each in view["blocks"] if each["block_id"] == "approval.edit.body")
    text = block["element"]["initial_value"].replace("See you soon", "See you on Saturday")
    difference = (await there.slack.submit("U0THEO", view, {block["block_id"]: {ids.FIELD: text}}))["view"]
    assert difference["callback_id"] == ids.EDIT_CONFIRM_FORM
    assert "See you on Saturday" in str(difference["blocks"][0])
    assert (await there.slack.submit("U0THEO", difference, {}))["ok"]
    now = await first(there)
    assert "edit" in str(now["blocks"][0])
    assert "See you on Saturday" in str(now["blocks"])
    sent = [call for call in there.house.systems.calls() if call.operation == "mail.reply"]
    assert len(sent) == 1


async def test_an_edit_without_a_change_sends_nothing_and_says_so(there: Office) -> None:
    card = await pending(there)
    view = await form(there, "U0THEO", card, ids.APPROVAL_EDIT, ids.EDIT_FORM)
    answer = await there.slack.submit("U0THEO", view, {})
    assert "Nothing is changed yet" in str(answer["errors"])
    assert there.sql("select count(*) from draft") == [(0,)]


async def test_a_task_taken_over_is_said_on_every_card_and_handed_back_on_the_same_one(there: Office) -> None:
    card = await pending(there)
    option = f"{value(card, ids.APPROVAL_APPROVE)}:take_over"
    assert (await there.slack.click("U0SAM", card, ids.APPROVAL_MORE, value=option))["ok"]
    now = await first(there)
    assert "Taken over, not sent" in str(now["blocks"][0])
    assert "<@U0SAM> took the task over" in str(now["blocks"])
    held = await there.card(DESK, ids.TASK_HAND_BACK)
    view = await form(there, "U0SAM", held, ids.TASK_HAND_BACK, ids.HAND_BACK_FORM)
    values = {"task.hand_back.did": {ids.TASK_DID: "I called Dana."}, "task.hand_back.next": {ids.TASK_NEXT: "close"}}
    assert (await there.slack.submit("U0SAM", view, values))["ok"]
    await there.settled()
    back = next(m for m in await there.slack.messages(DESK) if m["ts"] == held["ts"])
    assert "Closed by <@U0SAM>" in str(back["blocks"][0])
    assert "I called Dana." in str(back["blocks"])
    assert there.sql("select state, claimed_by from task") == [("done", None)]


async def test_only_who_has_the_task_can_hand_it_back(there: Office) -> None:
    card = await pending(there)
    await there.slack.click("U0SAM", card, ids.APPROVAL_MORE, value=f"{value(card, ids.APPROVAL_APPROVE)}:take_over")
    held = await there.card(DESK, ids.TASK_HAND_BACK)
    view = await form(there, "U0THEO", held, ids.TASK_HAND_BACK, ids.LOADING_FORM)
    await until(lambda: says(there, "U0THEO", "Only the person who has the task"))
    assert view["callback_id"] == ids.LOADING_FORM


async def says(there: Office, person: str, words: str) -> bool:
    return words in str(await there.slack.view(person))


async def test_an_escalation_becomes_the_card_of_the_person_who_takes_it(there: Office) -> None:
    task = await there.bring("I broke my arm because your brake failed, let me talk to a real person")
    card = await there.card(DESK, ids.ESCALATION_TAKE_OVER)
    assert task in str(card)
    await there.slack.click("U0SAM", card, ids.ESCALATION_TAKE_OVER)
    await there.settled()
    now = next(m for m in await there.slack.messages(DESK) if m["ts"] == card["ts"])
    assert "<@U0SAM> has it, agents stopped" in str(now["blocks"][0])
    assert ids.TASK_HAND_BACK in buttons(now)
    await there.slack.click("U0JO", {**card}, ids.TASK_WHY)
    await until(lambda: says(there, "U0JO", "Trail"))


async def test_an_expired_approval_says_that_nobody_decided(there: Office) -> None:
    await pending(there)
    there.clock.move(days=7)
    await asyncio.to_thread(Sweep(there.ledger, there.house.services.policy).run)
    now = await first(there)
    assert "Expired, not sent" in str(now["blocks"][0])
    assert ids.APPROVAL_APPROVE not in buttons(now)
    assert ids.TASK_TAKE_OVER in buttons(now)


async def test_a_pause_is_a_card_and_its_button_resumes(there: Office) -> None:
    member = there.house.services.directory.cached
    maya = await asyncio.to_thread(member, "U0MAYA")
    await asyncio.to_thread(there.house.services.controls.pause, "support", maya, "Prices are being changed", None)
    card = await there.card("ops-feed", ids.PAUSE_RESUME)
    assert "Prices are being changed" in str(card["blocks"])
    assert "<@U0MAYA> paused it" in str(card["blocks"])
    await there.slack.click("U0THEO", card, ids.PAUSE_RESUME)
    await there.settled()
    now = next(m for m in await there.slack.messages("ops-feed") if m["ts"] == card["ts"])
    assert "<@U0THEO> resumed it" in str(now["blocks"])


async def test_why_shows_evidence_rule_trail_and_cost(there: Office) -> None:
    card = await pending(there)
    view = await form(there, "U0JO", card, ids.APPROVAL_WHY, ids.WHY_FORM)
    for part in ("How sure", "Evidence", "The rule that asks you", "Trail", "Cost so far", "Fingerprint"):
        assert part in str(view["blocks"]), part
    assert "Planner: read it (hands it on)" in str(view["blocks"])
    assert "(the message)" in str(view["blocks"])


async def test_a_handoff_can_be_read_whole(there: Office) -> None:
    await pending(there)
    card = await there.card("ops-feed", ids.HANDOFF_DETAILS)
    view = await form(there, "U0JO", card, ids.HANDOFF_DETAILS, ids.HANDOFF_FORM)
    assert "Priority" in str(view["blocks"])


async def test_a_button_of_an_older_version_is_answered(there: Office) -> None:
    card = await pending(there)
    body = pressed(card, "U0THEO")
    body["actions"][0]["action_id"] = "approval.forward"
    assert (await dispatch(there, body)).status == 200
    await told(there, "U0THEO", "does nothing any more")


@pytest.mark.parametrize("value", ["", "x", "ap_unknown:1", "T-9:0", "<!channel>:1", "ap_1:-1"])
async def test_a_forged_value_is_answered_and_changes_nothing(there: Office, value: str) -> None:
    card = await pending(there)
    for action_id in (
        ids.APPROVAL_APPROVE,
        ids.ESCALATION_TAKE_OVER,
        ids.TASK_TAKE_OVER,
        ids.EFFECT_MARK_SENT,
        ids.PAUSE_RESUME,
    ):
        body = pressed(card, "U0THEO")
        body["actions"][0] |= {"action_id": action_id, "value": value}
        assert (await dispatch(there, body)).status == 200
    await until(lambda: five(there))
    assert there.sql("select state from request") == [("pending",)]
    assert there.sql("select claimed_by from task") == [(None,)]


async def five(there: Office) -> bool:
    return len(await there.slack.whispers("U0THEO")) == 5


async def test_the_digest_is_drawn_from_the_numbers_of_its_day(there: Office) -> None:
    services = there.house.services
    await pending(there)
    schedule = Schedule(there.ledger, services.policy, services.controls, Sweep(there.ledger, services.policy))
    await asyncio.to_thread(schedule.digest, there.clock.now() + timedelta(seconds=1))
    card = await there.card("ops-feed", "Daily digest")
    assert "1 came in, 0 were taken care of" in card["text"]
    assert "Waits for a decision" in str(card["blocks"])


async def test_a_text_too_long_for_its_card_is_approved_at_the_end_of_the_whole_text(
    there: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.cards.operations.BAR", 60)
    await there.bring()
    card = await there.card(DESK, ids.APPROVAL_READ)
    assert ids.APPROVAL_APPROVE not in buttons(card)
    view = await form(there, "U0THEO", card, ids.APPROVAL_READ, ids.READ_FORM)
    assert "New Year's Day" in str(view["blocks"])
    assert (await there.slack.submit("U0THEO", view, {}))["ok"]
    await there.settled()
    assert there.sql("select surface, details_opened from decision") == [("modal", 1)]
    assert there.sql("select state from effect") == [("sent",)]


async def test_an_unknown_effect_asks_a_person_and_tells_what_they_saw(there: Office) -> None:
    mailer = only_people_know(there)
    card = await pending(there)
    mailer._reach = broken
    await there.slack.click("U0THEO", card, ids.APPROVAL_APPROVE)
    asked = await first(there)
    assert "Not known if it went through" in str(asked["blocks"][0])
    assert ids.EFFECT_MARK_NOT_SENT not in buttons(asked)  # too early: the call may still be on its way
    there.clock.move(minutes=1)
    asked = await there.card(DESK, ids.EFFECT_MARK_NOT_SENT)
    mailer._reach = lambda _: None
    await there.slack.click("U0PRIYA", asked, ids.EFFECT_MARK_SENT)
    now = await first(there)
    assert "<@U0PRIYA>" in str(now["blocks"])
    assert there.sql("select state from effect") == [("sent",)]
    await dispatch(there, pressed(asked, "U0SAM", action_id=ids.EFFECT_MARK_NOT_SENT))
    await told(there, "U0SAM", "already decided")


async def test_an_unknown_effect_that_can_be_looked_up_asks_nobody(there: Office) -> None:
    card = await pending(there)
    mailer = there.house.registry.operation("mail.reply")[1]
    mailer._reach = broken
    await there.slack.click("U0THEO", card, ids.APPROVAL_APPROVE)
    asked = await first(there)
    assert "We ask the other system what became of it" in str(asked["blocks"])
    mailer._reach = lambda _: None
    there.clock.move(seconds=10)
    await until(lambda: there.sql("select state from effect") == [("sent",)], "the mail is sent")
    assert "Sent" in str((await first(there))["blocks"][0])
    assert there.sql("select count(*) from request where kind = 'escalation'") == [(0,)]
    assert [call.outcome for call in there.house.systems.calls() if call.operation == "mail.reply"] == [
        "cut_off",
        "done",
    ]


def only_people_know(there: Office) -> Any:
    """The mail system, which now cannot be asked what became of a call."""
    operation, mailer = there.house.registry.operation("mail.reply")
    there.house.registry._operations["mail.reply"] = (replace(operation, after_crash="ask", closes=False), mailer)
    return mailer


def broken(_point: str) -> None:
    raise OSError("the line broke")


def value(card: Json, action_id: str) -> str:
    return next(e["value"] for b in card["blocks"] for e in b.get("elements", ()) if e.get("action_id") == action_id)
