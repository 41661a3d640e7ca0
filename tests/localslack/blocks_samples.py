"""One well-formed sample of every block and element, with every field it may have; the tests break them one by one."""

from typing import Any

from localslack.blocks.judge import Surface

Block = dict[str, Any]
MESSAGE, MODAL, HOME = Surface.MESSAGE, Surface.MODAL, Surface.HOME
EVERYWHERE = {MESSAGE, MODAL, HOME}
NOT_IN_FORMS = {MESSAGE, HOME}
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

SPANS = [
    {"type": "text", "text": "Words", "style": STYLES},
    {"type": "link", "url": PAGE_URL, "text": "Order 17", "unsafe": False, "style": STYLES},
    {"type": "emoji", "name": "wave", "unicode": "1f44b", "style": STYLES},
    {"type": "user", "user_id": "U0000000001", "style": STYLES},
    {"type": "usergroup", "usergroup_id": "S0000000001", "style": STYLES},
    {"type": "channel", "channel_id": "C0000000001", "style": STYLES},
    {"type": "team", "team_id": "T0000000001", "style": STYLES},
    {"type": "broadcast", "range": "here", "style": STYLES},
    {
        "type": "date",
        "timestamp": 1_790_000_000,
        "format": "{date_short}",
        "url": PAGE_URL,
        "fallback": "soon",
        "style": STYLES,
    },
    {"type": "color", "value": "#0b5fff", "style": STYLES},
]
RICH = {
    "type": "rich_text",
    "elements": [
        {"type": "rich_text_section", "elements": SPANS},
        {
            "type": "rich_text_list",
            "style": "ordered",
            "elements": [{"type": "rich_text_section", "elements": SPANS[:1]}],
            "indent": 8,
            "border": 1,
        },
        {"type": "rich_text_quote", "elements": SPANS, "border": 0},
        {"type": "rich_text_preformatted", "elements": SPANS[:2], "border": 1},
    ],
}
RAW, FIGURE = {"type": "raw_text", "text": "Tea"}, {"type": "raw_number", "value": 3.5, "text": "3.50"}
TABLE = {
    "type": "table",
    "rows": [[RAW, RAW], [FIGURE, rich()]],
    "column_settings": [{"align": "left", "is_wrapped": True}, {"align": "right"}],
}
DATA_TABLE = {
    "type": "data_table",
    "caption": "Orders",
    "rows": [[RAW, RAW], [FIGURE, rich()]],
    "page_size": 50,
    "row_header_column_index": 0,
}
PIE = {
    "type": "data_visualization",
    "title": "Orders",
    "chart": {"type": "pie", "segments": [{"label": "Tea", "value": 3}, {"label": "Salt", "value": 1.5}]},
}
PLOT = {
    "type": "data_visualization",
    "title": "Orders",
    "chart": {
        "type": "line",
        "series": [{"name": "Tea", "data": [{"label": "May", "value": 3}, {"label": "June", "value": -1}]}],
        "axis_config": {"categories": ["May", "June"], "x_label": "Month", "y_label": "Crates"},
    },
}
CARD = {
    "type": "card",
    "hero_image": PICTURE,
    "icon": FILE_PICTURE,
    "title": mrkdwn("Order 17"),
    "subtitle": mrkdwn("Two crates"),
    "body": mrkdwn("Tea, to the harbour."),
    "actions": [without(BUTTON, "type") | {"type": "button", "action_id": f"act_{n}"} for n in range(3)],
}
ICON_CARD = {
    "type": "card",
    "slack_icon": {"type": "icon", "name": "rocket"},
    "title": mrkdwn("Order 17"),
    "subtext": mrkdwn("By Ada"),
}
CONTAINER = {
    "type": "container",
    "title": plain("Orders"),
    "subtitle": mrkdwn("This week"),
    "width": "full",
    "icon": PICTURE,
    "is_collapsible": True,
    "default_collapsed": True,
    "child_blocks": [{"type": "divider"}, {"type": "section", "text": mrkdwn()}, TABLE],
}
TASK = {
    "type": "task_card",
    "task_id": "look",
    "title": "Looking it up",
    "status": "in_progress",
    "details": rich(),
    "output": rich(),
    "sources": [{"type": "url", "url": PAGE_URL, "text": "Order 17"}],
}
PLAN = {
    "type": "plan",
    "title": "How I go about it",
    "tasks": [TASK, {**without(TASK, "type"), "task_id": "write", "status": "pending"}],
}
VIDEO = {
    "type": "video",
    "alt_text": "How to pack",
    "title": plain("Packing"),
    "video_url": "https://example.com/videos/1",
    "thumbnail_url": PICTURE_URL,
    "title_url": "https://example.com/videos/1/about",
    "author_name": "Ada",
    "provider_name": "Example",
    "provider_icon_url": PICTURE_URL,
    "description": plain("Three minutes"),
}
AUTH_PROVIDER = {
    "type": "auth_provider",
    "value": "books",
    "name": plain("The books"),
    "is_connected": True,
    "description": plain("Where the orders are"),
    "icon_url": PICTURE_URL,
    "auth_url": "https://example.com/connect",
    "disconnect_url": "https://example.com/disconnect",
    "connected_identity": plain("Ada"),
    "connected_context": plain("Example Ltd"),
    "accessory": OVERFLOW,
    "fallback": [{"type": "divider"}],
}
INPUT = {"type": "input", "label": plain("Why"), "hint": plain("Briefly"), "optional": True, "dispatch_action": True}

SAMPLES: dict[str, tuple[Block, set[Surface]]] = {
    "actions": ({"type": "actions", "elements": [BUTTON]}, EVERYWHERE),
    "alert": ({"type": "alert", "text": mrkdwn("Careful"), "level": "warning"}, {MODAL}),
    "auth_provider": (AUTH_PROVIDER, EVERYWHERE),
    "call": ({"type": "call", "call_id": "R0123456789", "api_decoration_available": False}, {MESSAGE}),
    "card": (CARD, NOT_IN_FORMS),
    "card with an icon of Slack": (ICON_CARD, NOT_IN_FORMS),
    "carousel": ({"type": "carousel", "elements": [CARD, CARD]}, NOT_IN_FORMS),
    "container": (CONTAINER, NOT_IN_FORMS),
    "container that stays open": (
        without(CONTAINER, "is_collapsible", "default_collapsed")
        | {"rich_text_title": rich(), "has_header_divider": True},
        NOT_IN_FORMS,
    ),
    "context": ({"type": "context", "elements": [PICTURE, mrkdwn(), plain()]}, EVERYWHERE),
    "context_actions": ({"type": "context_actions", "elements": [FEEDBACK, ICON_BUTTON]}, {MESSAGE}),
    "data_table": (DATA_TABLE, NOT_IN_FORMS),
    "data_visualization pie": (PIE, NOT_IN_FORMS),
    "data_visualization line": (PLOT, NOT_IN_FORMS),
    "divider": ({"type": "divider"}, EVERYWHERE),
    "file": ({"type": "file", "external_id": "contract-1", "source": "remote"}, {MESSAGE}),
    "header": ({"type": "header", "text": plain("Orders")}, EVERYWHERE),
    "header with a level": ({"type": "header", "text": plain("Orders"), "level": 2}, EVERYWHERE),
    "image": ({**PICTURE, "title": plain("Harbour")}, EVERYWHERE),
    "image from a file": ({**FILE_PICTURE, "title": plain("Harbour")}, EVERYWHERE),
    "image from a file's address": (URL_FILE_PICTURE, EVERYWHERE),
    "input of files": ({**without(INPUT, "dispatch_action"), "element": FILE_INPUT}, {MODAL}),
    "markdown": ({"type": "markdown", "text": "# Orders"}, {MESSAGE}),
    "plan": (PLAN, {MESSAGE}),
    "rich_text": (RICH, EVERYWHERE),
    "section": ({"type": "section", "text": mrkdwn(), "fields": [plain(), mrkdwn()], "expand": True}, EVERYWHERE),
    "section with boxes described in mrkdwn": (
        {
            "type": "section",
            "text": mrkdwn(),
            "accessory": {
                "type": "checkboxes",
                "options": [{"text": mrkdwn(), "value": "one", "description": mrkdwn()}],
            },
        },
        EVERYWHERE,
    ),
    "table": (TABLE, NOT_IN_FORMS),
    "task_card": (TASK, {MESSAGE}),
    "video": (VIDEO, EVERYWHERE),
    **{
        f"section with {each['type']} {n}": ({"type": "section", "text": mrkdwn(), "accessory": each}, EVERYWHERE)
        for n, each in enumerate(IN_SECTION)
    },
    **{
        f"actions with {each['type']} {n}": ({"type": "actions", "elements": [each]}, EVERYWHERE)
        for n, each in enumerate(IN_ACTIONS)
    },
    **{f"input of {each['type']} {n}": ({**INPUT, "element": each}, EVERYWHERE) for n, each in enumerate(IN_INPUT)},
}
