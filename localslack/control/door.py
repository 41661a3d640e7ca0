"""One route of the control API: what it is, and how refusals are answered."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from localslack.acts.seen import NotPossibleError
from localslack.wire import Json, SlackError, invalid


@dataclass(frozen=True)
class Door:
    """A route: `answer` returns the JSON to send; what it refuses is answered with HTTP 400 and one line."""

    verb: str
    path: str
    what: str
    answer: Callable[[web.Request], Awaitable[Json]]

    def line(self) -> Json:
        """Return the route for the list of routes."""
        return {"verb": self.verb, "path": self.path, "what": self.what}


def answering(door: Door) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Return the handler of a door."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return web.json_response(await door.answer(request))
        except SlackError as refusal:
            return web.json_response(refusal.answer(), status=400)
        except (NotPossibleError, ValueError) as refusal:
            return web.json_response({"ok": False, "error": str(refusal)}, status=400)

    return handle


async def body_of(request: web.Request) -> Json:
    """Return the JSON object a request carries; refuses anything else."""
    try:
        body = await request.json()
    except ValueError:
        raise invalid("the body is not JSON") from None
    if not isinstance(body, dict):
        raise invalid("the body is not a JSON object")
    return body
