"""Who may speak to the workspace: programs of this machine, and its own page; no page of another site."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
READING = frozenset({"GET", "HEAD"})
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@web.middleware
async def guard(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Refuse other host names (DNS rebinding) and what another site's page sends; add the page's headers."""
    if not _names_loopback("//" + request.headers.get("Host", "")):
        return web.json_response({"ok": False, "error": "not_a_loopback_host"}, status=403)
    if _from_elsewhere(request):
        return web.json_response({"ok": False, "error": "cross_origin"}, status=403)
    try:
        response = await handler(request)
    except web.HTTPException as answer:
        answer.headers.update(HEADERS)
        raise
    if not response.prepared:
        response.headers.update(HEADERS)
    return response


def _from_elsewhere(request: web.Request) -> bool:
    if request.headers.get("Sec-Fetch-Site") == "cross-site" and request.headers.get("Sec-Fetch-Mode") != "navigate":
        return True
    origin = request.headers.get("Origin")
    if origin is None or (request.method in READING and "Upgrade" not in request.headers):
        return False
    return origin != f"http://{request.headers.get('Host')}"


def _names_loopback(address: str) -> bool:
    try:
        return urlsplit(address).hostname in LOOPBACK
    except ValueError:
        return False
