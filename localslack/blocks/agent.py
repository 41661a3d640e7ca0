"""The blocks of agents: cards, tasks and plans, notices, feedback, sign-in.

Limits: https://docs.slack.dev/reference/block-kit/blocks
"""

from localslack.blocks.checks import Check, by_type, choice, flag, list_of, shape, string
from localslack.blocks.elements import BUTTON, IN_CONTEXT_ACTIONS, OVERFLOW, PICTURE
from localslack.blocks.icons import SLACK_ICONS
from localslack.blocks.rich import RICH_TEXT
from localslack.blocks.text import ID, URL, block, mrkdwn_limited, plain, text

MOST_TASKS = 50

IMAGE = by_type({"image": PICTURE})
SLACK_ICON = by_type({"icon": shape({"name": choice(*SLACK_ICONS)})})
RICH = by_type({"rich_text": RICH_TEXT})

ALERT = block({"text": text(200)}, {"level": choice("default", "info", "warning", "error", "success")})
CONTEXT_ACTIONS = block({"elements": list_of(by_type(IN_CONTEXT_ACTIONS), 5)})
CARD = block(
    {},
    {
        "hero_image": IMAGE,
        "icon": IMAGE,
        "slack_icon": SLACK_ICON,
        "title": mrkdwn_limited(150),
        "subtitle": mrkdwn_limited(150),
        "body": mrkdwn_limited(200),
        "subtext": mrkdwn_limited(200),
        "actions": list_of(by_type({"button": BUTTON}), 3),
    },
)
CAROUSEL = block({"elements": list_of(by_type({"card": CARD}), 10)})


def container(children: dict[str, Check]) -> Check:
    """Check a container whose child blocks may be these."""
    return block(
        {"child_blocks": list_of(by_type(children), 10)},
        {
            "title": plain(150),
            "rich_text_title": RICH,
            "subtitle": text(150),
            "width": choice("narrow", "standard", "wide", "full"),
            "icon": IMAGE,
            "is_collapsible": flag,
            "default_collapsed": flag,
            "has_header_divider": flag,
        },
    )


SOURCE = by_type({"url": shape({"url": string(), "text": string(None, 1)})})
BEGUN = ("in_progress", "complete", "error")
TASK: dict[str, Check] = {"task_id": ID, "title": string(None, 1)}
TASK_MORE: dict[str, Check] = {
    "details": RICH,
    "output": RICH,
    "sources": list_of(SOURCE, None, 0),
    "icon": SLACK_ICON,
    "hide_title": flag,
}
# A task that has not begun stands only in a plan, whose tasks need not name their type.
TASK_CARD = block({**TASK, "status": choice(*BEGUN)}, TASK_MORE)
PLANNED = block({**TASK, "status": choice("pending", *BEGUN)}, {**TASK_MORE, "type": choice("task_card")})
PLAN = block({"title": string(None, 1), "tasks": list_of(PLANNED, MOST_TASKS, 0)})


def auth_provider(fallback: dict[str, Check]) -> Check:
    """Check the block that offers to connect an account, with the blocks that may stand in for it."""
    return block(
        {"value": string(150, 1), "name": plain(75), "is_connected": flag},
        {
            "description": plain(150),
            "icon_url": URL,
            "auth_url": URL,
            "disconnect_url": URL,
            "connected_identity": plain(75),
            "connected_context": plain(75),
            "accessory": by_type(OVERFLOW),
            "fallback": list_of(by_type(fallback), None, 0),
        },
    )
