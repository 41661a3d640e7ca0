"""A card stands in Slack exactly once, whatever happens between the post and its ts."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.cards import ids
from tests.bot.conftest import Office, office
from tests.support.slack import Workspace, until

KEYS = "support-desk"


async def keys(slack: Workspace, channel: str = KEYS) -> list[str]:
    found = [
        (message.get("metadata") or {}).get("event_payload", {}).get("key") for message in await slack.messages(channel)
    ]
    return [key for key in found if key]


async def test_a_lost_answer_does_not_post_twice(there: Office) -> None:
    await there.slack.trouble(method="chat.postMessage", kind="lose_reply", times=2)
    await there.bring()
    await there.card(KEYS, ids.APPROVAL_APPROVE)
    await there.settled()
    found = await keys(there.slack)
    assert len(found) == len(set(found)) == 1
    assert len(await there.slack.calls("conversations.history")) >= 1


async def test_a_lost_answer_in_a_thread_does_not_post_twice(there: Office) -> None:
    await there.bring()
    card = await there.card(KEYS, ids.APPROVAL_APPROVE)
    await there.shown()
    await there.slack.trouble(method="chat.postMessage", kind="lose_reply", times=1)
    await there.slack.click("U0THEO", card, ids.APPROVAL_APPROVE)
    await there.settled()
    found = await keys(there.slack)
    assert len(found) == len(set(found)) == 3  # the card, approved, sent
    assert len(await there.slack.calls("conversations.replies")) >= 1


@pytest.mark.parametrize(("point", "posts"), [("desk.before_post", 0), ("desk.after_post", 1), ("desk.placed", 1)])
async def test_dying_around_a_post_does_not_post_twice(
    tmp_path: Path, slack: Workspace, point: str, posts: int
) -> None:
    reached: list[str] = []

    def die(here: str) -> None:
        if here == point:
            reached.append(here)
            raise asyncio.CancelledError  # the loop of this channel ends here, with nothing written after it

    async with office(tmp_path, slack) as first:
        first.ledger.reach = die
        await first.bring()
        await until(lambda: len(reached) == 2, "the loops of both channels, the desk's and the feed's, have ended")
        await asyncio.to_thread(first.engine.at_rest, 30)
    before = await keys(slack)
    assert len(before) == posts
    async with office(tmp_path, slack) as second:
        card = await second.card(KEYS, ids.APPROVAL_APPROVE)
        await second.settled()
        assert await keys(slack) == (before or await keys(slack))
        assert len(await keys(slack)) == 1
        await slack.click("U0THEO", card, ids.APPROVAL_APPROVE)
        await second.settled()
        assert "Sent" in str((await slack.messages(KEYS))[0]["blocks"][0])


async def test_a_restart_looks_once_for_all_cards_in_doubt(tmp_path: Path, slack: Workspace) -> None:
    async with office(tmp_path, slack) as first:
        await first.bot.desk.stop()
        for number in range(3):
            await first.bring(number=number, subject=f"Question {number}", sender=f"Ann <a{number}@example.com>")
        await asyncio.to_thread(first.engine.at_rest, 30)
    async with office(tmp_path, slack) as second:
        await second.settled()
        assert len(await keys(slack)) == 4, "three, and the list in which the third stands"
        assert len([c for c in await slack.calls("conversations.history") if "C0SUPPORT" in str(c)]) == 1


async def test_a_pause_that_slack_asks_for_is_kept_and_nothing_is_lost(there: Office) -> None:
    await there.slack.trouble(method="chat.postMessage", kind="429", times=1, retry_after_s=1)
    await there.bring()
    await there.card(KEYS, ids.APPROVAL_APPROVE)
    await there.settled()
    assert len(await keys(there.slack)) == 1
    assert await there.slack.calls("conversations.history") == []  # refused is not in doubt


async def test_a_card_that_somebody_deleted_comes_back(there: Office) -> None:
    await there.bring()
    card = await there.card(KEYS, ids.APPROVAL_APPROVE)
    await there.shown()
    await there.bot.face.client.chat_delete(channel=card["channel"], ts=card["ts"])
    there.bot.desk.upsert(there.sql("select id from card where kind = 'approval'")[0][0])
    again = await there.card(KEYS, ids.APPROVAL_APPROVE)
    assert again["ts"] != card["ts"]
