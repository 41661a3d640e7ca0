"""The tests' door: look behind everything, act as anybody, order troubles. Loopback only, like all of the server."""

from aiohttp import web

from localslack.control import act, change, look, trouble
from localslack.control.door import answering
from localslack.workspace import Workspace


def routes(workspace: Workspace) -> list[web.RouteDef]:
    """Return the routes under `/_control`; a GET of `/_control` itself lists them."""
    doors = [*look.doors(workspace), *act.doors(workspace), *trouble.doors(workspace), *change.doors(workspace)]

    async def listed(_: web.Request) -> web.StreamResponse:
        return web.json_response({"routes": [door.line() for door in doors]})

    return [
        web.get("/_control", listed),
        web.get("/_control/", listed),
        *(web.route(door.verb, door.path, answering(door)) for door in doors),
    ]
