"""What the app says about its work in a thread, and when that goes away."""

from pathlib import Path
from typing import Any

import pytest

from localslack.config import Features
from localslack.talk import sessions
from tests.localslack.support import Local, running, until
from tests.localslack.test_events import told


async def thread(local: Local) -> dict[str, Any]:
    ts = (await local.act(do="say", me="U0SAM", channel="C0SUPPORT", text="help"))["ts"]
    return {"channel_id": "C0SUPPORT", "thread_ts": ts}


def said(local: Local, place: dict[str, Any]) -> dict[str, Any]:
    return sessions.find(local.workspace, place["channel_id"], place["thread_ts"]) or {}


async def test_a_status_is_shown_until_the_app_answers_in_the_thread(local: Local) -> None:
    place = await thread(local)
    with local.workspace.feed.reader("U0SAM") as queue:
        loading = ["Looking", "Thinking"]
        status = {"status": "is thinking...", "loading_messages": loading}
        assert await local.call("assistant.threads.setStatus", **place, **status) == {"ok": True}
        told = queue.get_nowait()
        assert (told["kind"], told["status"], told["loading_messages"]) == ("session", "is thinking...", loading)
        await local.act(do="say", me="U0JO", channel="C0SUPPORT", text="me too", thread_ts=place["thread_ts"])
        assert said(local, place)["status"] == "is thinking..."
        await local.call("chat.postMessage", channel="C0SUPPORT", text="done", thread_ts=place["thread_ts"])
        news = [queue.get_nowait() for _ in range(queue.qsize())]
    assert [each["status"] for each in news if each["kind"] == "session"] == [""]
    assert "status" not in said(local, place)


async def test_a_status_goes_by_itself_after_two_minutes_and_when_it_is_empty(local: Local) -> None:
    place = await thread(local)
    await local.call("assistant.threads.setStatus", **place, status="is thinking...")
    local.clock.move(119)
    assert "status" in said(local, place)
    local.clock.move(2)
    await until(lambda: "status" not in said(local, place))
    await local.call("assistant.threads.setStatus", **place, status="is thinking...")
    await local.call("assistant.threads.setStatus", **place, status="")
    assert "status" not in said(local, place)


async def test_title_and_prompts_are_kept_over_a_restart_and_shown_to_a_page_that_loads(tmp_path: Path) -> None:
    state = tmp_path / "workspace.db"
    prompts = [{"title": "Refund", "message": "I want my money back"}]
    async with running(state) as local:
        place = await thread(local)
        await local.call("assistant.threads.setTitle", **place, title="Refund of T-7")
        await local.call("assistant.threads.setSuggestedPrompts", **place, prompts=prompts, title="Try")
    async with running(state) as local:
        shown = sessions.shown(local.workspace, "C0SUPPORT")
    assert [(each["title"], each["prompts"], each["prompts_title"]) for each in shown] == [
        ("Refund of T-7", prompts, "Try")
    ]


async def test_prompts_without_a_thread_belong_to_the_newest_message(local: Local) -> None:
    await thread(local)
    place = await thread(local)
    prompts = [{"title": "a", "message": "b"}]
    assert (await local.call("assistant.threads.setSuggestedPrompts", channel_id="C0SUPPORT", prompts=prompts))["ok"]
    assert said(local, place)["prompts"] == prompts


async def test_a_session_keeps_its_title_and_says_how_far_it_is(local: Local) -> None:
    place = await thread(local)
    begun = await local.call("agents.sessions.setStatus", **place, status="processing", title="Refund")
    assert begun == {"ok": True, "status": "processing", "agent_status": "processing", "title": "Refund"}
    later = await local.call("agents.sessions.setStatus", **place, status="suspended", title="Other")
    assert (later["status"], later["title"]) == ("suspended", "Refund")
    renamed = await local.call("agents.sessions.rename", **place, title="Refund of T-7")
    assert renamed == {"ok": True, "title": "Refund of T-7"}
    await local.call("chat.postMessage", channel="C0SUPPORT", text="x", thread_ts=place["thread_ts"])
    assert said(local, place)["progress"] == "suspended"


async def test_an_app_that_cannot_be_stopped_is_warned_of_that(tmp_path: Path) -> None:
    path = tmp_path / "manifest.yml"
    manifest = "oauth_config: {scopes: {bot: [chat:write]}}\nsettings: {event_subscriptions: {bot_events: [%s]}}\n"
    warnings = []
    for event in ("app_mention", "agent_session_stopped"):
        path.write_text(manifest % event)
        async with running(manifest=path) as local:
            place = await thread(local)
            answer = await local.call("agents.sessions.setStatus", **place, status="active")
            warnings.append(answer.get("warning"))
    assert warnings == ["missing_agent_session_stopped_event_subscription", None]


async def test_prompts_are_for_agents_only(tmp_path: Path) -> None:
    path = tmp_path / "manifest.yml"
    path.write_text("oauth_config: {scopes: {bot: [assistant:write]}}\n")
    async with running(manifest=path) as local:
        place = await thread(local)
        refused = await local.call("assistant.threads.setSuggestedPrompts", **place, prompts=[])
        status = await local.call("assistant.threads.setStatus", **place, status="x")
    assert (refused["error"], status["ok"]) == ("not_agent_app", True)


PROMPTS = [{"title": "a", "message": "b"}]


async def test_prompts_may_come_before_anybody_said_anything(local: Local) -> None:
    room = local.workspace.direct(frozenset({"U0SAM", "U0BATON"})).id
    assert (await local.call("assistant.threads.setSuggestedPrompts", channel_id=room, prompts=PROMPTS))["ok"]
    assert [each["prompts"] for each in sessions.shown(local.workspace, room)] == [PROMPTS]


@pytest.mark.parametrize(("agent", "kept"), [(True, []), (False, [PROMPTS])])
async def test_prompts_of_an_agent_that_names_a_thread_silently_fail(agent: bool, kept: list[object]) -> None:
    async with running(features=Features(agent=agent, assistant=not agent)) as local:
        place = await thread(local)
        assert await local.call("assistant.threads.setSuggestedPrompts", **place, prompts=PROMPTS) == {"ok": True}
        assert [each["prompts"] for each in sessions.shown(local.workspace, "C0SUPPORT")] == kept


async def test_the_title_of_an_assistants_thread_reaches_its_root_and_the_app() -> None:
    async with running(features=Features(assistant=True)) as local:
        ts = (await local.act(do="home", me="U0SAM", tab="messages"))["ts"]
        room = local.workspace.direct(frozenset({"U0SAM", "U0BATON"})).id
        await local.call("assistant.threads.setTitle", channel_id=room, thread_ts=ts, title="Refund")
        [root] = (await local.call("conversations.history", channel=room))["messages"]
        event = told(local)[-1]
    assert (root["assistant_app_thread"]["title"], root["text"], "edited" in root) == (
        "Refund",
        "New Assistant Thread",
        False,
    )
    assert (event["subtype"], event["message"]["assistant_app_thread"]["title"]) == ("message_changed", "Refund")
    assert event["previous_message"]["assistant_app_thread"]["title"] == "New Assistant Thread"


async def test_what_a_person_says_to_an_ai_app_brings_a_token_for_searching() -> None:
    for features, channel, brings in (
        (Features(assistant=True), "app", True),
        (Features(agent=True), "app", True),
        (Features(assistant=True), "sales", False),
        (Features(), "app", False),
    ):
        async with running(features=features) as local:
            ts = (await local.act(do="say", me="U0SAM", channel=channel, text="hello"))["ts"]
            [event] = [each for each in told(local) if each.get("ts") == ts]
            room = event["channel"]
            answer = await local.call("chat.postMessage", channel=room, text="hi", thread_ts=event.get("thread_ts"))
            [own] = [each for each in told(local) if each.get("ts") == answer["ts"]]
            kept = await local.call("conversations.replies", channel=room, ts=ts)
        assert bool(event.get("assistant_thread", {}).get("action_token")) is brings
        assert "assistant_thread" not in own
        assert all("assistant_thread" not in each for each in kept["messages"])
