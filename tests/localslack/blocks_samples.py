"""A well-formed sample of every block, with every field it may have, and where it may stand; the tests break them."""

from localslack.blocks.judge import Surface
from tests.localslack.blocks_elements import (
    BUTTON,
    FEEDBACK,
    FILE_INPUT,
    FILE_PICTURE,
    ICON_BUTTON,
    IN_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    OVERFLOW,
    PAGE_URL,
    PICTURE,
    PICTURE_URL,
    STYLES,
    URL_FILE_PICTURE,
    Block,
    mrkdwn,
    plain,
    rich,
    without,
)

MESSAGE, MODAL, HOME = Surface.MESSAGE, Surface.MODAL, Surface.HOME
EVERYWHERE = {MESSAGE, MODAL, HOME}
NOT_IN_FORMS = {MESSAGE, HOME}

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
