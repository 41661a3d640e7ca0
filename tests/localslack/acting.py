"""Shared by the tests of what people do: small blocks, messages and modals with them, and who presses what."""

import asyncio
from typing import Any

from tests.localslack.support import Local
from tests.localslack.test_sockets import plugged

TROUBLE = "We had some trouble connecting. Try again?"
INES = {"name": "Ines Moreau", "email": "ines@example.com", "title": "Supplier", "team": "T0ELSE"}


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": True}


def option(value: str) -> dict[str, Any]:
    return {"text": plain(value.title()), "value": value}


def block_with(holder: str, element: dict[str, Any]) -> dict[str, Any]:
    if holder == "input":
        return {"type": "input", "block_id": "b", "dispatch_action": True, "label": plain("L"), "element": element}
    if holder == "section":
        return {"type": "section", "block_id": "b", "text": plain("x"), "accessory": element}
    return {"type": holder, "block_id": "b", "elements": [element]}


async def posted(local: Local, *blocks: dict[str, Any], **more: Any) -> str:
    answer = await local.call("chat.postMessage", channel="C0SUPPORT", text="x", blocks=list(blocks), **more)
    assert answer["ok"], answer
    return str(answer["ts"])


async def opened(local: Local, *blocks: dict[str, Any], user: str = "U0THEO", **more: Any) -> dict[str, Any]:
    view = {"type": "modal", "title": plain("T"), "submit": plain("Send"), "blocks": list(blocks), **more}
    trigger = local.workspace.slips.trigger(user)
    answer = await local.call("views.open", trigger_id=trigger, view=view)
    assert answer["ok"], answer
    return dict(answer["view"])


def press(ts: str, **more: Any) -> dict[str, Any]:
    return {"do": "click", "me": "U0THEO", "channel": "C0SUPPORT", "ts": ts, "action_id": "a", **more}


def field(block_id: str, **element: Any) -> dict[str, Any]:
    made = {"type": "plain_text_input", "action_id": "a", **element}
    return {"type": "input", "block_id": block_id, "label": plain(block_id), "element": made}


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "modal", "title": plain("T"), "submit": plain("Send"), "blocks": list(blocks), **more}


def submit(view: dict[str, Any], me: str = "U0THEO", **values: Any) -> dict[str, Any]:
    return {"do": "submit", "me": me, "view_id": view["id"], "values": values}


async def stack(local: Local, me: str = "U0THEO") -> list[dict[str, Any]]:
    return list((await local.get(f"/_control/person?me={me}"))["stack"])


async def pushed(local: Local, below: dict[str, Any], **more: Any) -> dict[str, Any]:
    trigger = local.workspace.slips.trigger("U0THEO", below["id"])
    return dict(await local.call("views.push", trigger_id=trigger, view=modal(field("f"), **more)))


async def answered(socket: Any, payload: Any) -> Any:
    frame = await socket.receive_json(timeout=5)
    await socket.send_json({"envelope_id": frame["envelope_id"], **({"payload": payload} if payload else {})})
    return frame["payload"]


async def sent(local: Local, view: dict[str, Any], said: Any, **values: Any) -> tuple[Any, Any]:
    """Submit a view, answer as told; returns the payload and what the person saw."""
    async with plugged(local) as socket:
        payload, seen = await asyncio.gather(answered(socket, said), local.act(**submit(view, **values)))
    return payload, seen
