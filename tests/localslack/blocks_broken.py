"""How the tests break one thing in a well-formed block, and the words they expect for it."""

import json
from typing import Any

from localslack.blocks.judge import Surface, block_problems
from tests.localslack.blocks_elements import Block, mrkdwn
from tests.localslack.blocks_samples import INPUT, SAMPLES

GONE: Any = object()
OUTER = "failed to match all allowed schemas"
MISSING = "missing required field: "
UNKNOWN = "invalid additional property: "
NO_CHOICE = "must be one of the provided options"
EMPTY = "must be more than 0 characters"
FEW = "must provide at least 1 items"
ENUM = "must be a valid enum value"
Found = list[tuple[str, str]]
Case = tuple[Block, str, Any, Found]
"""A block, the path of what is changed in it, the new value (or GONE), and what is found, with pointers in the block."""

ONLY_IN_FORMS = {"alert", "file_input"}


def by(name: str) -> Block:
    return SAMPLES[name][0]


def row(element: Block) -> Block:
    return {"type": "actions", "elements": [element]}


def entry(element: Block) -> Block:
    return {**INPUT, "element": element}


def beside(element: Block) -> Block:
    return {"type": "section", "text": mrkdwn(), "accessory": element}


def long(longest: int) -> str:
    return f"must be less than {longest + 1} characters"


def names(cases: list[Case]) -> list[str]:
    return [f"{n} {block['type']} {path}" for n, (block, path, _, _) in enumerate(cases)]


def broken(block: Block, path: str, value: Any) -> Block:
    changed: Block = json.loads(json.dumps(block))
    *way, last = path.split("/")
    inner: Any = changed
    for step in way:
        inner = inner[int(step) if isinstance(inner, list) else step]
    place: Any = int(last) if isinstance(inner, list) else last
    if value is GONE:
        del inner[place]
    else:
        inner[place] = value
    return changed


def surface_of(block: Block) -> Surface:
    inside = {block["type"], block.get("element", {}).get("type")}
    return Surface.MODAL if inside & ONLY_IN_FORMS else Surface.MESSAGE


def check(block: Block, path: str, value: Any, expected: Found) -> None:
    """The block is right; with one thing broken, exactly what is expected is found."""
    surface = surface_of(block)
    assert block_problems([block], surface) == []

    found = [(problem.message, problem.pointer) for problem in block_problems([broken(block, path, value)], surface)]

    assert found == [(words, f"/blocks/0/{place}".rstrip("/")) for words, place in expected]
