"""Questions the page asks: they change nothing."""

from aiohttp import web

from localslack.page_api import boot, calls, reading, search
from localslack.page_api.door import (
    answering,
    asker,
    is_visitor,
    needed_ts,
    number_of,
    open_to,
    room_of,
    ts_of,
)
from localslack.page_api.reading import PAGE, Place
from localslack.state import opened
from localslack.wire import Json
from localslack.workspace import Workspace

MOST_MESSAGES = 200
MOST_HITS = 50
MOST_CALLS = 200
LONGEST_QUERY = 200
HIGHEST_ID = 10**15


def routes(workspace: Workspace) -> list[web.RouteDef]:
    """Return the routes of questions about conversations, people and the app."""

    async def begin(request: web.Request) -> Json:
        return boot.boot(workspace, asker(workspace, request))

    async def people(_: web.Request) -> Json:
        return {"people": [person.id for person in workspace.people.here()]}

    async def members(request: web.Request) -> Json:
        room = room_of(workspace, asker(workspace, request), request.query.get("channel"))
        return {"members": workspace.rooms.members(room.id)}

    async def pins(request: web.Request) -> Json:
        return search.pinned(workspace, room_of(workspace, asker(workspace, request), request.query.get("channel")))

    async def bookmarks(request: web.Request) -> Json:
        room = room_of(workspace, asker(workspace, request), request.query.get("channel"))
        rows = workspace.state.all("SELECT body FROM bookmarks WHERE channel = ? ORDER BY rowid", room.id)
        return {"bookmarks": [opened(row["body"]) for row in rows]}

    async def one_room(request: web.Request) -> Json:
        me = asker(workspace, request)
        return {"room": boot.shown(workspace, me, room_of(workspace, me, request.query.get("channel")))}

    async def browse(request: web.Request) -> Json:
        me = asker(workspace, request)
        found = [] if is_visitor(workspace, me) else workspace.rooms.all()
        rooms = [boot.shown(workspace, me, room) for room in found if open_to(workspace, me, room)]
        return {"rooms": sorted(rooms, key=lambda room: (room["archived"], room["name"]))}

    async def app_log(request: web.Request) -> Json:
        asker(workspace, request)
        after, limit = number_of(request, "after", 0, HIGHEST_ID), number_of(request, "limit", 100, MOST_CALLS)
        return calls.calls(workspace, after, limit, failed=request.query.get("failed") == "1")

    return [
        web.get("/_page/boot", answering(begin)),
        web.get("/_page/people", answering(people)),
        web.get("/_page/members", answering(members)),
        web.get("/_page/pins", answering(pins)),
        web.get("/_page/bookmarks", answering(bookmarks)),
        web.get("/_page/room", answering(one_room)),
        web.get("/_page/browse", answering(browse)),
        web.get("/_page/calls", answering(app_log)),
        *_messages(workspace),
    ]


def _messages(workspace: Workspace) -> list[web.RouteDef]:
    async def channel(request: web.Request) -> Json:
        me = asker(workspace, request)
        room = room_of(workspace, me, request.query.get("channel"))
        return reading.conversation(workspace, me, room, _place(request), _limit(request))

    async def around(request: web.Request) -> Json:
        me = asker(workspace, request)
        room = room_of(workspace, me, request.query.get("channel"))
        return reading.around(workspace, me, room, needed_ts(request, "ts"), _limit(request))

    async def thread(request: web.Request) -> Json:
        me = asker(workspace, request)
        room = room_of(workspace, me, request.query.get("channel"))
        return reading.thread(workspace, me, room, needed_ts(request, "ts"), _place(request), _limit(request))

    async def find(request: web.Request) -> Json:
        line = request.query.get("q", "").strip()[:LONGEST_QUERY]
        return search.search(workspace, asker(workspace, request), line, number_of(request, "limit", 20, MOST_HITS))

    return [
        web.get("/_page/channel", answering(channel)),
        web.get("/_page/around", answering(around)),
        web.get("/_page/thread", answering(thread)),
        web.get("/_page/search", answering(find)),
    ]


def _place(request: web.Request) -> Place:
    return Place(before=ts_of(request, "before"), after=ts_of(request, "after"))


def _limit(request: web.Request) -> int:
    return max(1, number_of(request, "limit", PAGE, MOST_MESSAGES))
