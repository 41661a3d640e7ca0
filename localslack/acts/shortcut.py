"""Shortcuts: global ones, from the menu beside the composer, and those in a message's own menu."""

from typing import assert_never

from localslack.acts import payloads
from localslack.acts.ask import ask
from localslack.acts.reach import of_the_team, reach
from localslack.acts.seen import GONE, NO_SHORTCUT, NotPossibleError, Seen
from localslack.line.port import Acked, Unanswered
from localslack.talk import history
from localslack.wire import Json
from localslack.workspace import Workspace


async def anywhere(workspace: Workspace, user: str, callback_id: str, channel: str | None = None) -> Seen:
    """Run a global shortcut; `channel` is the conversation the person looks at, if any."""
    _known(workspace, user, "global", callback_id)
    payload = {
        "type": "shortcut",
        **_common(workspace, callback_id),
        "user": payloads.who(workspace, user),
        "trigger_id": workspace.slips.trigger(user, channel=channel),
    }
    return await _send(workspace, payload)


async def on_message(workspace: Workspace, user: str, channel: str, ts: str, callback_id: str) -> Seen:
    """Run a shortcut on a message. Messages that only one person sees have no such menu."""
    _known(workspace, user, "message", callback_id)
    room = reach(workspace, user, channel)
    message = history.find(workspace, channel, ts)
    if message is None:
        return Seen(error=GONE.text)
    if message.get("subtype") == "tombstone":
        raise NotPossibleError(f"a deleted message has no shortcuts: {ts}")
    hook = workspace.slips.hook(room.id, user, None, False, None)
    payload = {
        "type": "message_action",
        **_common(workspace, callback_id),
        "user": {**payloads.who(workspace, user), "name": workspace.person(user).handle},
        "channel": payloads.named(room),
        "message_ts": ts,
        "message": message,
        "response_url": payloads.response_url(workspace, hook),
        "trigger_id": workspace.slips.trigger(user, channel=room.id),
    }
    return await _send(workspace, payload)


def _known(workspace: Workspace, user: str, kind: str, callback_id: str) -> None:
    of_the_team(workspace, user, "use shortcuts")
    manifest = workspace.app.events is not None
    if manifest and all((each.kind, each.callback_id) != (kind, callback_id) for each in workspace.app.shortcuts):
        raise NotPossibleError(f"the manifest has no {kind} shortcut {callback_id}")


def _common(workspace: Workspace, callback_id: str) -> Json:
    return {
        "token": "local",
        "action_ts": workspace.state.next_ts(),
        "team": payloads.team(workspace),
        "enterprise": None,
        "is_enterprise_install": False,
        "callback_id": callback_id,
    }


async def _send(workspace: Workspace, payload: Json) -> Seen:
    if not workspace.app.features.interactive:
        return Seen(error=NO_SHORTCUT.text)
    match await ask(workspace, "interactive", payload, accepts=False):
        case Acked():
            return Seen()
        case Unanswered():
            return Seen(error=NO_SHORTCUT.text)
        case other:
            assert_never(other)
