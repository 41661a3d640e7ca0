"""The page's door: who asks, for which conversation, from which moment; what is wrong is answered as JSON with a 4xx status."""

import json
import re
from collections.abc import Awaitable, Callable

from aiohttp import web

from localslack.config import Person
from localslack.team.rooms import Room
from localslack.wire import Json
from localslack.workspace import Workspace

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
TS = re.compile(r"\d{1,10}\.\d{6}")


class RefusedError(Exception):
    """Not for this person, or no sense in it: answered with an HTTP `status` and `{"ok": false, "error": words}`."""

    def __init__(self, words: str, status: int = 400) -> None:
        super().__init__(words)
        self.status = status


def answering(handler: Callable[[web.Request], Awaitable[Json]]) -> Handler:
    """Return a handler that sends what another returns as JSON, and what it refuses as an error."""

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return web.json_response(await handler(request))
        except RefusedError as refusal:
            return web.json_response({"ok": False, "error": str(refusal)}, status=refusal.status)

    return answer


async def body_of(request: web.Request) -> Json:
    """Return the JSON object a request carries; anything else is answered with 400."""
    try:
        body = await request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        words = json.dumps({"ok": False, "error": "a JSON object was expected"})
        raise web.HTTPBadRequest(text=words, content_type="application/json")
    return body


def person_of(workspace: Workspace, me: object) -> Person:
    """Return who asks; refuses ids of nobody and of those who left."""
    found = workspace.people.get(me) if isinstance(me, str) else None
    if found is None or found.deleted:
        raise RefusedError("me is nobody of the team")
    return found


def asker(workspace: Workspace, request: web.Request) -> Person:
    """Return who asks, by the query's `me`."""
    return person_of(workspace, request.query.get("me"))


def room_of(workspace: Workspace, me: Person, channel: object) -> Room:
    """Return a conversation that this person may read; refuses the others as if they were not there."""
    room = workspace.rooms.get(channel) if isinstance(channel, str) else None
    if room is None or not (workspace.rooms.has(room.id, me.id) or open_to(workspace, me, room)):
        raise RefusedError("there is no such conversation", 404)
    return room


def open_to(workspace: Workspace, me: Person, room: Room) -> bool:
    """Return whether somebody may look into a conversation, and join it: public ones, but not guests and strangers."""
    return not room.closed and not is_visitor(workspace, me)


def is_visitor(workspace: Workspace, me: Person) -> bool:
    """Return whether somebody sees only the conversations they were put into: a guest, or one of another company."""
    return me.guest or me.single_channel or workspace.people.is_stranger(me.id)


def ts_of(query: "web.BaseRequest | Json", name: str) -> str | None:
    """Return a timestamp argument, or None when it was not given; refuses other forms."""
    given = query.query.get(name) if isinstance(query, web.BaseRequest) else query.get(name)
    if given is None:
        return None
    if not isinstance(given, str) or not TS.fullmatch(given):
        raise RefusedError(f"{name} is no timestamp such as 1795549500.000100")
    seconds, micros = given.split(".")
    return f"{seconds:0>10}.{micros}"


def needed_ts(query: "web.BaseRequest | Json", name: str) -> str:
    """Return a timestamp argument; refuses when there is none."""
    found = ts_of(query, name)
    if found is None:
        raise RefusedError(f"{name} is missing")
    return found


def number_of(request: web.Request, name: str, default: int, highest: int) -> int:
    """Return a whole number from 0 to `highest`; refuses other forms."""
    given = request.query.get(name)
    if given is None:
        return default
    if not (given.isascii() and given.isdigit()) or int(given) > highest:
        raise RefusedError(f"{name} is a whole number up to {highest}")
    return int(given)
