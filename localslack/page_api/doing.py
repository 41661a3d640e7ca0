"""What people do on the page: acts, and the marks that only concern the page itself."""

from aiohttp import web

from localslack.acts.perform import perform
from localslack.acts.seen import NotPossibleError
from localslack.page_api.door import RefusedError, answering, body_of, needed_ts, person_of, room_of
from localslack.wire import Json, SlackError
from localslack.workspace import Workspace


def routes(workspace: Workspace) -> list[web.RouteDef]:
    """Return the routes of acts and of reading marks."""

    async def act(request: web.Request) -> Json:
        body = await body_of(request)
        person_of(workspace, body.get("me"))
        try:
            return (await perform(workspace, body)).answer()
        except (NotPossibleError, SlackError) as refusal:
            raise RefusedError(str(refusal)) from refusal

    async def read(request: web.Request) -> Json:
        body = await body_of(request)
        me = person_of(workspace, body.get("me"))
        room = room_of(workspace, me, body.get("channel"))
        _read(workspace, me.id, room.id, needed_ts(body, "ts"))
        return {"ok": True}

    return [
        web.post("/_page/act", answering(act)),
        web.post("/_page/read", answering(read)),
    ]


def _read(workspace: Workspace, me: str, channel: str, ts: str) -> None:
    """Note up to where somebody has read; never backwards. Their other windows hear of it."""
    workspace.state.run(
        "INSERT INTO reads (user, channel, ts) VALUES (?, ?, ?)"
        " ON CONFLICT (user, channel) DO UPDATE SET ts = max(ts, excluded.ts)",
        *(me, channel, ts),
    )
    workspace.feed.tell("read", {"channel": channel, "ts": ts}, frozenset({me}))
