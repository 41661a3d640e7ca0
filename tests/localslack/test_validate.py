"""Blocks and views are judged as Slack judges them."""

import json
from pathlib import Path
from typing import Any

import pytest

from localslack.blocks.judge import Surface, block_problems, view_problems

CARDS = Path(__file__).parents[3] / "shared" / "cards"
FOUND = sorted(CARDS.glob("[0-9]*.json"))


def _text(text: str, kind: str = "mrkdwn") -> dict[str, Any]:
    return {"type": kind, "text": text}


def _button(**more: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": "a", "text": _text("A", "plain_text"), **more}


def _row(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def _option(value: str) -> dict[str, Any]:
    return {"text": _text(value or "-", "plain_text"), "value": value}


def _menu(**more: Any) -> dict[str, Any]:
    return {"type": "static_select", "action_id": "a", "options": [_option("1")], **more}


TABLE = {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]}
MESSAGE, MODAL, HOME = Surface.MESSAGE, Surface.MODAL, Surface.HOME
WRONG: list[tuple[dict[str, Any], Surface, str, str]] = [
    (
        {"type": "header", "text": _text("x" * 151, "plain_text")},
        MESSAGE,
        "must be less than 151 characters",
        "/text/text",
    ),
    ({"type": "header", "text": _text("x")}, MESSAGE, "unsupported type: mrkdwn", "/text/type"),
    ({"type": "section", "text": _text("")}, MESSAGE, "must be more than 0 characters", "/text/text"),
    ({"type": "section", "text": "x"}, MESSAGE, "must provide an object", "/text"),
    (
        {"type": "section", "text": _text("x"), "colour": "red"},
        MESSAGE,
        "invalid additional property: colour",
        "",
    ),
    ({"type": "section", "fields": [_text("x")] * 11}, MESSAGE, "no more than 10 items allowed", "/fields"),
    (_row(), MESSAGE, "no fewer than 1 items allowed", "/elements"),
    (_row(_button(style="green")), MESSAGE, "must be a valid enum value", "/elements/0/style"),
    (_row(_button(value="x" * 2001)), MESSAGE, "must be less than 2001 characters", "/elements/0/value"),
    (
        _row(_button(confirm={})),
        MESSAGE,
        "missing required field: text",
        "/elements/0/confirm",
    ),
    (
        _row({"type": "plain_text_input", "action_id": "a"}),
        MODAL,
        "unsupported type: plain_text_input",
        "/elements/0/type",
    ),
    (
        _row(_menu(initial_option=_option("2"))),
        MESSAGE,
        "initial option must exactly match one of the options",
        "/elements/0",
    ),
    (
        _row(_menu(options=[_option("x" * 151)])),
        MESSAGE,
        "must be less than 151 characters",
        "/elements/0/options/0/value",
    ),
    (
        _row(_menu(type="overflow", options=[_option("1")] * 6)),
        MESSAGE,
        "no more than 5 items allowed",
        "/elements/0/options",
    ),
    ({"type": "context", "elements": [_text("x")] * 11}, MESSAGE, "no more than 10 items allowed", "/elements"),
    ({"type": "context", "elements": [_button()]}, MESSAGE, "unsupported type: button", "/elements/0/type"),
    (TABLE, MODAL, "unsupported type: table", "/type"),
    ({"type": "markdown", "text": "x"}, HOME, "unsupported type: markdown", "/type"),
]


@pytest.mark.parametrize(("block", "surface", "words", "place"), WRONG)
def test_each_broken_rule_is_named_with_its_place(
    block: dict[str, Any], surface: Surface, words: str, place: str
) -> None:
    assert f"{words} [json-pointer:/blocks/0{place}]" in [
        problem.line() for problem in block_problems([block], surface)
    ]


def test_a_table_may_stand_once_in_a_message() -> None:
    assert block_problems([TABLE], Surface.MESSAGE) == []
    assert block_problems([TABLE, TABLE], Surface.MESSAGE) != []


def test_a_form_without_a_button_to_send_it_is_refused() -> None:
    entry = {"type": "plain_text_input", "action_id": "a"}
    view = {
        "type": "modal",
        "title": _text("T", "plain_text"),
        "blocks": [{"type": "input", "label": _text("L", "plain_text"), "element": entry}],
    }
    assert [problem.line() for problem in view_problems(view, ("modal",))] == [
        "missing required field: submit [json-pointer:/view/submit]"
    ]
    assert view_problems({**view, "submit": _text("Send", "plain_text")}, ("modal",)) == []


@pytest.mark.skipif(not FOUND, reason="the card mock-ups (../shared/cards) are not on this machine")
def test_the_mocked_up_cards_are_all_valid() -> None:
    wrong = {}
    for path in FOUND:
        card = json.loads(path.read_text(encoding="utf-8"))
        view = card.get("type") in {"modal", "home"}
        found = view_problems(card, ("modal", "home")) if view else block_problems(card["blocks"], Surface.MESSAGE)
        if found:
            wrong[path.name] = [problem.line() for problem in found]
    assert wrong == {}
