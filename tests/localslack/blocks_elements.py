"""A well-formed sample of every element, with every field it may have, and where it may stand."""

from typing import Any

Block = dict[str, Any]
PICTURE_URL = "https://example.com/pictures/harbour.png"
PAGE_URL = "https://example.com/orders/17"


def plain(text: str = "Plain") -> Block:
    return {"type": "plain_text", "text": text, "emoji": True}


def mrkdwn(text: str = "*Marked*") -> Block:
    return {"type": "mrkdwn", "text": text, "verbatim": False}


def option(name: str = "one", **more: Any) -> Block:
    return {"text": plain(name), "value": name, "description": plain(f"The {name}"), **more}


def rich(*spans: Block) -> Block:
    section = {"type": "rich_text_section", "elements": list(spans) or [{"type": "text", "text": "Words"}]}
    return {"type": "rich_text", "elements": [section]}


def without(block: Block, *names: str) -> Block:
    return {name: value for name, value in block.items() if name not in names}


CONFIRM = {
    "title": plain("Sure?"),
    "text": mrkdwn("It cannot be undone."),
    "confirm": plain("Yes"),
    "deny": plain("No"),
    "style": "danger",
}
DISPATCH = {"trigger_actions_on": ["on_enter_pressed", "on_character_entered"]}
FILTER = {"include": ["im", "public"], "exclude_external_shared_channels": True, "exclude_bot_users": True}
MENU = {"placeholder": plain("Choose"), "confirm": CONFIRM, "focus_on_load": True}
TYPED = {"placeholder": plain("Type"), "dispatch_action_config": DISPATCH, "focus_on_load": True}
STYLES = {"bold": True, "italic": True, "strike": True, "code": True, "underline": True}

PICTURE = {"type": "image", "image_url": PICTURE_URL, "alt_text": "The harbour"}
FILE_PICTURE = {"type": "image", "slack_file": {"id": "F0123456789"}, "alt_text": "The harbour"}
URL_FILE_PICTURE = {"type": "image", "slack_file": {"url": "https://example.com/files/1"}, "alt_text": "The harbour"}
BUTTON = {
    "type": "button",
    "action_id": "approve",
    "text": plain("Approve"),
    "url": PAGE_URL,
    "value": "17",
    "style": "primary",
    "confirm": CONFIRM,
    "accessibility_label": "Approve order 17",
}
AGENT_BUTTON = {
    **BUTTON,
    "agent_prompt": "Approve order 17",
    "agent_prompt_display": "Approve",
    "visible_to_user_ids": ["U0000000001"],
}
WORKFLOW_BUTTON = {
    "type": "workflow_button",
    "action_id": "start",
    "text": plain("Start"),
    "workflow": {
        "trigger": {
            "url": "https://example.com/shortcuts/Ft0",
            "customizable_input_parameters": [{"name": "order", "value": "17"}],
        }
    },
    "style": "danger",
    "confirm": CONFIRM,
    "accessibility_label": "Start the return",
}
OVERFLOW = {
    "type": "overflow",
    "action_id": "more",
    "options": [option("one", url=PAGE_URL), option("two")],
    "confirm": CONFIRM,
}
CHECKBOXES = {
    "type": "checkboxes",
    "action_id": "boxes",
    "options": [{"text": mrkdwn("One"), "value": "one", "description": plain("1")}, option("two")],
    "initial_options": [option("two")],
    "confirm": CONFIRM,
    "focus_on_load": True,
}
RADIO = {
    "type": "radio_buttons",
    "action_id": "radio",
    "options": [option("one"), option("two")],
    "initial_option": option("one"),
    "confirm": CONFIRM,
    "focus_on_load": True,
}
DATE = {"type": "datepicker", "action_id": "date", "initial_date": "2026-02-28", **MENU}
TIME = {"type": "timepicker", "action_id": "time", "initial_time": "23:59", "timezone": "Europe/Berlin", **MENU}
MOMENT = {
    "type": "datetimepicker",
    "action_id": "moment",
    "initial_date_time": 1_790_000_000,
    "confirm": CONFIRM,
    "focus_on_load": True,
}
STATIC = {
    "type": "static_select",
    "action_id": "static",
    "options": [option("one"), option("two")],
    "initial_option": option("two"),
    **MENU,
}
GROUPED = {
    "type": "static_select",
    "action_id": "grouped",
    "option_groups": [{"label": plain("Few"), "options": [option("one")]}],
    "initial_option": option("one"),
    **MENU,
}
SINGLE = [
    STATIC,
    GROUPED,
    {
        "type": "external_select",
        "action_id": "external",
        "min_query_length": 0,
        "initial_option": option("one"),
        **MENU,
    },
    {"type": "users_select", "action_id": "users", "initial_user": "U0000000001", **MENU},
    {
        "type": "conversations_select",
        "action_id": "conversations",
        "initial_conversation": "C0000000001",
        "default_to_current_conversation": True,
        "filter": FILTER,
        **MENU,
    },
    {"type": "channels_select", "action_id": "channels", "initial_channel": "C0000000001", **MENU},
]
MANY = {**MENU, "max_selected_items": 3}
MULTI = [
    {
        "type": "multi_static_select",
        "action_id": "multi_static",
        "options": [option("one"), option("two")],
        "initial_options": [option("two"), option("one")],
        **MANY,
    },
    {
        "type": "multi_external_select",
        "action_id": "multi_external",
        "min_query_length": 3,
        "initial_options": [option("one")],
        **MANY,
    },
    {"type": "multi_users_select", "action_id": "multi_users", "initial_users": ["U0000000001"], **MANY},
    {
        "type": "multi_conversations_select",
        "action_id": "multi_conversations",
        "initial_conversations": ["C0000000001"],
        "default_to_current_conversation": True,
        "filter": FILTER,
        **MANY,
    },
    {"type": "multi_channels_select", "action_id": "multi_channels", "initial_channels": ["C0000000001"], **MANY},
]
TEXT_INPUT = {
    "type": "plain_text_input",
    "action_id": "text",
    "multiline": True,
    "initial_value": "Dear all",
    "min_length": 1,
    "max_length": 3000,
    **TYPED,
}
NUMBER_INPUT = {
    "type": "number_input",
    "action_id": "number",
    "is_decimal_allowed": True,
    "initial_value": "7.5",
    "min_value": "-1",
    "max_value": "8",
    **TYPED,
}
RICH_INPUT = {
    "type": "rich_text_input",
    "action_id": "rich",
    "initial_value": rich(),
    "min_lines": 1,
    "max_lines": 100,
    **TYPED,
}
TYPED_IN = [
    TEXT_INPUT,
    NUMBER_INPUT,
    RICH_INPUT,
    {"type": "email_text_input", "action_id": "email", "initial_value": "ada@example.com", **TYPED},
    {"type": "url_text_input", "action_id": "url", "initial_value": PAGE_URL, **TYPED},
]
FILE_INPUT = {"type": "file_input", "action_id": "files", "filetypes": ["pdf", "png"], "max_files": 10}
FEEDBACK = {
    "type": "feedback_buttons",
    "action_id": "feedback",
    "positive_button": {"text": plain("Good"), "value": "good", "accessibility_label": "Good answer"},
    "negative_button": {"text": plain("Bad"), "value": "bad"},
}
ICON_BUTTON = {
    "type": "icon_button",
    "action_id": "remove",
    "icon": "trash",
    "text": plain("Remove"),
    "value": "17",
    "confirm": CONFIRM,
    "accessibility_label": "Remove the answer",
    "visible_to_user_ids": ["U0000000001"],
}
IN_SECTION = [
    BUTTON,
    AGENT_BUTTON,
    WORKFLOW_BUTTON,
    OVERFLOW,
    CHECKBOXES,
    RADIO,
    DATE,
    TIME,
    *SINGLE,
    *MULTI,
    PICTURE,
    FILE_PICTURE,
]
IN_ACTIONS = [BUTTON, AGENT_BUTTON, WORKFLOW_BUTTON, OVERFLOW, CHECKBOXES, RADIO, DATE, TIME, MOMENT, *SINGLE]
IN_INPUT = [*TYPED_IN, CHECKBOXES, RADIO, DATE, TIME, MOMENT, *SINGLE, *MULTI]
