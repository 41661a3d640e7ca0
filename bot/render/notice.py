"""A private line as it stands in its row."""

from __future__ import annotations

import orjson

from bot.cards import notice
from bot.render.scene import Drawn, Row, Scene


def draw(scene: Scene, card: Row) -> Drawn:
    """Says what it is about and where; the card itself says how it stands."""
    detail = orjson.loads(card["detail"])
    root = scene.ledger.row("card", "card.get", id=str(detail["root"])) or {}
    return Drawn(notice.render(str(detail["what"]), str(card["task_id"]), str(root.get("channel", ""))))
