"""Rate limits: a bot that floods is told so as Slack would tell it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from localslack.limits import PER_CHANNEL, PER_METHOD
from localslack.methods import METHODS
from tests.localslack.support import Local, running, until
from tests.localslack.test_sockets import plugged


@pytest.fixture
async def limited() -> AsyncIterator[Local]:
    async with running() as local:
        local.workspace.limits.on = True
        yield local


async def _raw(local: Local, method: str, token: str = "xoxb-local", **args: Any) -> tuple[int, str | None, Any]:
    headers = {"Authorization": f"Bearer {token}"}
    async with local.http.post(f"{local.base}/api/{method}", data=args, headers=headers) as answer:
        return answer.status, answer.headers.get("Retry-After"), await answer.json()


async def _post(local: Local, channel: str = "C0SALES") -> tuple[int, str | None, Any]:
    return await _raw(local, "chat.postMessage", channel=channel, text="x")


async def _statuses(local: Local, times: int, channel: str = "C0SALES") -> list[int]:
    return [(await _post(local, channel))[0] for _ in range(times)]


async def test_a_channel_takes_a_short_burst_and_then_one_message_a_second(limited: Local) -> None:
    assert await _statuses(limited, 12) == [200] * 10 + [429] * 2
    assert await _post(limited) == (429, "1", {"ok": False, "error": "ratelimited"})
    limited.clock.move(1)
    assert await _statuses(limited, 2) == [200, 429]
    stored = (await limited.get("/_control/messages?channel=C0SALES"))["messages"]
    assert len(stored) == 11


async def test_another_channel_is_not_slowed_down(limited: Local) -> None:
    await _statuses(limited, 11)
    assert await _statuses(limited, 1, "C0SUPPORT") == [200]


async def test_the_workspace_has_a_limit_of_its_own(limited: Local) -> None:
    people = [f"U0NOBODY{n}" for n in range(11)]  # refused, and counted all the same
    statuses = [status for person in people for status in await _statuses(limited, 10, person)]
    assert statuses.index(429) == 100


@pytest.mark.parametrize(("method", "calls"), [("users.list", 20), ("conversations.info", 50), ("users.info", 100)])
async def test_each_tier_allows_so_many_calls_a_minute(limited: Local, method: str, calls: int) -> None:
    args = {"channel": "C0SALES", "user": "U0SAM"}
    statuses = [(await _raw(limited, method, **args))[0] for _ in range(calls + 1)]
    assert statuses == [200] * calls + [429]
    _, wait, _ = await _raw(limited, method, **args)
    assert wait == str(-(-60 // calls))
    limited.clock.move(int(wait))
    assert (await _raw(limited, method, **args))[0] == 200


async def test_a_refused_call_costs_nothing(limited: Local) -> None:
    await _statuses(limited, 40)
    limited.clock.move(1)
    assert await _statuses(limited, 1) == [200]


async def test_who_is_not_let_in_is_not_counted(limited: Local) -> None:
    for _ in range(30):
        assert (await _raw(limited, "users.list", token="wrong"))[2]["error"] == "invalid_auth"
    assert (await _raw(limited, "users.list"))[0] == 200


async def test_a_refused_call_is_in_the_log(limited: Local) -> None:
    await _statuses(limited, 11)
    log = (await limited.get("/_control/calls?method=chat.postMessage"))["calls"]
    assert (log[-1]["error"], log[-1]["detail"]) == ("ratelimited", {"retry_after_s": 1})


async def test_the_sdks_own_retry_gets_through(limited: Local) -> None:
    client = AsyncWebClient(token="xoxb-local", base_url=f"{limited.base}/api/")
    client.retry_handlers = [AsyncRateLimitErrorRetryHandler(max_retry_count=1)]
    await _statuses(limited, 11)
    limited.clock.move(0.5)  # the other half second passes before the second try

    async def passing() -> bool:
        limited.clock.move(0.5)
        return True

    await until(passing)
    assert (await client.chat_postMessage(channel="C0SALES", text="through"))["ok"]


async def test_limits_are_switched_at_run_time(local: Local) -> None:
    assert await _statuses(local, 15) == [200] * 15
    await local.post("/_control/limits", {"on": True})
    assert (await local.get("/_control/limits"))["on"] is True
    assert 429 in await _statuses(local, 15)
    await local.post("/_control/limits", {"on": False})
    assert await _statuses(local, 15) == [200] * 15


@pytest.mark.parametrize("body", [{"on": "yes"}, {"events_per_hour": 0}, {"events_per_hour": True}])
async def test_wrong_limits_are_refused(local: Local, body: Any) -> None:
    assert (await local.post("/_control/limits", body))[0] == 400
    assert local.workspace.limits.on is False


async def test_events_above_the_hourly_limit_are_lost_and_the_app_is_told_once_a_minute(local: Local) -> None:
    await local.post("/_control/limits", {"on": True, "events_per_hour": 3})
    async with plugged(local) as socket:
        for n in range(6):
            await local.act(do="say", me="U0SAM", channel="sales", text=str(n))
        local.clock.move(60)
        await local.act(do="say", me="U0SAM", channel="sales", text="a minute later")
        local.clock.move(60 * 60)
        await local.act(do="say", me="U0SAM", channel="sales", text="an hour later")
        frames: list[Any] = []
        while len(frames) < 6:
            frame = await socket.receive_json()
            await socket.send_json({"envelope_id": frame["envelope_id"]})
            if not frame["retry_attempt"]:
                frames.append(frame["payload"])
    heard = [frame["event"]["text"] if "event" in frame else frame for frame in frames]
    told = [each for each in heard if isinstance(each, dict)]
    assert [each for each in heard if isinstance(each, str)] == ["0", "1", "2", "an hour later"]
    assert [each["type"] for each in told] == ["app_rate_limited"] * 2
    assert set(told[0]) == {"token", "type", "team_id", "minute_rate_limited", "api_app_id"}
    assert told[0]["minute_rate_limited"] % 60 == 0
    assert told[1]["minute_rate_limited"] - told[0]["minute_rate_limited"] == 60


def test_every_method_here_has_a_limit_of_its_own() -> None:
    assert set(METHODS) - set(PER_METHOD) - PER_CHANNEL == set()
