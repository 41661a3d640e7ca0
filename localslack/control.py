"""The tests' door: look behind everything, act as anybody, order troubles. Loopback only, like all of the server."""

import asyncio
from collections.abc import Callable

from aiohttp import web

from localslack import history, views, whispers
from localslack.acts.perform import perform
from localslack.acts.seen import NotPossibleError
from localslack.page_api import body_of
from localslack.state import opened
from localslack.wire import Json, SlackError
from localslack.workspace import Workspace

LONGEST_WAIT_S = 30.0


def routes(workspace: Workspace) -> list[web.RouteDef]:
    """Return the routes under `/_control`."""

    async def all_messages(request: web.Request) -> web.StreamResponse:
        channel = _channel(workspace, request.query.get("channel", ""))
        rows = workspace.state.all("SELECT ts FROM messages WHERE channel = ? ORDER BY ts", channel)
        found = [history.find(workspace, channel, row["ts"]) for row in rows]
        return web.json_response({"channel": channel, "messages": found})

    async def calls(request: web.Request) -> web.StreamResponse:
        method = request.query.get("method")
        after = int(request.query.get("after", 0))
        rows = workspace.state.all("SELECT * FROM calls WHERE id > ? ORDER BY id", after)
        shown = [_call(dict(row)) for row in rows if method in {None, row["method"]}]
        return web.json_response({"calls": shown})

    async def person(request: web.Request) -> web.StreamResponse:
        return web.json_response(_sees(workspace, request.query.get("me", "")))

    async def status(_: web.Request) -> web.StreamResponse:
        waiting = workspace.deliveries.waiting()
        return web.json_response({"sockets": workspace.line.connected, "undelivered_events": waiting})

    async def act(request: web.Request) -> web.StreamResponse:
        try:
            return web.json_response(await _act(workspace, await body_of(request)))
        except (NotPossibleError, SlackError) as refusal:
            return web.json_response({"ok": False, "error": str(refusal)}, status=400)

    async def fault(request: web.Request) -> web.StreamResponse:
        try:
            return await _fault(workspace, await body_of(request))
        except SlackError as refusal:
            return web.json_response(refusal.answer(), status=400)

    return [
        web.get("/_control/messages", all_messages),
        web.get("/_control/calls", calls),
        web.get("/_control/person", person),
        web.get("/_control/status", status),
        web.post("/_control/act", act),
        web.post("/_control/fault", fault),
    ]


async def _act(workspace: Workspace, body: Json) -> Json:
    """Perform; with `wait_for` (`ephemeral`, `view`, `message`, `gone`) wait until the person is shown such a thing.

    Returns what `perform` saw and what was shown meanwhile: `ephemerals`, `messages`, the open `view` and the whole `stack`.
    """
    me, wanted = str(body.get("me")), body.get("wait_for")
    kinds = {"ephemeral": "ephemeral", "view": "views", "message": "message", "gone": "gone"}
    if wanted is not None and wanted not in kinds:
        raise NotPossibleError(f"wait_for is one of {', '.join(kinds)}")
    with workspace.feed.reader(me) as queue:
        seen = await perform(workspace, body)
        news = _drained(queue)
        if wanted is not None:
            news += await _until(
                queue, news, lambda item: _is(item, kinds[wanted], seen.ts), float(body.get("wait_s", 5))
            )
    shown = _sees(workspace, me)
    return {
        **seen.answer(),
        "ephemerals": [item["message"] for item in news if item["kind"] == "ephemeral"],
        "messages": [{**item["message"], "channel": item["channel"]} for item in news if item["kind"] == "message"],
        "view": shown["stack"][-1] if shown["stack"] else None,
        "stack": shown["stack"],
    }


def _is(item: Json, kind: str, own_ts: str | None) -> bool:
    """What the person wrote in this very act is no news."""
    if kind == "views" and item["kind"] == "views":
        return bool(item["stack"])
    return bool(item["kind"] == kind and item.get("message", {}).get("ts") != own_ts)


def _drained(queue: "asyncio.Queue[Json]") -> list[Json]:
    return [queue.get_nowait() for _ in range(queue.qsize())]


async def _until(
    queue: "asyncio.Queue[Json]", before: list[Json], there: Callable[[Json], bool], wait_s: float
) -> list[Json]:
    found: list[Json] = []
    try:
        async with asyncio.timeout(min(wait_s, LONGEST_WAIT_S)):
            while not any(there(item) for item in before + found):
                found.append(await queue.get())
    except TimeoutError:
        pass
    return found


async def _fault(workspace: Workspace, body: Json) -> web.Response:
    """Order a trouble of the Web API, or of the sockets: `disconnect` (politely, with a `reason`) and `cut`; `clear` ends all."""
    match body.get("kind"):
        case "disconnect":
            await workspace.sockets.disconnect(str(body.get("reason", "refresh_requested")))
        case "cut":
            await workspace.sockets.cut()
        case "clear":
            workspace.faults.clear()
        case _:
            workspace.faults.order(body)
    return web.json_response({"ok": True})


def _sees(workspace: Workspace, me: str) -> Json:
    if workspace.people.get(me) is None:
        raise web.HTTPBadRequest(text="me is nobody of the team")
    mine = [room.id for room in workspace.rooms.all() if workspace.rooms.has(room.id, me)]
    only = {channel: whispers.seen_by(workspace, channel, me) for channel in mine}
    return {**views.shown(workspace, me), "ephemerals": {channel: found for channel, found in only.items() if found}}


def _channel(workspace: Workspace, wanted: str) -> str:
    for room in workspace.rooms.all():
        if wanted in {room.id, room.name}:
            return room.id
    raise web.HTTPNotFound(text="there is no such channel")


def _call(row: Json) -> Json:
    return {**row, "ok": bool(row["ok"]), "detail": opened(row["detail"])}
