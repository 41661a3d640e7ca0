"""A message that is written bit by bit, by unchanged SDK clients, is at every moment what Slack would show and keep."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import SectionBlock
from slack_sdk.models.messages.chunk import BlocksChunk, MarkdownTextChunk, PlanUpdateChunk, TaskUpdateChunk
from slack_sdk.web.async_client import AsyncWebClient

from localslack.talk import sessions, streams
from localslack.team.rooms import Room
from tests.localslack.filing import told
from tests.localslack.support import Local, running, until
from tests.localslack.test_events import told as waiting

ROOM = "C0SUPPORT"
TO_SAM: dict[str, Any] = {"recipient_user_id": "U0SAM", "recipient_team_id": "T0HARBOR"}
BUTTON = {"type": "button", "action_id": "good", "text": {"type": "plain_text", "text": "Good"}}
TASK: dict[str, Any] = {"type": "task_update", "id": "a", "title": "Look it up", "status": "in_progress"}
TEXT: dict[str, Any] = {"type": "markdown_text", "text": "Hello"}


async def _asked(local: Local, channel: str = ROOM) -> str:
    said = await local.act(do="say", me="U0SAM", channel=channel, text="what is new?")
    return str(said["ts"])


async def _begun(local: Local, **more: Any) -> tuple[str, str]:
    root = await _asked(local)
    begun = await local.call("chat.startStream", channel=ROOM, thread_ts=root, **TO_SAM, **more)
    assert begun["ok"], begun
    return root, begun["ts"]


async def _kept(local: Local, root: str, ts: str) -> dict[str, Any]:
    answer = await local.call("conversations.replies", channel=ROOM, ts=root, include_all_metadata=True)
    return next(each for each in answer["messages"] if each["ts"] == ts)


def _client(local: Local) -> AsyncWebClient:
    return AsyncWebClient(token="xoxb-local", base_url=f"{local.base}/api/")


async def test_the_sdks_helper_streams_text_to_its_end(local: Local) -> None:
    root = await _asked(local)
    stream = await _client(local).chat_stream(channel=ROOM, thread_ts=root, buffer_size=4, **TO_SAM)
    for piece in ("**Two ", "mails** ", "came: [one](https://example.com/1)\n", "- a\n- b"):
        await stream.append(markdown_text=piece)
    assert stream.ts is not None
    before = await _kept(local, root, stream.ts)
    ended = await stream.stop(
        blocks=[{"type": "actions", "elements": [BUTTON]}],
        metadata={"event_type": "answer", "event_payload": {"n": 1}},
    )
    after = await _kept(local, root, stream.ts)
    assert before["streaming_state"] == "in_progress"
    assert after["streaming_state"] == "completed"
    assert "edited" not in after
    assert after["text"] == "*Two mails* came: <https://example.com/1|one>\n• a\n• b"
    assert [block["type"] for block in after["blocks"]] == ["markdown", "actions"]
    assert after["blocks"][0]["text"] == "**Two mails** came: [one](https://example.com/1)\n- a\n- b"
    assert after["blocks"][0]["block_id"] == before["blocks"][0]["block_id"]
    assert after["metadata"] == {"event_type": "answer", "event_payload": {"n": 1}}
    assert (ended["channel"], ended["ts"], ended["message"]["text"]) == (ROOM, stream.ts, after["text"])
    assert after["thread_ts"] == root and after["bot_id"] == "B0BATON"


async def test_the_sync_helper_does_the_same(local: Local) -> None:
    root = await _asked(local)

    def work() -> str:
        client = WebClient(token="xoxb-local", base_url=f"{local.base}/api/")
        stream = client.chat_stream(channel=ROOM, thread_ts=root, task_display_mode="plan", **TO_SAM)
        stream.append(markdown_text="one ")
        stream.append(chunks=[TaskUpdateChunk(id="a", title="Read", status="in_progress")])
        stream.stop(chunks=[TaskUpdateChunk(id="a", title="Read", status="complete"), MarkdownTextChunk(text="done")])
        return str(stream.ts)

    ts = await asyncio.to_thread(work)
    kept = await _kept(local, root, ts)
    assert [block["type"] for block in kept["blocks"]] == ["markdown", "plan", "markdown"]
    assert kept["text"] == "one done Read"
    assert kept["blocks"][1]["tasks"][0]["status"] == "complete"


async def test_a_helper_that_is_stopped_before_anything_was_sent_still_leaves_a_message(local: Local) -> None:
    root = await _asked(local)
    stream = await _client(local).chat_stream(channel=ROOM, thread_ts=root, **TO_SAM)
    await stream.stop(markdown_text="short")
    assert stream.ts is not None
    assert (await _kept(local, root, stream.ts))["text"] == "short"


async def test_tasks_stand_in_the_text_where_they_came_and_change_in_place(local: Local) -> None:
    root, ts = await _begun(local, chunks=[TEXT, TASK])
    source = {"type": "url", "url": "https://example.com/w", "text": "Wiki"}
    first = {**TASK, "details": "page 1", "sources": [source]}
    await local.call("chat.appendStream", channel=ROOM, ts=ts, chunks=[first, {**TEXT, "text": "Bye"}])
    last = {**TASK, "title": "Looked", "status": "complete", "details": ", page 2", "output": "found"}
    await local.call("chat.appendStream", channel=ROOM, ts=ts, chunks=[last])
    blocks = (await _kept(local, root, ts))["blocks"]
    assert [block["type"] for block in blocks] == ["markdown", "task_card", "markdown"]
    card = blocks[1]
    assert (card["task_id"], card["title"], card["status"], card["sources"]) == ("a", "Looked", "complete", [source])
    assert card["details"]["elements"][0]["elements"] == [{"type": "text", "text": "page 1, page 2"}]
    assert card["output"]["elements"][0]["elements"] == [{"type": "text", "text": "found"}]


async def test_a_plan_keeps_its_tasks_together_where_the_first_one_came(local: Local) -> None:
    root, ts = await _begun(local, task_display_mode="plan", chunks=[TEXT, TASK, {**TEXT, "text": "More"}])
    assert (await _kept(local, root, ts))["blocks"][1]["title"] == "Look it up"
    chunks = [{**TASK, "id": "b", "status": "pending"}, {"type": "plan_update", "title": "Finding out"}]
    await local.call("chat.appendStream", channel=ROOM, ts=ts, chunks=chunks)
    blocks = (await _kept(local, root, ts))["blocks"]
    assert [block["type"] for block in blocks] == ["markdown", "plan", "markdown"]
    assert blocks[1]["title"] == "Finding out"
    assert [task["task_id"] for task in blocks[1]["tasks"]] == ["a", "b"]


async def test_what_still_ran_when_the_stream_stopped_is_an_error(local: Local) -> None:
    root, ts = await _begun(local, task_display_mode="plan", chunks=[TASK, {**TASK, "id": "b", "status": "complete"}])
    await local.call("chat.stopStream", channel=ROOM, ts=ts)
    [plan] = (await _kept(local, root, ts))["blocks"]
    assert [task["status"] for task in plan["tasks"]] == ["error", "complete"]
    assert plan["title"] == "Something went wrong"


async def test_blocks_can_be_streamed_and_others_added_below_at_the_end(local: Local) -> None:
    root = await _asked(local)
    stream = await _client(local).chat_stream(channel=ROOM, thread_ts=root, **TO_SAM)
    await stream.append(chunks=[BlocksChunk(blocks=[SectionBlock(text="first")]), MarkdownTextChunk(text="then")])
    await stream.append(chunks=[PlanUpdateChunk(title="only a plan shows this")])
    await stream.stop(blocks=[SectionBlock(text="last")])
    assert stream.ts is not None
    blocks = (await _kept(local, root, stream.ts))["blocks"]
    assert [block["type"] for block in blocks] == ["section", "markdown", "section"]
    assert all(block["block_id"] for block in blocks)


async def test_what_is_read_back_of_a_stream_can_be_written_again(local: Local) -> None:
    details = {
        "details": "page 1",
        "output": "found",
        "sources": [{"type": "url", "url": "https://x.example.com", "text": "x"}],
    }
    for display in ("timeline", "plan"):
        root, ts = await _begun(local, task_display_mode=display, chunks=[TEXT, {**TASK, **details}])
        await local.call("chat.stopStream", channel=ROOM, ts=ts, blocks=[{"type": "divider"}])
        blocks = (await _kept(local, root, ts))["blocks"]
        answer = await local.call("chat.update", channel=ROOM, ts=ts, text="again", blocks=blocks)
        assert answer["ok"], answer


async def test_fifty_blocks_may_be_streamed_and_fifty_more_added_at_the_end(local: Local) -> None:
    divider = {"type": "divider"}
    root, ts = await _begun(local, chunks=[{"type": "blocks", "blocks": [divider] * 50}])
    more = await local.call("chat.appendStream", channel=ROOM, ts=ts, chunks=[{"type": "blocks", "blocks": [divider]}])
    assert more["error"] == "msg_blocks_too_many"
    assert (await local.call("chat.stopStream", channel=ROOM, ts=ts, blocks=[divider] * 50))["ok"]
    assert len((await _kept(local, root, ts))["blocks"]) == 100


async def test_a_direct_conversation_needs_no_recipient(local: Local) -> None:
    said = await local.act(do="say", me="U0SAM", channel="app", text="hello")
    room = (await local.call("conversations.open", users="U0SAM"))["channel"]["id"]
    assert (await local.call("chat.startStream", channel=room, thread_ts=said["ts"], markdown_text="hi"))["ok"]


async def test_what_was_shown_live_is_what_is_kept(local: Local) -> None:
    root = await _asked(local)
    with local.workspace.feed.reader("U0SAM") as news:
        begun = await local.call("chat.startStream", channel=ROOM, thread_ts=root, **TO_SAM)
        for word in ("one ", "two ", "three"):
            await local.call("chat.appendStream", channel=ROOM, ts=begun["ts"], markdown_text=word)
        await local.call("chat.stopStream", channel=ROOM, ts=begun["ts"])
        seen = [news.get_nowait() for _ in range(news.qsize())]
    shown = [each["message"] for each in seen if each["kind"] == "message" and each["message"]["ts"] == begun["ts"]]
    assert [each["text"] for each in shown] == ["", "one", "one two", "one two three", "one two three"]
    assert [each["streaming_state"] for each in shown] == ["in_progress"] * 4 + ["completed"]


async def test_the_app_is_told_when_it_begins_and_when_it_ends(local: Local) -> None:
    async with told(local) as events:
        _, ts = await _begun(local, markdown_text="one")
        await local.call("chat.appendStream", channel=ROOM, ts=ts, markdown_text=" two")
        await local.call("chat.stopStream", channel=ROOM, ts=ts, markdown_text=" three")
        mine = await until(lambda: [each for each in events if _of(each) == ts] if len(events) >= 3 else None)
    assert [(event.get("subtype"), _message(event)["text"]) for event in mine] == [
        (None, "one"),
        ("message_changed", "one two three"),
    ]
    assert mine[1]["message"]["streaming_state"] == "completed"


def _message(event: dict[str, Any]) -> dict[str, Any]:
    return event.get("message", event)


def _of(event: dict[str, Any]) -> str:
    return str(_message(event)["ts"])


async def test_slack_ends_a_stream_after_five_minutes(local: Local) -> None:
    root, ts = await _begun(local, chunks=[TASK])
    local.clock.move(299)
    assert (await local.call("chat.appendStream", channel=ROOM, ts=ts, chunks=[TEXT]))["ok"]
    local.clock.move(2)
    kept = await until(lambda: _over(local, root, ts))
    assert kept["streaming_state"] == "errored"
    assert kept["blocks"][0]["status"] == "error"
    for method in ("chat.appendStream", "chat.stopStream"):
        answer = await local.call(method, channel=ROOM, ts=ts, chunks=[TEXT])
        assert answer["error"] == "message_not_in_streaming_state"


async def _over(local: Local, root: str, ts: str) -> dict[str, Any] | None:
    kept = await _kept(local, root, ts)
    return kept if kept["streaming_state"] != "in_progress" else None


async def test_a_stream_goes_on_after_the_workspace_was_restarted(tmp_path: Path) -> None:
    async with running(tmp_path / "state.db") as local:
        root, ts = await _begun(local, chunks=[TEXT, TASK])
    async with running(tmp_path / "state.db") as local:
        done = {**TASK, "status": "complete"}
        assert (await local.call("chat.appendStream", channel=ROOM, ts=ts, chunks=[done]))["ok"]
        assert (await local.call("chat.stopStream", channel=ROOM, ts=ts, chunks=[{**TEXT, "text": "!"}]))["ok"]
        kept = await _kept(local, root, ts)
    assert [block["type"] for block in kept["blocks"]] == ["markdown", "task_card", "markdown"]
    assert (kept["blocks"][1]["status"], kept["streaming_state"]) == ("complete", "completed")


async def test_a_person_who_presses_stop_ends_the_stream(local: Local) -> None:
    root, ts = await _begun(local, chunks=[TEXT, TASK])
    _, other = await _begun(local, markdown_text="elsewhere")
    assert streams.halt(local.workspace, _room(local), root) == [ts]
    kept = await _kept(local, root, ts)
    assert (kept["streaming_state"], kept["blocks"][1]["status"]) == ("completed", "error")
    assert (await local.call("chat.appendStream", channel=ROOM, ts=ts, chunks=[TEXT]))["error"] == "stopped_by_user"
    assert (await local.call("chat.stopStream", channel=ROOM, ts=ts))["error"] == "message_not_in_streaming_state"
    assert streams.halt(local.workspace, _room(local), root) == []
    assert (await local.call("chat.stopStream", channel=ROOM, ts=other))["ok"]


async def test_pressing_stop_ends_the_stream_at_once_and_tells_the_app_of_it(local: Local) -> None:
    root, ts = await _begun(local, markdown_text="on and on")
    assert (await local.act(do="stop", me="U0SAM", channel=ROOM, thread_ts=root))["ok"]
    assert (await _kept(local, root, ts))["streaming_state"] == "completed"
    event = waiting(local)[-1]
    assert event["type"] == "agent_session_stopped"
    assert (event["thread_ts"], event["streaming_message_ts"]) == (root, [ts])
    assert (await local.call("chat.appendStream", channel=ROOM, ts=ts, chunks=[TEXT]))["error"] == "stopped_by_user"


def _room(local: Local) -> Room:
    room = local.workspace.rooms.get(ROOM)
    assert room is not None
    return room


@pytest.mark.parametrize(("given", "kept"), [(None, "active"), ("closed", "closed")])
async def test_the_end_of_a_stream_says_how_far_the_session_is(local: Local, given: str | None, kept: str) -> None:
    root = await _asked(local)
    await local.call("agents.sessions.setStatus", channel_id=ROOM, thread_ts=root, status="processing")
    stream = await _client(local).chat_stream(channel=ROOM, thread_ts=root, **TO_SAM)
    await stream.stop(markdown_text="done", session_status=given)
    session = sessions.find(local.workspace, ROOM, root)
    assert session is not None and session["progress"] == kept


async def test_a_stream_may_have_a_name_and_an_icon_of_its_own(local: Local) -> None:
    root, ts = await _begun(local, markdown_text="hi", username="Scout", icon_emoji=":mag:")
    kept = await _kept(local, root, ts)
    assert (kept["username"], kept["icons"]) == ("Scout", {"emoji": ":mag:"})
    assert (await local.call("chat.appendStream", channel=ROOM, ts=ts, markdown_text="!"))["ok"]


async def test_a_stream_whose_conversation_is_gone_is_forgotten(local: Local) -> None:
    _, ts = await _begun(local)
    local.workspace.state.run("DELETE FROM messages WHERE ts = ?", ts)
    local.clock.move(301)
    await until(lambda: not local.workspace.state.all("SELECT * FROM streams"))
    assert (await local.call("chat.stopStream", channel=ROOM, ts=ts))["error"] == "message_not_found"


LONG = "x" * 12_001
START: dict[str, Any] = {"channel": ROOM, "thread_ts": "ROOT", **TO_SAM}
ON: dict[str, Any] = {"channel": ROOM, "ts": "OPEN"}
WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("chat.startStream", {**START, "channel": None}, "invalid_arguments"),
    ("chat.startStream", {**START, "channel": "C0NOWHERE"}, "channel_not_found"),
    ("chat.startStream", {**START, "thread_ts": None}, "invalid_thread_ts"),
    ("chat.startStream", {**START, "thread_ts": "0"}, "invalid_thread_ts"),
    ("chat.startStream", {**START, "thread_ts": "1.000001"}, "cannot_reply_to_message"),
    ("chat.startStream", {**START, "recipient_user_id": None}, "missing_recipient_user_id"),
    ("chat.startStream", {**START, "recipient_team_id": None}, "missing_recipient_team_id"),
    ("chat.startStream", {**START, "recipient_user_id": "U0NOBODY"}, "user_not_found"),
    ("chat.startStream", {**START, "recipient_team_id": "T0OTHER"}, "team_not_found"),
    ("chat.startStream", {**START, "task_display_mode": "pretty"}, "invalid_arguments"),
    ("chat.startStream", {**START, "markdown_text": LONG}, "msg_too_long"),
    (
        "chat.startStream",
        {**START, "markdown_text": "a", "chunks": [TEXT]},
        "cannot_provide_both_markdown_text_and_chunks",
    ),
    ("chat.appendStream", {**ON, "ts": None, "markdown_text": "a"}, "invalid_arguments"),
    ("chat.appendStream", {**ON, "ts": "1.000001", "markdown_text": "a"}, "message_not_found"),
    ("chat.appendStream", {**ON, "ts": "ROOT", "markdown_text": "a"}, "message_not_owned_by_app"),
    ("chat.appendStream", {**ON, "ts": "POST", "markdown_text": "a"}, "message_not_in_streaming_state"),
    ("chat.appendStream", ON, "markdown_text_or_chunks_required"),
    ("chat.appendStream", {**ON, "chunks": []}, "markdown_text_or_chunks_required"),
    (
        "chat.appendStream",
        {**ON, "markdown_text": "a", "chunks": [TEXT]},
        "cannot_provide_both_markdown_text_and_chunks",
    ),
    ("chat.appendStream", {**ON, "markdown_text": "a"}, "streaming_mode_mismatch"),
    ("chat.appendStream", {**ON, "chunks": "{not json"}, "invalid_chunks"),
    ("chat.appendStream", {**ON, "chunks": TEXT}, "invalid_chunks"),
    ("chat.appendStream", {**ON, "chunks": ["text"]}, "invalid_chunks"),
    ("chat.appendStream", {**ON, "chunks": [{"type": "confetti"}]}, "invalid_chunks"),
    ("chat.appendStream", {**ON, "chunks": [{"type": "markdown_text"}]}, "invalid_chunks"),
    ("chat.appendStream", {**ON, "chunks": [{"type": "markdown_text", "text": 1}]}, "invalid_chunks"),
    ("chat.appendStream", {**ON, "chunks": [{**TASK, "status": "done"}]}, "invalid_chunks"),
    ("chat.appendStream", {**ON, "chunks": [{"type": "task_update", "id": "a"}]}, "invalid_chunks"),
    ("chat.appendStream", {**ON, "chunks": [{**TASK, "sources": [{"type": "book"}]}]}, "invalid_chunks"),
    ("chat.appendStream", {**ON, "chunks": [{"type": "plan_update", "title": ""}]}, "invalid_chunks"),
    ("chat.appendStream", {**ON, "chunks": [{**TEXT, "text": LONG}]}, "msg_too_long"),
    ("chat.appendStream", {**ON, "chunks": [{**TEXT, "text": LONG[1:]}]}, "msg_too_long"),
    ("chat.appendStream", {**ON, "chunks": [{"type": "blocks", "blocks": [{"type": "sectoin"}]}]}, "invalid_blocks"),
    ("chat.stopStream", {**ON, "ts": "1.000001"}, "message_not_found"),
    ("chat.stopStream", {**ON, "ts": "ROOT"}, "message_not_owned_by_app"),
    ("chat.stopStream", {**ON, "ts": "POST"}, "message_not_in_streaming_state"),
    ("chat.stopStream", {**ON, "markdown_text": "a"}, "streaming_mode_mismatch"),
    ("chat.stopStream", {**ON, "session_status": "asleep"}, "invalid_arguments"),
    ("chat.stopStream", {**ON, "blocks": [{"type": "sectoin"}]}, "invalid_blocks"),
    ("chat.stopStream", {**ON, "metadata": {"event_type": "x"}}, "invalid_metadata_schema"),
]


@pytest.mark.parametrize(("method", "args", "error"), WRONG)
async def test_a_wrong_call_gets_slacks_own_error_and_changes_nothing(
    local: Local, method: str, args: dict[str, Any], error: str
) -> None:
    root, ts = await _begun(local, chunks=[TEXT])
    post = (await local.call("chat.postMessage", channel=ROOM, text="plain"))["ts"]
    before = (await local.get(f"/_control/messages?channel={ROOM}"))["messages"]
    places = {"ROOT": root, "OPEN": ts, "POST": post}
    given = {name: places.get(value, value) if isinstance(value, str) else value for name, value in args.items()}
    answer = await local.call(method, **{name: value for name, value in given.items() if value is not None})
    assert (answer["ok"], answer["error"]) == (False, error)
    assert (await local.get(f"/_control/messages?channel={ROOM}"))["messages"] == before


async def test_a_stream_that_was_stopped_takes_no_more(local: Local) -> None:
    root = await _asked(local)
    stream = await _client(local).chat_stream(channel=ROOM, thread_ts=root, **TO_SAM)
    await stream.stop(markdown_text="done")
    with pytest.raises(SlackApiError, match="message_not_in_streaming_state"):
        await _client(local).chat_appendStream(channel=ROOM, ts=str(stream.ts), markdown_text="more")


async def test_the_bot_streams_only_where_it_is(local: Local) -> None:
    root, ts = await _begun(local)
    local.workspace.rooms.leave(ROOM, "U0BATON")
    for method, args in (("chat.startStream", {"thread_ts": root, **TO_SAM}), ("chat.stopStream", {"ts": ts})):
        assert (await local.call(method, channel=ROOM, **args))["error"] == "not_in_channel"
