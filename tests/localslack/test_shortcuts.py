"""Global and message shortcuts."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from localslack.config import Shortcut, load_app
from tests.localslack.acting import INES
from tests.localslack.support import Heard, bot, running
from tests.localslack.test_sockets import plugged

EVERYWHERE = Shortcut("New task", "global", "new", "Makes a task")
ON_MESSAGES = Shortcut("Take over", "message", "take", "Takes it over")
BOTH = {"shortcuts": (EVERYWHERE, ON_MESSAGES), "events": frozenset({"app_mention"})}
MODAL = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "T"},
    "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x"}}],
}


def listeners(app: Any, heard: Heard) -> None:
    @app.shortcut({"type": "shortcut", "callback_id": "new"})
    async def new(ack: Any, body: Any, client: Any) -> None:
        await ack()
        heard.items.append(body)
        await client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    @app.shortcut({"type": "message_action", "callback_id": "take"})
    async def take(ack: Any, body: Any, respond: Any) -> None:
        await ack()
        heard.items.append(body)
        await respond("Taken")


async def test_a_global_shortcut_reaches_the_app_which_opens_a_modal() -> None:
    async with running(**BOTH) as local, bot(local.base, listeners) as heard:
        seen = await local.act(do="shortcut", me="U0THEO", callback_id="new", wait_for="view")
    body = heard.items[0]
    assert seen["view"]["title"]["text"] == "T"
    assert set(body) == {
        *("type", "token", "action_ts", "team", "user", "callback_id", "trigger_id"),
        *("enterprise", "is_enterprise_install"),
    }
    assert body["user"] == {"id": "U0THEO", "username": "theo", "team_id": "T0HARBOR"}
    assert body["team"] == {"id": "T0HARBOR", "domain": "harbor-and-pine"}


async def test_a_shortcut_on_a_message_carries_the_message_and_is_answered_to_the_person() -> None:
    async with running(**BOTH) as local, bot(local.base, listeners) as heard:
        ts = (await local.act(do="say", me="U0SAM", channel="billing", text="who takes this?"))["ts"]
        act = {"do": "message_shortcut", "me": "U0THEO", "channel": "billing", "ts": ts, "callback_id": "take"}
        seen = await local.act(**act, wait_for="ephemeral")
    body = heard.items[0]
    assert seen["ephemerals"][0]["text"] == "Taken"
    assert (body["type"], body["message_ts"], body["message"]["text"]) == ("message_action", ts, "who takes this?")
    assert body["channel"] == {"id": "C0BILLING", "name": "billing"}
    assert body["trigger_id"] and body["response_url"]


async def test_what_only_one_person_sees_and_what_was_deleted_has_no_shortcuts() -> None:
    async with running(**BOTH) as local, bot(local.base, listeners) as heard:
        whisper = await local.call("chat.postEphemeral", channel="C0BILLING", user="U0THEO", text="psst")
        act = {"do": "message_shortcut", "me": "U0THEO", "channel": "billing", "callback_id": "take"}
        seen = await local.act(**act, ts=whisper["message_ts"])
        ts = (await local.act(do="say", me="U0SAM", channel="billing", text="oops"))["ts"]
        await local.act(do="say", me="U0SAM", channel="billing", text="reply", thread_ts=ts)
        await local.act(do="delete", me="U0SAM", channel="billing", ts=ts)
        buried = await local.act(**act, ts=ts)
    assert not seen["ok"] and not buried["ok"] and heard.items == []


@pytest.mark.parametrize(
    "act",
    [
        {"do": "shortcut", "me": "U0THEO", "callback_id": "take"},
        {"do": "shortcut", "me": "U0THEO", "callback_id": "other"},
        {"do": "shortcut", "me": "U0FAR", "callback_id": "new"},
    ],
)
async def test_there_are_only_the_shortcuts_of_the_manifest_and_only_for_the_team(act: Any) -> None:
    async with running(**BOTH) as local, bot(local.base, listeners) as heard:
        local.workspace.people.add("U0FAR", INES)
        assert not (await local.act(**act))["ok"]
    assert heard.items == []


async def test_a_shortcut_nobody_takes_in_time_says_so_in_slacks_words() -> None:
    async with running(**BOTH) as local, plugged(local) as socket:
        running_it = asyncio.create_task(local.act(do="shortcut", me="U0THEO", callback_id="new"))
        frame = await socket.receive_json(timeout=5)
        local.clock.move(3.1)
        seen = await running_it
        late = await local.call("views.open", trigger_id=frame["payload"]["trigger_id"], view=MODAL)
    assert seen["error"] == "Sorry, this didn't work. Try again?"
    assert late["error"] == "expired_trigger_id"


def test_shortcuts_and_features_are_read_from_the_manifest(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.yml"
    manifest.write_text(
        "display_information: {name: A}\n"
        "features:\n"
        "  app_home: {home_tab_enabled: true, messages_tab_read_only_enabled: true}\n"
        "  agent_view: {agent_description: d}\n"
        "  shortcuts:\n"
        "    - {name: Take over, type: message, callback_id: take, description: Takes it over}\n"
        "settings: {interactivity: {is_enabled: true}}\n"
    )
    app = load_app(manifest)
    assert app.shortcuts == (ON_MESSAGES,)
    switched = app.features
    assert (switched.interactive, switched.home_tab, switched.reads, switched.agent, switched.assistant) == (
        *(True, True, False, True, False),
    )
