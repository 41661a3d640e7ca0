"""Pressing and choosing: block_actions from a message, from something only this person sees, from a modal or the home tab."""

from dataclasses import dataclass
from typing import Any, assert_never

from localslack import views
from localslack.acts import inputs, payloads
from localslack.acts.ask import ask
from localslack.acts.reach import reach
from localslack.acts.seen import GONE, NOT_CONFIGURED, NotPossibleError, Seen, press_failure
from localslack.line.port import Acked, Unanswered
from localslack.talk import history, whispers
from localslack.talk.interactive import PRESSED
from localslack.team.rooms import Room
from localslack.wire import Json
from localslack.workspace import Workspace


@dataclass(frozen=True)
class Press:
    """What is pressed: the element, what was chosen in it (`raw`), and what else was entered around it."""

    action_id: str
    block_id: str | None
    raw: Any
    values: Json


@dataclass(frozen=True)
class Place:
    """Where an element is: its block, all blocks around it, and the attachment (numbered from 1) they belong to, if any."""

    block: Json
    element: Json
    blocks: list[Json]
    attachment: int | None = None


async def on_message(workspace: Workspace, user: str, channel: str, ts: str, press: Press) -> Seen:
    """Press something on a message. One that is gone, or has changed since, is not told to the app."""
    room = reach(workspace, user, channel)
    message = message_seen(workspace, user, channel, ts)
    place = located(message, press.action_id, press.block_id) if message else None
    if message is None or place is None:
        return Seen(error=GONE.text)
    pressed = _pressed(workspace, user, place, press, None)
    trigger = workspace.slips.trigger(user, channel=room.id)
    return await _send(workspace, {**pressed, "trigger_id": trigger, **_from(workspace, room, user, message, place)})


async def on_view(workspace: Workspace, user: str, view_id: str, press: Press) -> Seen:
    """Press something in a modal or on the home tab; what was entered is kept with the view."""
    view = views.find(workspace, view_id)
    if view is None or view.user != user:
        raise NotPossibleError(f"{user} has no view {view_id} open")
    found = inputs.find(view.body["blocks"], press.action_id, press.block_id)
    if found is None:
        return Seen(error=GONE.text)
    pressed = _pressed(workspace, user, Place(*found, view.body["blocks"]), press, view)
    state = pressed.pop("state")
    views.keep_inputs(workspace, view, state["values"])
    trigger = workspace.slips.trigger(user, view.id if view.kind == "modal" else None, view.channel)
    place = {"container": {"type": "view", "view_id": view.id}, "view": views.with_state(view, state["values"])}
    return await _send(workspace, {**pressed, "trigger_id": trigger, **place})


def message_seen(workspace: Workspace, user: str, channel: str, ts: str) -> Json | None:
    """Return a message of a conversation, or one that only this person sees; None when there is none (any more)."""
    whispered = (each for each in whispers.seen_by(workspace, channel, user) if each["ts"] == ts)
    return history.find(workspace, channel, ts) or next(whispered, None)


def located(message: Json, action_id: str, block_id: str | None) -> Place | None:
    """Return where an element of a message is, also in its attachments, or None."""
    attachments = message.get("attachments") or []
    parts: list[tuple[list[Json], int | None]] = [(message.get("blocks") or [], None)]
    parts += [(each.get("blocks") or [], each.get("id")) for each in attachments]
    everything = [block for blocks, _ in parts for block in blocks]
    for blocks, attachment in parts:
        found = inputs.find(blocks, action_id, block_id)
        if found:
            return Place(*found, everything, attachment)
    return None


def container(room: Room, message: Json, attachment: int | None) -> Json:
    """Return where on a message something happened, as payloads name it."""
    where: Json = {
        "type": "message" if attachment is None else "message_attachment",
        "message_ts": message["ts"],
        "channel_id": room.id,
        "is_ephemeral": bool(message.get("is_ephemeral")),
    }
    if attachment is not None:
        where |= {"attachment_id": attachment, "is_app_unfurl": False}
    return {**where, "thread_ts": message["thread_ts"]} if message.get("thread_ts") else where


def _pressed(workspace: Workspace, user: str, place: Place, press: Press, view: views.View | None) -> Json:
    block, element = place.block, place.element
    _check(user, block, element)
    entry = inputs.action(workspace, user, block, element, press.raw)
    given = dict(press.values)
    if element["type"] not in PRESSED:
        given[block["block_id"]] = {**(given.get(block["block_id"]) or {}), press.action_id: press.raw}
    state = inputs.values(workspace, user, place.blocks, given, view.inputs if view else None)
    return {**payloads.common(workspace, "block_actions", user), "state": {"values": state}, "actions": [entry]}


def _check(user: str, block: Json, element: Json) -> None:
    visible = element.get("visible_to_user_ids")
    if visible and user not in visible:
        raise NotPossibleError(f"{element['action_id']} is not shown to {user}")
    if block["type"] == "input" and not block.get("dispatch_action"):
        raise NotPossibleError(f"{element['action_id']} is sent with its form, not by itself")


def _from(workspace: Workspace, room: Room, user: str, message: Json, place: Place) -> Json:
    hidden = bool(message.get("is_ephemeral"))
    hook = workspace.slips.hook(room.id, user, message["ts"], hidden, message.get("thread_ts"))
    found: Json = {
        "container": container(room, message, place.attachment),
        "channel": payloads.named(room),
        "response_url": payloads.response_url(workspace, hook),
    }
    return found if hidden else {**found, "message": message}


async def _send(workspace: Workspace, payload: Json) -> Seen:
    if not workspace.app.features.interactive:
        return Seen(error=NOT_CONFIGURED.text)
    match await ask(workspace, "interactive", payload, accepts=False):
        case Acked():
            return Seen()
        case Unanswered() as outcome:
            return Seen(error=press_failure(outcome))
        case other:
            assert_never(other)
