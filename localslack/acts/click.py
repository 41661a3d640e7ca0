"""Pressing and choosing: block_actions from a message, from something only this person sees, from a modal or the home tab."""

from dataclasses import dataclass
from typing import Any, assert_never

from localslack import history, views, whispers
from localslack.acts import inputs, payloads
from localslack.acts.say import reach
from localslack.acts.seen import NO_ANSWER, NotPossibleError, Seen
from localslack.line.port import Acked, Unanswered
from localslack.rooms import Room
from localslack.wire import Json
from localslack.workspace import Workspace


@dataclass(frozen=True)
class Press:
    """What is pressed: the element, what was chosen in it (`raw`), and what else was entered around it."""

    action_id: str
    block_id: str | None
    raw: Any
    values: Json


async def on_message(workspace: Workspace, user: str, channel: str, ts: str, press: Press) -> Seen:
    """Press something on a message."""
    room = reach(workspace, user, channel)
    message = history.find(workspace, channel, ts) or _whispered(workspace, channel, user, ts)
    if message is None:
        raise NotPossibleError(f"{user} sees no message {ts} in {channel}")
    payload = _pressed(workspace, user, message.get("blocks") or [], press, None)
    return await _send(workspace, payload | _place(workspace, room, user, message))


async def on_view(workspace: Workspace, user: str, view_id: str, press: Press) -> Seen:
    """Press something in a modal or on the home tab; what was entered is kept with the view."""
    view = views.find(workspace, view_id)
    if view is None or view.user != user:
        raise NotPossibleError(f"{user} has no view {view_id} open")
    payload = _pressed(workspace, user, view.body["blocks"], press, view)
    state = payload.pop("state")
    views.keep_inputs(workspace, view, state["values"])
    place = {"container": {"type": "view", "view_id": view.id}, "view": views.with_state(view, state["values"])}
    return await _send(workspace, payload | place)


def _pressed(workspace: Workspace, user: str, blocks: list[Json], press: Press, view: views.View | None) -> Json:
    block, element = inputs.find(blocks, press.action_id, press.block_id)
    entry = inputs.action(block, element, press.raw, workspace.state.next_ts())
    given = dict(press.values)
    if element["type"] not in {"button", "overflow"}:
        given[block["block_id"]] = {**(given.get(block["block_id"]) or {}), press.action_id: press.raw}
    in_modal = view.id if view is not None and view.kind == "modal" else None
    return {
        **payloads.common(workspace, "block_actions", user),
        "trigger_id": workspace.slips.trigger(user, in_modal),
        "state": {"values": inputs.values(blocks, given, view.inputs if view else None)},
        "actions": [entry],
    }


def _place(workspace: Workspace, room: Room, user: str, message: Json) -> Json:
    hidden = bool(message.get("is_ephemeral"))
    container = {"type": "message", "message_ts": message["ts"], "channel_id": room.id, "is_ephemeral": hidden}
    if message.get("thread_ts"):
        container["thread_ts"] = message["thread_ts"]
    hook = workspace.slips.hook(room.id, user, message["ts"], hidden, message.get("thread_ts"))
    place: Json = {
        "container": container,
        "channel": payloads.named(room),
        "response_url": payloads.response_url(workspace, hook),
    }
    return place if hidden else {**place, "message": message}


async def _send(workspace: Workspace, payload: Json) -> Seen:
    match await workspace.line.deliver("interactive", payload, accepts=False):
        case Acked():
            return Seen()
        case Unanswered():
            return Seen(error=NO_ANSWER)
        case other:
            assert_never(other)


def _whispered(workspace: Workspace, channel: str, user: str, ts: str) -> Json | None:
    return next((message for message in whispers.seen_by(workspace, channel, user) if message["ts"] == ts), None)
