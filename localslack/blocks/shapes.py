"""Which block may stand where, and the fields of the blocks everybody knows.

Limits: https://docs.slack.dev/reference/block-kit/blocks
Surfaces: as others found them by asking Slack's own `blocks.validate`.
"""

import enum

from localslack.blocks.agent import (
    ALERT,
    CARD,
    CAROUSEL,
    CONTEXT_ACTIONS,
    PLAN,
    TASK_CARD,
    auth_provider,
    container,
)
from localslack.blocks.charts import DATA_VISUALIZATION
from localslack.blocks.checks import Check, anything, by_type, choice, flag, list_of, string, whole
from localslack.blocks.elements import (
    FILE_INPUT,
    IN_ACTIONS,
    IN_CONTEXT,
    IN_INPUT,
    IN_SECTION,
    PICTURE_FIELDS,
)
from localslack.blocks.rich import RICH_TEXT
from localslack.blocks.tables import DATA_TABLE, TABLE
from localslack.blocks.text import ID, URL, block, plain, text

MOST_MARKDOWN = 12_000


class Surface(enum.Enum):
    """Where blocks are shown."""

    MESSAGE = "message"
    MODAL = "modal"
    HOME = "home"


def _input(elements: dict[str, Check]) -> Check:
    return block(
        {"label": plain(2000), "element": by_type(elements)},
        {"hint": plain(2000), "optional": flag, "dispatch_action": flag},
    )


SECTION = block(
    {},
    {
        "text": text(3000),
        "fields": list_of(text(2000), 10),
        "accessory": by_type(IN_SECTION),
        "expand": flag,
    },
)
VIDEO = block(
    {
        "alt_text": string(2000),
        "title": plain(200),
        "video_url": URL,
        "thumbnail_url": URL,
    },
    {
        "title_url": string(2000),
        "author_name": string(50),
        "provider_name": string(50),
        "provider_icon_url": string(2000),
        "description": plain(200),
    },
)
SIMPLE: dict[str, Check] = {
    "actions": block({"elements": list_of(by_type(IN_ACTIONS), 25)}),
    "context": block({"elements": list_of(by_type(IN_CONTEXT), 10)}),
    "divider": block({}),
    "header": block({"text": plain(150)}, {"level": whole(1, 4)}),
    "image": block({"alt_text": string(2000, 1)}, {**PICTURE_FIELDS, "title": plain(2000)}),
    "section": SECTION,
    "video": VIDEO,
}
EVERYWHERE: dict[str, Check] = {**SIMPLE, "rich_text": RICH_TEXT, "input": _input(IN_INPUT)}
# Slack's page lists more children (file, input, rich_text); its validator refuses those.
CONTAINER = container({**SIMPLE, "table": TABLE})
BESIDE_FORMS: dict[str, Check] = {
    "card": CARD,
    "carousel": CAROUSEL,
    "container": CONTAINER,
    "data_table": DATA_TABLE,
    "data_visualization": DATA_VISUALIZATION,
    "table": TABLE,
}
MESSAGE: dict[str, Check] = {
    **EVERYWHERE,
    **BESIDE_FORMS,
    # What a call has is Slack's own affair: an app names the call and Slack fills in the rest.
    "call": block({"call_id": string(255, 1)}, {"api_decoration_available": flag, "call": anything}),
    "context_actions": CONTEXT_ACTIONS,
    "file": block({"external_id": ID, "source": choice("remote")}),
    "markdown": block({"text": string(MOST_MARKDOWN)}),
    "plan": PLAN,
    "task_card": TASK_CARD,
}
MODAL: dict[str, Check] = {**EVERYWHERE, "input": _input({**IN_INPUT, **FILE_INPUT}), "alert": ALERT}
HOME: dict[str, Check] = {**EVERYWHERE, **BESIDE_FORMS}


def _signing_in(blocks: dict[str, Check]) -> Check:
    # Where a sign-in block may stand is not documented: every surface takes it here.
    return by_type({**blocks, "auth_provider": auth_provider(blocks)})


BLOCKS = {
    Surface.MESSAGE: _signing_in(MESSAGE),
    Surface.MODAL: _signing_in(MODAL),
    Surface.HOME: _signing_in(HOME),
}
MOST_BLOCKS = {Surface.MESSAGE: 50, Surface.MODAL: 100, Surface.HOME: 100}
