"""Rules over a whole message: names that may stand once, blocks that may stand once, and how much there may be."""

from typing import Any

import pytest

from localslack.blocks.judge import Surface, block_problems, checked_attachments, checked_blocks
from localslack.wire import SlackError
from tests.localslack.blocks_elements import BUTTON, SINGLE, Block, mrkdwn, plain, without
from tests.localslack.blocks_samples import CARD, PIE, PLAN, TABLE

DIVIDER: Block = {"type": "divider"}
SECTION: Block = {"type": "section", "text": mrkdwn()}
RAW = [{"type": "raw_text", "text": "x" * 5000}]
FIGURES: Block = {"type": "data_table", "caption": "Orders", "rows": [RAW, RAW, RAW, RAW]}
TOO_LARGE: Block = {**FIGURES, "rows": [*FIGURES["rows"], [{"type": "raw_text", "text": "y"}]]}
ASKING: Block = {"type": "input", "label": plain(), "element": {**SINGLE[4], "response_url_enabled": True}}


def _row(*names: str) -> Block:
    return {"type": "actions", "elements": [{**without(BUTTON, "confirm"), "action_id": name} for name in names]}


def _lines(blocks: list[Block], surface: Surface = Surface.MESSAGE) -> list[str]:
    return [problem.line() for problem in block_problems(blocks, surface)]


def _refusal(blocks: Any) -> tuple[str, list[str]]:
    with pytest.raises(SlackError) as refused:
        checked_blocks(blocks)
    return refused.value.code, [problem.line() for problem in refused.value.problems]


def test_an_action_id_may_stand_once_in_a_block_but_again_in_the_next() -> None:
    assert _lines([_row("a", "b"), _row("a", "b")]) == []
    assert _lines([DIVIDER, _row("a", "b", "a")]) == [
        '`action_id` "a" already exists [json-pointer:/blocks/1/elements/2/action_id]'
    ]


def test_cards_of_a_carousel_and_blocks_of_a_container_count_as_blocks_of_their_own() -> None:
    twins = [{**SECTION, "accessory": BUTTON}, {**SECTION, "accessory": BUTTON}]
    container = {"type": "container", "title": plain(), "child_blocks": twins}
    assert _lines([{"type": "carousel", "elements": [CARD, CARD]}, container]) == []
    container["child_blocks"] = [_row("a", "a")]
    assert _lines([container]) == [
        '`action_id` "a" already exists [json-pointer:/blocks/0/child_blocks/0/elements/1/action_id]'
    ]


def test_elements_without_an_action_id_do_not_clash() -> None:
    assert _lines([{"type": "actions", "elements": [without(BUTTON, "action_id")] * 3}]) == []


def test_a_block_id_may_stand_once_also_inside_a_container() -> None:
    named = {**DIVIDER, "block_id": "line"}
    assert _lines([named, DIVIDER, DIVIDER, named]) == [
        '`block_id` "line" already exists [json-pointer:/blocks/3/block_id]'
    ]
    container = {"type": "container", "title": plain(), "child_blocks": [named]}
    assert _lines([named, container]) == [
        '`block_id` "line" already exists [json-pointer:/blocks/1/child_blocks/0/block_id]'
    ]


def test_empty_ids_are_no_ids() -> None:
    assert _lines([{**DIVIDER, "block_id": ""}, {**DIVIDER, "block_id": ""}]) == []


@pytest.mark.parametrize(("surface", "most"), [(Surface.MESSAGE, 50), (Surface.MODAL, 100), (Surface.HOME, 100)])
def test_a_surface_holds_so_many_blocks_and_no_more(surface: Surface, most: int) -> None:
    assert _lines([DIVIDER] * most, surface) == []
    assert _lines([DIVIDER] * (most + 1), surface) == [f"no more than {most} items allowed [json-pointer:/blocks]"]


def test_how_blocks_go_together_is_judged_only_when_each_is_right() -> None:
    wrong = {**_row("a", "a"), "colour": "red"}
    assert _lines([wrong]) == ["invalid additional property: colour [json-pointer:/blocks/0]"]


def test_a_second_table_is_refused_as_an_attachment_would_be() -> None:
    assert checked_blocks([TABLE]) == [TABLE]
    assert _refusal([TABLE, DIVIDER, TABLE]) == (
        "invalid_attachments",
        ["only_one_table_allowed [json-pointer:/blocks/2]"],
    )


def test_a_second_plan_and_a_third_chart_are_refused() -> None:
    assert _lines([PLAN, PIE, PIE]) == []
    assert _lines([PLAN, PLAN]) == ["Cannot have more than 1 plan block [json-pointer:/blocks]"]
    assert _lines([PIE] * 3) == ["Cannot have more than 2 data_visualization blocks [json-pointer:/blocks]"]


def test_markdown_may_have_so_many_characters_over_all_blocks() -> None:
    half = {"type": "markdown", "text": "x" * 6000}
    assert _lines([half, half]) == []
    assert _lines([half, half, {**half, "text": "!"}]) == ["must be less than 12001 characters [json-pointer:/blocks]"]


def test_tables_may_have_so_many_characters() -> None:
    full = {"type": "table", "rows": [RAW, RAW]}
    assert _lines([full]) == []
    assert _lines([{**full, "rows": [RAW, RAW, RAW]}]) == ["must be less than 10001 characters [json-pointer:/blocks]"]
    assert _lines([FIGURES]) == []
    assert _lines([TOO_LARGE]) == ["must be less than 20001 characters [json-pointer:/blocks]"]


def test_blocks_with_too_much_text_are_refused_even_if_each_is_right() -> None:
    long = {"type": "section", "text": mrkdwn("x" * 2600)}
    assert checked_blocks([long] * 5) == [long] * 5
    assert _refusal([long] * 6) == ("msg_blocks_too_long", [])


def test_a_large_data_table_does_not_count_as_text() -> None:
    assert checked_blocks([FIGURES]) == [FIGURES]


def test_a_response_url_can_be_asked_for_in_a_form_only() -> None:
    assert _lines([ASKING], Surface.MODAL) == []
    told = "must be in an `input` block of a modal to use `response_url_enabled`"
    assert _lines([ASKING]) == [f"{told} [json-pointer:/blocks/0/element/response_url_enabled]"]
    beside = {**SECTION, "accessory": ASKING["element"]}
    assert _lines([beside], Surface.MODAL) == [f"{told} [json-pointer:/blocks/0/accessory/response_url_enabled]"]


@pytest.mark.parametrize("blocks", [{"blocks": []}, "x", 7])
def test_what_is_no_list_is_refused_by_its_format(blocks: Any) -> None:
    assert _refusal(blocks) == ("invalid_blocks_format", [])


def test_blocks_of_the_wrong_kind_are_named_one_by_one() -> None:
    assert _refusal(["x", None, DIVIDER, {}]) == (
        "invalid_blocks",
        [
            "must provide an object [json-pointer:/blocks/0]",
            "must provide an object [json-pointer:/blocks/1]",
            "missing required field: type [json-pointer:/blocks/3]",
        ],
    )


def _attached(attachments: Any, blocks: tuple[Block, ...] = ()) -> tuple[str, list[str]]:
    with pytest.raises(SlackError) as refused:
        checked_attachments(attachments, blocks)
    return refused.value.code, [problem.line() for problem in refused.value.problems]


def test_older_attachments_are_taken_with_their_fields() -> None:
    older = {
        "color": "#0b5fff",
        "fallback": "Order 17",
        "title": "Order 17",
        "text": "Two crates",
        "fields": [{"title": "From", "value": "Ada", "short": True}],
        "mrkdwn_in": ["text"],
        "ts": 1_790_000_000,
        "anything_else": None,
    }
    assert checked_attachments([older, {"blocks": [SECTION]}, {"blocks": None}]) == [
        older,
        {"blocks": [SECTION]},
        {"blocks": None},
    ]


def test_attachments_with_nothing_in_them_are_taken() -> None:
    empty = {"blocks": [], "fields": [], "actions": [], "mrkdwn_in": []}
    assert checked_attachments([]) == []
    assert checked_attachments([empty]) == [empty]


def test_blocks_in_attachments_are_judged_too() -> None:
    assert _attached([{"text": "x"}, {"blocks": [DIVIDER, {"type": "alert", "text": mrkdwn()}]}]) == (
        "invalid_attachments",
        ["unsupported type: alert [json-pointer:/attachments/1/blocks/1/type]"],
    )
    assert _attached([{"blocks": [_row("a", "a")]}]) == (
        "invalid_attachments",
        ['`action_id` "a" already exists [json-pointer:/attachments/0/blocks/0/elements/1/action_id]'],
    )


def test_a_message_and_its_attachments_share_one_table() -> None:
    assert checked_attachments([{"blocks": [TABLE]}], [DIVIDER]) == [{"blocks": [TABLE]}]
    told = "only_one_table_allowed [json-pointer:/attachments/0/blocks/0]"
    assert _attached([{"blocks": [TABLE]}], (TABLE,)) == ("invalid_attachments", [told])
    assert _attached([{"blocks": [TABLE]}, {"blocks": [TABLE]}]) == (
        "invalid_attachments",
        ["only_one_table_allowed [json-pointer:/attachments/1/blocks/0]"],
    )


def test_more_than_a_hundred_attachments_are_refused() -> None:
    assert len(checked_attachments([{"text": "x"}] * 100)) == 100
    assert _attached([{"text": "x"}] * 101) == ("too_many_attachments", [])


@pytest.mark.parametrize(
    ("attachments", "told"),
    [
        ({"text": "x"}, "must provide an array [json-pointer:/attachments]"),
        (["x"], "must provide an object [json-pointer:/attachments/0]"),
        ([{"blocks": {}}], "must provide an array [json-pointer:/attachments/0/blocks]"),
        ([{"fields": "x"}], "must provide an array [json-pointer:/attachments/0/fields]"),
        ([{"actions": [{}] * 6}], "no more than 5 items allowed [json-pointer:/attachments/0/actions]"),
    ],
)
def test_attachments_of_the_wrong_shape_are_refused(attachments: Any, told: str) -> None:
    assert _attached(attachments) == ("invalid_attachments", [told])
