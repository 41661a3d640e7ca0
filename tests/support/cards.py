"""All cards of a house as they would stand in Slack now."""

from __future__ import annotations

from typing import Any

from bot.render.scene import Scene
from bot.render.table import draw
from core.ledger import Ledger
from core.rows import NAMES
from policies.schema import Policy


def drawn(ledger: Ledger, policy: Policy) -> list[dict[str, Any]]:
    """Every card as it would stand in Slack now."""
    names = NAMES["card"]
    rows = ledger.database.reader().query(f"select {', '.join(names)} from card")
    scene = Scene(ledger, lambda: policy)
    return [draw(scene, dict(zip(names, row, strict=True))).payload for row in rows]
