"""What menus and buttons are made of: options, groups of them, confirmations, and when an input reports.

Limits: https://docs.slack.dev/reference/block-kit/composition-objects
"""

from localslack.blocks.checks import choice, flag, list_of, pattern, shape, string
from localslack.blocks.text import URL, plain, plain_limited, text

STYLE = choice("primary", "danger")
VALUE = string(150, 1)
OPTION = shape({"text": plain_limited(75), "value": VALUE}, {"description": plain_limited(75)})
RICH_OPTION = shape({"text": text(75), "value": VALUE}, {"description": text(75)})
LINK_OPTION = shape({"text": plain_limited(75), "value": VALUE}, {"description": plain_limited(75), "url": URL})
OPTIONS = list_of(OPTION, 100)
GROUPS = list_of(shape({"label": plain(75), "options": OPTIONS}), 100)
CONFIRM = shape(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": STYLE},
)
DISPATCH = shape({"trigger_actions_on": list_of(choice("on_enter_pressed", "on_character_entered"), 2)})
ROOM_FILTER = shape(
    {},
    {
        "include": list_of(choice("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": flag,
        "exclude_bot_users": flag,
    },
    fewest=1,
)
SLACK_FILE = shape({}, {"id": pattern("^[F][A-Z0-9]{8,}$"), "url": URL})
WORKFLOW = shape(
    {
        "trigger": shape(
            {"url": URL},
            {"customizable_input_parameters": list_of(shape({"name": string(None, 1), "value": string()}))},
        )
    }
)
