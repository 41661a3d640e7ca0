"""One line in the thread of a card: the only thing of a card that rings."""

from __future__ import annotations

from typing import Any

import orjson

from core.ledger import Unit
from workflows import notices, outages

_CARDS = ("approval", "escalation", "task", "question")
_ON_THE_LIST = ("approved", "rejected", "sent", "expired")  # a list says these of its members itself


def timeline(unit: Unit, subject_id: str | None, what: str, *, subject: str = "", **facts: Any) -> bool:
    """One line in the thread of the card of a request or a task; whether there is such a thread. Our own words and ids only.
    `subject` makes it the only one of its kind."""
    if not subject_id:
        return False
    found = (unit.one("card.of_subject", subject=subject_id, kind=kind) for kind in _CARDS)
    row = next((row for row in found if row), None)
    if row is None and what == "called":
        outages.call_for(unit, subject_id, str(facts.get("role", "")), int(facts.get("rung", 0)))
    if row is None:
        return False
    card_id, list_id = str(row[0]), row[3]
    if list_id and what in _ON_THE_LIST:
        return True
    if list_id and what == "reminded":  # once for all of them
        subject = f"{list_id}:reminded"
        if unit.one("card.of_subject", subject=subject, kind="timeline"):
            return True
    detail = orjson.dumps({"what": what, "at": unit.at, **facts}).decode()
    about = f"{subject_id}:{what}:{unit.at}"
    unit.card("timeline", subject or about, "", parent_id=list_id or card_id, detail=detail)
    notices.with_line(unit, subject_id, card_id, what, facts)
    return True
