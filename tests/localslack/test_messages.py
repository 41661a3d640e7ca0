"""Messages: history, threads, metadata, what only one person sees."""

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from localslack.state import packed
from localslack.talk import history
from localslack.team import changes
from tests.localslack.support import Local, running

METADATA = {"event_type": "card", "event_payload": {"key": "c_1"}}


async def test_metadata_is_only_shown_to_those_who_ask_and_survives_an_update(local: Local) -> None:
    ts = (await local.call("chat.postMessage", channel="C0SUPPORT", text="one", metadata=METADATA))["ts"]
    await local.call("chat.update", channel="C0SUPPORT", ts=ts, text="two")
    quiet = (await local.call("conversations.history", channel="C0SUPPORT"))["messages"][0]
    asked = (await local.call("conversations.history", channel="C0SUPPORT", include_all_metadata=True))["messages"][0]
    assert quiet["text"] == "two"
    assert "metadata" not in quiet
    assert asked["metadata"] == METADATA


async def test_an_update_by_text_takes_the_place_of_the_blocks_and_one_by_blocks_keeps_the_text(local: Local) -> None:
    blocks = [{"type": "divider", "block_id": "line"}]
    ts = (await local.call("chat.postMessage", channel="C0SUPPORT", text="one", blocks=blocks))["ts"]
    by_blocks = await local.call("chat.update", channel="C0SUPPORT", ts=ts, blocks=[*blocks, {"type": "divider"}])
    by_text = await local.call("chat.update", channel="C0SUPPORT", ts=ts, text="two")
    assert (by_blocks["text"], len(by_blocks["message"]["blocks"])) == ("one", 2)
    assert (by_text["text"], [block["type"] for block in by_text["message"]["blocks"]]) == ("two", ["rich_text"])
    assert ["edited" in answer["message"] for answer in (by_blocks, by_text)] == [False, True]


async def test_what_one_person_sees_is_in_no_history_and_on_no_other_screen(local: Local) -> None:
    posted = await local.call("chat.postEphemeral", channel="C0SUPPORT", user="U0THEO", text="not you")
    assert posted["ok"]
    assert (await local.call("conversations.history", channel="C0SUPPORT"))["messages"] == []
    theirs = await local.get("/_page/channel?me=U0THEO&channel=C0SUPPORT")
    others = await local.get("/_page/channel?me=U0SAM&channel=C0SUPPORT")
    assert [each["text"] for each in theirs["ephemerals"]] == ["not you"]
    assert others["ephemerals"] == []
    update = await local.call("chat.update", channel="C0SUPPORT", ts=posted["message_ts"], text="x")
    assert update["error"] == "message_not_found"


async def test_timestamps_are_unique_and_grow_while_the_clock_stands_still(local: Local) -> None:
    made = [(await local.call("chat.postMessage", channel="C0SUPPORT", text=str(n)))["ts"] for n in range(20)]
    assert all(float(a) < float(b) for a, b in pairwise(made))
    history = await local.call("conversations.history", channel="C0SUPPORT", limit=6)
    assert [each["ts"] for each in history["messages"]] == made[::-1][:6]
    rest = await local.call(
        "conversations.history", channel="C0SUPPORT", limit=100, cursor=history["response_metadata"]["next_cursor"]
    )
    assert [each["ts"] for each in rest["messages"]] == made[::-1][6:]
    assert rest["has_more"] is False


async def test_history_is_bounded_by_oldest_and_latest(local: Local) -> None:
    made = [(await local.call("chat.postMessage", channel="C0SUPPORT", text=str(n)))["ts"] for n in range(4)]
    between = await local.call("conversations.history", channel="C0SUPPORT", oldest=made[0], latest=made[3])
    with_ends = await local.call(
        "conversations.history", channel="C0SUPPORT", oldest=made[0], latest=made[3], inclusive=True
    )
    assert [each["text"] for each in between["messages"]] == ["2", "1"]
    assert [each["text"] for each in with_ends["messages"]] == ["3", "2", "1", "0"]


async def test_replies_stay_in_their_thread_unless_broadcast(local: Local) -> None:
    root = (await local.call("chat.postMessage", channel="C0SUPPORT", text="root"))["ts"]
    await local.act(do="say", me="U0SAM", channel="C0SUPPORT", text="inside", thread_ts=root)
    await local.call("chat.postMessage", channel="C0SUPPORT", text="both", thread_ts=root, reply_broadcast=True)
    history = await local.call("conversations.history", channel="C0SUPPORT")
    replies = await local.call("conversations.replies", channel="C0SUPPORT", ts=root)
    assert [each["text"] for each in history["messages"]] == ["both", "root"]
    assert [each["text"] for each in replies["messages"]] == ["root", "inside", "both"]
    assert history["messages"][1]["reply_count"] == 2
    assert history["messages"][0]["subtype"] == "thread_broadcast"
    assert "response_metadata" not in history


async def test_a_person_cannot_act_where_they_are_not(local: Local) -> None:
    refused = await local.act(do="say", me="U0GUEST", channel="billing", text="hello")
    assert refused["ok"] is False
    assert (await local.call("conversations.history", channel="C0BILLING"))["messages"] == []


async def test_a_direct_conversation_is_opened_once_and_seen_by_its_two(local: Local) -> None:
    first = (await local.call("conversations.open", users="U0JO"))["channel"]["id"]
    again = (await local.call("conversations.open", users="U0JO"))["channel"]["id"]
    by_person = (await local.call("chat.postMessage", channel="U0JO", text="for Jo"))["channel"]
    assert first == again == by_person
    listed = await local.call("users.conversations", types="im", user="U0JO")
    assert [room["id"] for room in listed["channels"]] == [first]
    async with local.http.get(f"{local.base}/_page/channel?me=U0SAM&channel={first}") as answer:
        assert answer.status == 404


async def test_only_granted_scopes_and_subscribed_events_work_with_a_manifest(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.yml"
    manifest.write_text(
        "features: {bot_user: {display_name: Baton}, slash_commands: [{command: /baton, description: d}]}\n"
        "oauth_config: {scopes: {bot: [chat:write]}}\n"
        "settings: {event_subscriptions: {bot_events: [app_mention]}}\n"
    )
    async with running(manifest=manifest) as local:
        missing = await local.call("users.info", user="U0SAM")
        await local.act(do="say", me="U0SAM", channel="support-desk", text="no mention")
        assert (await local.get("/_control/status"))["undelivered_events"] == 0
        await local.act(do="say", me="U0SAM", channel="support-desk", text="@Baton hello")
        assert (await local.get("/_control/status"))["undelivered_events"] == 1
        unknown = await local.act(do="command", me="U0SAM", channel="support-desk", text="/other")
    assert (missing["error"], missing["needed"]) == ("missing_scope", "users:read")
    assert unknown["error"] == "/other is not a valid command."


@pytest.mark.parametrize(("times", "statuses"), [(1, [429, 200]), (2, [429, 429, 200])])
async def test_an_ordered_fault_hits_as_often_as_ordered(local: Local, times: int, statuses: list[int]) -> None:
    await local.post(
        "/_control/fault", {"method": "chat.postMessage", "kind": "429", "times": times, "retry_after_s": 7}
    )
    found = []
    for _ in statuses:
        headers = {"Authorization": "Bearer xoxb-local"}
        body = {"channel": "C0SUPPORT", "text": "x"}
        async with local.http.post(f"{local.base}/api/chat.postMessage", json=body, headers=headers) as answer:
            found.append(answer.status)
            assert answer.headers.get("Retry-After") == ("7" if answer.status == 429 else None)
    assert found == statuses


async def test_a_lost_reply_leaves_the_message_behind(local: Local) -> None:
    await local.post("/_control/fault", {"method": "chat.postMessage", "kind": "lose_reply"})
    with pytest.raises(aiohttp.ClientError):
        await local.call("chat.postMessage", channel="C0SUPPORT", text="did it arrive?")
    history = await local.call("conversations.history", channel="C0SUPPORT")
    assert [each["text"] for each in history["messages"]] == ["did it arrive?"]


async def test_a_page_of_a_long_channel_is_read_with_as_many_questions_as_one_of_a_short_channel(local: Local) -> None:
    async def questions(method: str, **args: Any) -> tuple[int, int]:
        asked: list[str] = []
        db.set_trace_callback(asked.append)
        answer = await local.call(method, channel="C0SUPPORT", **args)
        db.set_trace_callback(None)
        # what the workspace does by itself meanwhile asks other tables
        reads = [each for each in asked if re.search(r"FROM (messages|reactions|pins|channels|members)\b", each)]
        return len(reads), len(answer["messages"])

    db = local.workspace.state.db
    root = await _filled(local, 100)
    few, thread = await questions("conversations.history", limit=50), await questions("conversations.replies", ts=root)
    await _filled(local, 9_900)
    many, same = await questions("conversations.history", limit=50), await questions("conversations.replies", ts=root)
    assert few == many
    assert thread == same
    assert 0 < few[0] < 15
    assert few[1] == 50


async def _filled(local: Local, count: int) -> str:
    """Write roots with a reply and a reaction each, straight into memory; returns the last root."""
    state, root = local.workspace.state, ""
    with state.transaction():
        for _ in range(count // 2):
            root = state.next_ts()
            for ts, thread in ((root, None), (state.next_ts(), root)):
                body = {"type": "message", "user": "U0SAM", "text": "x", "ts": ts} | (
                    {"thread_ts": thread} if thread else {}
                )
                state.run(
                    "INSERT INTO messages (channel, ts, thread_ts, user, body) VALUES ('C0SUPPORT', ?, ?, 'U0SAM', ?)",
                    *(ts, thread, packed(body)),
                )
            state.run("INSERT INTO reactions (channel, ts, name, user) VALUES ('C0SUPPORT', ?, 'eyes', 'U0JO')", root)
    return root


async def test_who_came_and_went_and_what_a_channel_is_about_is_not_unread(local: Local) -> None:
    room = local.workspace.rooms.get("C0SALES")
    assert room
    changes.exit_room(local.workspace, room, "U0JO")
    changes.enter(local.workspace, room, "U0JO", inviter="U0MAYA")
    changes.describe(local.workspace, room, "topic", "Spring, <@U0THEO>", "U0MAYA")
    assert history.unread(local.workspace, "C0SALES", "U0THEO", history.FIRST_TS) == (0, 0)
    await local.act(do="say", me="U0SAM", channel="sales", text="@Theo Okafor, look")
    await local.call("chat.postMessage", channel="C0SALES", text="x", username="Night desk")
    assert history.unread(local.workspace, "C0SALES", "U0THEO", history.FIRST_TS) == (2, 1)
