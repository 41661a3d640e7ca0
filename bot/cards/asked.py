"""Questions on a card and their answers: whose words they are is always said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.cards import blocks as kit
from bot.cards.blocks import Json
from bot.cards.words import clip, is_user, label, one_line

SHOWN = 3  # the newest questions on a card; all of them stand in its thread
_TEXT = 400
_ANSWER = 900

Standing = Literal["open", "answered", "not_answered", "not_sent", "told"]


@dataclass(frozen=True, slots=True)
class AskedLine:
    """One question. `person` asked it; `to` is an agent's name, or the customer's; `answer` may come from outside."""

    person: str  # user id
    to: str
    text: str
    standing: Standing
    answer: str = ""
    wait_words: str = "The answer comes here."  # our own, while it is open


def block(asked: Sequence[AskedLine]) -> list[Json]:
    """The newest questions with what came back; nothing where nothing was asked."""
    rows: list[Json] = []
    for each in asked[-SHOWN:]:
        who = kit.person(each.person if is_user(each.person) else label(each.person))
        did = "told" if each.standing == "told" else "asked"
        rows.append(kit.row(who, kit.b(f" {did} {clip(one_line(each.to), 60)}: "), clip(one_line(each.text), _TEXT)))
        rows.append(_came_back(each))
    return [kit.rich(*rows)] if rows else []


def under(card: Json, asked: Sequence[AskedLine]) -> Json:
    """The card of what went out with the same, before its buttons."""
    blocks = card["blocks"]
    at = next((n for n, each in enumerate(blocks) if each["type"] == "actions"), len(blocks))
    return {**card, "blocks": [*blocks[:at], *block(asked), *blocks[at:]]}


def _came_back(each: AskedLine) -> Json:
    name = f"{clip(one_line(each.to), 60)}: "
    match each.standing:
        case "answered" | "not_answered":
            return kit.row(kit.b(f"{name[:1].upper()}{name[1:]}"), clip(each.answer.strip(), _ANSWER) or "–")
        case "open":
            return kit.row(f"No answer yet. {clip(one_line(each.wait_words), 150)}")
        case "told":
            return kit.row("The agent has this in its next turn. It decides nothing.")
        case "not_sent":
            return kit.row("This did not go out, so no answer comes.")
