"""The server: every route, and the ticking that gives up on late answers and sends what is due."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable

from aiohttp import web

from localslack import api, control, due, hooks, page_api
from localslack.files import routes as file_routes
from localslack.guard import guard
from localslack.talk import streams
from localslack.wire import SlackError
from localslack.workspace import Workspace

TICK_S = 0.05
LARGEST_BODY = 8 * 1024 * 1024

log = logging.getLogger("localslack")


def make_app(workspace: Workspace) -> web.Application:
    """Return the aiohttp application of a workspace; set `workspace.base_url` before it serves."""

    async def web_api(request: web.Request) -> web.StreamResponse:
        return await api.serve(request, workspace)

    async def hook(request: web.Request) -> web.StreamResponse:
        return await hooks.serve(request, workspace)

    ticking: list[asyncio.Task[None]] = []

    async def begin(_: web.Application) -> None:
        ticking.append(asyncio.create_task(_tick(workspace)))
        ticking[-1].add_done_callback(_ended)

    async def leave(_: web.Application) -> None:
        for task in ticking:
            task.cancel()
        await asyncio.gather(*ticking, return_exceptions=True)
        await workspace.deliveries.stop()
        workspace.waits.stop()
        await workspace.line.stop()

    app = web.Application(middlewares=[guard], client_max_size=LARGEST_BODY)
    app.on_startup.append(begin)
    app.on_shutdown.append(leave)
    app.add_routes([web.route("*", "/api/{method}", web_api), web.post("/_hooks/{hook}", hook)])
    app.add_routes([web.get("/_socket", workspace.sockets.serve), *file_routes.routes(workspace)])
    app.add_routes([*page_api.routes(workspace), *control.routes(workspace), *page_api.files()])
    return app


async def start(workspace: Workspace, host: str, port: int) -> web.AppRunner:
    """Serve on a loopback address (port 0: any free one); returns the runner, to be cleaned up by the caller.

    Raises `OSError` when the port is taken.
    """
    runner = web.AppRunner(make_app(workspace), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    site = web.TCPSite(runner, host, port)
    try:
        await site.start()
    except OSError:
        await runner.cleanup()
        raise
    bound = runner.addresses[0][1]
    workspace.base_url = f"http://{f'[{host}]' if ':' in host else host}:{bound}"
    return runner


async def _tick(workspace: Workspace) -> None:
    """Let each part do what is due, over and over; one that fails is named in the log and does not stop the others."""
    parts: tuple[Callable[[], None], ...] = (
        workspace.waits.tick,
        workspace.line.tick,
        workspace.deliveries.tick,
        lambda: streams.tick(workspace),
        lambda: due.tick(workspace),
    )
    known = 0
    while True:
        for part in parts:
            try:
                part()
            except (OSError, sqlite3.Error, SlackError, ValueError):
                log.exception("what was due could not be done")
        if known != workspace.line.connected:
            known = workspace.line.connected
            workspace.feed.tell("connected", {"connected": known})
        await asyncio.sleep(TICK_S)


def _ended(task: "asyncio.Task[None]") -> None:
    """Nothing would be given up, tried again or sent any more: that must not happen in silence."""
    if not task.cancelled() and task.exception() is not None:
        log.critical("the ticking has ended", exc_info=task.exception())
