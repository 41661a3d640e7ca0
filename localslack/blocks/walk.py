"""Finds the blocks inside blocks and the elements inside each, with their JSON pointers."""

from collections.abc import Iterator, Sequence
from typing import Any

from localslack.wire import Json

Placed = tuple[Json, str]
"""A block or an element, and where it stands."""

NESTED_BLOCKS = ("child_blocks", "tasks", "fallback")
ELEMENTS = ("accessory", "element", "elements", "actions", "hero_image", "icon")


def all_blocks(blocks: Sequence[Any], at: str) -> Iterator[Placed]:
    """Yield each block and, after it, the blocks it contains."""
    for place, block in enumerate(blocks):
        here = f"{at}/{place}"
        yield block, here
        for name in _holders(block):
            yield from all_blocks(block.get(name) or [], f"{here}/{name}")


def elements(block: Json, at: str) -> Iterator[Placed]:
    """Yield the elements a block itself contains, not those of the blocks inside it."""
    for name in ELEMENTS:
        if name not in block or name in _holders(block):
            continue
        inner = block[name]
        if isinstance(inner, list):
            yield from ((item, f"{at}/{name}/{place}") for place, item in enumerate(inner))
        else:
            yield inner, f"{at}/{name}"


def _holders(block: Json) -> tuple[str, ...]:
    return ("elements",) if block.get("type") == "carousel" else NESTED_BLOCKS
