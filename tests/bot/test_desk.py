"""The desk: in order, no faster than Slack lets it, never silent, never stuck."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from bot.cards import ids
from bot.pace import Pace
from bot.render.table import KINDS
from tests.bot.conftest import QUICK, Office, office
from tests.support.slack import Workspace, until
from workflows import requests


async def told_later(there: Office, channel: str, *texts: str, urgent: tuple[str, ...] = ()) -> None:
    """Cards of our own words, written in one go."""

    def write() -> None:
        with there.ledger.unit() as unit:
            for text in texts:
                unit.card("told", text, channel, detail=orjson.dumps({"text": text}).decode(), urgent=text in urgent)

    await asyncio.to_thread(write)


async def texts(slack: Workspace, channel: str) -> list[str]:
    return [message["text"] for message in await slack.messages(channel)]


async def test_what_is_urgent_overtakes_what_waits(tmp_path: Path, slack: Workspace) -> None:
    async with office(tmp_path, slack) as first:
        await first.bot.desk.stop()
        await told_later(first, "sales", "one", "two", "now", urgent=("now",))
    async with office(tmp_path, slack) as second:
        await second.shown()
        assert (await texts(slack, "sales"))[0] == "now"


async def test_many_changes_of_one_card_become_one_update_with_the_last_of_them(
    tmp_path: Path, slack: Workspace
) -> None:
    async with office(tmp_path, slack) as there:
        await told_later(there, "sales", "a line")
        await there.shown()
        card_id = there.sql("select id from card")[0][0]
        before = len(await slack.calls("chat.update"))
        await slack.trouble(method="chat.update", kind="429", times=1, retry_after_s=1)
        for _ in range(20):
            await asyncio.to_thread(there.bot.desk.upsert, card_id)
        await there.shown()
        done = [call for call in (await slack.calls("chat.update"))[before:] if call["ok"]]
        assert len(done) < 20
        assert there.sql("select wanted = shown from card") == [(1,)]


async def test_a_card_whose_channel_is_missing_stands_in_the_feed_and_doctor_knows(there: Office) -> None:
    await told_later(there, "no-such-channel", "a line")
    await until(lambda: in_feed(there))
    await there.shown()
    assert "no-such-channel" in there.sql("select error from card")[0][0]


async def in_feed(there: Office) -> bool:
    return "a line" in await texts(there.slack, "ops-feed")


async def test_a_card_that_slack_does_not_draw_is_said_in_plain_words(
    there: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_wide(scene: Any, card: Any) -> Any:
        drawn = KINDS["told"](scene, {**card, "detail": '{"text": "x"}'})
        blocks = [{"type": "section", "text": {"type": "plain_text", "text": "x" * 4000}}]
        return replace(drawn, payload={**drawn.payload, "blocks": blocks})

    monkeypatch.setattr("bot.render.table.KINDS", {**KINDS, "approval": too_wide})
    task = await there.bring()
    card = await there.card("support-desk", "could not be drawn")
    assert task in card["text"]
    await there.shown()


async def test_a_card_of_an_unknown_kind_is_said_in_plain_words(there: Office) -> None:
    def write() -> None:
        with there.ledger.unit() as unit:
            unit.card("hologram", "x", "sales")

    await asyncio.to_thread(write)
    await there.card("sales", "could not be drawn")


async def test_a_private_line_reaches_one_person_only(there: Office) -> None:
    await asyncio.to_thread(there.bot.desk.tell, "U0PRIYA", "Your delegate is away.")
    await there.shown()
    opened = await there.bot.face.client.conversations_open(users="U0PRIYA")
    assert await texts(there.slack, opened["channel"]["id"]) == ["Your delegate is away."]
    assert "Your delegate is away." not in await texts(there.slack, "ops-feed")


async def test_a_thread_line_waits_for_its_root(tmp_path: Path, slack: Workspace) -> None:
    async with office(tmp_path, slack, replace(QUICK, no_channel_s=0.2)) as there:
        await slack.trouble(method="chat.postMessage", kind="500", times=2)
        await there.bring()
        await there.card("support-desk", ids.APPROVAL_APPROVE)
        request = there.sql("select id from request")[0][0]

        def line() -> None:
            with there.ledger.unit(there.sql("select task_id from request")[0][0]) as unit:
                requests.timeline(unit, request, "reminded")

        await asyncio.to_thread(line)
        await there.settled()
        messages = await slack.messages("support-desk")
        assert messages[1]["thread_ts"] == messages[0]["ts"]
        assert "<@U0THEO>" in str(messages[1]["blocks"])  # only who must act is called


def test_a_burst_goes_out_and_then_one_each_second() -> None:
    at = [0.0]
    pace = Pace(lambda: at[0], burst=2, each_s=1.0)
    for _ in range(2):
        assert pace.wait_s() == 0
        pace.spend()
    assert pace.wait_s() == 1.0
    at[0] = 1.0
    assert pace.wait_s() == 0
    pace.spend()
    pace.hold(30)
    at[0] = 2.0
    assert pace.wait_s() == 29.0
    at[0] = 31.0
    assert pace.wait_s() == 0


def test_the_kinds_of_cards_are_frozen() -> None:
    assert set(KINDS) == {
        "approval",
        "escalation",
        "handoff",
        "task",
        "paused",
        "timeline",
        "digest",
        "ack",
        "told",
        "outage",
        "question",
        "notice",
        "batch",
    }
