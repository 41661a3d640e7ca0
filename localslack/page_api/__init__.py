"""What the page asks for, does, and listens to. This protocol is the page's own and may change."""

from aiohttp import web

from localslack.page_api import doing, looking, stream
from localslack.page_api.door import body_of
from localslack.page_api.static import files
from localslack.workspace import Workspace

__all__ = ["body_of", "files", "routes"]


def routes(workspace: Workspace) -> list[web.RouteDef]:
    """Return the page's routes, all of them under `/_page`."""
    return [*looking.routes(workspace), *doing.routes(workspace), stream.route(workspace)]
