"""Which elements of blocks people press or fill in, and the ids that Slack gives to what has none."""

import secrets
from collections.abc import Iterator
from typing import Any

from localslack.wire import Json

PRESSED = frozenset({"button", "icon_button", "feedback_buttons", "workflow_button", "overflow"})
"""Elements that keep nothing: a press is all there is."""
FILLED = frozenset(
    {
        *("plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input", "file_input"),
        *("static_select", "external_select", "users_select", "conversations_select", "channels_select"),
        *("multi_static_select", "multi_external_select", "multi_users_select", "multi_conversations_select"),
        *("multi_channels_select", "checkboxes", "radio_buttons", "datepicker", "timepicker", "datetimepicker"),
    }
)
INTERACTIVE = PRESSED | FILLED
HOLDERS = {
    "section": "accessory",
    "input": "element",
    "actions": "elements",
    "context_actions": "elements",
    "card": "actions",
    "auth_provider": "accessory",
}
"""Where a block keeps its elements; one, or a list of them."""
NESTS = {"container": "child_blocks", "carousel": "elements", "auth_provider": "fallback"}
"""Where a block keeps other blocks."""
NO_PREVIEW = "[no preview available]"


def elements_of(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Yield each interactive element with its block: in containers, cards and carousels it is the innermost one."""
    for block in blocks:
        kept = block.get(HOLDERS.get(block.get("type", ""), ""))
        for element in kept if isinstance(kept, list) else [kept]:
            if isinstance(element, dict) and element.get("type") in INTERACTIVE:
                yield block, element
        yield from elements_of(block.get(NESTS.get(block.get("type", ""), "")) or [])


def with_ids(blocks: list[Json]) -> list[Json]:
    """Return blocks as Slack keeps them: every block has a block id, every interactive element an action id.

    Texts say of themselves what they otherwise mean silently: see `spelled_out`.
    """
    return [_with_ids(spelled_out(block)) for block in blocks]


def spelled_out(value: Any) -> Any:
    """Return a block, or a part of one, with `emoji: true` or `verbatim: false` in its text objects unless they say otherwise."""
    if isinstance(value, list):
        return [spelled_out(each) for each in value]
    if not isinstance(value, dict) or value.get("type") == "rich_text":
        return value
    kept = {name: spelled_out(each) for name, each in value.items()}
    match kept:
        case {"type": "plain_text", "text": str()}:
            kept.setdefault("emoji", True)
        case {"type": "mrkdwn", "text": str()}:
            kept.setdefault("verbatim", False)
    return kept


def attached(attachments: list[Json]) -> list[Json]:
    """Return attachments as Slack keeps them: numbered from 1, and those of blocks with ids and a fallback text."""
    return [_attached(each, place) for place, each in enumerate(attachments, 1)]


def _with_ids(block: Json) -> Json:
    kept = {**block, "block_id": block.get("block_id") or _short_id()}
    held, nested = HOLDERS.get(block.get("type", ""), ""), NESTS.get(block.get("type", ""), "")
    if held in block:
        inside = block[held]
        kept[held] = [_named(each) for each in inside] if isinstance(inside, list) else _named(inside)
    if isinstance(block.get(nested), list):
        kept[nested] = with_ids(block[nested])
    return kept


def _attached(attachment: Json, number: int) -> Json:
    blocks = attachment.get("blocks")
    if not isinstance(blocks, list):
        return {**attachment, "id": number}
    return {"fallback": NO_PREVIEW, **attachment, "id": number, "blocks": with_ids(blocks)}


def _named(element: Any) -> Any:
    if not isinstance(element, dict) or element.get("type") not in INTERACTIVE:
        return element
    return {**element, "action_id": element.get("action_id") or _short_id()}


def _short_id() -> str:
    return secrets.token_urlsafe(4)[:5].replace("-", "a").replace("_", "b")
