"""The files of the page. A permalink leads to the page too, opened at its message."""

import re
from pathlib import Path

from aiohttp import web
from yarl import URL

PAGE = Path(__file__).parents[1] / "page"
MESSAGE = re.compile(r"p(\d{10})(\d{6})")


def files() -> list[web.RouteDef]:
    """Return the routes of the page itself."""

    async def index(_: web.Request) -> web.StreamResponse:
        return web.FileResponse(PAGE / "index.html")

    async def file(request: web.Request) -> web.StreamResponse:
        path = PAGE / request.match_info["name"]
        if not path.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(path)

    async def archive(request: web.Request) -> web.StreamResponse:
        where = {"c": request.match_info["channel"]}
        message = MESSAGE.fullmatch(request.match_info["message"])
        if message:
            where["m"] = f"{message[1]}.{message[2]}"
        if "thread_ts" in request.query:
            where["thread"] = request.query["thread_ts"]
        raise web.HTTPFound(URL("/").with_query(where))

    name = r"/page/{name:[a-z]+\.(?:js|css|svg)}"
    return [web.get("/", index), web.get(name, file), web.get("/archives/{channel}/{message}", archive)]
