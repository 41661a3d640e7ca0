"""Views: the fields of modals and of the Home tab.

Limits: https://docs.slack.dev/reference/views
"""

from localslack.blocks.checks import Check, Finding, Found, flag, list_of, shape, string
from localslack.blocks.shapes import BLOCKS, MOST_BLOCKS, Surface
from localslack.blocks.text import ID, plain_limited
from localslack.wire import Json

COMMON: dict[str, Check] = {"private_metadata": string(3000), "callback_id": ID, "external_id": ID}


def _blocks(surface: Surface) -> Check:
    return list_of(BLOCKS[surface], MOST_BLOCKS[surface], 0)


VIEWS: dict[str, Check] = {
    "modal": shape(
        {"title": plain_limited(24), "blocks": _blocks(Surface.MODAL)},
        {
            **COMMON,
            "submit": plain_limited(24),
            "close": plain_limited(24),
            "clear_on_close": flag,
            "notify_on_close": flag,
        },
    ),
    "home": shape({"blocks": _blocks(Surface.HOME)}, COMMON),
}


def without_submit(view: Json, at: str) -> Found:
    """Yield a finding for each input block of a modal that has no button to send it."""
    if view["type"] != "modal" or "submit" in view:
        return
    for place, block in enumerate(view["blocks"]):
        if block["type"] == "input":
            yield Finding(f"{at}/blocks/{place}/input", "must define `submit` to use an `input` block in modals")
