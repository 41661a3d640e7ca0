"""Slack is away, a channel is archived in the middle of a task, a card is forwarded: nothing is lost, and somebody sees it."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

from bot.cards import ids
from tests.bot.conftest import Office, office
from tests.bot.test_who import dispatch, pressed, told
from tests.support.slack import Json, buttons, until, workspace
from workflows.sweep import Sweep

DESK, FEED = "support-desk", "ops-feed"
QUESTION = "When do you open on Saturday?"


async def archive(there: Office, channel: str, *, archived: bool = True) -> None:
    body = {"channel": channel, "change": {"archived": archived}}
    async with there.slack.http.post(f"{there.slack.base}/_control/channels", json=body) as answer:
        assert answer.status == 200, await answer.text()


async def cards(there: Office, channel: str, having: str) -> list[Json]:
    return [each for each in await there.slack.messages(channel) if having in buttons(each)]


async def test_a_card_whose_channel_is_archived_is_seen_and_decided_in_the_feed(there: Office) -> None:
    first = await there.bring()
    await there.card(DESK, ids.APPROVAL_APPROVE)
    await there.settled()
    await archive(there, DESK)
    second = await there.bring(number=2, sender="Lou Vance <lou@example.com>")
    await asyncio.to_thread(there.engine.at_rest, 30)

    new = await there.card(FEED, ids.APPROVAL_APPROVE)
    assert second in str(new)
    await there.slack.click("U0THEO", new, ids.APPROVAL_APPROVE)

    async def moved() -> Json | None:
        return next((each for each in await cards(there, FEED, ids.APPROVAL_APPROVE) if first in str(each)), None)

    old = await until(moved, "the older card, in the feed")
    await there.slack.click("U0THEO", old, ids.APPROVAL_APPROVE)
    await until(lambda: there.sql("select count(*) from effect where state = 'sent'") == [(2,)], "both are sent")
    noted = there.sql("select count(*) from card where kind = 'approval' and error like '%support-desk%'")
    assert noted == [(2,)], "doctor cannot say where they stand"


async def test_without_a_word_from_slack_a_card_in_an_archived_channel_is_found_out_when_it_changes(
    there: Office,
) -> None:
    await there.bring()
    card = await there.card(DESK, ids.APPROVAL_APPROVE)
    await there.settled()
    await there.slack.trouble(kind="drop", type="events_api", times=1)
    await archive(there, DESK)
    await dispatch(there, pressed(card, "U0THEO"))
    sent = await there.card(FEED, "Reply sent to")
    assert "<@U0THEO> approved it" in str(sent["blocks"])

    async def line() -> bool:
        return any(each.get("thread_ts") == sent["ts"] != each["ts"] for each in await there.slack.messages(FEED))

    await until(line, "its thread goes with it")


async def test_slack_is_away_for_ten_minutes_and_afterwards_each_card_stands_once_and_is_true(there: Office) -> None:
    before = await there.bring()
    card = await there.card(DESK, ids.APPROVAL_APPROVE)
    await there.settled()
    await there.slack.trouble(kind="503", method="*", times=100_000)
    tasks = [await there.bring(number=n, sender=f"Guest {n} <guest{n}@example.com>") for n in range(2, 8)]
    person = await there.bring("Let me talk to a real person, please", number=9)
    await asyncio.to_thread(there.engine.at_rest, 30)
    for _ in range(10):
        there.clock.move(minutes=1)
        await asyncio.to_thread(Sweep(there.ledger, there.house.services.policy).run)
    assert there.sql("select count(*) from request where state = 'pending'") == [(8,)], "somebody decided without Slack"
    await there.slack.trouble(kind="clear")

    await there.settled()
    posted = [each for channel in (DESK, FEED) for each in await there.slack.messages(channel)]
    keys = Counter(each["metadata"]["event_payload"]["key"] for each in posted if each.get("metadata"))
    assert set(keys.values()) == {1}, "a card stands there twice"
    waiting = await cards(there, DESK, ids.APPROVAL_APPROVE)
    assert all(any(task in str(each) for each in waiting) for task in (before, *tasks)), "a card is missing"
    assert any(person in str(each) for each in await cards(there, DESK, ids.ESCALATION_TAKE_OVER))
    await there.slack.click("U0THEO", card, ids.APPROVAL_APPROVE)
    await until(lambda: there.sql("select state from effect") == [("sent",)], "a card of before works")


async def test_a_forwarded_card_gives_nobody_a_right_and_decides_the_one_request(there: Office) -> None:
    await there.bring()
    card = await there.card(DESK, ids.APPROVAL_APPROVE)
    await there.settled()
    (elsewhere,) = [each["channel"] for each in (await there.slack.messages(FEED))[:1]]
    forwarded = {**card, "channel": elsewhere, "ts": "1700000000.000100"}
    await dispatch(there, pressed(forwarded, "U0PRIYA"))
    await told(there, "U0PRIYA", "cannot decide")
    assert there.sql("select state from request") == [("pending",)]
    await dispatch(there, pressed(forwarded, "U0THEO"))
    await dispatch(there, pressed(card, "U0SAM"))
    await told(there, "U0SAM", "already decided")
    await there.settled()
    now = next(each for each in await there.slack.messages(DESK) if each["ts"] == card["ts"])
    assert "<@U0THEO> approved it" in str(now["blocks"]) and ids.APPROVAL_APPROVE not in buttons(now)
    assert there.sql("select count(*) from effect") == [(1,)]


async def test_a_person_who_has_left_slack_is_called_by_no_card_and_decides_nothing(there: Office) -> None:
    await there.bring()
    card = await there.card(DESK, ids.APPROVAL_APPROVE)
    await there.settled()
    body = {"user": "U0THEO", "change": {"deleted": True}}
    async with there.slack.http.post(f"{there.slack.base}/_control/people", json=body) as answer:
        assert answer.status == 200, await answer.text()
    there.clock.move(minutes=6)
    await dispatch(there, pressed(card, "U0THEO"))
    await until(lambda: there.sql("select count(*) from decision where refusal = ''") == [(0,)])
    assert there.sql("select state from request") == [("pending",)]


async def test_of_two_hundred_requests_at_once_all_are_in_sight_and_people_are_called_to_few(tmp_path: Path) -> None:
    """What is of one kind stands in lists of ten, whoever wants a person stands alone. Without Slack's own limits, which would
    make it minutes."""
    async with workspace(None, "--no-rate-limits") as slack, office(tmp_path, slack) as there:
        for number in range(200):
            text = "Let me talk to a real person, please" if number % 40 == 0 else QUESTION
            await there.bring(text, number, sender=f"Guest{number} Vale <guest{number}@example.com>")
        await there.settled()
        messages = [each for each in await slack.messages(DESK) if each.get("thread_ts") in (None, each["ts"])]
        called, lists, alone = (
            [each for each in messages if button in buttons(each)]
            for button in (ids.ESCALATION_TAKE_OVER, ids.BATCH_APPROVE_ALL, ids.APPROVAL_APPROVE)
        )
        tasks = {task for (task,) in there.sql("select task_id from request where state = 'pending'")}
        seen = {task for task in tasks for each in (*called, *lists, *alone) if f"{task}" in str(each)}
        assert (len(tasks), len(called)) == (200, 5)
        assert seen == tasks, f"nobody sees {len(tasks - seen)} of them"
        assert len(alone) <= 10 and len(lists) <= 20, "two hundred cards call people"
