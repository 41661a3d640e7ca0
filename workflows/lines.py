"""One line in the thread of a card: the only thing of a card that rings."""

from __future__ import annotations

from typing import Any

import orjson

from core.ledger import Unit
from workflows import notices, outages

_CARDS = ("approval", "escalation", "task", "question")


def timeline(unit: Unit, subject_id: str | None, what: str, *, subject: str = "", **facts: Any) -> bool:
    """One line in the thread of the card of a request or a task; whether there is such a thread. Our own words and ids only.
    `subject` makes it the only one of its kind."""
    if not subject_id:
        return False
    found = (unit.one("card.of_subject", subject=subject_id, kind=kind) for kind in _CARDS)
    row = next((row for row in found if row), None)
    if row is None and what == "called":
        outages.call_for(unit, subject_id, str(facts.get("role", "")), int(facts.get("rung", 0)))
    if row:
        detail = orjson.dumps({"what": what, "at": unit.at, **facts}).decode()
        unit.card("timeline", subject or f"{subject_id}:{what}:{unit.at}", "", parent_id=row[0], detail=detail)
        notices.with_line(unit, subject_id, str(row[0]), what, facts)
    return row is not None
