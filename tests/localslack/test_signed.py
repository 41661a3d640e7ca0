"""Signed HTTP: what the app is sent, how it is signed, and what Slack makes of the app's answers."""

import asyncio
import json
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
import yaml
from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from localslack.config import Command, load_app
from localslack.line.addresses import Addresses, checked, one_for_all
from localslack.line.port import Acked
from tests.localslack.support import Local, running, until
from tests.localslack.test_bolt import CARD, MODAL

ROOT = Path(__file__).parents[2]
SECRET = "a secret of this test"
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Server:
    """A program of this machine that keeps every request it is sent."""

    base: str
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    answer: Answer | None = None

    def bodies(self) -> list[Any]:
        return [json.loads(body) for _, _, body in self.requests if body.startswith(b"{")]

    def events(self) -> list[Any]:
        return [body for body in self.bodies() if body["type"] == "event_callback"]

    def headers_of_events(self) -> list[dict[str, str]]:
        return [headers for _, headers, body in self.requests if b'"event_callback"' in body]


@asynccontextmanager
async def serving(port: int = 0, host: str = "127.0.0.1") -> AsyncIterator[Server]:
    server = Server("")

    async def handle(request: web.Request) -> web.StreamResponse:
        body = await request.read()
        server.requests.append((request.path, dict(request.headers), body))
        if b"url_verification" in body:
            return web.json_response({"challenge": json.loads(body)["challenge"]})
        return await server.answer(request) if server.answer else web.Response()

    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, host, port)
    await site.start()
    server.base = f"http://{host}:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        await runner.cleanup()


@asynccontextmanager
async def signed(server: Server, **addresses: Any) -> AsyncIterator[Local]:
    """A workspace whose app listens at `server`, connected."""
    where = Addresses(**addresses) if addresses else one_for_all(server.base + "/slack/events")
    async with running(addresses=where, signing_secret=SECRET) as local:
        await until(lambda: local.workspace.line.connected)
        yield local


def says(status: int, **more: Any) -> Answer:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(status=status, **more)

    return answer


async def _say(local: Local, text: str = "hello") -> None:
    assert (await local.act(do="say", me="U0SAM", channel="sales", text=text))["ok"]


async def _tried(local: Local, attempts: int) -> None:
    """Wait until the event that waits has failed so many times."""
    await until(lambda: local.workspace.state.one("SELECT 1 FROM deliveries WHERE attempt = ?", attempts))


async def test_the_address_is_asked_for_its_challenge_before_anything_else_is_sent() -> None:
    async with serving() as server, signed(server) as local:
        await _say(local)
        await until(server.events)
        first = server.bodies()[0]
    assert first["type"] == "url_verification"
    assert set(first) == {"token", "challenge", "type"}


async def test_an_app_that_is_not_up_yet_is_not_connected_and_has_its_events_when_it_comes() -> None:
    async with serving() as gone:
        port = int(gone.base.rsplit(":", 1)[1])
    async with running(addresses=one_for_all(f"http://127.0.0.1:{port}/"), signing_secret=SECRET) as local:
        await _say(local)
        await _tried(local, 1)
        assert (await local.get("/_control/status"))["sockets"] == 0
        async with serving(port) as server:
            await until(server.events)
        assert server.headers_of_events()[0]["X-Slack-Retry-Reason"] == "connection_failed"


async def test_an_answer_without_the_challenge_does_not_count() -> None:
    async def other(request: web.Request) -> web.StreamResponse:
        knocks.append(await request.json())
        return web.json_response({"challenge": "another one" if len(knocks) == 1 else knocks[-1]["challenge"]})

    knocks: list[Any] = []
    app = web.Application()
    app.router.add_post("/", other)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        address = f"http://127.0.0.1:{runner.addresses[0][1]}/"
        async with running(addresses=one_for_all(address), signing_secret=SECRET) as local:
            await until(lambda: local.workspace.line.connected)
    finally:
        await runner.cleanup()
    assert len({knock["challenge"] for knock in knocks}) == len(knocks) == 2


async def test_every_request_carries_slacks_signature() -> None:
    async with serving() as server, signed(server) as local:
        await _say(local)
        await local.act(do="command", me="U0SAM", channel="sales", text="/baton queue")
        await until(server.events)
        wanted, wrong = SignatureVerifier(SECRET), SignatureVerifier("another secret")
        assert len(server.requests) == 3
        for _, headers, body in server.requests:
            assert wanted.is_valid_request(body, headers)
            assert not wrong.is_valid_request(body, headers)
            assert not wanted.is_valid_request(body + b" ", headers)


async def test_an_event_that_is_refused_is_tried_again_with_its_count_and_reason() -> None:
    async with serving() as server, signed(server) as local:
        server.answer = says(500)
        await _say(local)
        for wait in (60, 300):
            await _tried(local, 2 if wait == 60 else 3)
            local.clock.move(wait)
        await until(lambda: local.workspace.deliveries.waiting() == 0)
        told = [
            (headers.get("X-Slack-Retry-Num"), headers.get("X-Slack-Retry-Reason"))
            for headers in server.headers_of_events()
        ]
        ids = {event["event_id"] for event in server.events()}
    assert told == [(None, None), ("1", "http_error"), ("2", "http_error"), ("3", "http_error")]
    assert len(ids) == 1


async def test_an_app_that_wants_no_retry_has_none() -> None:
    async with serving() as server, signed(server) as local:
        server.answer = says(500, headers={"X-Slack-No-Retry": "1"})
        await _say(local)
        await until(lambda: server.events() and local.workspace.deliveries.waiting() == 0)
        assert len(server.events()) == 1


async def test_any_status_of_the_200s_takes_the_event() -> None:
    async with serving() as server, signed(server) as local:
        server.answer = says(202)
        await _say(local)
        await until(lambda: server.events() and local.workspace.deliveries.waiting() == 0)
        assert len(server.events()) == 1


async def test_an_answer_after_three_seconds_is_a_timeout_and_is_logged_as_late() -> None:
    async with serving() as server, signed(server) as local:
        go_on = asyncio.Event()

        async def slow(_: web.Request) -> web.StreamResponse:
            await go_on.wait()
            return web.Response()

        server.answer = slow
        await _say(local)
        await until(server.events)
        local.clock.move(3.1)
        await until(lambda: len(server.events()) == 2)
        local.clock.move(0.4)
        go_on.set()
        late = await until(lambda: _late(local))
        assert server.headers_of_events()[1]["X-Slack-Retry-Reason"] == "http_timeout"
    assert late[0]["detail"] == {"kind": "events_api", "after_s": 3.5}


async def _late(local: Local) -> Any:
    return (await local.get("/_control/calls?method=late_ack"))["calls"]


async def test_an_app_that_goes_away_is_not_connected_and_hears_of_it_when_it_is_back() -> None:
    async with serving() as server:
        port = int(server.base.rsplit(":", 1)[1])
        where = one_for_all(server.base + "/")
        context = running(addresses=where, signing_secret=SECRET)
        local = await context.__aenter__()
        await until(lambda: local.workspace.line.connected)
    try:
        await _say(local)
        await until(lambda: not local.workspace.line.connected)
        async with serving(port) as again:
            await until(again.events)
            assert again.events()[0]["event"]["text"] == "hello"
    finally:
        await context.__aexit__(None, None, None)


@pytest.mark.parametrize(("hops", "arrives"), [(2, True), (3, False)])
async def test_two_redirects_are_followed_and_no_more(hops: int, arrives: bool) -> None:
    async with serving() as server, signed(server) as local:

        async def onward(request: web.Request) -> web.StreamResponse:
            there = int(request.query.get("hop", 0))
            if there == hops:
                return web.Response()
            return web.Response(status=302, headers={"Location": f"/again?hop={there + 1}"})

        server.answer = onward
        await _say(local)
        if arrives:
            await until(lambda: server.events() and local.workspace.deliveries.waiting() == 0)
        else:
            await _tried(local, 2)
            reasons = {headers.get("X-Slack-Retry-Reason") for headers in server.headers_of_events()}
            assert reasons == {None, "too_many_redirects"}


async def test_a_redirect_leads_to_no_other_address() -> None:
    async with serving() as server, serving(host="127.0.0.2") as elsewhere, signed(server) as local:
        server.answer = says(302, headers={"Location": elsewhere.base + "/"})
        await _say(local)
        await _tried(local, 2)
        assert server.headers_of_events()[1]["X-Slack-Retry-Reason"] == "too_many_redirects"
        assert elsewhere.requests == []


async def test_a_server_that_answers_one_at_a_time_is_not_held_up() -> None:
    class Slow(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Slow) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        where = Addresses(interactivity=f"http://127.0.0.1:{server.server_port}/")
        async with running(addresses=where, signing_secret=SECRET) as local:
            clicks = [local.workspace.line.deliver("interactive", {}, accepts=False) for _ in range(3)]
            async with asyncio.timeout(10):
                assert await asyncio.gather(*clicks) == [Acked(None)] * 3
        server.shutdown()


async def test_a_click_is_a_form_with_one_payload() -> None:
    async with serving() as server, signed(server) as local:
        posted = await local.call("chat.postMessage", channel="C0SUPPORT", text="Send it?", blocks=CARD)
        seen = await local.act(do="click", me="U0THEO", channel="C0SUPPORT", ts=posted["ts"], action_id="card.yes")
        headers, form = next(
            (headers, parse_qs(body.decode())) for _, headers, body in server.requests if body.startswith(b"payload=")
        )
    assert seen["ok"]
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert list(form) == ["payload"]
    assert json.loads(form["payload"][0])["actions"][0]["value"] == "c_1:1"


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        (says(200, text="Two wait for you"), "Two wait for you"),
        (says(200, text='{"text": "As JSON"}', content_type="application/json"), "As JSON"),
        (says(500), '/baton failed with the error "http_service_error"'),
        (says(404), '/baton failed with the error "http_client_error"'),
    ],
)
async def test_a_command_is_a_form_and_its_response_is_the_answer(answer: Answer, shown: str) -> None:
    async with serving() as server, signed(server) as local:
        server.answer = answer
        seen = await local.act(do="command", me="U0SAM", channel="sales", text="/baton queue please")
        form = next(parse_qs(body.decode()) for _, _, body in server.requests if b"command=" in body)
    assert [each["text"] for each in seen["ephemerals"]] == [shown]
    assert (form["command"], form["text"], form["user_id"]) == (["/baton"], ["queue please"], ["U0SAM"])
    assert form["response_url"][0].startswith(local.base)


async def test_each_kind_goes_to_the_address_the_manifest_names_for_it() -> None:
    async with serving() as server:
        where = {
            "events": server.base + "/events",
            "interactivity": server.base + "/clicks",
            "options": server.base + "/options",
            "commands": {"/baton": server.base + "/commands"},
        }
        async with signed(server, **where) as local:
            line = local.workspace.line
            await line.deliver("events_api", {"type": "event_callback"}, accepts=False)
            await line.deliver("interactive", {"type": "block_actions"}, accepts=False)
            await line.deliver("interactive", {"type": "block_suggestion"}, accepts=True)
            await line.deliver("slash_commands", {"command": "/baton"}, accepts=True)
        paths = [path for path, _, body in server.requests if b"url_verification" not in body]
    assert paths == ["/events", "/clicks", "/options", "/commands"]


async def test_a_command_without_an_address_fails_in_slacks_words() -> None:
    async with serving() as server, signed(server, events=server.base + "/events") as local:
        seen = await local.act(do="command", me="U0SAM", channel="sales", text="/baton queue")
        log = (await local.get("/_control/calls?method=no_request_url"))["calls"]
    assert seen["error"] == '/baton failed with the error "app_missing_action_url"'
    assert len(log) == 1


async def test_events_that_waited_arrive_in_the_order_in_which_things_happened() -> None:
    async with serving() as gone:
        port = int(gone.base.rsplit(":", 1)[1])
    async with running(addresses=one_for_all(f"http://127.0.0.1:{port}/"), signing_secret=SECRET) as local:
        for n in range(20):
            await _say(local, str(n))
        async with serving(port) as server:
            await until(lambda: len(server.events()) == 20)
    assert [event["event"]["text"] for event in server.events()] == [str(n) for n in range(20)]


async def test_a_socket_is_told_that_socket_mode_is_off() -> None:
    async with serving() as server, signed(server) as local:
        url = (await local.call("apps.connections.open", "xapp-local"))["url"]
        async with local.http.ws_connect(url) as socket:
            assert (await socket.receive_json())["reason"] == "link_disabled"


async def test_an_unchanged_bolt_app_works_over_signed_requests() -> None:
    async with serving() as server, signed(server) as local:
        client = AsyncWebClient(token="xoxb-local", base_url=f"{local.base}/api/")
        app = AsyncApp(client=client, token="xoxb-local", signing_secret=SECRET)

        @app.action("card.yes")
        async def yes(ack: Any, body: Any, client: Any) -> None:
            await ack()
            await client.views_open(trigger_id=body["trigger_id"], view=MODAL)

        @app.view("form")
        async def submitted(ack: Any, view: Any) -> None:
            said = view["state"]["values"]["why"]["reason"]["value"]
            await (ack() if len(said) > 5 else ack(response_action="errors", errors={"why": "Say more"}))

        server.answer = _through(app)
        posted = await local.call("chat.postMessage", channel="C0SUPPORT", text="Send it?", blocks=CARD)
        act = {"do": "click", "me": "U0THEO", "channel": "C0SUPPORT", "ts": posted["ts"], "action_id": "card.yes"}
        opened = await local.act(**act, wait_for="view")
        form = {"do": "submit", "me": "U0THEO", "view_id": opened["view"]["id"]}
        short = await local.act(**form, values={"reason": "no"})
        good = await local.act(**form, values={"reason": "wrong price"})
    assert short["errors"] == {"why": "Say more"}
    assert good["ok"]
    assert good["view"] is None


async def test_bolt_refuses_what_is_signed_with_another_secret() -> None:
    async with serving() as server, signed(server) as local:
        client = AsyncWebClient(token="xoxb-local", base_url=f"{local.base}/api/")
        server.answer = _through(AsyncApp(client=client, token="xoxb-local", signing_secret="not the secret"))
        seen = await local.act(do="command", me="U0SAM", channel="sales", text="/baton queue")
    assert seen["error"] == '/baton failed with the error "http_client_error"'


def _through(app: AsyncApp) -> Answer:
    """A bolt app behind any web server, as its adapters do it."""
    from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request  # noqa: PLC0415

    async def answer(request: web.Request) -> web.StreamResponse:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    return answer


def _manifest(where: Path, settings: Any, commands: Any = ()) -> Path:
    path = where / "manifest.yml"
    path.write_text(yaml.safe_dump({"settings": settings, "features": {"slash_commands": list(commands)}}))
    return path


def test_a_manifest_says_whether_the_app_comes_by_sockets_or_by_signed_requests(tmp_path: Path) -> None:
    urls = {
        "event_subscriptions": {"request_url": "http://127.0.0.1:3000/e", "bot_events": ["app_mention"]},
        "interactivity": {"is_enabled": True, "request_url": "http://127.0.0.1:3000/i"},
    }
    command = {"command": "/do", "url": "http://127.0.0.1:3000/c"}
    http = load_app(_manifest(tmp_path, {**urls, "socket_mode_enabled": False}, [command]))
    assert http.addresses == Addresses(
        events="http://127.0.0.1:3000/e",
        interactivity="http://127.0.0.1:3000/i",
        commands={"/do": "http://127.0.0.1:3000/c"},
    )
    assert http.commands == (Command("/do", "", "", False),)
    assert load_app(_manifest(tmp_path, {**urls, "socket_mode_enabled": True})).addresses is None
    assert load_app(_manifest(tmp_path, {})).addresses is None


@pytest.mark.parametrize(
    "url",
    [
        "http://workspace.example.com/slack/events",
        "https://127.0.0.1:3000/slack/events",
        "http://127.0.0.1.example.com/",
        "http://10.0.0.7:3000/",
        "file:///x",
        "http://[",
    ],
)
def test_an_address_that_is_not_of_this_machine_is_refused_in_one_line(url: str) -> None:
    with pytest.raises(ValueError, match="this machine") as refused:
        checked(Addresses(interactivity=url))
    assert "\n" not in str(refused.value)


async def test_the_command_line_refuses_an_app_elsewhere() -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "localslack", "--port", "0", "--app-url", "https://workspace.example.com/slack/events"),
        cwd=ROOT,
        stderr=asyncio.subprocess.PIPE,
    )
    _, told = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 2
    assert told.count(b"\n") == 1
    assert b"this machine" in told
