"""The door of the Web API: reads the arguments however they come, checks the token, runs the method, writes the log."""

import logging

from aiohttp import web

from localslack import arguments
from localslack.faults import Fault, FaultKind
from localslack.methods import METHODS, Method
from localslack.methods.call import Call
from localslack.methods.elsewhere import on_slack
from localslack.team.changes import installed
from localslack.wire import Args, Json, SlackError
from localslack.workspace import Workspace

NAMES = {
    FaultKind.RATE_LIMITED: "ratelimited",
    FaultKind.BROKEN: "internal_error",
    FaultKind.UNAVAILABLE: "service_unavailable",
    FaultKind.HANG: "timeout",
}
log = logging.getLogger("localslack.api")


class _TooManyCallsError(Exception):
    """The app calls too often; `retry_after_s` says when it may again."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(retry_after_s)
        self.retry_after_s = retry_after_s


async def serve(request: web.Request, workspace: Workspace) -> web.StreamResponse:
    """Answer `/api/<method>`: HTTP 200 with `ok` either way, except for rate limits and ordered faults."""
    name = request.match_info["method"]
    fault = workspace.faults.of_call(name, await _channel(request))
    if fault and fault.kind is not FaultKind.LOSE_REPLY:
        return await _troubled(request, workspace, name, fault)
    try:
        answer = await _answer(request, workspace, name)
    except _TooManyCallsError as refusal:
        return _rate_limited(refusal.retry_after_s)
    if fault:
        _cut(request)
    return web.json_response(answer, headers={"X-OAuth-Scopes": ",".join(sorted(workspace.app.scopes or ()))})


async def _answer(request: web.Request, workspace: Workspace, name: str) -> Json:
    values: Json = {}
    warnings: list[str] = []
    try:
        method = _known(name)
        given = await arguments.read(request)
        values = given.read_by(method.form_only)
        warnings += given.warnings
        if given.as_json and method.form_only:
            log.warning("%s takes no JSON, as on Slack: its arguments were not read", name)
        _check_token(request, workspace, values, method)
        method.check_scopes(workspace.app)
        _check_limits(workspace, name, values)
        answer = {"ok": True, **method.run(Call(workspace, Args(values), method.by_kind, warnings))}
    except SlackError as refusal:
        answer = refusal.answer()
    values.pop("token", None)
    workspace.log_call(name, answer.get("error"), {"args": values, "errors": answer.get("errors", [])})
    return arguments.with_warnings(answer, warnings)


async def read_arguments(request: web.Request) -> Json:
    """Return the arguments of query, form and JSON body together; an empty body is no arguments."""
    return (await arguments.read(request)).everything


def _known(name: str) -> Method:
    """Return a method; an unknown one is refused before anybody asks for a token."""
    method = METHODS.get(name)
    if method is None:
        log.warning("unknown method %s%s", name, " (Slack has it, it is not built here)" if on_slack(name) else "")
        raise SlackError("unknown_method", extra={"req_method": name})
    return method


def _check_token(request: web.Request, workspace: Workspace, values: Json, method: Method) -> None:
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    token = bearer.strip() if scheme == "Bearer" else str(values.get("token") or "")
    if not method.token:
        return
    if not token:
        raise SlackError("not_authed")
    if token.startswith("xoxp-"):  # a person's token: no method here takes one
        raise SlackError("not_allowed_token_type" if installed(workspace) else "token_revoked")
    if not token.startswith(("xoxb-", "xapp-")):
        raise SlackError("invalid_auth")
    if not token.startswith(method.token):
        raise SlackError("not_allowed_token_type")
    if token.startswith("xoxb-") and not installed(workspace):
        raise SlackError("account_inactive")


def _check_limits(workspace: Workspace, name: str, values: Json) -> None:
    retry_after_s = workspace.limits.call(name, str(values.get("channel") or values.get("channel_id") or ""))
    if retry_after_s:
        workspace.log_call(name, "ratelimited", {"retry_after_s": retry_after_s})
        raise _TooManyCallsError(retry_after_s)


async def _channel(request: web.Request) -> str:
    """Return the conversation a call names, empty when it names none or cannot be read."""
    try:
        return str((await read_arguments(request)).get("channel") or "")
    except SlackError:
        return ""


async def _troubled(request: web.Request, workspace: Workspace, name: str, fault: Fault) -> web.Response:
    workspace.log_call(name, NAMES.get(fault.kind, fault.error), {"fault": fault.shown()})
    match fault.kind:
        case FaultKind.RATE_LIMITED:
            return _rate_limited(fault.retry_after_s)
        case FaultKind.BROKEN:
            return web.json_response({"ok": False, "error": "internal_error"}, status=500)
        case FaultKind.UNAVAILABLE:
            return web.json_response({"ok": False, "error": "service_unavailable"}, status=503)
        case FaultKind.HANG:
            await workspace.waits.begin(fault.for_s, None)
            _cut(request)
            return web.Response(status=504)
        case _:
            return web.json_response({"ok": False, "error": fault.error})


def _rate_limited(retry_after_s: int) -> web.Response:
    body = {"ok": False, "error": "ratelimited"}
    return web.json_response(body, status=429, headers={"Retry-After": str(retry_after_s)})


def _cut(request: web.Request) -> None:
    """Break the connection: the work is done, the caller never hears of it."""
    if request.transport is not None:
        request.transport.abort()
