"""What people enter: plain values from the page become the typed values Slack sends.

Plain is: an option's value or a list of them, an id or a list of ids, a text, `2026-11-24`, `14:05`, seconds since 1970 for
a date with a time, a rich_text block, a list of file ids, and for menus whose options the app gives the whole option objects.
"""

import re
from typing import Any

from localslack.acts.attach import files_of
from localslack.acts.seen import NotPossibleError
from localslack.blocks.judge import Surface, block_problems
from localslack.talk.interactive import PRESSED, elements_of
from localslack.team import choices
from localslack.wire import Json
from localslack.workspace import Workspace

ONE_OPTION = frozenset({"static_select", "external_select", "radio_buttons", "overflow"})
MANY_OPTIONS = frozenset({"multi_static_select", "multi_external_select", "checkboxes"})
VALUE_KEY = {
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
    "rich_text_input": "rich_text_value",
    "file_input": "files",
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
INITIAL_KEY = {key: key.replace("selected", "initial") for key in VALUE_KEY.values()}
INITIAL_KEY |= {"value": "initial_value", "rich_text_value": "initial_value", "files": "initial_files"}
FORMS = {
    "datepicker": re.compile(r"\d{4}-\d\d-\d\d"),
    "timepicker": re.compile(r"\d\d:\d\d"),
}
SHOWN_WITH_A_PRESS = {
    "button": ("text", "value", "style", "url", "confirm"),
    "icon_button": ("text", "icon", "value", "confirm"),
    "workflow_button": ("text", "style"),
    "overflow": ("confirm",),
}
SHOWN_WITH_A_CHOICE = (
    *(
        "placeholder",
        "confirm",
        "min_query_length",
        "initial_option",
        "initial_options",
        "initial_date",
        "initial_time",
    ),
    *("initial_date_time", "initial_user", "initial_users", "initial_channel", "initial_channels"),
    *("initial_conversation", "initial_conversations", "timezone"),
)


def find(blocks: list[Json], action_id: str, block_id: str | None) -> tuple[Json, Json] | None:
    """Return the block and the element with this action id, or None."""
    for block, element in elements_of(blocks):
        if element.get("action_id") == action_id and block_id in {None, block.get("block_id")}:
            return block, element
    return None


def options(element: Json) -> list[Json]:
    """Return an element's options, groups flattened."""
    grouped = [option for group in element.get("option_groups") or [] for option in group["options"]]
    return [*(element.get("options") or []), *grouped]


def initial(element: Json) -> Json | None:
    """Return the typed value an element starts with; None for elements that keep none (buttons, menus of actions)."""
    kind = element["type"]
    if kind in PRESSED:
        return None
    if kind in MANY_OPTIONS:
        return {"type": kind, "selected_options": element.get("initial_options") or []}
    if kind in ONE_OPTION:
        return {"type": kind, "selected_option": element.get("initial_option")}
    key = VALUE_KEY[kind]
    empty: Any = [] if key.endswith("s") else None
    return {"type": kind, key: element.get(INITIAL_KEY[key], empty), **_zone(element)}


def typed(workspace: Workspace, user: str, element: Json, raw: Any) -> Json:
    """Return what a person chose or wrote as Slack types it; `NotPossibleError` for what the element does not offer."""
    kind = element["type"]
    if kind in MANY_OPTIONS:
        wanted = raw if isinstance(raw, list) else [] if raw in (None, "") else [raw]
        return {"type": kind, "selected_options": [_option(element, each) for each in _few(element, wanted)]}
    if kind in ONE_OPTION:
        return {"type": kind, "selected_option": None if raw in (None, "") else _option(element, raw)}
    return {"type": kind, VALUE_KEY[kind]: _value(workspace, user, element, raw), **_zone(element)}


def values(workspace: Workspace, user: str, blocks: list[Json], given: Json, before: Json | None = None) -> Json:
    """Return `state.values`: for each element what was given now, else what was entered before, else how it started.

    `given` is `{block_id: {action_id: plain}}` or, where no action id is there twice, `{action_id: plain}`.
    """
    state: Json = {}
    for block, element in elements_of(blocks):
        start = initial(element)
        if start is None:
            continue
        block_id, action_id = block["block_id"], element["action_id"]
        nested = given.get(block_id)
        at = nested if isinstance(nested, dict) else given
        earlier = ((before or {}).get(block_id) or {}).get(action_id)
        value = typed(workspace, user, element, at[action_id]) if action_id in at else earlier or start
        state.setdefault(block_id, {})[action_id] = value
    return state


def action(workspace: Workspace, user: str, block: Json, element: Json, raw: Any) -> Json:
    """Return the entry of `actions` for one press or choice."""
    kind = element["type"]
    shown = SHOWN_WITH_A_PRESS.get(kind, SHOWN_WITH_A_CHOICE)
    entry: Json = {"type": kind, "action_id": element["action_id"], "block_id": block["block_id"]}
    entry |= {key: element[key] for key in shown if key in element}
    if kind == "feedback_buttons":
        entry |= _feedback(element, raw)
    elif kind == "overflow" or kind not in PRESSED:
        entry |= typed(workspace, user, element, raw)
    return {**entry, "action_ts": workspace.state.next_ts()}


def _feedback(element: Json, raw: Any) -> Json:
    for button in (element["positive_button"], element["negative_button"]):
        if button["value"] == raw:
            return {"text": button["text"], "value": button["value"]}
    raise NotPossibleError(f"no feedback {raw!r} in {element['action_id']}")


def _value(workspace: Workspace, user: str, element: Json, raw: Any) -> Any:
    kind = element["type"]
    if kind == "file_input":
        return files_of(workspace, user, element, raw)
    if kind in choices.PEOPLE | choices.CHANNELS | choices.CONVERSATIONS:
        return _chosen(workspace, user, element, raw)
    if raw is None or raw == "":
        return None
    if kind == "rich_text_input":
        return _rich(element, raw)
    if kind == "datetimepicker":
        return _moment(element, raw)
    if kind in FORMS and not FORMS[kind].fullmatch(str(raw)):
        raise NotPossibleError(f"{raw!r} is no value for {kind} {element['action_id']}")
    return str(raw)


def _chosen(workspace: Workspace, user: str, element: Json, raw: Any) -> Any:
    many = element["type"].startswith("multi_")
    wanted = raw if isinstance(raw, list) else [] if raw in (None, "") else [raw]
    start = element.get(INITIAL_KEY[VALUE_KEY[element["type"]]])
    for each in _few(element, wanted):
        known = each == start or (isinstance(start, list) and each in start)
        if not isinstance(each, str) or not (known or choices.offers(workspace, user, element, each)):
            raise NotPossibleError(f"{element['action_id']} does not offer {each}")
    return wanted if many else (wanted[0] if wanted else None)


def _few(element: Json, wanted: list[Any]) -> list[Any]:
    most = element.get("max_selected_items")
    if most is not None and len(wanted) > most:
        raise NotPossibleError(f"{element['action_id']} takes {most} at most")
    return wanted


def _rich(element: Json, raw: Any) -> Json:
    problems = block_problems([raw], Surface.MESSAGE) if isinstance(raw, dict) else []
    if not isinstance(raw, dict) or raw.get("type") != "rich_text" or problems:
        raise NotPossibleError(f"{element['action_id']} takes a rich_text block: {[each.line() for each in problems]}")
    return raw


def _moment(element: Json, raw: Any) -> int:
    try:
        return int(raw)
    except (TypeError, ValueError):
        raise NotPossibleError(f"{element['action_id']} takes seconds since 1970") from None


def _zone(element: Json) -> Json:
    return {"timezone": element["timezone"]} if element.get("timezone") else {}


def _option(element: Json, wanted: Any) -> Json:
    if element["type"] in {"external_select", "multi_external_select"}:
        if isinstance(wanted, dict) and {"text", "value"} <= wanted.keys():
            return wanted
        raise NotPossibleError(f"{element['action_id']} takes whole option objects")
    for option in options(element):
        if option.get("value") == wanted:
            return option
    raise NotPossibleError(f"no option {wanted!r} in {element['action_id']}")
