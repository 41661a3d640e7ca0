"""Rules over all blocks of a message or a view: what may stand there once, and how much of it."""

from collections.abc import Iterator, Sequence
from typing import Any

from localslack.blocks.checks import Finding, Found, broken
from localslack.blocks.rules import broken_rules, unique
from localslack.blocks.shapes import MOST_MARKDOWN, Surface
from localslack.blocks.walk import Placed, all_blocks, elements
from localslack.wire import Json

ONE_TABLE = "only_one_table_allowed"
TABLES = ("table", "data_table")
"""They share the limit of one. Slack's pages speak of messages; a Home tab is asked the same here."""
MOST_OF_A_KIND = {"plan": 1, "data_visualization": 2}
MOST_TEXT = {"markdown": MOST_MARKDOWN, "table": 10_000, "data_table": 20_000}
"""Characters over all blocks of a kind."""


def broken_together(blocks: Sequence[Any], surface: Surface, at: str) -> Found:
    """Yield which rules these blocks break, each field being right by itself."""
    placed = list(all_blocks(blocks, at))
    for block, where in placed:
        inner = list(elements(block, where))
        for value, place in ((block, where), *inner):
            yield from broken_rules(value, place)
        yield from _answering(block, inner, surface)
        yield from unique("action_id", inner)
    yield from unique("block_id", placed)
    yield from _too_many(placed, at)
    yield from _too_long(placed, at)
    yield from more_tables(placed)
    if surface is not Surface.MESSAGE:
        yield from _focused_twice(placed)


def more_tables(placed: Sequence[Placed]) -> Found:
    """Yield a finding for each table after the first."""
    tables = [where for block, where in placed if block.get("type") in TABLES]
    yield from (Finding(where, ONE_TABLE) for where in tables[1:])


def texts(value: Any) -> Iterator[str]:
    """Yield every text inside a block."""
    if isinstance(value, dict):
        for name, item in value.items():
            if name == "text" and isinstance(item, str):
                yield item
            else:
                yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)


def _answering(block: Json, inner: list[Placed], surface: Surface) -> Found:
    if block.get("type") == "input" and surface is Surface.MODAL:
        return
    for element, where in inner:
        if element.get("response_url_enabled"):
            told = "must be in an `input` block of a modal to use `response_url_enabled`"
            yield Finding(f"{where}/response_url_enabled", told)


def _too_many(placed: list[Placed], at: str) -> Found:
    for kind, most in MOST_OF_A_KIND.items():
        if sum(block.get("type") == kind for block, _ in placed) > most:
            yield Finding(at, f"Cannot have more than {most} {kind} block{'s' * (most > 1)}")


def _too_long(placed: list[Placed], at: str) -> Found:
    for kind, most in MOST_TEXT.items():
        length = sum(len(text) for block, _ in placed if block.get("type") == kind for text in texts(block))
        if length > most:
            yield broken(at, f"must be less than {most + 1} characters", "max_length", most, length)


def _focused_twice(placed: list[Placed]) -> Found:
    focused = [
        where for block, at in placed for element, where in elements(block, at) if element.get("focus_on_load") is True
    ]
    for where in focused[1:]:
        yield Finding(f"{where}/focus_on_load", "Cannot have more than 1 element with `focus_on_load`")
