"""Socket Mode: one envelope to one socket, three seconds, retries, tickets."""

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import aiohttp
import pytest

from tests.localslack.support import Local, until

BLOCKS = [
    {
        "type": "actions",
        "block_id": "b",
        "elements": [{"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}, "value": "1"}],
    }
]
MODAL = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "T"},
    "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x"}}],
}


@asynccontextmanager
async def plugged(local: Local) -> Any:
    """A bare socket, to see each frame."""
    url = (await local.call("apps.connections.open", "xapp-local"))["url"]
    async with local.http.ws_connect(url) as socket:
        hello = await socket.receive_json()
        assert hello["type"] == "hello"
        yield socket


async def _click(local: Local, ts: str) -> dict[str, Any]:
    return await local.act(do="click", me="U0THEO", channel="C0SUPPORT", ts=ts, action_id="go")


async def _card(local: Local) -> str:
    return str((await local.call("chat.postMessage", channel="C0SUPPORT", text="x", blocks=BLOCKS))["ts"])


async def _no_events(local: Local) -> None:
    local.workspace.state.run("DELETE FROM deliveries")


async def test_an_envelope_goes_to_one_of_two_sockets(local: Local) -> None:
    ts = await _card(local)
    await _no_events(local)
    got: list[str] = []
    async with plugged(local) as first, plugged(local) as second:

        async def take(name: str, socket: aiohttp.ClientWebSocketResponse) -> None:
            async for message in socket:
                frame = message.json()
                if "envelope_id" in frame:
                    got.append(name)
                    await socket.send_json({"envelope_id": frame["envelope_id"]})

        takers = [asyncio.create_task(take("first", first)), asyncio.create_task(take("second", second))]
        for _ in range(6):
            assert (await _click(local, ts))["ok"]
        for taker in takers:
            taker.cancel()
    assert len(got) == 6
    assert set(got) == {"first", "second"}


async def test_a_click_nobody_takes_is_shown_as_failed_after_three_seconds(local: Local) -> None:
    ts = await _card(local)
    await _no_events(local)
    async with plugged(local) as socket:
        clicking = asyncio.create_task(_click(local, ts))
        await socket.receive_json()
        local.clock.move(2.9)
        local.workspace.waits.tick()
        assert not clicking.done()
        local.clock.move(0.2)
        seen = await clicking
    assert seen["error"] == "The app did not respond. Please try again or contact the app developer."


async def test_without_an_app_a_command_fails_with_slacks_words(local: Local) -> None:
    seen = await local.act(do="command", me="U0SAM", channel="sales", text="/baton queue")
    assert seen["error"] == '/baton failed with the error "dispatch_failed"'
    assert seen["ephemerals"][0]["user"] == "USLACKBOT"


async def test_an_event_is_tried_again_with_its_count_and_reason_and_then_given_up(local: Local) -> None:
    async with plugged(local) as socket:
        await local.act(do="say", me="U0SAM", channel="sales", text="hello")
        frames = []
        for attempt, wait in enumerate((0, 60, 300, 0)):
            frames.append(await asyncio.wait_for(socket.receive_json(), 5))
            local.clock.move(3.1)
            gone = "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM deliveries WHERE attempt = ?)"
            await until(lambda attempt=attempt, gone=gone: local.workspace.state.one(gone, attempt))
            local.clock.move(wait)
        assert local.workspace.deliveries.waiting() == 0
    told = [(frame["retry_attempt"], frame["retry_reason"]) for frame in frames]
    assert told[0] == (0, "")
    assert [attempt for attempt, _ in told] == [0, 1, 2, 3]
    assert {reason for _, reason in told[1:]} == {"timeout"}
    assert len({frame["payload"]["event_id"] for frame in frames}) == 1
    assert len({frame["envelope_id"] for frame in frames}) == 4


async def test_an_event_that_found_no_app_is_delivered_when_one_comes(local: Local) -> None:
    await local.act(do="say", me="U0SAM", channel="sales", text="hello")
    await until(lambda: local.workspace.state.one("SELECT 1 FROM deliveries WHERE attempt = 1"))
    async with plugged(local) as socket:
        frame = await asyncio.wait_for(socket.receive_json(), 5)
    assert frame["payload"]["event"]["text"] == "hello"
    assert (frame["retry_attempt"], frame["retry_reason"]) == (1, "connection_failed")


async def test_a_broken_connection_fails_the_click_at_once_and_retries_the_event(local: Local) -> None:
    ts = await _card(local)
    await _no_events(local)
    async with plugged(local) as socket:
        clicking = asyncio.create_task(_click(local, ts))
        await socket.receive_json()
        await local.post("/_control/fault", {"kind": "cut"})
        assert (await clicking)["error"] is not None


async def test_a_ticket_opens_one_socket_once(local: Local) -> None:
    url = (await local.call("apps.connections.open", "xapp-local"))["url"]
    async with local.http.ws_connect(url):
        pass
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await local.http.ws_connect(url)


async def test_a_trigger_is_good_once_and_for_three_seconds(local: Local) -> None:
    slips = local.workspace.slips
    good, late = slips.trigger("U0THEO"), slips.trigger("U0THEO")
    assert (await local.call("views.open", trigger_id=good, view=MODAL))["ok"]
    assert (await local.call("views.open", trigger_id=good, view=MODAL))["error"] == "exchanged_trigger_id"
    local.clock.move(3.1)
    assert (await local.call("views.open", trigger_id=late, view=MODAL))["error"] == "expired_trigger_id"


async def test_an_old_hash_does_not_overwrite_a_newer_view(local: Local) -> None:
    opened = await local.call("views.open", trigger_id=local.workspace.slips.trigger("U0THEO"), view=MODAL)
    view = opened["view"]
    first = await local.call("views.update", view_id=view["id"], hash=view["hash"], view=MODAL)
    second = await local.call("views.update", view_id=view["id"], hash=view["hash"], view=MODAL)
    assert first["ok"]
    assert second["error"] == "hash_conflict"


async def test_a_fourth_modal_is_refused(local: Local) -> None:
    slips = local.workspace.slips
    top = (await local.call("views.open", trigger_id=slips.trigger("U0THEO"), view=MODAL))["view"]["id"]
    for _ in range(2):
        pushed = await local.call("views.push", trigger_id=slips.trigger("U0THEO", top), view=MODAL)
        top = pushed["view"]["id"]
    refused = await local.call("views.push", trigger_id=slips.trigger("U0THEO", top), view=MODAL)
    assert refused["error"] == "push_limit_reached"


async def test_a_response_url_is_good_five_times_and_for_half_an_hour(local: Local) -> None:
    slips = local.workspace.slips
    used, late = (slips.hook("C0SUPPORT", "U0THEO", None, True, None) for _ in range(2))
    for n in range(5):
        async with local.http.post(f"{local.base}/_hooks/{used}", json={"text": str(n)}) as answer:
            assert (answer.status, await answer.text()) == (200, "ok")
    assert (await local.post(f"/_hooks/{used}", {"text": "6"})) == (404, {"ok": False, "error": "used_url"})
    local.clock.move(30 * 60 + 1)
    assert (await local.post(f"/_hooks/{late}", {"text": "x"}))[1]["error"] == "expired_url"


async def test_a_response_url_replaces_and_deletes_the_message_it_belongs_to(local: Local) -> None:
    ts = await _card(local)
    hook = local.workspace.slips.hook("C0SUPPORT", "U0THEO", ts, False, None)
    await local.post(f"/_hooks/{hook}", {"text": "new", "replace_original": True})
    changed = (await local.call("conversations.history", channel="C0SUPPORT"))["messages"]
    await local.post(f"/_hooks/{hook}", {"delete_original": True})
    assert [(each["text"], [block["type"] for block in each["blocks"]]) for each in changed] == [("new", ["rich_text"])]
    assert (await local.call("conversations.history", channel="C0SUPPORT"))["messages"] == []


async def test_the_greeting_says_how_many_sockets_there_are_and_how_long_this_one_lasts(local: Local) -> None:
    async with plugged(local):
        url = (await local.call("apps.connections.open", "xapp-local"))["url"]
        async with local.http.ws_connect(url) as second:
            hello = await second.receive_json()
    assert hello["num_connections"] == 2
    assert hello["connection_info"] == {"app_id": local.workspace.team.app_id}
    assert hello["debug_info"]["approximate_connection_time"] > 3600


async def test_an_eleventh_socket_is_one_too_many(local: Local) -> None:
    async with AsyncExitStack() as ten:
        for _ in range(10):
            await ten.enter_async_context(plugged(local))
        url = (await local.call("apps.connections.open", "xapp-local"))["url"]
        async with local.http.ws_connect(url) as socket:
            told = await socket.receive_json()
            assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
    assert (told["type"], told["reason"]) == ("disconnect", "too_many_websockets")


async def test_a_socket_is_warned_before_it_is_recycled(local: Local) -> None:
    async with plugged(local) as socket:
        await local.post("/_control/fault", {"kind": "disconnect", "warn_s": 10})
        assert (await socket.receive_json())["reason"] == "warning"
        ts = await _card(local)
        await _no_events(local)
        clicking = asyncio.create_task(_click(local, ts))
        frame = await socket.receive_json()
        await socket.send_json({"envelope_id": frame["envelope_id"]})
        assert (await clicking)["ok"]
        local.clock.move(10)
        told = await socket.receive_json()
        assert (told["type"], told["reason"]) == ("disconnect", "refresh_requested")
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE


async def test_a_debugged_connection_is_recycled_after_six_minutes(local: Local) -> None:
    url = (await local.call("apps.connections.open", "xapp-local"))["url"]
    async with local.http.ws_connect(url + "&debug_reconnects=true") as socket:
        assert (await socket.receive_json())["debug_info"]["approximate_connection_time"] == 360
        local.clock.move(351)
        assert (await socket.receive_json())["reason"] == "warning"
        local.clock.move(10)
        assert (await socket.receive_json())["reason"] == "refresh_requested"


async def test_sockets_are_pinged(local: Local) -> None:
    url = (await local.call("apps.connections.open", "xapp-local"))["url"]
    async with local.http.ws_connect(url, autoping=False) as socket:
        await socket.receive_json()
        local.clock.move(10)
        assert (await socket.receive()).type is aiohttp.WSMsgType.PING


async def test_an_ack_after_three_seconds_does_not_count_and_is_logged_as_late(local: Local) -> None:
    ts = await _card(local)
    await _no_events(local)
    async with plugged(local) as socket:
        clicking = asyncio.create_task(_click(local, ts))
        frame = await socket.receive_json()
        local.clock.move(3.5)
        assert (await clicking)["error"]
        await socket.send_json({"envelope_id": frame["envelope_id"]})
        late = await until(lambda: _logged(local, "late_ack"))
    assert late[0]["detail"] == {"kind": "interactive", "after_s": 3.5}


async def test_what_an_ack_says_where_nothing_is_expected_is_ignored_and_logged(local: Local) -> None:
    ts = await _card(local)
    await _no_events(local)
    async with plugged(local) as socket:
        clicking = asyncio.create_task(_click(local, ts))
        frame = await socket.receive_json()
        await socket.send_json({"envelope_id": frame["envelope_id"], "payload": {"text": "unheard"}})
        assert (await clicking)["ok"]
    ignored = await _logged(local, "ignored_payload")
    assert ignored[0]["detail"] == {"kind": "interactive", "payload": {"text": "unheard"}}


async def test_nonsense_from_the_app_disturbs_nothing(local: Local) -> None:
    ts = await _card(local)
    await _no_events(local)
    async with plugged(local) as socket:
        clicking = asyncio.create_task(_click(local, ts))
        frame = await socket.receive_json()
        for nonsense in ("no json", "[]", "7", '{"envelope_id": "nobody\'s"}', '{"envelope_id": {}}', "{}"):
            await socket.send_str(nonsense)
        await socket.send_json({"envelope_id": frame["envelope_id"]})
        assert (await clicking)["ok"]


async def test_an_event_whose_socket_closes_is_tried_again_on_another(local: Local) -> None:
    async with plugged(local) as first:
        await local.act(do="say", me="U0SAM", channel="sales", text="hello")
        before = await asyncio.wait_for(first.receive_json(), 5)
    async with plugged(local) as second:
        after = await asyncio.wait_for(second.receive_json(), 5)
    assert before["payload"] == after["payload"]
    assert (after["retry_attempt"], after["retry_reason"]) == (1, "connection_failed")


async def test_a_part_that_fails_does_not_stop_the_others(local: Local, caplog: pytest.LogCaptureFixture) -> None:
    ts = await _card(local)
    await _no_events(local)
    async with plugged(local) as socket:
        columns = "event_id, payload, attempt, reason, due_at, made_at"
        local.workspace.state.run(f"INSERT INTO deliveries ({columns}) VALUES ('Ev0', 'no json', 0, '', 0, 0)")
        await until(lambda: "Expecting value" in caplog.text)
        clicking = asyncio.create_task(_click(local, ts))
        await socket.receive_json()
        local.clock.move(3.1)
        assert (await clicking)["error"]


async def _logged(local: Local, method: str) -> Any:
    return (await local.get(f"/_control/calls?method={method}"))["calls"]
