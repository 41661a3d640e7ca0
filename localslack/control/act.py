"""Acting as anybody, and waiting for what they are shown."""

import asyncio
from collections.abc import Callable

from aiohttp import web

from localslack.acts.perform import perform
from localslack.acts.seen import NotPossibleError
from localslack.control.door import Door, body_of
from localslack.control.look import sees
from localslack.wire import Json
from localslack.workspace import Workspace

LONGEST_WAIT_S = 30.0
KINDS = {"ephemeral": "ephemeral", "view": "views", "message": "message", "gone": "gone"}


def doors(workspace: Workspace) -> list[Door]:
    """Return the route to act."""

    async def act(request: web.Request) -> Json:
        return await _act(workspace, await body_of(request))

    what = 'do as a person does: {"do": "click", "me": ...}, every act stands in acts/perform.py; "wait_for": what to wait for'
    return [Door("POST", "/_control/act", what, act)]


async def _act(workspace: Workspace, body: Json) -> Json:
    """Perform; with `wait_for` (`ephemeral`, `view`, `message`, `gone`) wait until the person is shown such a thing.

    Returns what `perform` saw and what was shown meanwhile: `ephemerals`, `messages`, the open `view` and the whole `stack`.
    """
    me, wanted = str(body.get("me")), body.get("wait_for")
    if wanted is not None and wanted not in KINDS:
        raise NotPossibleError(f"wait_for is one of {', '.join(KINDS)}")
    with workspace.feed.reader(me) as queue:
        seen = await perform(workspace, body)
        news = _drained(queue)
        if wanted is not None:
            news += await _until(
                queue, news, lambda item: _is(item, KINDS[wanted], seen.ts), float(body.get("wait_s", 5))
            )
    shown = sees(workspace, me)
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
