"""One door for acts, used by the page and by tests: a JSON body that says who does what."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from localslack.acts import click, command, gather, home, mark, say, shortcut, suggest, view
from localslack.acts.click import Press
from localslack.acts.seen import NotPossibleError, Seen
from localslack.wire import Json, mended
from localslack.workspace import Workspace


async def perform(workspace: Workspace, body: Json) -> Seen:
    """Do what the body says: `{"do": <one of these>, "me": <a person's id>, ...}`.

    Writing: `say` (`channel`, `text`, `thread_ts`?, `broadcast`?; a text that begins with a slash is a command), `prompt` (a
    suggested prompt: as `say`, but never a command), `command` (`channel`, `text`, `thread_ts`?), `edit` (`channel`, `ts`,
    `text`), `delete` (`channel`, `ts`; what only this person sees is put away). Marks: `react` and `unreact` (`channel`,
    `ts`, `name`), `pin` and `unpin` (`channel`, `ts`), `stop` (`channel`, `thread_ts`).

    With the app: `click` (`channel` and `ts`, or `view_id`; `action_id`, `block_id`?, `value`?, `values`?), `suggest` (the
    same places; `action_id`, `block_id`?, `value`: what was typed; answers `options` or `option_groups`), `submit` (`view_id`,
    `values`), `close` (`view_id`, `everything`?), `shortcut` (`callback_id`, `channel`?), `message_shortcut` (`channel`,
    `ts`, `callback_id`), `home` (`tab`, `at`?), `look` (`at`, `thread_ts`?).

    Coming together: `join` and `leave` (`channel`), `create` (`name`, `private`?; answers `channel`), `invite` (`channel`,
    `users`), `remove` (`channel`, `user`), `open` (`users`; answers `channel`).

    A `channel` is an id, a name, a person's id (the direct conversation with them) or `app`. Plain values: see `acts.inputs`.
    Raises `NotPossibleError` for what this person could not do on the screen, `SlackError` for what Slack would refuse.
    """
    body = mended(body)
    me = _text(body, "me")
    person = workspace.people.get(me)
    if person is None or person.deleted:
        raise NotPossibleError(f"nobody here is {me}")
    what = str(body.get("do"))
    if what in ALONE:
        return ALONE[what](workspace, me, body)
    if what in WITH_THE_APP:
        return await WITH_THE_APP[what](workspace, me, body)
    raise NotPossibleError(f"nobody can do {what!r}")


async def _say(workspace: Workspace, me: str, body: Json) -> Seen:
    text = _text(body, "text")
    if text.startswith("/") and not text.startswith("//"):
        return await _command(workspace, me, body)
    return _write(workspace, me, body)


def _write(workspace: Workspace, me: str, body: Json) -> Seen:
    channel, thread_ts = _channel(workspace, me, body), _maybe(body, "thread_ts")
    return say.say(workspace, me, channel, _text(body, "text"), thread_ts, bool(body.get("broadcast")))


async def _command(workspace: Workspace, me: str, body: Json) -> Seen:
    channel, thread_ts = _channel(workspace, me, body), _maybe(body, "thread_ts")
    return await command.command(workspace, me, channel, _text(body, "text"), thread_ts)


def _edit(workspace: Workspace, me: str, body: Json) -> Seen:
    return say.edit(workspace, me, _channel(workspace, me, body), _text(body, "ts"), _text(body, "text"))


def _delete(workspace: Workspace, me: str, body: Json) -> Seen:
    return say.delete(workspace, me, _channel(workspace, me, body), _text(body, "ts"))


def _react(workspace: Workspace, me: str, body: Json) -> Seen:
    act = mark.react if body["do"] == "react" else mark.unreact
    return act(workspace, me, _channel(workspace, me, body), _text(body, "ts"), _text(body, "name").strip(":"))


def _pin(workspace: Workspace, me: str, body: Json) -> Seen:
    act = mark.pin if body["do"] == "pin" else mark.unpin
    return act(workspace, me, _channel(workspace, me, body), _text(body, "ts"))


def _stop(workspace: Workspace, me: str, body: Json) -> Seen:
    return mark.stop(workspace, me, _channel(workspace, me, body), _text(body, "thread_ts"))


async def _click(workspace: Workspace, me: str, body: Json) -> Seen:
    press = Press(_text(body, "action_id"), _maybe(body, "block_id"), body.get("value"), _mapping(body, "values"))
    if body.get("view_id"):
        return await click.on_view(workspace, me, _text(body, "view_id"), press)
    return await click.on_message(workspace, me, _channel(workspace, me, body), _text(body, "ts"), press)


async def _suggest(workspace: Workspace, me: str, body: Json) -> Seen:
    asked = {"action_id": _text(body, "action_id"), "block_id": _maybe(body, "block_id")}
    asked |= {"value": str(body.get("value") or "")}
    if body.get("view_id"):
        return await suggest.on_view(workspace, me, _text(body, "view_id"), asked)
    return await suggest.on_message(workspace, me, _channel(workspace, me, body), _text(body, "ts"), asked)


async def _submit(workspace: Workspace, me: str, body: Json) -> Seen:
    return await view.submit(workspace, me, _text(body, "view_id"), _mapping(body, "values"))


async def _close(workspace: Workspace, me: str, body: Json) -> Seen:
    return await view.close(workspace, me, _text(body, "view_id"), bool(body.get("everything")))


async def _shortcut(workspace: Workspace, me: str, body: Json) -> Seen:
    here = _channel(workspace, me, body) if body.get("channel") else None
    return await shortcut.anywhere(workspace, me, _text(body, "callback_id"), here)


async def _message_shortcut(workspace: Workspace, me: str, body: Json) -> Seen:
    channel, ts = _channel(workspace, me, body), _text(body, "ts")
    return await shortcut.on_message(workspace, me, channel, ts, _text(body, "callback_id"))


def _home(workspace: Workspace, me: str, body: Json) -> Seen:
    at = _channel(workspace, me, body, "at") if body.get("at") else None
    return home.come(workspace, me, str(body.get("tab", "home")), at)


def _look(workspace: Workspace, me: str, body: Json) -> Seen:
    return home.look(workspace, me, _channel(workspace, me, body, "at"), _maybe(body, "thread_ts"))


def _join(workspace: Workspace, me: str, body: Json) -> Seen:
    act = gather.join if body["do"] == "join" else gather.leave
    return act(workspace, me, _channel(workspace, me, body))


def _create(workspace: Workspace, me: str, body: Json) -> Seen:
    return gather.create(workspace, me, _text(body, "name"), bool(body.get("private")))


def _invite(workspace: Workspace, me: str, body: Json) -> Seen:
    return gather.invite(workspace, me, _channel(workspace, me, body), _users(body))


def _remove(workspace: Workspace, me: str, body: Json) -> Seen:
    return gather.remove(workspace, me, _channel(workspace, me, body), _text(body, "user"))


def _open(workspace: Workspace, me: str, body: Json) -> Seen:
    return gather.open_direct(workspace, me, _users(body))


ALONE: Mapping[str, Callable[[Workspace, str, Json], Seen]] = {
    "prompt": _write,
    "edit": _edit,
    "delete": _delete,
    "react": _react,
    "unreact": _react,
    "pin": _pin,
    "unpin": _pin,
    "stop": _stop,
    "home": _home,
    "look": _look,
    "join": _join,
    "leave": _join,
    "create": _create,
    "invite": _invite,
    "remove": _remove,
    "open": _open,
}
"""What is done at once; the app hears of it by events."""
WITH_THE_APP: Mapping[str, Callable[[Workspace, str, Json], Awaitable[Seen]]] = {
    "say": _say,
    "command": _command,
    "click": _click,
    "suggest": _suggest,
    "submit": _submit,
    "close": _close,
    "shortcut": _shortcut,
    "message_shortcut": _message_shortcut,
}
"""What may wait for the app's answer, three seconds at most."""


def _channel(workspace: Workspace, me: str, body: Json, name: str = "channel") -> str:
    """A channel is named by id or name; `app` is the person's direct conversation with the app."""
    wanted = _text(body, name)
    wanted = workspace.team.bot_user if wanted == "app" else wanted
    if workspace.knows(wanted):
        return str(gather.open_direct(workspace, me, [wanted]).more["channel"])
    room = workspace.rooms.get(wanted) or workspace.rooms.named(wanted)
    if room is None:
        raise NotPossibleError(f"there is no channel {wanted}")
    return room.id


def _text(body: Json, name: str) -> str:
    value: Any = body.get(name)
    if not isinstance(value, str) or not value:
        raise NotPossibleError(f"{name} is missing")
    return value


def _maybe(body: Json, name: str) -> str | None:
    return _text(body, name) if body.get(name) else None


def _users(body: Json) -> list[str]:
    users = body.get("users")
    if not isinstance(users, list) or not users or not all(isinstance(user, str) for user in users):
        raise NotPossibleError("users is no list of ids")
    return users


def _mapping(body: Json, name: str) -> Json:
    value = body.get(name) or {}
    if not isinstance(value, dict):
        raise NotPossibleError(f"{name} is not a mapping")
    return value
