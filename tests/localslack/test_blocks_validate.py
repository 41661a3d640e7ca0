"""`blocks.validate` says what is wrong with a payload without showing it to anybody."""

import json
from typing import Any

import pytest

from localslack.methods.blocks import validate
from localslack.methods.call import Call
from localslack.wire import Args, SlackError
from tests.localslack.blocks_elements import TEXT_INPUT, Block, mrkdwn, plain, without
from tests.localslack.blocks_samples import CARD, TABLE, TASK
from tests.localslack.support import Local

SECTION: Block = {"type": "section", "text": mrkdwn()}
FORM: Block = {
    "type": "modal",
    "title": plain("Order 17"),
    "submit": plain("Send"),
    "blocks": [{"type": "input", "label": plain(), "element": TEXT_INPUT}],
}


def _refusal(local: Local, **given: Any) -> dict[str, Any]:
    with pytest.raises(SlackError) as refused:
        validate(Call(local.workspace, Args(given)))
    return refused.value.answer()


@pytest.mark.parametrize(
    "given",
    [
        {"blocks": [SECTION, CARD, TABLE]},
        {"blocks": json.dumps([SECTION])},
        {"view": FORM},
        {"view": {"type": "home", "blocks": []}, "blocks": None},
        {"message": {"text": "Order 17", "blocks": [SECTION], "attachments": [{"blocks": [TABLE]}]}},
        {"message": json.dumps({"text": "Order 17"})},
    ],
)
async def test_a_good_payload_is_good_however_it_comes(local: Local, given: dict[str, Any]) -> None:
    assert validate(Call(local.workspace, Args(given))) == {}


@pytest.mark.parametrize("given", [{}, {"blocks": [SECTION], "view": FORM}, {"view": None}])
async def test_exactly_one_payload_must_be_given(local: Local, given: dict[str, Any]) -> None:
    assert _refusal(local, **given) == {
        "ok": False,
        "error": "invalid_arguments",
        "response_metadata": {"messages": ["must provide exactly one of `blocks`, `view`, or `message`"]},
    }


async def test_each_error_names_its_kind_its_place_and_what_was_asked_for(local: Local) -> None:
    blocks = [
        {"type": "section", "text": mrkdwn("x" * 3001)},
        {"type": "sections"},
        {"type": "header"},
        {"type": "divider", "block_id": 7, "colour": "red"},
    ]
    assert _refusal(local, blocks=blocks) == {
        "ok": False,
        "error": "invalid_blocks",
        "errors": [
            {
                "code": "failed_constraint",
                "message": "failed to match all allowed schemas",
                "pointer": "/0/text",
                "constraint": {"type": "all_of"},
            },
            {
                "code": "failed_constraint",
                "message": "must be less than 3001 characters",
                "pointer": "/0/text/text",
                "constraint": {"type": "max_length", "expected": 3000, "got": 3001},
            },
            {
                "code": "failed_constraint",
                "message": "unsupported type: sections",
                "pointer": "/1/type",
                "constraint": {
                    "type": "enum",
                    "expected": _known(local),
                    "got": "sections",
                },
            },
            {
                "code": "missing_field",
                "message": "missing required field: text",
                "pointer": "/2",
                "field": "text",
            },
            {"code": "invalid_type", "message": "must provide a string", "pointer": "/3/block_id"},
            {
                "code": "failed_constraint",
                "message": "invalid additional property: colour",
                "pointer": "/3",
                "constraint": {"type": "additional_properties", "got": "colour"},
            },
        ],
    }


def _known(local: Local) -> list[str]:
    refused = _refusal(local, blocks=[{"type": "nothing"}])
    known: list[str] = refused["errors"][0]["constraint"]["expected"]
    assert {"section", "markdown", "plan"} <= set(known)
    assert "alert" not in known
    return known


@pytest.mark.parametrize(
    ("given", "code", "message", "pointer"),
    [
        ({"blocks": {}}, "invalid_blocks", "must provide an array", ""),
        ({"blocks": [{**TASK, "status": "pending"}]}, "invalid_blocks", "must be a valid enum value", "/0/status"),
        ({"view": without(FORM, "title")}, "invalid_view", "missing required field: title", ""),
        ({"view": {"type": "tab"}}, "invalid_view", "unsupported type: tab", "/type"),
        (
            {"view": without(FORM, "submit")},
            "invalid_view",
            "must define `submit` to use an `input` block in modals",
            "/blocks/0/input",
        ),
        ({"message": []}, "invalid_message", "must provide an object", ""),
        ({"message": {"blocks": [{}]}}, "invalid_message", "missing required field: type", "/blocks/0"),
        (
            {"message": {"attachments": [{"blocks": [{"type": "divider", "x": 1}]}]}},
            "invalid_message",
            "invalid additional property: x",
            "/attachments/0/blocks/0",
        ),
        (
            {"message": {"blocks": [TABLE], "attachments": [{"blocks": [TABLE]}]}},
            "invalid_message",
            "only_one_table_allowed",
            "/attachments/0/blocks/0",
        ),
    ],
)
async def test_pointers_begin_at_what_was_given(
    local: Local, given: dict[str, Any], code: str, message: str, pointer: str
) -> None:
    refused = _refusal(local, **given)
    assert refused["error"] == code
    assert [(each["message"], each["pointer"]) for each in refused["errors"]] == [(message, pointer)]


async def test_the_method_answers_on_the_wire(local: Local) -> None:
    assert await local.call("blocks.validate", blocks=[SECTION]) == {"ok": True}
    refused = await local.call("blocks.validate", view={**FORM, "title": plain("x" * 25)})
    assert (refused["ok"], refused["error"]) == (False, "invalid_view")
    assert [each["pointer"] for each in refused["errors"]] == ["/title", "/title/text"]
