"""Changing the workspace: people and their roles, channels and who is in them, the app's installation, everything at once."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from aiohttp import web

from localslack.config import Person
from localslack.control.door import Door, body_of
from localslack.control.look import channel_of
from localslack.team import changes, room_shapes
from localslack.team.people import shown_person
from localslack.wire import Json, invalid
from localslack.workspace import Workspace

PERSON: Mapping[str, type] = {each.name: bool if each.type is bool else str for each in fields(Person)}
CHANNEL: Mapping[str, type] = {
    **dict.fromkeys(("name", "topic", "purpose", "shared", "company"), str),
    **dict.fromkeys(("private", "archived"), bool),
}


def doors(workspace: Workspace) -> list[Door]:
    """Return the routes that change the workspace."""

    async def people(request: web.Request) -> Json:
        return _people(workspace, await body_of(request))

    async def channels(request: web.Request) -> Json:
        return _channels(workspace, await body_of(request))

    async def app(request: web.Request) -> Json:
        return _app(workspace, await body_of(request))

    async def reset(_: web.Request) -> Json:
        workspace.reset()
        return {"ok": True}

    person = (
        '{"user", "change": {"deleted", "admin", "guest", "zone", ...}}, or "add" for somebody new with name and email'
    )
    channel = (
        '{"channel", "change"?: {"archived", "private", "shared": no|ext|org|pending, ...}, "join"?, "leave"?: [users], '
        '"by"?}, or {"channel": a new name, "create": {"private"?}}, or {"channel", "delete": true}'
    )
    return [
        Door("POST", "/_control/people", person, people),
        Door("POST", "/_control/channels", channel, channels),
        Door("POST", "/_control/app", '{"installed"?: true or false, "scopes"?: [...] or null for all}', app),
        Door("POST", "/_control/reset", "forget everything that happened; the workspace file counts again", reset),
    ]


def _people(workspace: Workspace, body: Json) -> Json:
    user = str(body.get("user") or "")
    match body:
        case {"change": dict(given)}:
            person = changes.change_person(workspace, user, _typed(given, PERSON, "/change"))
        case {"add": dict(given)}:
            person = changes.add_person(workspace, user, {"title": "", **_typed(given, PERSON, "/add")})
        case _:
            raise invalid('say {"user", "change": {...}} or {"user", "add": {"name", "email", ...}}')
    return {
        "ok": True,
        "user": shown_person(person, workspace.app, workspace.team, workspace.clock, workspace.base_url),
    }


def _channels(workspace: Workspace, body: Json) -> Json:
    wanted, by = str(body.get("channel") or ""), str(body.get("by") or workspace.team.people[0].id)
    if isinstance(body.get("create"), dict):
        private = _typed(body["create"], {"private": bool}, "/create").get("private", False)
        channel = changes.create_room(workspace, wanted.removeprefix("#"), private, by).id
    else:
        channel = channel_of(workspace, wanted)
    if body.get("delete") is True:
        changes.remove_room(workspace, channel, by)
        return {"ok": True}
    room = changes.change_room(workspace, channel, _typed(body.get("change") or {}, CHANNEL, "/change"), by)
    for user in _users(body, "join"):
        changes.enter(workspace, room, user, inviter=by)
    for user in _users(body, "leave"):
        changes.exit_room(workspace, room, user, by)
    return {"ok": True, "channel": room_shapes.shown(workspace, room), "members": workspace.rooms.members(room.id)}


def _app(workspace: Workspace, body: Json) -> Json:
    match body.get("installed"):
        case True:
            changes.install(workspace)
        case False:
            changes.uninstall(workspace)
        case None:
            pass
        case _:
            raise invalid("installed is true or false", "/installed")
    if "scopes" in body:
        scopes = body["scopes"]
        if scopes is not None and not (isinstance(scopes, list) and all(isinstance(each, str) for each in scopes)):
            raise invalid("scopes is a list of names, or null for all", "/scopes")
        workspace.app = replace(workspace.app, scopes=None if scopes is None else frozenset(scopes))
    granted = workspace.app.scopes
    return {
        "ok": True,
        "installed": changes.installed(workspace),
        "scopes": None if granted is None else sorted(granted),
    }


def _typed(given: Any, known: Mapping[str, type], pointer: str) -> Json:
    """Return the fields; refuses unknown ones and values of the wrong kind."""
    if not isinstance(given, dict):
        raise invalid("must provide an object", pointer)
    for name, value in given.items():
        if name not in known:
            raise invalid(f"the fields are {', '.join(sorted(known))}", f"{pointer}/{name}")
        if not isinstance(value, known[name]):
            raise invalid("true or false" if known[name] is bool else "must provide a string", f"{pointer}/{name}")
    return given


def _users(body: Json, name: str) -> list[str]:
    given = body.get(name, [])
    if not isinstance(given, list) or not all(isinstance(user, str) for user in given):
        raise invalid("must provide a list of user ids", f"/{name}")
    return given
