"""One door for acts, used by the page and by tests: a JSON body that says who does what."""

from typing import Any

from localslack.acts import click, command, home, say, view
from localslack.acts.click import Press
from localslack.acts.seen import NotPossibleError, Seen
from localslack.wire import Json
from localslack.workspace import Workspace


async def perform(workspace: Workspace, body: Json) -> Seen:
    """Do what the body says.

    `{"do": "say", "me", "channel", "text", "thread_ts"?}`; a text that begins with a slash is a command.
    `{"do": "click", "me", "channel" and "ts" or "view_id", "action_id", "block_id"?, "value"?, "values"?}`;
    `{"do": "submit", "me", "view_id", "values"}`; `{"do": "close", "me", "view_id", "everything"?}`;
    `{"do": "command", "me", "channel", "text"}`; `{"do": "home", "me", "tab"}`.

    Raises `NotPossibleError` for what this person could not do on the screen.
    """
    me = _text(body, "me")
    if workspace.people.get(me) is None:
        raise NotPossibleError(f"nobody here is {me}")
    match body.get("do"):
        case "say":
            return await _say(workspace, me, body)
        case "click":
            return await _click(workspace, me, body)
        case "submit":
            return await view.submit(workspace, me, _text(body, "view_id"), _mapping(body, "values"))
        case "close":
            return await view.close(workspace, me, _text(body, "view_id"), bool(body.get("everything", False)))
        case "command":
            thread_ts = body.get("thread_ts")
            return await command.command(workspace, me, _channel(workspace, me, body), _text(body, "text"), thread_ts)
        case "home":
            return home.come(workspace, me, str(body.get("tab", "home")))
        case other:
            raise NotPossibleError(f"nobody can do {other!r}")


async def _say(workspace: Workspace, me: str, body: Json) -> Seen:
    text, thread_ts = _text(body, "text"), body.get("thread_ts")
    channel = _channel(workspace, me, body)
    if text.startswith("/") and not text.startswith("//"):
        return await command.command(workspace, me, channel, text, thread_ts)
    return say.say(workspace, me, channel, text, thread_ts)


async def _click(workspace: Workspace, me: str, body: Json) -> Seen:
    press = Press(_text(body, "action_id"), body.get("block_id"), body.get("value"), _mapping(body, "values"))
    if body.get("view_id"):
        return await click.on_view(workspace, me, _text(body, "view_id"), press)
    return await click.on_message(workspace, me, _channel(workspace, me, body), _text(body, "ts"), press)


def _channel(workspace: Workspace, me: str, body: Json) -> str:
    """A channel is named by id or name; `app` is the person's direct conversation with the app."""
    wanted = _text(body, "channel")
    if wanted == "app":
        return home.direct(workspace, me).id
    if workspace.people.get(wanted):
        return workspace.direct(frozenset({me, wanted})).id
    for room in workspace.rooms.all():
        if wanted in {room.id, room.name}:
            return room.id
    raise NotPossibleError(f"there is no channel {wanted}")


def _text(body: Json, name: str) -> str:
    value: Any = body.get(name)
    if not isinstance(value, str) or not value:
        raise NotPossibleError(f"{name} is missing")
    return value


def _mapping(body: Json, name: str) -> Json:
    value = body.get(name) or {}
    if not isinstance(value, dict):
        raise NotPossibleError(f"{name} is not a mapping")
    return value
