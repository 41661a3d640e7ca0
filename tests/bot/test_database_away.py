"""The database is away for a while: everybody is told at once, nothing is lost, and all goes on by itself."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot import middleware, talk
from bot.cards import ids
from tests.bot.conftest import Office, face
from tests.bot.test_true import form
from tests.bot.test_who import told
from tests.support.postgres import new_server
from tests.support.slack import Json, Workspace, until

pytestmark = pytest.mark.postgresql
DESK = "support-desk"
MINUTE = {"forward_s": 61}  # Slack brings an event again at once, after a minute and after five


async def test_everybody_is_told_and_nothing_is_lost(tmp_path: Path, slack: Workspace) -> None:
    its = await asyncio.to_thread(new_server)
    try:
        async with face(tmp_path, slack, its.create(), works=True) as there:
            await there.bring()
            card = await there.card(DESK, ids.APPROVAL_APPROVE)
            view = await form(there, "U0THEO", card, ids.APPROVAL_REJECT, ids.REJECT_FORM)
            await there.shown()
            await asyncio.to_thread(its.stop)
            await all_are_told(there, card, view)
            await asyncio.to_thread(its.start)
            await all_goes_on(there, card)
    finally:
        await asyncio.to_thread(its.remove)


async def all_are_told(there: Office, card: Json, view: Json) -> None:
    """A form keeps what was typed into it; a click, a command and a message are answered to their person only."""
    values = {"approval.reject.reason": {ids.REASON: "facts"}, "approval.reject.next": {ids.NEXT: "close"}}
    answer = await there.slack.submit("U0THEO", view, values)
    assert list(answer["errors"].values()) == [middleware.NO_DATABASE]
    assert (await there.slack.click("U0THEO", card, ids.APPROVAL_APPROVE))["ok"]
    await told(there, "U0THEO", middleware.NO_DATABASE)
    await there.slack.act(do="command", me="U0SAM", channel="billing", text="/baton status")
    await told(there, "U0SAM", middleware.NOTHING_DONE)
    await there.slack.say("U0MAYA", "sales", "@Baton please call Dana")
    await told(there, "U0MAYA", talk.NO_DATABASE)


async def all_goes_on(there: Office, card: Json) -> None:
    """The message comes again by itself; the click is pressed again, and carried out and shown as ever."""
    await until(lambda: readable(there), "the database is back")
    async with there.slack.http.post(f"{there.slack.base}/_control/clock", json=MINUTE) as answer:
        assert answer.status == 200
    await until(lambda: there.sql("select 1 from task where requester = 'U0MAYA'"), "the message is a task")
    await there.slack.click("U0THEO", card, ids.APPROVAL_APPROVE)
    await there.card(DESK, "Sent")
    assert there.sql("select verb from decision") == [("approve",)]
    assert [call.operation for call in there.house.systems.calls()].count("mail.reply") == 1
    assert len([text for text in await there.slack.whispers("U0MAYA") if text == talk.NO_DATABASE]) == 1


def readable(there: Office) -> bool:
    try:
        return bool(there.sql("select 1"))
    except Exception:  # noqa: BLE001  whatever it is, it is not back
        return False
