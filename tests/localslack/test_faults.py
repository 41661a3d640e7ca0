"""Troubles on demand: each does what it says, as often as ordered, and nothing else."""

import asyncio
from typing import Any

import aiohttp
import pytest

from localslack.faults import MEANS, TAKES, FaultKind
from tests.localslack.support import Heard, Local, bot, until
from tests.localslack.test_sockets import _card, _click, _no_events, plugged


async def _order(local: Local, **order: Any) -> None:
    status, answer = await local.post("/_control/fault", order)
    assert status == 200, answer


async def _ordered(local: Local) -> list[Any]:
    return list((await local.get("/_control/faults"))["faults"])


async def _raw(local: Local, method: str, **args: Any) -> tuple[int, Any, Any]:
    headers = {"Authorization": "Bearer xoxb-local"}
    async with local.http.post(f"{local.base}/api/{method}", json=args, headers=headers) as answer:
        return answer.status, answer.headers.get("Retry-After"), await answer.json()


async def _texts(local: Local, channel: str = "C0SALES") -> list[str]:
    return [each["text"] for each in (await local.get(f"/_control/messages?channel={channel}"))["messages"]]


async def test_a_call_too_many_is_told_when_to_come_again(local: Local) -> None:
    await _order(local, kind="429", method="chat.postMessage", times=2, retry_after_s=45)
    post = {"channel": "C0SALES", "text": "x"}
    answers = [await _raw(local, "chat.postMessage", **post) for _ in range(3)]
    assert answers[:2] == [(429, "45", {"ok": False, "error": "ratelimited"})] * 2
    assert answers[2][0] == 200
    assert await _texts(local) == ["x"]


@pytest.mark.parametrize(
    ("kind", "status", "error"), [("500", 500, "internal_error"), ("503", 503, "service_unavailable")]
)
async def test_a_broken_server_does_nothing(local: Local, kind: str, status: int, error: str) -> None:
    await _order(local, kind=kind)
    assert await _raw(local, "chat.postMessage", channel="C0SALES", text="x") == (
        status,
        None,
        {"ok": False, "error": error},
    )
    assert await _texts(local) == []


async def test_any_slack_error_can_be_ordered(local: Local) -> None:
    await _order(local, kind="error", method="users.info", error="fatal_error")
    assert await local.call("users.info", user="U0SAM") == {"ok": False, "error": "fatal_error"}
    assert (await local.call("users.info", user="U0SAM"))["ok"]


async def test_a_lost_reply_leaves_the_message_posted(local: Local) -> None:
    await _order(local, kind="lose_reply", method="chat.postMessage")
    with pytest.raises(aiohttp.ClientError):
        await local.call("chat.postMessage", channel="C0SALES", text="posted all the same")
    assert await _texts(local) == ["posted all the same"]


async def test_a_call_that_hangs_is_never_answered_and_does_nothing(local: Local) -> None:
    await _order(local, kind="hang", method="chat.postMessage", for_s=30)
    calling = asyncio.create_task(local.call("chat.postMessage", channel="C0SALES", text="x"))
    await until(lambda: local.workspace.state.one("SELECT 1 FROM calls WHERE error = 'timeout'"))
    local.clock.move(29)
    assert (await local.call("auth.test"))["ok"]
    assert not calling.done()
    local.clock.move(2)
    with pytest.raises(aiohttp.ClientError):
        await calling
    assert await _texts(local) == []


async def test_a_fault_may_be_of_one_channel(local: Local) -> None:
    await _order(local, kind="500", method="chat.postMessage", channel="sales")
    assert (await _raw(local, "chat.postMessage", channel="C0SUPPORT", text="x"))[0] == 200
    assert (await _raw(local, "auth.test"))[0] == 200
    assert (await _raw(local, "chat.postMessage", channel="C0SALES", text="x"))[0] == 500


async def test_no_socket_opens_while_that_is_refused(local: Local) -> None:
    await _order(local, kind="refuse", times=1)
    assert await local.call("apps.connections.open", "xapp-local") == {"ok": False, "error": "internal_error"}
    assert (await local.call("apps.connections.open", "xapp-local"))["ok"]


async def test_a_doubled_event_comes_twice_with_one_id(local: Local) -> None:
    await _order(local, kind="duplicate", type="events_api")
    async with plugged(local) as socket:
        await local.act(do="say", me="U0SAM", channel="sales", text="hello")
        frames = [await asyncio.wait_for(socket.receive_json(), 5) for _ in range(2)]
        for frame in frames:
            await socket.send_json({"envelope_id": frame["envelope_id"]})
        await until(lambda: local.workspace.deliveries.waiting() == 0)
    assert frames[0]["payload"] == frames[1]["payload"]
    assert frames[0]["envelope_id"] != frames[1]["envelope_id"]
    assert await _ordered(local) == []


async def test_a_doubled_click_is_answered_once_to_the_person(local: Local) -> None:
    def listeners(app: Any, heard: Heard) -> None:
        @app.action("go")
        async def go(ack: Any, body: Any) -> None:
            heard.items.append(body["trigger_id"])
            await ack()

        @app.event("message")
        async def message() -> None:
            pass

    await _order(local, kind="duplicate", type="interactive")
    async with bot(local.base, listeners) as heard:
        assert (await _click(local, await _card(local)))["ok"]
        await until(lambda: len(heard.items) == 2)
    assert len(set(heard.items)) == 1


async def test_reordered_events_wait_for_each_other_and_come_last_first(local: Local) -> None:
    await _order(local, kind="reorder", times=3)
    async with plugged(local) as socket:
        for text in ("one", "two", "three", "four"):
            await local.act(do="say", me="U0SAM", channel="sales", text=text)
            local.workspace.deliveries.tick()
        frames = [await asyncio.wait_for(socket.receive_json(), 5) for _ in range(4)]
    assert [frame["payload"]["event"]["text"] for frame in frames] == ["three", "two", "one", "four"]


async def test_an_ack_that_counts_too_late_is_a_timeout(local: Local) -> None:
    ts = await _card(local)
    await _no_events(local)
    await _order(local, kind="slow_ack", by_s=4, type="interactive")
    async with plugged(local) as socket:
        clicking = asyncio.create_task(_click(local, ts))
        frame = await socket.receive_json()
        await socket.send_json({"envelope_id": frame["envelope_id"]})
        await until(lambda: local.workspace.faults.all() == [])
        assert (await local.call("auth.test"))["ok"]
        assert not clicking.done()
        local.clock.move(3.1)
        assert (await clicking)["error"]
    late = (await local.get("/_control/calls?method=late_ack"))["calls"]
    assert late[0]["detail"] == {"kind": "interactive", "after_s": 4.0}


async def test_an_ack_that_counts_a_little_late_is_an_ack(local: Local) -> None:
    ts = await _card(local)
    await _no_events(local)
    await _order(local, kind="slow_ack", by_s=2)
    async with plugged(local) as socket:
        clicking = asyncio.create_task(_click(local, ts))
        frame = await socket.receive_json()
        await socket.send_json({"envelope_id": frame["envelope_id"]})
        assert (await local.call("auth.test"))["ok"]
        assert not clicking.done()
        await until(lambda: _moved(local, clicking))
        assert (await clicking)["ok"]


def _moved(local: Local, clicking: "asyncio.Task[Any]") -> bool:
    """Small steps: however late the ack was read, the clock passes two seconds but not three."""
    local.clock.move(0.05)
    return clicking.done()


async def test_what_is_dropped_never_reaches_the_app(local: Local) -> None:
    ts = await _card(local)
    await _no_events(local)
    await _order(local, kind="drop", type="interactive")
    async with plugged(local) as socket:
        lost = asyncio.create_task(_click(local, ts))
        await until(lambda: local.workspace.faults.all() == [])
        local.clock.move(3.1)
        assert (await lost)["error"]
        found = asyncio.create_task(_click(local, ts))
        frame = await socket.receive_json()
        await socket.send_json({"envelope_id": frame["envelope_id"]})
        assert (await found)["ok"]
    assert frame["type"] == "interactive"


async def test_a_dropped_event_is_tried_again(local: Local) -> None:
    await _order(local, kind="drop", type="events_api")
    async with plugged(local) as socket:
        await local.act(do="say", me="U0SAM", channel="sales", text="hello")
        await until(lambda: local.workspace.faults.all() == [])
        local.clock.move(3.1)
        frame = await asyncio.wait_for(socket.receive_json(), 5)
    assert (frame["retry_attempt"], frame["retry_reason"]) == (1, "timeout")


@pytest.mark.parametrize("reason", ["refresh_requested", "link_disabled"])
async def test_sockets_can_be_sent_away_politely(local: Local, reason: str) -> None:
    async with plugged(local) as first, plugged(local) as second:
        await _order(local, kind="disconnect", reason=reason)
        for socket in (first, second):
            assert (await socket.receive_json())["reason"] == reason
            assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE


async def test_sockets_can_break_without_a_word(local: Local) -> None:
    async with plugged(local) as socket:
        await _order(local, kind="cut")
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE


async def test_orders_are_listed_until_they_are_used_up_or_cleared(local: Local) -> None:
    await _order(local, kind="429", method="users.info", times=2, retry_after_s=3)
    await _order(local, kind="drop")
    await local.call("users.info", user="U0SAM")
    left = {"kind": "429", "method": "users.info", "channel": "*", "times": 1, "retry_after_s": 3}
    assert await _ordered(local) == [left, {"kind": "drop", "type": "*", "times": 1}]
    await _order(local, kind="clear")
    assert await _ordered(local) == []


@pytest.mark.parametrize(
    ("order", "pointer", "words"),
    [
        ({}, "/kind", "lose_reply"),
        ({"kind": "418"}, "/kind", "one of 429, 500"),
        ({"kind": "429", "method": "chat.postMesage"}, "/method", "no method chat.postMesage"),
        ({"kind": "429", "times": 0}, "/times", "whole number from 1"),
        ({"kind": "429", "times": True}, "/times", "whole number from 1"),
        ({"kind": "429", "retry_after_s": "soon"}, "/retry_after_s", "whole number from 1"),
        ({"kind": "500", "retry_after_s": 3}, "/retry_after_s", "500 takes method, channel, times"),
        ({"kind": "error", "error": "no such thing!"}, "/error", "fatal_error"),
        ({"kind": "drop", "type": "hello"}, "/type", "events_api, interactive"),
        ({"kind": "slow_ack", "by_s": -1}, "/by_s", "seconds, 0 or more"),
        ({"kind": "disconnect", "reason": "boredom"}, "/reason", "refresh_requested"),
        ({"kind": "cut", "times": 2}, "/times", "nothing else"),
    ],
)
async def test_a_wrong_order_is_refused_with_what_would_be_right(
    local: Local, order: Any, pointer: str, words: str
) -> None:
    status, answer = await local.post("/_control/fault", order)
    assert (status, answer["error"]) == (400, "invalid_arguments")
    assert pointer in answer["errors"][0]
    assert words in answer["errors"][0]
    assert await _ordered(local) == []


async def test_every_fault_says_what_it_means_and_takes(local: Local) -> None:
    kinds = (await local.get("/_control/faults"))["kinds"]
    assert set(kinds) == {kind.value for kind in FaultKind}
    assert set(MEANS) == set(TAKES) == set(FaultKind)
    assert all(kind["means"] for kind in kinds.values())
