"""Modals and Home tabs are judged as Slack judges them."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from localslack.blocks.judge import checked_view, view_problems
from localslack.wire import SlackError
from tests.localslack.blocks_elements import BUTTON, STATIC, TEXT_INPUT, Block, mrkdwn, plain, without
from tests.localslack.blocks_samples import INPUT, TABLE

SCHEMA = Path(__file__).parents[3] / "shared" / "data" / "slack_blocks" / "block-kit.schema.json"
FORM: Block = {
    "type": "modal",
    "title": plain("Order 17"),
    "submit": plain("Send"),
    "close": plain("Back"),
    "private_metadata": "17",
    "callback_id": "order",
    "external_id": "order-17",
    "clear_on_close": True,
    "notify_on_close": False,
    "blocks": [{**INPUT, "element": TEXT_INPUT}],
}
HOME: Block = {
    "type": "home",
    "private_metadata": "17",
    "callback_id": "home",
    "external_id": "home-1",
    "blocks": [{"type": "section", "text": mrkdwn()}, TABLE],
}
WRONG_VIEW = "failed to match all allowed schemas [json-pointer:/view]"


def _lines(view: Any, *kinds: str) -> list[str]:
    return [problem.line() for problem in view_problems(view, kinds or ("modal", "home"))]


def test_a_full_form_and_a_full_home_tab_are_taken() -> None:
    assert checked_view(FORM, "modal") == FORM
    assert checked_view(HOME, "home") == HOME
    assert _lines({"type": "modal", "title": plain("Empty"), "blocks": []}) == []
    longest = plain("x" * 24)
    assert _lines({**FORM, "title": longest, "submit": longest, "close": longest}) == []


@pytest.mark.skipif(not SCHEMA.exists(), reason="the schema (../shared/data/slack_blocks) is not on this machine")
@pytest.mark.parametrize(("view", "name"), [(FORM, "ModalView"), (HOME, "HomeView")])
def test_the_schema_made_from_slacks_own_types_agrees(view: Block, name: str) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    judge = Draft7Validator({**schema, "$ref": f"#/definitions/{name}"})
    assert judge.is_valid(view)
    assert not judge.is_valid({**view, "colour": "red"})


OUTER, AN_OBJECT = "failed to match all allowed schemas", "must provide an object"


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"title": plain("x" * 25)}, [(OUTER, "/title"), ("must be less than 25 characters", "/title/text")]),
        ({"submit": plain("x" * 25)}, [(OUTER, "/submit"), ("must be less than 25 characters", "/submit/text")]),
        ({"close": plain("x" * 25)}, [(OUTER, "/close"), ("must be less than 25 characters", "/close/text")]),
        ({"close": plain("")}, [(OUTER, "/close"), ("must be more than 0 characters", "/close/text")]),
        ({"submit": None}, [(OUTER, "/submit"), (AN_OBJECT, "/submit"), (AN_OBJECT, "/submit")]),
        ({"private_metadata": "x" * 3001}, [("must be less than 3001 characters", "/private_metadata")]),
        ({"private_metadata": {}}, [("must provide a string", "/private_metadata")]),
        ({"callback_id": "x" * 256}, [("must be less than 256 characters", "/callback_id")]),
        ({"external_id": "x" * 256}, [("must be less than 256 characters", "/external_id")]),
        ({"notify_on_close": "yes"}, [("must be a boolean", "/notify_on_close")]),
        ({"blocks": {}}, [("must provide an array", "/blocks")]),
        ({"blocks": [{"type": "divider"}] * 101}, [("no more than 100 items allowed", "/blocks")]),
        ({"blocks": [TABLE]}, [("unsupported type: table", "/blocks/0/type")]),
        ({"submit_disabled": True}, [("invalid additional property: submit_disabled", "")]),
        ({"type": "dialog"}, [("unsupported type: dialog", "/type")]),
    ],
)
def test_one_broken_thing_in_a_form_is_named_after_the_view_itself(change: Block, found: list[tuple[str, str]]) -> None:
    lines = [f"{words} [json-pointer:/view{place}]" for words, place in found]
    assert _lines({**FORM, **change}) == [WRONG_VIEW, *lines]


@pytest.mark.parametrize(
    ("view", "told"),
    [
        (without(FORM, "title"), "missing required field: title [json-pointer:/view]"),
        (without(FORM, "blocks"), "missing required field: blocks [json-pointer:/view]"),
        (without(FORM, "type"), "missing required field: type [json-pointer:/view]"),
        ({**HOME, "title": plain()}, "invalid additional property: title [json-pointer:/view]"),
        ({**HOME, "submit": plain()}, "invalid additional property: submit [json-pointer:/view]"),
        ({**HOME, "notify_on_close": True}, "invalid additional property: notify_on_close [json-pointer:/view]"),
        ({**HOME, "blocks": [{"type": "markdown"}]}, "unsupported type: markdown [json-pointer:/view/blocks/0/type]"),
        ([], "must provide an object [json-pointer:/view]"),
    ],
)  # fmt: skip
def test_a_view_that_is_no_such_view_is_refused(view: Any, told: str) -> None:
    assert _lines(view) == [WRONG_VIEW, told]


def test_a_home_tab_cannot_be_opened_as_a_form() -> None:
    with pytest.raises(SlackError) as refused:
        checked_view(HOME, "modal")
    assert refused.value.code == "invalid_arguments"
    assert [problem.line() for problem in refused.value.problems] == [
        WRONG_VIEW,
        "unsupported type: home [json-pointer:/view/type]",
    ]


def test_a_form_that_asks_for_input_needs_a_button_to_send_it() -> None:
    entry = FORM["blocks"][0]
    view = {**without(FORM, "submit"), "blocks": [{"type": "divider"}, {"type": "divider"}, entry]}
    assert _lines(view) == [
        "must define `submit` to use an `input` block in modals [json-pointer:/view/blocks/2/input]"
    ]
    assert _lines({**view, "blocks": [{"type": "divider"}]}) == []
    assert _lines({**HOME, "blocks": [entry]}) == []


def test_only_one_element_of_a_view_may_be_focused() -> None:
    first, second = {**INPUT, "element": TEXT_INPUT}, {"type": "actions", "elements": [STATIC]}
    assert _lines({**FORM, "blocks": [first, second]}) == [
        "Cannot have more than 1 element with `focus_on_load` [json-pointer:/view/blocks/1/elements/0/focus_on_load]"
    ]
    calm = {"type": "actions", "elements": [{**STATIC, "focus_on_load": False}]}
    assert _lines({**FORM, "blocks": [first, calm]}) == []


def test_ids_of_a_form_are_unique_as_those_of_a_message() -> None:
    row = {"type": "actions", "block_id": "row", "elements": [BUTTON, BUTTON]}
    assert _lines({**FORM, "blocks": [row, {**row, "elements": [BUTTON]}]}) == [
        '`action_id` "approve" already exists [json-pointer:/view/blocks/0/elements/1/action_id]',
        '`block_id` "row" already exists [json-pointer:/view/blocks/1/block_id]',
    ]
