"""Ordering troubles, limits and the time."""

from datetime import UTC, datetime

from aiohttp import web

from localslack.clock import SettableClock
from localslack.control.door import Door, body_of
from localslack.faults import MEANS, TAKES, Fault, FaultKind
from localslack.methods import METHODS
from localslack.wire import Json, invalid
from localslack.workspace import Workspace


def doors(workspace: Workspace) -> list[Door]:
    """Return the routes that make trouble and end it."""

    async def fault(request: web.Request) -> Json:
        await _order(workspace, await body_of(request))
        return {"ok": True}

    async def faults(_: web.Request) -> Json:
        kinds = {kind.value: {"means": means, "takes": list(TAKES[kind])} for kind, means in MEANS.items()}
        return {"faults": [each.shown() for each in workspace.faults.all()], "kinds": kinds}

    async def limits(_: web.Request) -> Json:
        return _limits(workspace)

    async def set_limits(request: web.Request) -> Json:
        return _set_limits(workspace, await body_of(request))

    async def clock(_: web.Request) -> Json:
        return _time(workspace)

    async def set_clock(request: web.Request) -> Json:
        _set_clock(workspace, await body_of(request))
        return _time(workspace)

    return [
        Door("POST", "/_control/fault", 'order a trouble: {"kind", ...}; GET /_control/faults names the kinds', fault),
        Door("GET", "/_control/faults", "what is ordered and not used up, and every kind with what it takes", faults),
        Door("GET", "/_control/limits", "whether the rate limits are on", limits),
        Door(
            "POST", "/_control/limits", '{"on"?: true or false, "events_per_hour"?}: switch the rate limits', set_limits
        ),
        Door("GET", "/_control/clock", "the workspace's time", clock),
        Door("POST", "/_control/clock", '{"at": time} or {"forward_s": n} or {"real": true}: set the clock', set_clock),
    ]


async def _order(workspace: Workspace, body: Json) -> None:
    method = body.get("method", "*")
    if method != "*" and method not in METHODS:
        raise invalid(f"there is no method {method} here", "/method")
    if isinstance(body.get("channel"), str):
        named = workspace.rooms.named(body["channel"])
        body = {**body, "channel": named.id if named else body["channel"]}
    fault = workspace.faults.order(body)
    if fault.kind is FaultKind.CLEAR:
        workspace.faults.clear()
    elif fault.kind in {FaultKind.DISCONNECT, FaultKind.CUT}:
        await _at_once(workspace, fault)


async def _at_once(workspace: Workspace, fault: Fault) -> None:
    if not workspace.sockets.enabled:
        raise invalid("there are no sockets: the app is reached by signed requests", "/kind")
    if fault.kind is FaultKind.CUT:
        await workspace.sockets.cut()
    else:
        await workspace.sockets.disconnect(fault.reason, fault.warn_s)


def _limits(workspace: Workspace) -> Json:
    return {"ok": True, "on": workspace.limits.on, "events_per_hour": workspace.limits.events_per_hour}


def _set_limits(workspace: Workspace, body: Json) -> Json:
    on, events = body.get("on", workspace.limits.on), body.get("events_per_hour", workspace.limits.events_per_hour)
    if not isinstance(on, bool):
        raise invalid("on is true or false", "/on")
    if isinstance(events, bool) or not isinstance(events, int) or events < 1:
        raise invalid("events_per_hour is a whole number from 1", "/events_per_hour")
    workspace.limits.on, workspace.limits.events_per_hour = on, events
    workspace.limits.forget()
    return _limits(workspace)


def _time(workspace: Workspace) -> Json:
    clock = workspace.clock
    ahead_s = clock.ahead_s if isinstance(clock, SettableClock) else 0.0
    return {"ok": True, "now": clock.now().isoformat(), "ahead_s": ahead_s}


def _set_clock(workspace: Workspace, body: Json) -> None:
    clock = workspace.clock
    if not isinstance(clock, SettableClock):
        raise invalid("this workspace's clock belongs to somebody else and cannot be set here")
    match body:
        case {"at": str(at)}:
            clock.set(_moment(at))
        case {"forward_s": int() | float() as amount} if not isinstance(amount, bool):
            clock.forward(amount)
        case {"real": True}:
            clock.real()
        case _:
            raise invalid('say {"at": "2026-11-24T09:00:00+00:00"}, {"forward_s": 60} or {"real": true}')


def _moment(at: str) -> datetime:
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        raise invalid("at is a time such as 2026-11-24T09:00:00+00:00", "/at") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
