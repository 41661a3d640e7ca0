"""Well-formed blocks are taken, each where it may stand; an independent judge agrees."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from localslack.blocks.judge import Surface, block_problems
from tests.localslack.blocks_samples import SAMPLES

SCHEMA = Path(__file__).parents[3] / "shared" / "data" / "slack_blocks" / "block-kit.schema.json"
ON_EACH = [(name, surface) for name in SAMPLES for surface in Surface]
NEWER_THAN_THE_SCHEMA = {
    "auth_provider": "not in it",
    "call": "not in it",
    "card with an icon of Slack": "no slack_icon, no subtext",
    "data_visualization pie": "not in it",
    "data_visualization line": "not in it",
    "header with a level": "no level",
    "section with button 1": "no fields for agents on buttons",
    "section with boxes described in mrkdwn": "Slack's page shows it, its types do not",
    "actions with button 1": "no fields for agents on buttons",
}
"""Samples the schema does not know, and why; should it learn them, the test below asks to shorten this."""


@pytest.mark.parametrize(("name", "surface"), ON_EACH)
def test_a_well_formed_block_is_taken_where_it_may_stand_and_nowhere_else(name: str, surface: Surface) -> None:
    block, surfaces = SAMPLES[name]
    found = [(problem.message, problem.pointer) for problem in block_problems([block], surface)]
    if surface in surfaces:
        assert found == []
    elif name == "input of files":
        assert found == [("unsupported type: file_input", "/blocks/0/element/type")]
    else:
        assert found == [(f"unsupported type: {block['type']}", "/blocks/0/type")]


@pytest.fixture(scope="module")
def schema() -> Any:
    if not SCHEMA.exists():
        pytest.skip("the schema made from Slack's own types (../shared/data/slack_blocks) is not on this machine")
    return Draft7Validator({**json.loads(SCHEMA.read_text(encoding="utf-8")), "$ref": "#/definitions/KnownBlock"})


@pytest.mark.parametrize("name", SAMPLES)
def test_the_schema_made_from_slacks_own_types_agrees(schema: Any, name: str) -> None:
    assert schema.is_valid(SAMPLES[name][0]) is (name not in NEWER_THAN_THE_SCHEMA)
