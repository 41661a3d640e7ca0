"""Blocks as they stand in payloads of Slack's are known to the judge, field by field.

The samples (slackapi/java-slack-sdk) name every field a payload may have, with the values blanked: only what the judge
does not know counts, not what it finds wrong with the values.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from localslack.blocks.judge import Surface, block_problems

SAMPLES = Path(__file__).parents[3] / "shared" / "data" / "slack" / "json-logs" / "samples"
FILES = sorted(path for path in SAMPLES.rglob("*.json") if '"blocks": [' in path.read_text(encoding="utf-8"))
pytestmark = pytest.mark.skipif(not FILES, reason="Slack's samples (../shared/data/slack) are not on this machine")
ADDED_BY_SLACK = {"fallback", "image_width", "image_height", "image_bytes", "is_animated"}
"""Fields Slack adds to an image it has shown, and refuses to take back (slackapi/bolt-js issue 1841)."""
NOT_IN_A_ROW = {
    "image",
    "multi_static_select",
    "multi_external_select",
    "multi_users_select",
    "multi_conversations_select",
    "multi_channels_select",
}
"""The samples put one element of every class into `actions`; these are judged beside a text, where they may stand."""


def _lists_of_blocks(payload: Any) -> Iterator[list[Any]]:
    if isinstance(payload, dict):
        for name, value in payload.items():
            if name == "blocks" and isinstance(value, list):
                yield value
            else:
                yield from _lists_of_blocks(value)
    elif isinstance(payload, list):
        for value in payload:
            yield from _lists_of_blocks(value)


def _settled(blocks: list[Any]) -> Iterator[Any]:
    """Yield the blocks, each element where it may stand."""
    for block in blocks:
        if block["type"] != "actions":
            yield block
            continue
        yield {**block, "elements": [each for each in block["elements"] if each["type"] not in NOT_IN_A_ROW]}
        for each in block["elements"]:
            if each["type"] in NOT_IN_A_ROW:
                yield {"type": "section", "accessory": each}


def _unknown(blocks: list[Any]) -> list[str]:
    lines = []
    for problem in block_problems(list(_settled(blocks)), Surface.MESSAGE):
        kind, _, name = problem.message.rpartition(": ")
        # A link stands in an overflow's options only, but the samples' one class of options always has it.
        link = name == "url" and problem.pointer.endswith("/initial_option")
        if kind in {"unsupported type", "invalid additional property"} and name not in ADDED_BY_SLACK and not link:
            lines.append(problem.line())
    return lines


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_type_and_field_in_slacks_own_payloads_is_known(path: Path) -> None:
    lists = [blocks for blocks in _lists_of_blocks(json.loads(path.read_text(encoding="utf-8"))) if blocks]
    assert lists
    assert [_unknown(blocks) for blocks in lists] == [[]] * len(lists)


def test_a_field_the_samples_do_not_have_would_be_told() -> None:
    assert _unknown([{"type": "divider", "colour": ""}, {"type": "dividers"}]) == [
        "invalid additional property: colour [json-pointer:/blocks/0]",
        "unsupported type: dividers [json-pointer:/blocks/1/type]",
    ]
