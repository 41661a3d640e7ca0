"""The judge finds what Slack would refuse; a judge that never objects would be worth nothing."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from bot.cards import approval, edit
from bot.cards.limits import faults
from tests.bot.cards import samples as s

Payload = dict[str, Any]


def _set(path: str, value: Any) -> Callable[[Payload], None]:
    def change(payload: Payload) -> None:
        *way, last = [int(part) if part.isdigit() else part for part in path.split("/")]
        for part in way:
            payload = payload[part]
        payload[last] = value

    return change


BREAKS: dict[str, Callable[[Payload], None]] = {
    "fifty blocks": lambda p: p["blocks"].extend([{"type": "divider"}] * 45),
    "an input": lambda p: p["blocks"].append({"type": "input"}),
    "no fallback": _set("text", " "),
    "markup in the fallback": _set("text", "hello <!channel>"),
    "long header": _set("blocks/1/text/text", "x" * 151),
    "long section": _set("blocks/2/text/text", "x" * 3001),
    "empty section": _set("blocks/4/text/text", ""),
    "link": _set("blocks/4/text/text", "<https://evil.example.com|yes>"),
    "broadcast": _set("blocks/4/text/text", "<!here>"),
    "bare angle": _set("blocks/4/text/text", "a > b"),
    "unknown mark": _set("blocks/4/text/text", ":tada:"),
    "no verbatim": _set("blocks/4/text/verbatim", False),
    "emoji in plain text": _set("blocks/1/text/emoji", True),
    "bidi": _set("blocks/1/text/text", "a\u202eb"),
    "long button": _set("blocks/5/elements/0/text/text", "x" * 76),
    "long value": _set("blocks/5/elements/0/value", "x" * 2001),
    "odd action id": _set("blocks/5/elements/0/action_id", "Approve!"),
    "action id twice": _set("blocks/5/elements/1/action_id", "approval.approve"),
    "two primaries": _set("blocks/5/elements/1/style", "primary"),
    "block id twice": _set("blocks/4/block_id", "approval.decide.3"),
    "six options": lambda p: p["blocks"][5]["elements"][3]["options"].extend(p["blocks"][5]["elements"][3]["options"] * 5),
    "long option": _set("blocks/5/elements/3/options/0/text/text", "x" * 76),
    "empty rich text": _set("blocks/3/elements/1/elements", []),
    "too much in all": lambda p: p["blocks"].extend([{"type": "section", "text": {"type": "plain_text", "text": "x" * 2900,
                                                                                  "emoji": False}}] * 5),
}  # fmt: skip


def test_a_good_card_has_no_fault():
    assert faults(approval.render(s.approval())) == ()


@pytest.mark.parametrize("name", BREAKS)
def test_each_broken_rule_is_found(name):
    payload = copy.deepcopy(approval.render(s.approval()))
    BREAKS[name](payload)
    assert faults(payload) != ()


@pytest.mark.parametrize(
    ("path", "value"),
    [("title/text", "x" * 25), ("submit/text", "x" * 25), ("private_metadata", "x" * 3001), ("blocks/3/label/text", ""),
     ("blocks/3/element/initial_value", "x" * 3001)],
)  # fmt: skip
def test_each_broken_rule_of_a_form_is_found(path, value):
    view = copy.deepcopy(edit.edit_modal(s.edit_form()))
    assert faults(view) == ()
    _set(path, value)(view)
    assert faults(view) != ()


def test_a_form_that_asks_needs_a_way_to_send():
    view = edit.edit_modal(s.edit_form())
    del view["submit"]
    assert faults(view) == ("a form without submit",)
