"""Looking behind everything: all messages, the log of calls, what one person sees, how the app is connected."""

from aiohttp import web

from localslack import views
from localslack.control.door import Door
from localslack.state import opened
from localslack.talk import history, whispers
from localslack.wire import Json
from localslack.workspace import Workspace


def doors(workspace: Workspace) -> list[Door]:
    """Return the routes that only look."""

    async def all_messages(request: web.Request) -> Json:
        channel = channel_of(workspace, request.query.get("channel", ""))
        rows = workspace.state.all("SELECT ts FROM messages WHERE channel = ? ORDER BY ts", channel)
        return {"channel": channel, "messages": [history.find(workspace, channel, row["ts"]) for row in rows]}

    async def calls(request: web.Request) -> Json:
        method = request.query.get("method")
        rows = workspace.state.all("SELECT * FROM calls WHERE id > ? ORDER BY id", int(request.query.get("after", 0)))
        return {"calls": [_call(dict(row)) for row in rows if method in {None, row["method"]}]}

    async def person(request: web.Request) -> Json:
        return sees(workspace, request.query.get("me", ""))

    async def status(_: web.Request) -> Json:
        return {
            "line": "sockets" if workspace.sockets.enabled else "signed",
            "sockets": workspace.line.connected,
            "undelivered_events": workspace.deliveries.waiting(),
        }

    return [
        Door("GET", "/_control/messages", "?channel=: all messages, oldest first, with their metadata", all_messages),
        Door("GET", "/_control/calls", "?method=&after=: what the app asked, late and ignored answers too", calls),
        Door("GET", "/_control/person", "?me=: the views and private messages one person sees", person),
        Door("GET", "/_control/status", "how many connections the app has, how many events wait for it", status),
    ]


def sees(workspace: Workspace, me: str) -> Json:
    """Return what only this person sees: views, the home tab, private messages by channel."""
    if workspace.people.get(me) is None:
        raise web.HTTPBadRequest(text="me is nobody of the team")
    only = {room.id: whispers.seen_by(workspace, room.id, me) for room in workspace.rooms.of(me)}
    return {**views.shown(workspace, me), "ephemerals": {channel: found for channel, found in only.items() if found}}


def channel_of(workspace: Workspace, wanted: str) -> str:
    """Return the id of a conversation named by id or name; HTTP 404 when there is none."""
    for room in workspace.rooms.all():
        if wanted in {room.id, room.name}:
            return room.id
    raise web.HTTPNotFound(text="there is no such channel")


def _call(row: Json) -> Json:
    return {**row, "ok": bool(row["ok"]), "detail": opened(row["detail"])}
