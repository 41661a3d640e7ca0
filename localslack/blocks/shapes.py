"""Block Kit as Slack takes it: which block may stand where, which fields it has, how long they may be.

Limits: https://docs.slack.dev/reference/block-kit
"""

from collections.abc import Iterator
from typing import Any

from localslack.blocks.checks import (
    Check,
    anything,
    by_type,
    choice,
    either,
    flag,
    list_of,
    number,
    one_at_most,
    shape,
    string,
    whole,
)
from localslack.wire import Problem

ID = string(255)
URL = string(3000, 1)


def plain(longest: int, shortest: int = 1) -> Check:
    """Check a plain text object."""
    return by_type({"plain_text": shape({"text": string(longest, shortest)}, {"emoji": flag})})


def text(longest: int) -> Check:
    """Check a text object of either kind."""
    mrkdwn = shape({"text": string(longest, 1)}, {"verbatim": flag})
    return by_type({"plain_text": shape({"text": string(longest, 1)}, {"emoji": flag}), "mrkdwn": mrkdwn})


OPTION = shape({"text": text(75), "value": string(150, 1)}, {"description": text(75), "url": URL})
GROUP = shape({"label": plain(75), "options": list_of(OPTION, 100)})
CONFIRM = shape(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": choice("primary", "danger")},
)
PLACEHOLDER = {"placeholder": plain(150)}
COMMON = {"action_id": ID, "confirm": CONFIRM, "focus_on_load": flag}
CHOICES = one_at_most("options", "option_groups")
INPUT = {"action_id": ID, "focus_on_load": flag, "dispatch_action_config": anything, **PLACEHOLDER}
MENU = {**COMMON, **PLACEHOLDER}


def _initial_is_an_option(value: Any, at: str) -> Iterator[Problem]:
    groups = value.get("option_groups")
    grouped = [group.get("options") for group in groups if isinstance(group, dict)] if isinstance(groups, list) else []
    options = [option for each in (value.get("options"), *grouped) if isinstance(each, list) for option in each]
    one, many = value.get("initial_option"), value.get("initial_options")
    chosen = [*([one] if one else []), *(many if isinstance(many, list) else [])]
    if any(option not in options for option in chosen):
        yield Problem(at, "initial option must exactly match one of the options")


def _select(**more: Check) -> Check:
    return shape({}, {**MENU, **more})


STATIC = {"options": list_of(OPTION, 100), "option_groups": list_of(GROUP, 100)}
CHOSEN = (either("options", "option_groups"), CHOICES, _initial_is_an_option)
BUTTON = shape(
    {"text": plain(75)},
    {
        **COMMON,
        "url": URL,
        "value": string(2000),
        "style": choice("primary", "danger"),
        "accessibility_label": string(75),
    },
)
PICTURE = shape(
    {"alt_text": string(2000, 1)}, {"image_url": URL, "slack_file": anything}, either("image_url", "slack_file")
)
MENUS: dict[str, Check] = {
    "static_select": shape({}, {**MENU, **STATIC, "initial_option": OPTION}, *CHOSEN),
    "users_select": _select(initial_user=ID),
    "conversations_select": _select(initial_conversation=ID, default_to_current_conversation=flag, filter=anything),
    "channels_select": _select(initial_channel=ID),
    "multi_static_select": shape(
        {}, {**MENU, **STATIC, "initial_options": list_of(OPTION, 100), "max_selected_items": whole}, *CHOSEN
    ),
    "multi_users_select": _select(initial_users=list_of(ID, 100), max_selected_items=whole),
    "multi_channels_select": _select(initial_channels=list_of(ID, 100), max_selected_items=whole),
    "multi_conversations_select": _select(
        initial_conversations=list_of(ID, 100), max_selected_items=whole, filter=anything
    ),
    "radio_buttons": shape(
        {"options": list_of(OPTION, 10)}, {**COMMON, "initial_option": OPTION}, _initial_is_an_option
    ),
    "checkboxes": shape(
        {"options": list_of(OPTION, 10)}, {**COMMON, "initial_options": list_of(OPTION, 10)}, _initial_is_an_option
    ),
    "datepicker": _select(initial_date=string(10, 10)),
    "timepicker": _select(initial_time=string(5, 5), timezone=string(100)),
}
DATETIME = {"datetimepicker": shape({}, {**COMMON, "initial_date_time": whole})}
OVERFLOW = {"overflow": shape({"options": list_of(OPTION, 5)}, COMMON)}
TYPED: dict[str, Check] = {
    "plain_text_input": shape(
        {}, {**INPUT, "initial_value": string(3000), "multiline": flag, "min_length": whole, "max_length": whole}
    ),
    "email_text_input": shape({}, {**INPUT, "initial_value": string(3000)}),
    "url_text_input": shape({}, {**INPUT, "initial_value": string(3000)}),
    "number_input": shape(
        {"is_decimal_allowed": flag},
        {**INPUT, "initial_value": string(100), "min_value": string(100), "max_value": string(100)},
    ),
}
ACCESSORY = by_type({"button": BUTTON, "image": PICTURE, **MENUS, **OVERFLOW})
ROW = by_type({"button": BUTTON, **MENUS, **OVERFLOW, **DATETIME})
ENTRY = by_type({**MENUS, **TYPED, **DATETIME})
CONTEXT = by_type(
    {
        "image": PICTURE,
        "plain_text": shape({"text": string(2000, 1)}, {"emoji": flag}),
        "mrkdwn": shape({"text": string(2000, 1)}, {"verbatim": flag}),
    }
)

STYLE = shape(
    {}, {"bold": flag, "italic": flag, "strike": flag, "code": flag, "underline": flag, "client_highlight": flag}
)
SPAN = by_type(
    {
        "text": shape({"text": string(40_000, 1)}, {"style": STYLE}),
        "link": shape({"url": URL}, {"text": string(40_000), "style": STYLE, "unsafe": flag}),
        "emoji": shape({"name": string(100, 1)}, {"unicode": string(100), "style": STYLE, "skin_tone": whole}),
        "user": shape({"user_id": ID}, {"style": STYLE}),
        "usergroup": shape({"usergroup_id": ID}, {"style": STYLE}),
        "channel": shape({"channel_id": ID}, {"style": STYLE}),
        "broadcast": shape({"range": choice("here", "channel", "everyone")}, {"style": STYLE}),
        "date": shape(
            {"timestamp": whole, "format": string(300, 1)}, {"url": URL, "fallback": string(300), "style": STYLE}
        ),
        "color": shape({"value": string(20)}),
    }
)
SECTION = shape({"elements": list_of(SPAN, 1000, 0)})
LIST = shape(
    {"elements": list_of(by_type({"rich_text_section": SECTION}), 1000), "style": choice("bullet", "ordered")},
    {"indent": whole, "offset": whole, "border": whole},
)
BORDERED = shape({"elements": list_of(SPAN, 1000, 0)}, {"border": whole, "language": string(50)})
PARAGRAPHS: dict[str, Check] = {
    "rich_text_section": SECTION,
    "rich_text_list": LIST,
    "rich_text_quote": BORDERED,
    "rich_text_preformatted": BORDERED,
}
RICH = list_of(by_type(PARAGRAPHS), 1000)
CELL = by_type(
    {
        "raw_text": shape({"text": string(40_000, 1)}),
        "raw_number": shape({"value": number}, {"text": string(100)}),
        "rich_text": shape({"elements": RICH}),
    }
)
COLUMN = shape({}, {"align": choice("left", "center", "right"), "is_wrapped": flag})


def _block(needed: dict[str, Check], allowed: dict[str, Check] | None = None, *rules: Check) -> Check:
    return shape(needed, {"block_id": ID, **(allowed or {})}, *rules)


EVERYWHERE: dict[str, Check] = {
    "section": _block(
        {},
        {"text": text(3000), "fields": list_of(text(2000), 10), "accessory": ACCESSORY, "expand": flag},
        either("text", "fields"),
    ),
    "header": _block({"text": plain(150)}, {"level": whole}),
    "divider": _block({}),
    "context": _block({"elements": list_of(CONTEXT, 10)}),
    "actions": _block({"elements": list_of(ROW, 25)}),
    "image": _block(
        {"alt_text": string(2000, 1)},
        {"image_url": URL, "slack_file": anything, "title": plain(2000)},
        either("image_url", "slack_file"),
    ),
    "rich_text": _block({"elements": RICH}),
    "input": _block(
        {"label": plain(2000), "element": ENTRY}, {"hint": plain(2000), "optional": flag, "dispatch_action": flag}
    ),
}
TABLE = _block(
    {"rows": list_of(list_of(CELL, 20), 100)},
    {"column_settings": list_of(COLUMN, 20, 0)},
)
