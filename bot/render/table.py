"""Which renderer draws which kind of card. The kinds are names on disk: frozen, and only ever added to."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.render import approval, batch, lines, notice, outage, question, task
from bot.render.scene import Drawn, Row, Scene
from core.errors import Bug

KINDS: Mapping[str, Callable[[Scene, Row], Drawn]] = {
    "approval": approval.draw,
    "escalation": task.draw_escalation,
    "handoff": lines.draw_handoff,
    "task": task.draw_task,
    "paused": lines.draw_paused,
    "timeline": lines.draw_line,
    "digest": lines.draw_digest,
    "ack": lines.draw_answer,
    "told": lines.draw_told,
    "outage": outage.draw,
    "question": question.draw,
    "notice": notice.draw,
    "batch": batch.draw,
}


def draw(scene: Scene, card: Row) -> Drawn:
    """The card as its row stands now; `card` holds the columns of `core.tables.Card`. Raises `Bug` for an unknown kind."""
    renderer = KINDS.get(card["kind"])
    if renderer is None:
        raise Bug(f"no renderer draws a card of kind {card['kind']}")
    return renderer(scene, card)
