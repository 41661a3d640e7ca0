"""The control API: it tells what it can do, sets the clock, and changes people, channels and the app."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from localslack.clock import SettableClock, SystemClock
from localslack.line.addresses import one_for_all
from tests.localslack.support import Local, running, until
from tests.localslack.test_signed import SECRET, serving
from tests.localslack.test_sockets import MODAL

KEPT = {
    "GET": ["messages", "calls", "person", "status", "faults", "limits", "clock"],
    "POST": ["act", "fault", "limits", "clock", "people", "channels", "app", "reset"],
}


@pytest.fixture
async def timed() -> AsyncIterator[Local]:
    """A workspace with the clock of the command line."""
    async with running(clock=SettableClock(SystemClock())) as local:
        yield local


async def _told(local: Local) -> list[Any]:
    """The events that wait for the app, oldest first, and gone then."""
    rows = local.workspace.state.all("SELECT json_extract(payload, '$.event') AS event FROM deliveries ORDER BY rowid")
    local.workspace.state.run("DELETE FROM deliveries")
    return [json.loads(row["event"]) for row in rows]


async def test_it_lists_all_its_routes_with_a_line_for_each(local: Local) -> None:
    listed = (await local.get("/_control"))["routes"]
    assert all(len(route["what"]) > 10 for route in listed)
    assert {(route["verb"], route["path"]) for route in listed} == {
        (verb, f"/_control/{name}") for verb, names in KEPT.items() for name in names
    }


async def test_every_listed_route_is_there(local: Local) -> None:
    for route in (await local.get("/_control"))["routes"]:
        async with local.http.request(route["verb"], local.base + route["path"], data=b"no json") as answer:
            assert answer.status in {200, 400} or "channel" in await answer.text()


async def test_what_is_no_json_object_is_refused(local: Local) -> None:
    for body in ("no json", [], 7, None):
        assert (await local.post("/_control/fault", body))[0] == 400


async def test_the_clock_goes_forward_and_what_hangs_on_it_with_it(timed: Local) -> None:
    trigger = timed.workspace.slips.trigger("U0THEO")
    before = datetime.fromisoformat((await timed.get("/_control/clock"))["now"])
    _, answer = await timed.post("/_control/clock", {"forward_s": 3600})
    assert 3600 <= (datetime.fromisoformat(answer["now"]) - before).total_seconds() < 3660
    assert answer["ahead_s"] == pytest.approx(3600, abs=1)
    assert (await timed.call("views.open", trigger_id=trigger, view=MODAL))["error"] == "expired_trigger_id"
    posted = await timed.call("chat.postMessage", channel="C0SALES", text="an hour later")
    assert float(posted["ts"]) > before.timestamp() + 3590


async def test_the_clock_is_set_to_a_moment_and_runs_on(timed: Local) -> None:
    _, answer = await timed.post("/_control/clock", {"at": "2031-05-01T09:00:00+02:00"})
    assert answer["now"].startswith("2031-05-01T07:00:00")
    first = (await timed.get("/_control/clock"))["now"]

    async def later() -> bool:
        return bool((await timed.get("/_control/clock"))["now"] > first)

    assert await until(later)
    _, real = await timed.post("/_control/clock", {"real": True})
    assert abs((datetime.fromisoformat(real["now"]) - datetime.now(UTC)).total_seconds()) < 60


async def test_a_clock_set_back_makes_no_message_older_than_the_last(timed: Local) -> None:
    await timed.post("/_control/clock", {"at": "2031-05-01T09:00:00Z"})
    first = (await timed.call("chat.postMessage", channel="C0SALES", text="x"))["ts"]
    await timed.post("/_control/clock", {"real": True})
    second = (await timed.call("chat.postMessage", channel="C0SALES", text="x"))["ts"]
    assert float(second) > float(first)


async def test_a_clock_set_back_lets_nobody_wait_for_ever(timed: Local) -> None:
    await timed.post("/_control/clock", {"at": "2031-05-01T09:00:00Z"})
    waiting = timed.workspace.waits.begin(0.05, "late")
    await timed.post("/_control/clock", {"real": True})
    assert await until(waiting.done)
    assert waiting.result() == "late"


@pytest.mark.parametrize(
    "body",
    [{}, {"at": "tomorrow"}, {"at": 7}, {"forward_s": "much"}, {"forward_s": True}, {"forward_s": 1e18}, {"real": 1}],
)
async def test_a_wrong_time_is_refused_and_nothing_changes(timed: Local, body: Any) -> None:
    status, answer = await timed.post("/_control/clock", body)
    assert (status, answer["ok"]) == (400, False)
    assert (await timed.get("/_control/clock"))["ahead_s"] == 0


async def test_a_clock_of_somebody_else_is_not_set(local: Local) -> None:
    assert (await local.post("/_control/clock", {"forward_s": 1}))[0] == 400


async def test_signed_requests_are_dated_by_the_machines_clock_however_the_workspaces_is_set() -> None:
    clock = SettableClock(SystemClock())
    async with (
        serving() as server,
        running(clock=clock, addresses=one_for_all(server.base + "/"), signing_secret=SECRET) as local,
    ):
        await local.post("/_control/clock", {"forward_s": 86_400})
        await until(lambda: local.workspace.line.connected)
        await local.act(do="say", me="U0SAM", channel="sales", text="hello")
        await until(server.events)
        stamp = int(server.headers_of_events()[0]["X-Slack-Request-Timestamp"])
    assert abs(stamp - datetime.now(UTC).timestamp()) < 60


async def test_who_leaves_is_deactivated_and_cannot_act(local: Local) -> None:
    status, answer = await local.post("/_control/people", {"user": "U0SAM", "change": {"deleted": True}})
    assert (status, answer["user"]["deleted"]) == (200, True)
    assert (await local.call("users.info", user="U0SAM"))["user"]["deleted"] is True
    assert not (await local.act(do="say", me="U0SAM", channel="sales", text="still here"))["ok"]
    assert "user_change" in [event["type"] for event in await _told(local)]


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ({"admin": True}, "is_admin"),
        ({"owner": True}, "is_owner"),
        ({"guest": True}, "is_restricted"),
        ({"single_channel": True}, "is_ultra_restricted"),
        ({"team": "T0OTHER"}, "is_stranger"),
    ],
)
async def test_roles_change_while_it_runs(local: Local, change: Any, shown: str) -> None:
    assert not (await local.call("users.info", user="U0SAM"))["user"].get(shown)
    await local.post("/_control/people", {"user": "U0SAM", "change": change})
    assert (await local.call("users.info", user="U0SAM"))["user"][shown] is True


async def test_somebody_new_comes(local: Local) -> None:
    body = {"user": "U0KIM", "add": {"name": "Kim Arbor", "email": "kim@example.com"}}
    assert (await local.post("/_control/people", body))[0] == 200
    assert (await local.call("users.lookupByEmail", email="kim@example.com"))["user"]["id"] == "U0KIM"
    assert "team_join" in [event["type"] for event in await _told(local)]
    assert (await local.post("/_control/people", body))[0] == 400


@pytest.mark.parametrize(
    "body",
    [
        {"user": "U0SAM"},
        {"user": "U0NOBODY", "change": {"admin": True}},
        {"user": "U0SAM", "change": {"admin": "yes"}},
        {"user": "U0SAM", "change": {"shoe_size": 43}},
        {"user": "U0SAM", "change": {"zone": "Middle/Earth"}},
        {"user": "U0KIM", "add": {"name": "Kim"}},
    ],
)
async def test_a_wrong_change_of_a_person_is_refused(local: Local, body: Any) -> None:
    status, answer = await local.post("/_control/people", body)
    assert (status, answer["ok"]) == (400, False)
    assert await _told(local) == []


async def test_an_archived_channel_takes_no_messages(local: Local) -> None:
    _, answer = await local.post("/_control/channels", {"channel": "sales", "change": {"archived": True}})
    assert answer["channel"]["is_archived"] is True
    assert (await local.call("chat.postMessage", channel="C0SALES", text="x"))["error"] == "is_archived"
    assert "channel_archive" in [event["type"] for event in await _told(local)]
    await local.post("/_control/channels", {"channel": "sales", "change": {"archived": False}})
    assert (await local.call("chat.postMessage", channel="C0SALES", text="x"))["ok"]


async def test_a_channel_is_shared_with_another_company(local: Local) -> None:
    _, answer = await local.post("/_control/channels", {"channel": "sales", "change": {"shared": "ext"}})
    assert answer["channel"]["is_ext_shared"] is True
    assert "channel_shared" in [event["type"] for event in await _told(local)]
    await local.act(do="say", me="U0SAM", channel="sales", text="hello")
    row = local.workspace.state.one("SELECT json_extract(payload, '$.is_ext_shared_channel') AS shared FROM deliveries")
    assert row is not None
    assert row["shared"] == 1


async def test_people_are_put_into_a_channel_and_taken_out(local: Local) -> None:
    bot = local.workspace.team.bot_user
    _, out = await local.post("/_control/channels", {"channel": "sales", "leave": [bot]})
    assert bot not in out["members"]
    assert (await local.call("chat.postMessage", channel="C0SALES", text="x"))["error"] == "not_in_channel"
    _, back = await local.post("/_control/channels", {"channel": "sales", "join": [bot]})
    assert bot in back["members"]
    assert (await local.call("chat.postMessage", channel="C0SALES", text="x"))["ok"]


async def test_a_channel_is_made_and_deleted(local: Local) -> None:
    _, made = await local.post("/_control/channels", {"channel": "#launch", "create": {"private": True}})
    assert (made["channel"]["name"], made["channel"]["is_private"]) == ("launch", True)
    assert (await local.post("/_control/channels", {"channel": "launch", "delete": True}))[0] == 200
    assert (await local.call("conversations.info", channel=made["channel"]["id"]))["error"] == "channel_not_found"


@pytest.mark.parametrize(
    "body",
    [
        {"channel": "sales", "change": {"archived": "yes"}},
        {"channel": "sales", "change": {"shared": "with everybody"}},
        {"channel": "sales", "change": {"colour": "red"}},
        {"channel": "sales", "change": ["archived"]},
        {"channel": "sales", "join": "U0SAM"},
        {"channel": "sales", "join": ["U0NOBODY"]},
    ],
)
async def test_a_wrong_change_of_a_channel_is_refused(local: Local, body: Any) -> None:
    before = await local.call("conversations.info", channel="C0SALES")
    assert (await local.post("/_control/channels", body))[0] == 400
    assert await local.call("conversations.info", channel="C0SALES") == before


async def test_an_uninstalled_app_is_told_and_its_token_is_worth_nothing(local: Local) -> None:
    await local.post("/_control/app", {"installed": False})
    told = await _told(local)
    assert [event["type"] for event in told] == ["tokens_revoked", "app_uninstalled"]
    assert told[0]["tokens"] == {"oauth": [], "bot": [local.workspace.team.bot_user]}
    assert (await local.call("auth.test"))["error"] == "account_inactive"
    await local.post("/_control/app", {"installed": True})
    assert (await local.call("auth.test"))["ok"]


async def test_a_scope_that_is_taken_away_is_missed(local: Local) -> None:
    await local.post("/_control/app", {"scopes": ["users:read"]})
    assert (await local.call("users.info", user="U0SAM"))["ok"]
    refused = await local.call("chat.postMessage", channel="C0SALES", text="x")
    assert (refused["error"], refused["needed"]) == ("missing_scope", "chat:write")
    _, answer = await local.post("/_control/app", {"scopes": None})
    assert answer["scopes"] is None
    assert (await local.call("chat.postMessage", channel="C0SALES", text="x"))["ok"]


async def test_a_reset_leaves_the_workspace_as_its_file_says(local: Local) -> None:
    await local.call("chat.postMessage", channel="C0SALES", text="x")
    await local.post("/_control/people", {"user": "U0SAM", "change": {"deleted": True}})
    await local.post("/_control/channels", {"channel": "support-desk", "change": {"archived": True}})
    await local.post("/_control/fault", {"kind": "500"})
    last = local.workspace.state.next_ts()
    await local.post("/_control/reset", {})
    assert (await local.get("/_control/messages?channel=sales"))["messages"] == []
    assert (await local.get("/_control/calls"))["calls"] == []
    assert (await local.call("users.info", user="U0SAM"))["user"]["deleted"] is False
    posted = await local.call("chat.postMessage", channel="C0SUPPORT", text="x")
    assert posted["ok"]
    assert float(posted["ts"]) > float(last)
