"""What Slack's own Python models make of well-formed arguments is taken, whichever optional arguments are given."""

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models.blocks import blocks as b
from slack_sdk.models.blocks.block_elements import (
    BlockElement,
    InputInteractiveElement,
    InteractiveElement,
    RichTextElement,
)

from localslack.blocks.judge import Surface, block_problems
from localslack.blocks.shapes import HOME, MESSAGE, MODAL
from tests.localslack.blocks_broken import by
from tests.localslack.blocks_elements import (
    BUTTON,
    CHECKBOXES,
    DATE,
    FEEDBACK,
    FILE_INPUT,
    ICON_BUTTON,
    MOMENT,
    MULTI,
    NUMBER_INPUT,
    OVERFLOW,
    PAGE_URL,
    PICTURE,
    RADIO,
    RICH_INPUT,
    SINGLE,
    STATIC,
    TEXT_INPUT,
    TIME,
    TYPED_IN,
    WORKFLOW_BUTTON,
    Block,
    mrkdwn,
    plain,
)
from tests.localslack.blocks_samples import AUTH_PROVIDER, CARD, CONTAINER, INPUT, PLAN, RICH, SPANS, TABLE, TASK, VIDEO

Place = Callable[[Block], Block]
ABSTRACT = {b.Block, BlockElement, InteractiveElement, InputInteractiveElement, RichTextElement}
NOT_IN_THE_SDK = {"data_table", "data_visualization"}
"""Blocks of Slack's which its Python models do not have yet."""


def itself(block: Block) -> Block:
    return block


def beside(element: Block) -> Block:
    return {"type": "section", "text": mrkdwn(), "accessory": element}


def entered(element: Block) -> Block:
    return {"type": "input", "label": plain(), "element": element}


def in_row(element: Block) -> Block:
    return {"type": "actions", "elements": [element]}


def under(element: Block) -> Block:
    return {"type": "context_actions", "elements": [element]}


def written(paragraph: Block) -> Block:
    return {"type": "rich_text", "elements": [paragraph]}


def in_line(span: Block) -> Block:
    return written({"type": "rich_text_section", "elements": [span]})


def as_source(source: Block) -> Block:
    return {**TASK, "sources": [source]}


# The name of the class: a sample with all arguments, those that may not be left out, and where it stands.
MODELS: dict[str, tuple[Block, str, Place]] = {
    "SectionBlock": (by("section"), "text", itself),
    "DividerBlock": (by("divider"), "", itself),
    "ImageBlock": (by("image"), "alt_text image_url", itself),
    "ActionsBlock": (by("actions"), "elements", itself),
    "ContextBlock": (by("context"), "elements", itself),
    "ContextActionsBlock": (by("context_actions"), "elements", itself),
    "InputBlock": ({**INPUT, "element": TEXT_INPUT}, "label element", itself),
    "FileBlock": (by("file"), "external_id source", itself),
    "CallBlock": ({**by("call"), "call": {"v1": {"id": "R1"}}}, "call_id", itself),
    "HeaderBlock": (by("header"), "text", itself),
    "MarkdownBlock": (by("markdown"), "text", itself),
    "VideoBlock": (VIDEO, "alt_text title video_url thumbnail_url", itself),
    "RichTextBlock": (RICH, "elements", itself),
    "TableBlock": (TABLE, "rows", itself),
    "TaskCardBlock": (TASK, "task_id title status", itself),
    "PlanBlock": (PLAN, "title tasks", itself),
    "AlertBlock": (by("alert"), "text", itself),
    "CardBlock": (CARD, "title", itself),
    "ContainerBlock": (CONTAINER, "child_blocks title is_collapsible", itself),
    "CarouselBlock": (by("carousel"), "elements", itself),
    "AuthProviderBlock": (AUTH_PROVIDER, "value name is_connected", itself),
    "ButtonElement": (by("actions with button 1")["elements"][0], "text", beside),
    "LinkButtonElement": ({"text": "Open", "url": PAGE_URL, "style": "primary"}, "text url", in_row),
    "WorkflowButtonElement": (WORKFLOW_BUTTON, "text action_id workflow", beside),
    "FeedbackButtonsElement": (FEEDBACK, "positive_button negative_button", under),
    "IconButtonElement": (ICON_BUTTON, "icon text", under),
    "OverflowMenuElement": (OVERFLOW, "options", beside),
    "ImageElement": (PICTURE, "alt_text image_url", beside),
    "CheckboxesElement": (CHECKBOXES, "options", in_row),
    "RadioButtonsElement": (RADIO, "options", in_row),
    "DatePickerElement": (DATE, "", beside),
    "TimePickerElement": (TIME, "", beside),
    "DateTimePickerElement": (MOMENT, "", in_row),
    "StaticSelectElement": (STATIC, "options", in_row),
    "SelectElement": (STATIC, "options", in_row),
    "ExternalDataSelectElement": (SINGLE[2], "", in_row),
    "UserSelectElement": (SINGLE[3], "", in_row),
    "ConversationSelectElement": ({**SINGLE[4], "response_url_enabled": True}, "", entered),
    "ChannelSelectElement": ({**SINGLE[5], "response_url_enabled": True}, "", entered),
    "StaticMultiSelectElement": (MULTI[0], "options", beside),
    "ExternalDataMultiSelectElement": (MULTI[1], "", beside),
    "UserMultiSelectElement": (MULTI[2], "", beside),
    "ConversationMultiSelectElement": (MULTI[3], "", beside),
    "ChannelMultiSelectElement": (MULTI[4], "", beside),
    "PlainTextInputElement": (TEXT_INPUT, "", entered),
    "NumberInputElement": (NUMBER_INPUT, "is_decimal_allowed", entered),
    "RichTextInputElement": (RICH_INPUT, "", entered),
    "EmailInputElement": (TYPED_IN[3], "", entered),
    "UrlInputElement": (TYPED_IN[4], "", entered),
    "FileInputElement": (FILE_INPUT, "", entered),
    "UrlSourceElement": (TASK["sources"][0], "url text", as_source),
    "RichTextSectionElement": (RICH["elements"][0], "elements", written),
    "RichTextListElement": ({**RICH["elements"][1], "offset": 3}, "elements style", written),
    "RichTextQuoteElement": (RICH["elements"][2], "elements", written),
    "RichTextPreformattedElement": (RICH["elements"][3], "elements", written),
    "RichTextElementParts.Text": (SPANS[0], "text", in_line),
    "RichTextElementParts.Link": (SPANS[1], "url", in_line),
    "RichTextElementParts.Emoji": ({**SPANS[2], "skin_tone": 3}, "name", in_line),
    "RichTextElementParts.User": (SPANS[3], "user_id", in_line),
    "RichTextElementParts.UserGroup": (SPANS[4], "usergroup_id", in_line),
    "RichTextElementParts.Channel": (SPANS[5], "channel_id", in_line),
    "RichTextElementParts.Team": (SPANS[6], "team_id", in_line),
    "RichTextElementParts.Broadcast": (SPANS[7], "range", in_line),
    "RichTextElementParts.Date": (SPANS[8], "timestamp format", in_line),
    "RichTextElementParts.Color": (SPANS[9], "value", in_line),
}


def _below(base: type) -> Iterator[type]:
    for each in base.__subclasses__():
        yield each
        yield from _below(each)


CLASSES = {
    each.__qualname__: each
    for base in (b.Block, BlockElement)
    for each in _below(base)
    if each not in ABSTRACT and each.__module__.startswith("slack_sdk.")
}


def _parameters(name: str) -> list[str]:
    return [each for each in inspect.signature(CLASSES[name]).parameters if each != "others"]


@st.composite
def model_dicts(draw: st.DrawFn) -> Block:
    name = draw(st.sampled_from(sorted(MODELS)))
    sample, needed, place = MODELS[name]
    possible = [each for each in _parameters(name) if each in sample or each == "block_id"]
    arguments = {**sample, "block_id": "a block"}
    given_ones = {each: arguments[each] for each in possible if each in needed.split() or draw(st.booleans())}
    return place(CLASSES[name](**given_ones).to_dict())


@given(model_dicts())
def test_what_the_sdk_makes_of_good_arguments_is_taken_where_it_may_stand(block: Block) -> None:
    only_in_forms = block["type"] in {"alert", "input"}
    assert block_problems([block], Surface.MODAL if only_in_forms else Surface.MESSAGE) == []


@pytest.mark.parametrize("name", CLASSES)
def test_every_model_of_the_sdk_is_tried_with_every_argument_it_has(name: str) -> None:
    sample, needed, _ = MODELS[name]
    untried = set(_parameters(name)) - set(sample) - {"block_id", "action_id", "slack_file", "option_groups"}
    if name == "ContainerBlock":
        untried -= {"rich_text_title", "has_header_divider"}  # another sample has them
    if name == "SectionBlock":
        untried -= {"accessory"}  # tried by each element
    assert untried == set()
    assert set(needed.split()) <= set(sample)


def test_every_block_of_the_sdk_is_known_to_the_judge_and_it_knows_no_other() -> None:
    of_the_sdk = {each.type for each in _below(b.Block) if each.__module__.startswith("slack_sdk.")}
    known: set[Any] = {*MESSAGE, *MODAL, *HOME, "auth_provider"}
    assert known == of_the_sdk | NOT_IN_THE_SDK


def test_a_button_of_the_sdk_with_all_it_may_have_is_taken() -> None:
    made = CLASSES["ButtonElement"](**{key: value for key, value in BUTTON.items() if key != "type"}).to_dict()
    assert set(made) == set(BUTTON)
    assert block_problems([in_row(made)], Surface.MESSAGE) == []
