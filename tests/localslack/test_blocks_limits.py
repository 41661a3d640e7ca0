"""Every limit holds to the character: at it a payload is taken, one beyond it is refused."""

from typing import Any

import pytest

from localslack.blocks.judge import block_problems
from tests.localslack.blocks_broken import beside, broken, by, entry, row, surface_of
from tests.localslack.blocks_elements import (
    BUTTON,
    CHECKBOXES,
    FILE_INPUT,
    GROUPED,
    MOMENT,
    MULTI,
    NUMBER_INPUT,
    OVERFLOW,
    RADIO,
    RICH_INPUT,
    SINGLE,
    STATIC,
    TEXT_INPUT,
    TIME,
    WORKFLOW_BUTTON,
    Block,
    mrkdwn,
    option,
    without,
)
from tests.localslack.blocks_samples import (
    AUTH_PROVIDER,
    CARD,
    CONTAINER,
    DATA_TABLE,
    PIE,
    PLAN,
    PLOT,
    RICH,
    TABLE,
    TASK,
    VIDEO,
)

ICON_CARD, FEEDBACK = by("card with an icon of Slack"), by("context_actions")
OPEN_OVERFLOW, BOXES = row(OVERFLOW), row(without(CHECKBOXES, "initial_options"))
MENU, GROUPS, RADIOS = row(without(STATIC, "initial_option")), row(without(GROUPED, "initial_option")), row(RADIO)
BOUNDED, LINES = entry(without(TEXT_INPUT, "max_length", "min_length")), without(RICH_INPUT, "min_lines", "max_lines")
MULTI_STATIC, MULTI_EXTERNAL, ROOMS = beside(MULTI[0]), beside(MULTI[1]), row(SINGLE[4])
LINK = "https://example.com/"
SPANS = "elements/0/elements"

# What is broken, where, and the least and the most characters; None is no limit.
LENGTHS: list[tuple[Block, str, int, int | None]] = [
    (by("section"), "text/text", 1, 3000),
    (by("section"), "fields/1/text", 1, 2000),
    (by("section"), "block_id", 0, 255),
    (by("header"), "text/text", 1, 150),
    (by("context"), "elements/1/text", 1, 3000),
    (by("context"), "elements/2/text", 1, 3000),
    (by("context"), "elements/0/alt_text", 1, 2000),
    (by("context"), "elements/0/image_url", 1, 3000),
    (by("markdown"), "text", 0, 12_000),
    (by("image"), "alt_text", 1, 2000),
    (by("image"), "image_url", 1, 3000),
    (by("image"), "title/text", 1, 2000),
    (by("image from a file's address"), "slack_file/url", 1, 3000),
    (by("file"), "external_id", 0, 255),
    (by("call"), "call_id", 1, 255),
    (by("alert"), "text/text", 1, 200),
    (VIDEO, "alt_text", 0, 2000),
    (VIDEO, "title/text", 1, 200),
    (VIDEO, "description/text", 1, 200),
    (VIDEO, "author_name", 0, 50),
    (VIDEO, "provider_name", 0, 50),
    (VIDEO, "provider_icon_url", 0, 2000),
    (VIDEO, "title_url", 0, 2000),
    (VIDEO, "video_url", 1, 3000),
    (VIDEO, "thumbnail_url", 1, 3000),
    (AUTH_PROVIDER, "value", 1, 150),
    (AUTH_PROVIDER, "name/text", 1, 75),
    (AUTH_PROVIDER, "description/text", 1, 150),
    (AUTH_PROVIDER, "connected_identity/text", 1, 75),
    (AUTH_PROVIDER, "connected_context/text", 1, 75),
    (AUTH_PROVIDER, "icon_url", 1, 3000),
    (AUTH_PROVIDER, "auth_url", 1, 3000),
    (AUTH_PROVIDER, "disconnect_url", 1, 3000),
    (CARD, "title/text", 1, 150),
    (CARD, "subtitle/text", 1, 150),
    (CARD, "body/text", 1, 200),
    (ICON_CARD, "subtext/text", 1, 200),
    (CONTAINER, "title/text", 1, 150),
    (CONTAINER, "subtitle/text", 1, 150),
    (TASK, "task_id", 0, 255),
    (TASK, "title", 1, None),
    (TASK, "sources/0/url", 0, None),
    (TASK, "sources/0/text", 1, None),
    (PLAN, "title", 1, None),
    (PIE, "title", 1, 50),
    (TABLE, "rows/1/1/block_id", 0, 255),
    (DATA_TABLE, "caption", 1, None),
    (DATA_TABLE, "rows/1/0/text", 1, None),
    (row(BUTTON), "elements/0/text/text", 1, 75),
    (row(BUTTON), "elements/0/action_id", 0, 255),
    (row(BUTTON), "elements/0/value", 0, 2000),
    (row(BUTTON), "elements/0/url", 1, 3000),
    (row(BUTTON), "elements/0/accessibility_label", 0, 75),
    (row(BUTTON), "elements/0/confirm/title/text", 1, 100),
    (row(BUTTON), "elements/0/confirm/text/text", 1, 300),
    (row(BUTTON), "elements/0/confirm/confirm/text", 1, 30),
    (row(BUTTON), "elements/0/confirm/deny/text", 1, 30),
    (by("actions with button 1"), "elements/0/agent_prompt", 0, 4000),
    (by("actions with button 1"), "elements/0/visible_to_user_ids/0", 1, 255),
    (row(WORKFLOW_BUTTON), "elements/0/text/text", 1, 75),
    (row(WORKFLOW_BUTTON), "elements/0/accessibility_label", 0, 75),
    (row(WORKFLOW_BUTTON), "elements/0/workflow/trigger/customizable_input_parameters/0/name", 1, None),
    (FEEDBACK, "elements/0/positive_button/text/text", 1, 75),
    (FEEDBACK, "elements/0/negative_button/value", 0, 2000),
    (FEEDBACK, "elements/0/positive_button/accessibility_label", 0, 75),
    (FEEDBACK, "elements/1/text/text", 1, 75),
    (FEEDBACK, "elements/1/value", 0, 2000),
    (OPEN_OVERFLOW, "elements/0/options/0/text/text", 1, 75),
    (OPEN_OVERFLOW, "elements/0/options/0/value", 1, 150),
    (OPEN_OVERFLOW, "elements/0/options/0/description/text", 1, 75),
    (OPEN_OVERFLOW, "elements/0/options/0/url", 1, 3000),
    (MENU, "elements/0/placeholder/text", 1, 150),
    (MENU, "elements/0/options/0/text/text", 1, 75),
    (MENU, "elements/0/options/0/value", 1, 150),
    (MENU, "elements/0/options/0/description/text", 1, 75),
    (GROUPS, "elements/0/option_groups/0/label/text", 1, 75),
    (BOXES, "elements/0/options/0/text/text", 1, 75),
    (BOXES, "elements/0/options/0/description/text", 1, 75),
    (row(TIME), "elements/0/timezone", 1, None),
    (row(SINGLE[3]), "elements/0/initial_user", 1, 255),
    (entry(TEXT_INPUT), "label/text", 1, 2000),
    (entry(TEXT_INPUT), "hint/text", 1, 2000),
    (entry(TEXT_INPUT), "element/initial_value", 0, 3000),
    (entry(TEXT_INPUT), "element/placeholder/text", 1, 150),
    (entry(FILE_INPUT), "element/filetypes/0", 1, None),
    (RICH, "block_id", 0, 255),
    (RICH, f"{SPANS}/0/text", 1, None),
    (RICH, f"{SPANS}/1/url", 1, 3000),
    (RICH, f"{SPANS}/1/text", 1, None),
    (RICH, f"{SPANS}/2/name", 1, None),
    (RICH, f"{SPANS}/2/url", 1, 3000),
    (RICH, f"{SPANS}/3/user_id", 1, None),
    (RICH, f"{SPANS}/8/format", 1, None),
    (RICH, f"{SPANS}/8/url", 1, 3000),
]
# The least and the most a number may be; None is no limit.
NUMBERS: list[tuple[Block, str, int | None, int | None]] = [
    (by("header with a level"), "level", 1, 4),
    (row(MOMENT), "elements/0/initial_date_time", 0, 9_999_999_999),
    (row(SINGLE[2]), "elements/0/min_query_length", 0, None),
    (MULTI_STATIC, "accessory/max_selected_items", 1, None),
    (BOUNDED, "element/min_length", 0, 3000),
    (BOUNDED, "element/max_length", 1, 3000),
    (entry(LINES), "element/min_lines", 1, 100),
    (entry(LINES), "element/max_lines", 1, 100),
    (entry(FILE_INPUT), "element/max_files", 1, 10),
    (DATA_TABLE, "page_size", 1, 100),
    (DATA_TABLE, "row_header_column_index", 0, None),
    (RICH, "elements/1/indent", 0, 8),
    (RICH, "elements/1/offset", 0, None),
    (RICH, "elements/1/border", 0, 1),
    (RICH, "elements/2/border", 0, 1),
    (RICH, "elements/3/border", 0, 1),
    (RICH, f"{SPANS}/2/skin_tone", 1, 6),
    (RICH, f"{SPANS}/8/timestamp", 0, None),
]
PAIR, POINT = [{"type": "raw_text", "text": "x"}] * 2, {"label": "x", "value": 1}
USER = "U0000000001"
SPAN = {"type": "text", "text": "x"}
# The item a list is filled with, the least and the most of them; None is no limit.
COUNTS: list[tuple[Block, str, Any, int, int | None]] = [
    (by("section"), "fields", mrkdwn(), 1, 10),
    (by("context"), "elements", mrkdwn(), 1, 10),
    (by("actions"), "elements", without(BUTTON, "action_id"), 1, 25),
    (by("carousel"), "elements", CARD, 1, 10),
    (FEEDBACK, "elements", without(FEEDBACK["elements"][0], "action_id"), 1, 5),
    (FEEDBACK, "elements/1/visible_to_user_ids", USER, 0, 10),
    (by("actions with button 1"), "elements/0/visible_to_user_ids", USER, 0, None),
    (CARD, "actions", without(BUTTON, "action_id"), 1, 3),
    (CONTAINER, "child_blocks", {"type": "divider"}, 1, 10),
    (TASK, "sources", TASK["sources"][0], 0, None),
    (AUTH_PROVIDER, "fallback", {"type": "divider"}, 0, None),
    (OPEN_OVERFLOW, "elements/0/options", option(), 1, 5),
    (BOXES, "elements/0/options", option(), 1, 10),
    (row(CHECKBOXES), "elements/0/initial_options", option("two"), 1, 10),
    (RADIOS, "elements/0/options", option(), 1, 10),
    (MENU, "elements/0/options", option(), 1, 100),
    (GROUPS, "elements/0/option_groups", GROUPED["option_groups"][0], 1, 100),
    (GROUPS, "elements/0/option_groups/0/options", option(), 1, 100),
    (MULTI_STATIC, "accessory/initial_options", option("two"), 1, 100),
    (MULTI_EXTERNAL, "accessory/initial_options", option("two"), 0, 100),
    (ROOMS, "elements/0/filter/include", "im", 1, 4),
    (entry(TEXT_INPUT), "element/dispatch_action_config/trigger_actions_on", "on_enter_pressed", 1, 2),
    (entry(FILE_INPUT), "element/filetypes", "pdf", 1, None),
    (row(WORKFLOW_BUTTON), "elements/0/workflow/trigger/customizable_input_parameters", {"name": "n", "value": ""}, 1, None),
    (TABLE, "rows", PAIR, 1, 100),
    (TABLE, "rows/0", PAIR[0], 1, 20),
    (TABLE, "column_settings", None, 0, 20),
    (DATA_TABLE, "rows", PAIR, 2, 201),
    (RICH, "elements", {"type": "rich_text_section", "elements": [SPAN]}, 1, None),
    (RICH, "elements/0/elements", SPAN, 0, None),
    (RICH, "elements/1/elements", {"type": "rich_text_section", "elements": [SPAN]}, 1, None),
    (RICH, "elements/2/elements", SPAN, 0, None),
    (RICH, "elements/3/elements", SPAN, 0, None),
]  # fmt: skip
ONLY_NONE_OF_THESE = "failed to match exactly one allowed schema"
# In a chart Slack only says that it is none of those it knows.
CHARTS: list[tuple[Block, str, Any, Any]] = [
    (PIE, "chart/segments", [POINT] * 12, [POINT] * 13),
    (PIE, "chart/segments", [POINT], []),
    (PIE, "chart/segments/0/label", "x" * 20, "x" * 21),
    (PIE, "chart/segments/0/label", "x", ""),
    (PLOT, "chart/axis_config/x_label", "x" * 50, "x" * 51),
    (PLOT, "chart/axis_config/y_label", "x" * 50, "x" * 51),
    (PLOT, "chart/series/0/name", "x" * 20, "x" * 21),
    (PLOT, "chart/series/0/name", "x", ""),
]


def _text(path: str, length: int) -> str:
    link = path.endswith("url") and length > len(LINK)
    return LINK + "x" * (length - len(LINK)) if link else "x" * length


def _found(block: Block, path: str, value: Any) -> list[tuple[str, str]]:
    spoilt = broken(block, path, value)
    return [(problem.message, problem.pointer) for problem in block_problems([spoilt], surface_of(block))]


def _ids(cases: list[Any]) -> list[str]:
    return [f"{n} {case[0]['type']} {case[1]}" for n, case in enumerate(cases)]


@pytest.mark.parametrize(("block", "path", "least", "most"), LENGTHS, ids=_ids(LENGTHS))
def test_a_text_may_have_so_many_characters(block: Block, path: str, least: int, most: int | None) -> None:
    at = f"/blocks/0/{path}"
    if most is None:
        assert _found(block, path, _text(path, 5000)) == []
    else:
        assert _found(block, path, _text(path, most)) == []
        assert (f"must be less than {most + 1} characters", at) in _found(block, path, _text(path, most + 1))
    shorter = [problem for problem in _found(block, path, "") if problem[0] == "must be more than 0 characters"]
    assert shorter == ([("must be more than 0 characters", at)] if least else [])


@pytest.mark.parametrize(("block", "path", "least", "most"), NUMBERS, ids=_ids(NUMBERS))
def test_a_number_may_be_so_small_and_so_large(block: Block, path: str, least: int | None, most: int | None) -> None:
    at = f"/blocks/0/{path}"
    if least is not None:
        assert _found(block, path, least) == []
        assert _found(block, path, least - 1) == [(f"must be greater than {least}", at)]
    if most is None:
        assert _found(block, path, 10**6) == []
    else:
        assert _found(block, path, most) == []
        assert _found(block, path, most + 1) == [(f"must be less than {most}", at)]


@pytest.mark.parametrize(("block", "path", "item", "least", "most"), COUNTS, ids=_ids(COUNTS))
def test_a_list_may_have_so_many_items(block: Block, path: str, item: Any, least: int, most: int | None) -> None:
    at = f"/blocks/0/{path}"
    assert _found(block, path, [item] * least) == []
    if least:
        wrong = _found(block, path, [item] * (least - 1))
        not_offered = path.endswith("initial_options")
        words = "must be one of the provided options" if not_offered else f"must provide at least {least} items"
        assert wrong == [(words, at)]
    if most is None:
        assert _found(block, path, [item] * 60) == []
    else:
        assert _found(block, path, [item] * most) == []
        assert _found(block, path, [item] * (most + 1)) == [(f"no more than {most} items allowed", at)]


@pytest.mark.parametrize(("block", "path", "good", "bad"), CHARTS, ids=_ids(CHARTS))
def test_a_chart_may_be_so_large(block: Block, path: str, good: Any, bad: Any) -> None:
    assert _found(block, path, good) == []
    assert _found(block, path, bad) == [(ONLY_NONE_OF_THESE, "/blocks/0/chart")]


@pytest.mark.parametrize(("points", "series"), [(20, 1), (1, 12)])
def test_a_plot_may_have_so_many_points_and_lines(points: int, series: int) -> None:
    def plot(points: int, series: int) -> Block:
        names = [str(n) for n in range(points)]
        lines = [{"name": f"s{n}", "data": [{"label": name, "value": 1} for name in names]} for n in range(series)]
        axis = {"categories": names}
        return {
            "type": "data_visualization",
            "title": "x",
            "chart": {"type": "bar", "series": lines, "axis_config": axis},
        }

    assert block_problems([plot(points, series)], surface_of(PLOT)) == []
    larger = plot(points + (points > 1), series + (series > 1))
    assert [problem.message for problem in block_problems([larger], surface_of(PLOT))] == [ONLY_NONE_OF_THESE]


def test_a_plan_may_have_fifty_tasks() -> None:
    tasks = [{"task_id": str(n), "title": "x", "status": "pending"} for n in range(51)]
    assert _found(PLAN, "tasks", tasks[:50]) == []
    assert _found(PLAN, "tasks", []) == []
    assert _found(PLAN, "tasks", tasks) == [("no more than 50 items allowed", "/blocks/0/tasks")]


def test_a_number_input_may_be_at_its_bounds() -> None:
    for path, value in (("element/initial_value", "8"), ("element/initial_value", "-1"), ("element/min_value", "7.5")):
        assert _found(entry(NUMBER_INPUT), path, value) == []
