"""Judges blocks and views before they are accepted, with Slack's own words for what is wrong."""

import enum
from collections.abc import Iterator
from typing import Any

from localslack.blocks.charts import CHART
from localslack.blocks.checks import Check, anything, by_type, flag, shape, string
from localslack.blocks.shapes import EVERYWHERE, ID, TABLE, plain
from localslack.wire import Json, Problem, SlackError

LONGEST_TEXT_OF_ALL_BLOCKS = 13_000
"""Not documented; measured by others (slackapi/bolt-js issue 2509)."""


class Surface(enum.Enum):
    """Where blocks are shown."""

    MESSAGE = "message"
    MODAL = "modal"
    HOME = "home"


MOST_BLOCKS = {Surface.MESSAGE: 50, Surface.MODAL: 100, Surface.HOME: 100}
MARKDOWN = shape({"text": string(12_000, 1)}, {"block_id": ID})
ALERT = shape({"text": anything}, {"block_id": ID, "level": anything})
BLOCKS = {
    Surface.MESSAGE: by_type({**EVERYWHERE, "table": TABLE, "markdown": MARKDOWN, "data_visualization": CHART}),
    Surface.MODAL: by_type({**EVERYWHERE, "alert": ALERT}),
    Surface.HOME: by_type({**EVERYWHERE, "table": TABLE}),
}
AT_MOST = {"table": 1, "data_visualization": 2}
VIEW_COMMON: dict[str, Check] = {
    "blocks": anything,
    "private_metadata": string(3000),
    "callback_id": ID,
    "external_id": ID,
}
VIEW = by_type(
    {
        "modal": shape(
            {"title": plain(24), "blocks": anything},
            {
                **VIEW_COMMON,
                "submit": plain(24),
                "close": plain(24),
                "clear_on_close": flag,
                "notify_on_close": flag,
                "submit_disabled": flag,
            },
        ),
        "home": shape({"blocks": anything}, VIEW_COMMON),
    }
)


def block_problems(blocks: Any, surface: Surface, at: str = "/blocks") -> list[Problem]:
    """Return everything Slack would find wrong with these blocks on this surface; an empty list is good."""
    if not isinstance(blocks, list):
        return [Problem(at, "must provide an array")]
    return list(_problems(blocks, surface, at))


def checked_blocks(blocks: Any, surface: Surface = Surface.MESSAGE) -> list[Json]:
    """Return the blocks; refuses with `invalid_blocks` (or `msg_blocks_too_long`) when Slack would."""
    problems = block_problems(blocks, surface)
    if problems:
        raise SlackError("invalid_blocks", tuple(problems))
    good: list[Json] = blocks
    if surface is Surface.MESSAGE and sum(map(len, _texts(good))) > LONGEST_TEXT_OF_ALL_BLOCKS:
        raise SlackError("msg_blocks_too_long")
    return good


def view_problems(view: Any, kinds: tuple[str, ...]) -> list[Problem]:
    """Return everything Slack would find wrong with a view of one of these kinds."""
    problems = list(VIEW(view, "/view"))
    if problems or not isinstance(view, dict):
        return problems
    if view["type"] not in kinds:
        return [Problem("/view/type", f"must be one of: {', '.join(kinds)}")]
    found = block_problems(view["blocks"], Surface(view["type"]), "/view/blocks")
    has_input = not found and any(block["type"] == "input" for block in view["blocks"])
    if view["type"] == "modal" and has_input and not view.get("submit"):
        found.append(Problem("/view/submit", "missing required field: submit"))
    return found


def checked_view(view: Any, *kinds: str) -> Json:
    """Return the view; refuses with `invalid_arguments` when Slack would."""
    problems = view_problems(view, kinds)
    if problems:
        raise SlackError("invalid_arguments", tuple(problems))
    good: Json = view
    return good


def _problems(blocks: list[Any], surface: Surface, at: str) -> Iterator[Problem]:
    if len(blocks) > MOST_BLOCKS[surface]:
        yield Problem(at, f"no more than {MOST_BLOCKS[surface]} items allowed")
    for place, block in enumerate(blocks):
        yield from BLOCKS[surface](block, f"{at}/{place}")
    known = [(place, block) for place, block in enumerate(blocks) if isinstance(block, dict)]
    yield from _repeated_blocks(known, at)
    for place, block in known:
        yield from _repeated_actions(block, f"{at}/{place}")
        yield from _ragged(block, f"{at}/{place}")
    for kind, most in AT_MOST.items():
        if sum(block.get("type") == kind for _, block in known) > most:
            yield Problem(at, f"no more than {most} blocks of type {kind} allowed")
    if sum(len(str(block.get("text"))) for _, block in known if block.get("type") == "markdown") > 12_000:
        yield Problem(at, "must be less than 12001 characters")


def _repeated_blocks(known: list[tuple[int, Json]], at: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for place, block in known:
        block_id = block.get("block_id")
        if not isinstance(block_id, str) or not block_id:
            continue
        if block_id in seen:
            yield Problem(f"{at}/{place}/block_id", f"`block_id` {block_id} already exists")
        seen.add(block_id)


def _repeated_actions(block: Json, at: str) -> Iterator[Problem]:
    elements = block.get("elements")
    if block.get("type") != "actions" or not isinstance(elements, list):
        return
    seen: set[str] = set()
    for place, element in enumerate(elements):
        action_id = element.get("action_id") if isinstance(element, dict) else None
        if not isinstance(action_id, str):
            continue
        if action_id in seen:
            yield Problem(f"{at}/elements/{place}/action_id", f"`action_id` {action_id} already exists")
        seen.add(action_id)


def _ragged(block: Json, at: str) -> Iterator[Problem]:
    rows = block.get("rows")
    if block.get("type") != "table" or not isinstance(rows, list):
        return
    if len({len(row) for row in rows if isinstance(row, list)}) > 1:
        yield Problem(f"{at}/rows", "rows must have the same number of cells")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, item in value.items():
            if name == "text" and isinstance(item, str):
                yield item
            else:
                yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
