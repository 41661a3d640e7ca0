"""The cards this project shows people are payloads Slack takes, each on its surface."""

import json
from pathlib import Path
from typing import Any

import pytest

from localslack.blocks.judge import Surface, block_problems, checked_blocks, checked_view, view_problems

CARDS = Path(__file__).parents[3] / "shared" / "cards"
FOUND = sorted(CARDS.glob("[0-9]*.json"))
pytestmark = pytest.mark.skipif(not FOUND, reason="the card mock-ups (../shared/cards) are not on this machine")


def _card(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _is_view(card: Any) -> bool:
    return card.get("type") in {"modal", "home"}


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.stem)
def test_each_mocked_up_card_is_taken_on_its_surface(path: Path) -> None:
    card = _card(path)
    if _is_view(card):
        assert view_problems(card, ("modal", "home")) == []
        assert checked_view(card, card["type"]) == card
    else:
        assert block_problems(card["blocks"], Surface.MESSAGE) == []
        assert checked_blocks(card["blocks"]) == card["blocks"]


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.stem)
def test_each_mocked_up_card_with_a_field_too_many_is_refused(path: Path) -> None:
    card = _card(path)
    card["blocks"][0]["colour"] = "red"
    found = (
        view_problems(card, ("modal", "home")) if _is_view(card) else block_problems(card["blocks"], Surface.MESSAGE)
    )
    at = "/view/blocks/0" if _is_view(card) else "/blocks/0"
    assert f"invalid additional property: colour [json-pointer:{at}]" in [problem.line() for problem in found]
