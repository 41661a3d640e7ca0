"""What people enter: plain values from the page become the typed state Slack sends, and Slack's own checks before sending."""

import re
from collections.abc import Iterator
from typing import Any

from localslack.acts.seen import NotPossibleError
from localslack.wire import Json

ONE_OPTION = {"static_select", "radio_buttons", "overflow"}
MANY_OPTIONS = {"multi_static_select", "checkboxes"}
VALUE_KEY = {
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
    "users_select": "selected_user",
    "channels_select": "selected_channel",
    "conversations_select": "selected_conversation",
    "multi_users_select": "selected_users",
    "multi_channels_select": "selected_channels",
    "multi_conversations_select": "selected_conversations",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
}
INITIAL_KEY = {key: key.replace("selected", "initial") for key in VALUE_KEY.values()} | {"value": "initial_value"}
REQUIRED = "Please complete this required field."
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Yield each interactive element with its block."""
    for block in blocks:
        inside = [block.get("element"), block.get("accessory"), *(block.get("elements") or [])]
        if block["type"] in {"section", "input", "actions"}:
            yield from ((block, element) for element in inside if isinstance(element, dict) and "type" in element)


def find(blocks: list[Json], action_id: str, block_id: str | None) -> tuple[Json, Json]:
    """Return the block and the element with this action id; the person cannot press what is not there."""
    for block, element in elements(blocks):
        if element.get("action_id") == action_id and block_id in {None, block.get("block_id")}:
            return block, element
    raise NotPossibleError(f"no element with action_id {action_id}")


def options(element: Json) -> list[Json]:
    """Return an element's options, groups flattened."""
    grouped = [option for group in element.get("option_groups") or [] for option in group["options"]]
    return [*(element.get("options") or []), *grouped]


def initial(element: Json) -> Json | None:
    """Return the typed value an element starts with; None for elements that keep none (buttons, menus of actions)."""
    kind = element["type"]
    if kind in MANY_OPTIONS:
        return {"type": kind, "selected_options": element.get("initial_options") or []}
    if kind in ONE_OPTION and kind != "overflow":
        return {"type": kind, "selected_option": element.get("initial_option")}
    if kind in VALUE_KEY:
        key = VALUE_KEY[kind]
        empty: Any = [] if key.endswith("s") else None
        return {"type": kind, key: element.get(INITIAL_KEY[key], empty)}
    return None


def typed(element: Json, raw: Any) -> Json:
    """Return what a person chose or wrote (an option's value, a list of them, a text) as Slack types it."""
    kind = element["type"]
    if kind in MANY_OPTIONS:
        wanted = raw if isinstance(raw, list) else [raw]
        return {"type": kind, "selected_options": [_option(element, value) for value in wanted]}
    if kind in ONE_OPTION:
        return {"type": kind, "selected_option": _option(element, raw) if raw not in {None, ""} else None}
    if kind in VALUE_KEY:
        empty = raw is None or raw == ""
        return {"type": kind, VALUE_KEY[kind]: None if empty else raw if isinstance(raw, list | int) else str(raw)}
    return {"type": kind}


def values(blocks: list[Json], given: Json, before: Json | None = None) -> Json:
    """Return `state.values`: for each element what was given now, else what was entered before, else how it started.

    `given` is `{block_id: {action_id: plain}}` or, where no action id is there twice, `{action_id: plain}`.
    """
    state: Json = {}
    for block, element in elements(blocks):
        start = initial(element)
        block_id, action_id = block.get("block_id"), element.get("action_id")
        if start is None or not block_id or not action_id:
            continue
        nested = given.get(block_id)
        at = nested if isinstance(nested, dict) else given
        earlier = ((before or {}).get(block_id) or {}).get(action_id)
        value = typed(element, at[action_id]) if action_id in at else earlier or start
        state.setdefault(block_id, {})[action_id] = value
    return state


def action(block: Json, element: Json, raw: Any, action_ts: str) -> Json:
    """Return the entry of `actions` for one press or choice."""
    button = element["type"] == "button"
    kept = ("text", "value", "style", "url", "confirm") if button else ("placeholder", "confirm")
    entry = {
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "type": element["type"],
        "action_ts": action_ts,
    }
    entry |= {key: element[key] for key in kept if key in element}
    return entry if button else entry | typed(element, raw)


def mistakes(blocks: list[Json], state: Json) -> Json:
    """Return what Slack itself finds wrong before it sends a view, by block id."""
    found: Json = {}
    for block, element in elements(blocks):
        if block["type"] != "input":
            continue
        value = (state.get(block["block_id"]) or {}).get(element.get("action_id"), {})
        wrong = _mistake(block, element, value)
        if wrong:
            found[block["block_id"]] = wrong
    return found


def _mistake(block: Json, element: Json, value: Json) -> str | None:
    entered = next((item for key, item in value.items() if key not in {"type", "timezone"}), None)
    if not entered:
        return None if block.get("optional") else REQUIRED
    kind = element["type"]
    if kind == "email_text_input" and not EMAIL.fullmatch(entered):
        return "Please enter a valid email."
    if kind == "number_input":
        return _number_mistake(element, entered)
    if kind == "plain_text_input" and len(entered) < int(element.get("min_length") or 0):
        return f"Please enter at least {element['min_length']} characters."
    if kind == "plain_text_input" and len(entered) > int(element.get("max_length") or 3000):
        return f"Please enter at most {element.get('max_length') or 3000} characters."
    return None


def _number_mistake(element: Json, entered: str) -> str | None:
    try:
        amount = float(entered)
    except ValueError:
        return "Please enter a number."
    if not element.get("is_decimal_allowed") and "." in entered:
        return "Please enter a whole number."
    low, high = element.get("min_value"), element.get("max_value")
    if low is not None and amount < float(low):
        return f"Please enter a number of at least {low}."
    if high is not None and amount > float(high):
        return f"Please enter a number of at most {high}."
    return None


def _option(element: Json, value: Any) -> Json:
    for option in options(element):
        if option["value"] == value:
            return option
    raise NotPossibleError(f"no option {value!r} in {element.get('action_id')}")
