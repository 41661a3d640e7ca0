"""Menus whose options the app gives: asked while somebody types, judged as Slack judges them."""

import asyncio
import json
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.builtin import SocketModeHandler
from slack_bolt.app import App
from slack_sdk.web.client import WebClient

from localslack.line.addresses import one_for_all
from tests.localslack.acting import block_with, opened, option, plain, posted
from tests.localslack.support import Heard, Local, bot, running
from tests.localslack.test_sockets import plugged

MENU = {"type": "external_select", "action_id": "a", "min_query_length": 2}
FOUND = [{"text": plain("Tandem"), "value": "tandem"}]


def answering(**said: Any) -> Any:
    def register(app: Any, heard: Heard) -> None:
        @app.options("a")
        async def offer(ack: Any, payload: Any) -> None:
            heard.items.append(payload)
            await ack(**said)

        @app.action("a")
        async def chosen(ack: Any, action: Any) -> None:
            heard.items.append(action["selected_option"])
            await ack()

    return register


def typing(ts: str, value: str, **more: Any) -> dict[str, Any]:
    return {"do": "suggest", "me": "U0THEO", "channel": "C0SUPPORT", "ts": ts, "action_id": "a", "value": value, **more}


async def test_options_come_while_somebody_types_and_one_can_be_chosen(local: Local) -> None:
    async with bot(local.base, answering(options=FOUND)) as heard:
        ts = await posted(local, block_with("actions", MENU))
        seen = await local.act(**typing(ts, "tan"))
        chosen = {**typing(ts, seen["options"][0]), "do": "click"}
        pressed = await local.act(**chosen)
    assert (seen["ok"], seen["options"], seen["error"]) == (True, FOUND, None)
    asked = heard.items[0]
    assert (asked["type"], asked["value"], asked["action_id"], asked["block_id"]) == (
        "block_suggestion",
        "tan",
        "a",
        "b",
    )
    assert asked["container"]["message_ts"] == ts and asked["message"]["ts"] == ts
    assert pressed["ok"] and heard.items[1] == FOUND[0]


async def test_groups_of_options_come_for_a_menu_in_a_modal(local: Local) -> None:
    groups = [{"label": plain("Bikes"), "options": FOUND}]
    menu = {**MENU, "type": "multi_external_select"}
    view = await opened(local, block_with("input", menu), block_with("input", MENU) | {"block_id": "c"})
    ask = {"do": "suggest", "me": "U0THEO", "view_id": view["id"], "action_id": "a", "block_id": "b", "value": "tan"}
    async with bot(local.base, answering(option_groups=groups)) as heard:
        seen = await local.act(**ask)
    assert seen["option_groups"] == groups
    assert heard.items[0]["view"]["id"] == view["id"] and "message" not in heard.items[0]


@pytest.mark.parametrize(
    ("fields", "typed", "asked"), [({}, "ta", False), ({}, "tan", True), ({"min_query_length": 0}, "", True)]
)
async def test_the_app_is_asked_from_the_shortest_query_on(local: Local, fields: Any, typed: str, asked: bool) -> None:
    menu = {"type": "external_select", "action_id": "a", **fields}
    async with bot(local.base, answering(options=FOUND)) as heard:
        seen = await local.act(**typing(await posted(local, block_with("actions", menu)), typed))
    assert bool(heard.items) == asked
    assert seen["options"] == (FOUND if asked else [])


BAD: list[tuple[Any, str]] = [
    ({"options": [option(f"o{n}") for n in range(101)]}, "/options"),
    ({"options": [{"text": plain("x" * 76), "value": "x"}]}, "/options/0/text"),
    ({"options": [{"text": plain("x")}]}, "/options/0"),
    ({"option_groups": [{"options": FOUND}]}, "/option_groups/0"),
    ({"options": "tandem"}, "/options"),
    ({}, ""),
]


@pytest.mark.parametrize(("said", "pointer"), BAD)
async def test_bad_options_are_no_results_for_the_person_and_a_reason_for_the_developer(
    local: Local, said: Any, pointer: str
) -> None:
    async with plugged(local) as socket:
        ts = await posted(local, block_with("actions", MENU))
        local.workspace.state.run("DELETE FROM deliveries")

        async def answer() -> Any:
            frame = await socket.receive_json(timeout=5)
            await socket.send_json({"envelope_id": frame["envelope_id"], "payload": said})
            return frame

        frame, seen = await asyncio.gather(answer(), local.act(**typing(ts, "tan")))
    assert frame["accepts_response_payload"] is True
    assert (seen["ok"], seen["options"], seen["error"]) == (False, [], "No results found")
    logged = (await local.get("/_control/calls?method=block_suggestion"))["calls"]
    assert len(logged) == 1 and not logged[0]["ok"]
    assert any(pointer in line for line in logged[0]["detail"]["errors"])


async def test_no_options_in_time_are_no_results(local: Local) -> None:
    async with plugged(local) as socket:
        ts = await posted(local, block_with("actions", MENU))
        local.workspace.state.run("DELETE FROM deliveries")
        asking = asyncio.create_task(local.act(**typing(ts, "tan")))
        assert (await socket.receive_json(timeout=5))["payload"]["type"] == "block_suggestion"
        local.clock.move(3.1)
        seen = await asking
    assert seen["error"] == "No results found"


async def test_a_sync_app_offers_options_too(local: Local) -> None:
    def connect() -> SocketModeHandler:
        app = App(client=WebClient("xoxb-local", base_url=f"{local.base}/api/"))
        app.options("a")(lambda ack: ack(options=FOUND))
        handler = SocketModeHandler(app, app_token="xapp-local")
        handler.connect()
        return handler

    handler = await asyncio.to_thread(connect)
    try:
        seen = await local.act(**typing(await posted(local, block_with("actions", MENU)), "tan"))
    finally:
        await asyncio.to_thread(handler.close)
    assert seen["options"] == FOUND


async def test_options_come_over_signed_http() -> None:
    asked: list[Any] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        form = await request.post()
        if "payload" not in form:
            body = await request.json()
            return web.json_response({"challenge": body.get("challenge")})
        asked.append(json.loads(str(form["payload"])))
        return web.json_response({"options": FOUND})

    app = web.Application()
    app.router.add_post("/slack/events", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    try:
        async with running(addresses=one_for_all(url)) as local:
            seen = await local.act(**typing(await posted(local, block_with("actions", MENU)), "tan"))
    finally:
        await runner.cleanup()
    assert seen["options"] == FOUND
    assert asked[0]["type"] == "block_suggestion"
