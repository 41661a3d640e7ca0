"""Judges a payload by Slack's limits and by the house's rules for text from outside. It changes nothing.

Numbers: docs.slack.dev, reference, Block Kit, one page for each block and element, and the errors of `chat.postMessage`
(`msg_blocks_too_long`) and `views.open` (`view_too_large`). The sums for a whole message or view are ours, a little under."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.cards.words import safe

MESSAGE_TEXT = 13_000  # characters of all texts in one message
VIEW_BYTES = 240_000
FALLBACK = 3_000
BLOCKS = {"message": 50, "modal": 100, "home": 100}
_KINDS = {
    "message": frozenset({"section", "header", "context", "divider", "actions", "rich_text", "table"}),
    "modal": frozenset({"section", "header", "context", "divider", "actions", "rich_text", "input"}),
    "home": frozenset({"section", "header", "context", "divider", "actions", "rich_text"}),
}
_TEXTS: Mapping[str, int] = {"section": 3000, "header": 150, "button": 75}  # text.text by the type around it
_VALUES: Mapping[tuple[str, str], int] = {
    ("button", "value"): 2000,
    ("button", "accessibility_label"): 75,
    ("button", "url"): 3000,
    ("plain_text_input", "initial_value"): 3000,
    ("modal", "callback_id"): 255,
    ("modal", "private_metadata"): 3000,
    ("text", "text"): 3000,
}
_COUNTS: Mapping[tuple[str, str], int] = {
    ("context", "elements"): 10,
    ("actions", "elements"): 25,
    ("overflow", "options"): 5,
    ("radio_buttons", "options"): 10,
    ("static_select", "options"): 100,
    ("table", "rows"): 100,
    ("section", "fields"): 10,
}
_NAMED: Mapping[str, int] = {"label": 2000, "hint": 2000, "placeholder": 150, "submit": 24, "close": 24}
_CONFIRM = {"title": 100, "text": 300, "confirm": 30, "deny": 30}
_ANGLE = re.compile(r"<([^<>]*)>")
_OURS = re.compile(r"@[UW][A-Z0-9]+|!date\^\d+\^[^|^<>]+\|[^|<>]+")
_ACTION = re.compile(r"[a-z_]+\.[a-z_0-9]+")
_MARKS = frozenset(
    {
        "hourglass_flowing_sand",
        "white_check_mark",
        "white_circle",
        "warning",
        "rotating_light",
        "raised_hand",
        "double_vertical_bar",
        "arrow_right",
        "speech_balloon",
        "leftwards_arrow_with_hook",
    }
)
_ALSO: Mapping[str, frozenset[str]] = {"home": frozenset({"red_circle", "eye"})}


def faults(payload: Mapping[str, Any]) -> tuple[str, ...]:
    """What Slack would refuse, or what would let outside text act; empty when all is well."""
    kind = str(payload.get("type", "message"))
    blocks = payload["blocks"]
    found = []
    if not 1 <= len(blocks) <= BLOCKS[kind]:
        found.append(f"{len(blocks)} blocks in a {kind}")
    found += [f"{block['type']} in a {kind}" for block in blocks if block["type"] not in _KINDS[kind]]
    found += _whole(payload, kind) + _twice(blocks)
    for node in _nodes(payload):
        found += _lengths(node) + _counts(node) + _outside(node, kind)
    return tuple(dict.fromkeys(found))


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from _nodes(each)
    elif isinstance(value, list):
        for each in value:
            yield from _nodes(each)


def _whole(payload: Mapping[str, Any], kind: str) -> list[str]:
    if kind != "message":
        size = len(json.dumps(payload))
        inputs = any(block["type"] == "input" for block in payload["blocks"])
        return ([f"a view of {size:,} bytes"] if size > VIEW_BYTES else []) + (
            ["a form without submit"] if inputs and "submit" not in payload else []
        )
    text = str(payload.get("text", ""))
    total = sum(
        len(node[key])
        for node in _nodes(payload["blocks"])
        for key in ("text", "fallback")
        if isinstance(node.get(key), str)
    )
    found = [f"{total:,} characters in a message"] if total > MESSAGE_TEXT else []
    if not text.strip() or len(text) > FALLBACK:
        found.append(f"a fallback of {len(text)} characters")
    if "<" in text or ">" in text:
        found.append("markup in the fallback")
    return found


def _twice(blocks: list[dict[str, Any]]) -> list[str]:
    named = [block["block_id"] for block in blocks if "block_id" in block]
    pairs = [
        (block.get("block_id", place), node["action_id"])
        for place, block in enumerate(blocks)
        for node in _nodes(block)
        if "action_id" in node
    ]
    buttons = [node for node in _nodes(blocks) if node.get("type") == "button"]
    found = ["a block_id twice"] if len(set(named)) < len(named) else []
    if len(set(pairs)) < len(pairs):
        found.append("an action_id twice in one block")
    if sum(button.get("style") == "primary" for button in buttons) > 1:
        found.append("two primary buttons")
    return found


def _lengths(node: dict[str, Any]) -> list[str]:
    kind = str(node.get("type", ""))
    limits: list[tuple[str, Any, int]] = [
        (f"{kind}.{key}", node.get(key), most) for (of, key), most in _VALUES.items() if of == kind
    ]
    if kind in _TEXTS and isinstance(node.get("text"), dict):
        limits.append((kind, node["text"]["text"], _TEXTS[kind]))
    limits += [
        (key, node[key]["text"], most)
        for key, most in _NAMED.items()
        if isinstance(node.get(key), dict) and "text" in node[key]
    ]
    if kind == "modal":
        limits.append(("title", node["title"]["text"], 24))
    if {"title", "text", "confirm", "deny"} <= node.keys():
        limits += [(f"confirm {key}", node[key]["text"], most) for key, most in _CONFIRM.items()]
    if not kind and "value" in node and "text" in node:
        limits += [
            ("option", node["text"]["text"], 75),
            ("option value", node["value"], 150),
            ("option description", node.get("description", {"text": "-"})["text"], 75),
        ]
    if "action_id" in node:
        limits.append(("action_id", node["action_id"], 255))
    return [
        f"{name}: {len(text)} characters, 1 to {most}"
        for name, text, most in limits
        if text is not None and not 1 <= len(text) <= most
    ]


def _counts(node: dict[str, Any]) -> list[str]:
    found = [
        f"{of}: {len(node[key])} {key}, 1 to {most}"
        for (of, key), most in _COUNTS.items()
        if node.get("type") == of and key in node and not 1 <= len(node[key]) <= most
    ]
    if "action_id" in node and not _ACTION.fullmatch(node["action_id"]):
        found.append(f"action id {node['action_id']}")
    if str(node.get("type", "")).startswith("rich_text") and not node.get("elements"):
        found.append(f"an empty {node['type']}")
    return found


def _outside(node: dict[str, Any], surface: str) -> list[str]:
    kind, text = node.get("type"), node.get("text")
    marks = _MARKS | _ALSO.get(surface, frozenset())
    if not isinstance(text, str):
        return []
    found = []
    if kind in ("plain_text", "text", "raw_text", "mrkdwn") and safe(text) != text:
        found.append(f"invisible characters in {kind}")
    if kind == "plain_text" and node.get("emoji") is not False:
        found.append("plain text with emoji codes")
    if kind == "mrkdwn":
        found += [f"<{inner}> in mrkdwn" for inner in _ANGLE.findall(text) if not _OURS.fullmatch(inner)]
        rest = _ANGLE.sub("", text)
        found += ["a bare < or > in mrkdwn"] if "<" in rest or ">" in rest else []
        found += [f"the mark {code}" for code in re.findall(r"(?<![\w]):([a-z_]+):", rest) if code not in marks]
        found += [] if node.get("verbatim") is True else ["mrkdwn without verbatim"]
    return found
