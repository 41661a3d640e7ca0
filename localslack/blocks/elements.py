"""Interactive elements and pictures: their fields, and which of them may stand where.

Limits: https://docs.slack.dev/reference/block-kit/block-elements
"""

from localslack.blocks.checks import Check, by_type, choice, day, flag, hour, list_of, shape, string, whole
from localslack.blocks.options import (
    CONFIRM,
    DISPATCH,
    GROUPS,
    LINK_OPTION,
    OPTION,
    OPTIONS,
    RICH_OPTION,
    ROOM_FILTER,
    SLACK_FILE,
    STYLE,
    WORKFLOW,
)
from localslack.blocks.rich import RICH_TEXT
from localslack.blocks.text import ID, LONGEST_TEXT, URL, either_kind, plain

LABEL = string(75)
VALUE = string(2000)
SLACK_ID = string(255, 1)
SLACK_IDS = list_of(SLACK_ID, None, 0)
LATEST_MOMENT = 9_999_999_999
"""`initial_date_time` has at most ten digits."""

ACTION: dict[str, Check] = {"action_id": ID}
PICTURE_FIELDS: dict[str, Check] = {"image_url": URL, "slack_file": SLACK_FILE}
PICTURE = shape({"alt_text": string(2000, 1)}, PICTURE_FIELDS)
BUTTON = shape(
    {"text": plain(75)},
    {
        **ACTION,
        "url": URL,
        "value": VALUE,
        "style": STYLE,
        "confirm": CONFIRM,
        "accessibility_label": LABEL,
        "agent_prompt": string(4000),
        "agent_prompt_display": string(),
        "visible_to_user_ids": SLACK_IDS,
    },
)
WORKFLOW_BUTTON = shape(
    {"text": plain(75), "workflow": WORKFLOW, "action_id": ID},
    {"style": STYLE, "accessibility_label": LABEL, "confirm": CONFIRM},
)
FEEDBACK = shape({"text": plain(75), "value": VALUE}, {"accessibility_label": LABEL})
FEEDBACK_BUTTONS = shape({"positive_button": FEEDBACK, "negative_button": FEEDBACK}, ACTION)
ICON_BUTTON = shape(
    {"icon": choice("trash"), "text": plain(75)},
    {
        **ACTION,
        "value": VALUE,
        "confirm": CONFIRM,
        "accessibility_label": LABEL,
        "visible_to_user_ids": list_of(SLACK_ID, 10, 0),
    },
)

PLACEHOLDER = {"placeholder": plain(150)}
FOCUSED: dict[str, Check] = {**ACTION, "focus_on_load": flag}
MENU: dict[str, Check] = {**FOCUSED, **PLACEHOLDER, "confirm": CONFIRM}
MANY: dict[str, Check] = {**MENU, "max_selected_items": whole(1)}
STATIC: dict[str, Check] = {"options": OPTIONS, "option_groups": GROUPS}
TYPED: dict[str, Check] = {**FOCUSED, **PLACEHOLDER, "dispatch_action_config": DISPATCH}
ROOMS: dict[str, Check] = {"default_to_current_conversation": flag, "filter": ROOM_FILTER}
SEARCH: dict[str, Check] = {"min_query_length": whole(0)}
ANSWERS: dict[str, Check] = {"response_url_enabled": flag}

SINGLE_SELECTS: dict[str, Check] = {
    "static_select": shape({}, {**MENU, **STATIC, "initial_option": OPTION}),
    "external_select": shape({}, {**MENU, **SEARCH, "initial_option": OPTION}),
    "users_select": shape({}, {**MENU, "initial_user": SLACK_ID}),
    "conversations_select": shape({}, {**MENU, **ROOMS, **ANSWERS, "initial_conversation": SLACK_ID}),
    "channels_select": shape({}, {**MENU, **ANSWERS, "initial_channel": SLACK_ID}),
}
# An empty `initial_options` passes here and is refused as not among the options, as Slack does (see rules).
MULTI_SELECTS: dict[str, Check] = {
    "multi_static_select": shape({}, {**MANY, **STATIC, "initial_options": list_of(OPTION, 100, 0)}),
    "multi_external_select": shape({}, {**MANY, **SEARCH, "initial_options": list_of(OPTION, 100, 0)}),
    "multi_users_select": shape({}, {**MANY, "initial_users": SLACK_IDS}),
    "multi_conversations_select": shape({}, {**MANY, **ROOMS, "initial_conversations": SLACK_IDS}),
    "multi_channels_select": shape({}, {**MANY, "initial_channels": SLACK_IDS}),
}
CHOICES: dict[str, Check] = {
    "checkboxes": shape(
        {"options": list_of(RICH_OPTION, 10)},
        {**FOCUSED, "confirm": CONFIRM, "initial_options": list_of(RICH_OPTION, 10, 0)},
    ),
    "radio_buttons": shape(
        {"options": list_of(RICH_OPTION, 10)}, {**FOCUSED, "confirm": CONFIRM, "initial_option": RICH_OPTION}
    ),
}
DATES: dict[str, Check] = {
    "datepicker": shape({}, {**MENU, "initial_date": day}),
    "timepicker": shape({}, {**MENU, "initial_time": hour, "timezone": string(None, 1)}),
}
DATETIME = {
    "datetimepicker": shape({}, {**FOCUSED, "confirm": CONFIRM, "initial_date_time": whole(0, LATEST_MOMENT)}),
}
OVERFLOW = {"overflow": shape({"options": list_of(LINK_OPTION, 5)}, {**ACTION, "confirm": CONFIRM})}
TEXT_INPUTS: dict[str, Check] = {
    "plain_text_input": shape(
        {},
        {
            **TYPED,
            "initial_value": string(3000),
            "multiline": flag,
            "min_length": whole(0, 3000),
            "max_length": whole(1, 3000),
        },
    ),
    "email_text_input": shape({}, {**TYPED, "initial_value": string()}),
    "url_text_input": shape({}, {**TYPED, "initial_value": string()}),
    "number_input": shape(
        {"is_decimal_allowed": flag},
        {**TYPED, "initial_value": string(), "min_value": string(), "max_value": string()},
    ),
    "rich_text_input": shape(
        {},
        {
            **TYPED,
            "initial_value": by_type({"rich_text": RICH_TEXT}),
            "min_lines": whole(1, 100),
            "max_lines": whole(1, 100),
        },
    ),
}
FILE_INPUT = {
    "file_input": shape({}, {**ACTION, "filetypes": list_of(string(None, 1)), "max_files": whole(1, 10)}),
}

BUTTONS: dict[str, Check] = {"button": BUTTON, "workflow_button": WORKFLOW_BUTTON}
IN_SECTION: dict[str, Check] = {
    **BUTTONS,
    **SINGLE_SELECTS,
    **MULTI_SELECTS,
    **CHOICES,
    **DATES,
    **OVERFLOW,
    "image": PICTURE,
}
IN_ACTIONS: dict[str, Check] = {**BUTTONS, **SINGLE_SELECTS, **CHOICES, **DATES, **DATETIME, **OVERFLOW}
IN_INPUT: dict[str, Check] = {**TEXT_INPUTS, **SINGLE_SELECTS, **MULTI_SELECTS, **CHOICES, **DATES, **DATETIME}
IN_CONTEXT: dict[str, Check] = {"image": PICTURE, **either_kind(LONGEST_TEXT)}
IN_CONTEXT_ACTIONS: dict[str, Check] = {"feedback_buttons": FEEDBACK_BUTTONS, "icon_button": ICON_BUTTON}
