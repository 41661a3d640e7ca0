"""The stream of news, as server-sent events. A page that comes back says what it heard last, and hears what it missed."""

import asyncio
import json
import re
import secrets

from aiohttp import web

from localslack.page_api.door import RefusedError, asker
from localslack.wire import Json
from localslack.workspace import Workspace

BEAT_S = 15
RETRY_MS = 500
LAST_ID = re.compile(r"([0-9a-f]+)-([0-9]{1,15})")


def route(workspace: Workspace) -> web.RouteDef:
    """Return the stream's route. The numbers of news begin again with the process, so an id names its process too."""
    life = secrets.token_hex(4)

    async def stream(request: web.Request) -> web.StreamResponse:
        try:
            me = asker(workspace, request).id
        except RefusedError as refusal:
            return web.json_response({"ok": False, "error": str(refusal)}, status=refusal.status)
        return await _stream(request, workspace, me, life)

    return web.get("/_page/stream", stream)


async def _stream(request: web.Request, workspace: Workspace, me: str, life: str) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    with workspace.feed.reader(me) as queue:
        begun, missed = workspace.feed.number, _missed(workspace, me, life, request.headers.get("Last-Event-ID", ""))
        await response.prepare(request)
        try:
            await response.write(f"retry: {RETRY_MS}\n\n".encode())
            for news in missed or []:
                await response.write(_event(life, news))
            await response.write(_event(life, {"kind": "hello", "number": begun, "resumed": missed is not None}))
            while True:
                await response.write(await _next(queue, life))
        except ConnectionError:
            return response


def _missed(workspace: Workspace, me: str, life: str, last_id: str) -> list[Json] | None:
    """Return what came after the news with this id; None when the id is of another process, too old, or of nothing."""
    heard = LAST_ID.fullmatch(last_id)
    return workspace.feed.missed(me, int(heard[2])) if heard and heard[1] == life else None


async def _next(queue: "asyncio.Queue[Json]", life: str) -> bytes:
    try:
        return _event(life, await asyncio.wait_for(queue.get(), BEAT_S))
    except TimeoutError:
        return b": still here\n\n"


def _event(life: str, news: Json) -> bytes:
    return f"id: {life}-{news['number']}\ndata: {json.dumps(news)}\n\n".encode()
