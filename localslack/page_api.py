"""What the page asks for, and the stream of news it listens to. This protocol is the page's own and may change."""

import asyncio
import json
from pathlib import Path

from aiohttp import web
from yarl import URL

from localslack import history, views, whispers
from localslack.acts import home
from localslack.acts.perform import perform
from localslack.acts.seen import NotPossibleError
from localslack.methods.call import without_metadata
from localslack.rooms import Room
from localslack.wire import Json, SlackError
from localslack.workspace import Workspace

PAGE = Path(__file__).parent / "page"
BEAT_S = 15


def routes(workspace: Workspace) -> list[web.RouteDef]:
    """Return the page's routes."""
    return [*_questions(workspace), *_acts(workspace)]


def _questions(workspace: Workspace) -> list[web.RouteDef]:

    async def boot(request: web.Request) -> web.StreamResponse:
        return web.json_response(_boot(workspace, _me(workspace, request)))

    async def people(_: web.Request) -> web.StreamResponse:
        return web.json_response({"people": [person.id for person in workspace.people.here()]})

    async def show(request: web.Request) -> web.StreamResponse:
        return web.json_response(_channel(workspace, _me(workspace, request), request.query.get("channel", "")))

    async def thread(request: web.Request) -> web.StreamResponse:
        me, channel = _me(workspace, request), request.query.get("channel", "")
        return web.json_response(_thread(workspace, me, channel, request.query.get("ts", "")))

    async def stream(request: web.Request) -> web.StreamResponse:
        return await _stream(request, workspace, _me(workspace, request))

    return [
        web.get("/_page/boot", boot),
        web.get("/_page/people", people),
        web.get("/_page/channel", show),
        web.get("/_page/thread", thread),
        web.get("/_page/stream", stream),
    ]


def _acts(workspace: Workspace) -> list[web.RouteDef]:
    async def act(request: web.Request) -> web.StreamResponse:
        try:
            return web.json_response((await perform(workspace, await body_of(request))).answer())
        except (NotPossibleError, SlackError) as refusal:
            return web.json_response({"ok": False, "error": str(refusal)}, status=400)

    async def read(request: web.Request) -> web.StreamResponse:
        body = await body_of(request)
        _read(workspace, str(body.get("me")), str(body.get("channel")), str(body.get("ts")))
        return web.json_response({"ok": True})

    async def direct(request: web.Request) -> web.StreamResponse:
        body = await body_of(request)
        users = frozenset({str(body.get("me")), str(body.get("with"))})
        if not all(workspace.knows(user) for user in users):
            raise web.HTTPBadRequest
        return web.json_response({"channel": workspace.direct(users).id})

    return [
        web.post("/_page/act", act),
        web.post("/_page/read", read),
        web.post("/_page/direct", direct),
    ]


def files() -> list[web.RouteDef]:
    """Return the routes of the page itself; permalinks lead to it too."""

    async def index(_: web.Request) -> web.StreamResponse:
        return web.FileResponse(PAGE / "index.html")

    async def file(request: web.Request) -> web.StreamResponse:
        path = PAGE / request.match_info["name"]
        if not path.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(path)

    async def archive(request: web.Request) -> web.StreamResponse:
        where = {"c": request.match_info["channel"]}
        if "thread_ts" in request.query:
            where["thread"] = request.query["thread_ts"]
        raise web.HTTPFound(URL("/").with_query(where))

    name = r"/page/{name:[a-z]+\.(?:js|css|svg)}"
    return [web.get("/", index), web.get(name, file), web.get("/archives/{channel}/{message}", archive)]


async def body_of(request: web.Request) -> Json:
    try:
        body = await request.json()
    except ValueError:
        raise web.HTTPBadRequest from None
    if not isinstance(body, dict):
        raise web.HTTPBadRequest
    return body


def _me(workspace: Workspace, request: web.Request) -> str:
    me = request.query.get("me", "")
    if workspace.people.get(me) is None:
        raise web.HTTPBadRequest(text="me is nobody of the team")
    return me


def _boot(workspace: Workspace, me: str) -> Json:
    team, app = workspace.team, workspace.app
    direct = home.direct(workspace, me)
    return {
        "team": {"id": team.id, "name": team.name},
        "me": me,
        "people": [
            {"id": one.id, "name": one.name, "title": one.title, "zone": one.zone, "guest": one.guest}
            for one in workspace.people.here()
        ],
        "groups": {group.id: group.handle for group in team.groups},
        "app": {"user": team.bot_user, "name": app.name, "description": app.description, "channel": direct.id},
        "commands": [
            {"name": one.name, "description": one.description, "usage_hint": one.usage_hint} for one in app.commands
        ],
        "rooms": [_room(workspace, me, room) for room in workspace.rooms.all() if workspace.rooms.has(room.id, me)],
        "views": views.shown(workspace, me),
        "connected": workspace.line.connected,
        "address": workspace.base_url,
    }


def _room(workspace: Workspace, me: str, room: Room) -> Json:
    read = workspace.state.one("SELECT ts FROM reads WHERE user = ? AND channel = ?", me, room.id)
    fresh = workspace.state.all(
        "SELECT body FROM messages WHERE channel = ? AND user != ? AND ts > ? AND (thread_ts IS NULL OR broadcast = 1)",
        *(room.id, me, read["ts"] if read else "0"),
    )
    others = [user for user in workspace.rooms.members(room.id) if user != me]
    return {
        "id": room.id,
        "kind": room.kind,
        "name": room.name,
        "topic": room.topic,
        "members": len(others) + 1,
        "with": others[0] if room.kind == "im" and others else None,
        "unread": len(fresh),
        "mentions": sum(f"<@{me}>" in row["body"] for row in fresh),
    }


def _channel(workspace: Workspace, me: str, channel: str) -> Json:
    if not workspace.rooms.has(channel, me):
        raise web.HTTPNotFound
    shown = [
        without_metadata(message)
        for message in reversed(history.latest(workspace, channel, history.ALWAYS, 200).messages)
    ]
    return {"messages": shown, "ephemerals": whispers.seen_by(workspace, channel, me)}


def _thread(workspace: Workspace, me: str, channel: str, ts: str) -> Json:
    if not workspace.rooms.has(channel, me):
        raise web.HTTPNotFound
    root = [each for each in [history.find(workspace, channel, ts)] if each]
    page = history.replies(workspace, channel, ts, history.ALWAYS, 1000)
    whispered = [each for each in whispers.seen_by(workspace, channel, me) if each.get("thread_ts") == ts]
    return {
        "messages": [without_metadata(each) for each in [*root, *page.messages]],
        "ephemerals": whispered,
    }


def _read(workspace: Workspace, me: str, channel: str, ts: str) -> None:
    if workspace.rooms.has(channel, me):
        workspace.state.run(
            "INSERT INTO reads (user, channel, ts) VALUES (?, ?, ?)"
            " ON CONFLICT (user, channel) DO UPDATE SET ts = max(ts, excluded.ts)",
            *(me, channel, ts),
        )


async def _stream(request: web.Request, workspace: Workspace, me: str) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    await response.prepare(request)
    with workspace.feed.reader(me) as queue:
        try:
            await response.write(b"retry: 500\n\n")
            while True:
                try:
                    news = await asyncio.wait_for(queue.get(), BEAT_S)
                except TimeoutError:
                    await response.write(b": still here\n\n")
                    continue
                await response.write(f"data: {json.dumps(news)}\n\n".encode())
        except ConnectionError:
            return response
