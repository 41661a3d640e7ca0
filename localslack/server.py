"""The server: every route, and the ticking that gives up on late answers and sends what is due."""

import asyncio
import logging
from collections.abc import AsyncIterator

from aiohttp import web

from localslack import api, control, hooks, page_api
from localslack.guard import guard
from localslack.workspace import Workspace

TICK_S = 0.05
LARGEST_BODY = 8 * 1024 * 1024


def make_app(workspace: Workspace) -> web.Application:
    """Return the aiohttp application of a workspace; set `workspace.base_url` before it serves."""

    async def web_api(request: web.Request) -> web.StreamResponse:
        return await api.serve(request, workspace)

    async def hook(request: web.Request) -> web.StreamResponse:
        return await hooks.serve(request, workspace)

    async def ticking(_: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(_tick(workspace))
        yield
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await workspace.deliveries.stop()

    async def leave(_: web.Application) -> None:
        await workspace.sockets.disconnect("link_disabled")

    app = web.Application(middlewares=[guard], client_max_size=LARGEST_BODY)
    app.cleanup_ctx.append(ticking)
    app.on_shutdown.append(leave)
    app.add_routes([web.route("*", "/api/{method}", web_api), web.post("/_hooks/{hook}", hook)])
    app.add_routes([web.get("/_socket", workspace.sockets.serve)])
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
    known = 0
    while True:
        try:
            workspace.sockets.tick()
            workspace.deliveries.tick()
            if known != workspace.line.connected:
                known = workspace.line.connected
                workspace.feed.tell("connected", {"connected": known})
        except OSError:
            logging.getLogger("localslack").exception("the ticking failed once")
        await asyncio.sleep(TICK_S)
