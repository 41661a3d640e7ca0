"""The door of the Web API: reads the arguments however they come, checks the token, runs the method, writes the log."""

import json
import logging
from typing import assert_never
from urllib.parse import parse_qsl

from aiohttp import web

from localslack.faults import FaultKind
from localslack.methods import METHODS, Method
from localslack.methods.call import Call
from localslack.wire import Args, Json, SlackError
from localslack.workspace import Workspace

log = logging.getLogger("localslack.api")


async def serve(request: web.Request, workspace: Workspace) -> web.StreamResponse:
    """Answer `/api/<method>`: HTTP 200 with `ok` either way, except for ordered faults."""
    name = request.match_info["method"]
    fault = workspace.faults.take(name)
    if fault and fault.kind is not FaultKind.LOSE_REPLY:
        return _troubled(workspace, name, fault.kind, fault.retry_after_s)
    answer = await _answer(request, workspace, name)
    if fault:
        _cut(request)
    return web.json_response(answer)


async def _answer(request: web.Request, workspace: Workspace, name: str) -> Json:
    values: Json = {}
    try:
        values = await read_arguments(request)
        method = METHODS.get(name)
        _check_token(request, values, method)
        if method is None:
            log.warning("unknown method %s", name)
            raise SlackError("unknown_method")
        _check_scopes(workspace, method)
        answer = {"ok": True, **method.run(Call(workspace, Args(values)))}
    except SlackError as refusal:
        answer = refusal.answer()
    values.pop("token", None)
    workspace.log_call(name, answer.get("error"), {"args": values, "errors": answer.get("errors", [])})
    return answer


async def read_arguments(request: web.Request) -> Json:
    """Return the arguments of query, form and JSON body together; an empty body is no arguments."""
    values: Json = dict(request.query)
    body = await request.text()
    if not body.strip():
        return values
    if request.content_type == "application/json":
        try:
            given = json.loads(body)
        except ValueError:
            raise SlackError("invalid_json") from None
        if not isinstance(given, dict):
            raise SlackError("json_not_object")
        return {**values, **given}
    if request.content_type == "application/x-www-form-urlencoded":
        return {**values, **dict(parse_qsl(body, keep_blank_values=True))}
    raise SlackError("invalid_post_type")


def _check_token(request: web.Request, values: Json, method: Method | None) -> None:
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    token = bearer.strip() if scheme.lower() == "bearer" else str(values.get("token") or "")
    wanted = method.token if method else ""
    if not wanted and method:
        return
    if not token:
        raise SlackError("not_authed")
    if not token.startswith(("xoxb-", "xapp-")):
        raise SlackError("invalid_auth")
    if wanted and not token.startswith(wanted):
        raise SlackError("not_allowed_token_type")


def _check_scopes(workspace: Workspace, method: Method) -> None:
    granted = workspace.app.scopes
    if granted is None or not method.scopes or granted & set(method.scopes):
        return
    raise SlackError("missing_scope", extra={"needed": ",".join(method.scopes), "provided": ",".join(sorted(granted))})


def _troubled(workspace: Workspace, name: str, kind: FaultKind, retry_after_s: int) -> web.Response:
    match kind:
        case FaultKind.RATE_LIMITED:
            workspace.log_call(name, "ratelimited", {"fault": kind.value})
            body = {"ok": False, "error": "ratelimited"}
            return web.json_response(body, status=429, headers={"Retry-After": str(retry_after_s)})
        case FaultKind.BROKEN | FaultKind.LOSE_REPLY:
            workspace.log_call(name, "internal_error", {"fault": kind.value})
            return web.json_response({"ok": False, "error": "internal_error"}, status=500)
        case other:
            assert_never(other)


def _cut(request: web.Request) -> None:
    """Break the connection: the work is done, the caller never hears of it."""
    if request.transport is not None:
        request.transport.abort()
