"""People are called by an agent's question and, on the same card, for something else too: what ends the question leaves that call
open. Whoever was called for must not be sent home by an answer that is not about them."""

from __future__ import annotations

from typing import Any

import orjson

from core.ledger import Unit
from workflows import asking, requests

Row = dict[str, Any]


def stays(unit: Unit, request: Row) -> bool:
    """Whether the call of this question goes on, because it has other reasons; from now on it is about those alone."""
    asked = next((row for row in asking.of_request(unit, request["id"]) if row["whom"] == asking.TEAM), None)
    rest = str(request["why"]).replace(asked["text"] if asked else "", "", 1).strip()
    if not rest:
        return False
    if rest != request["why"]:
        unit.change("request.add", key=request["id"], why=unit.seal("request", "why", request["id"], rest))
    if request["trigger"] == requests.NEEDS_ANSWER:
        trigger = _added(unit, request["id"])
        unit.change("request.raise", key=request["id"], new=trigger, of=request["escalation_class"])
    unit.audit("escalation.goes_on", "policy", request=request["id"])
    unit.want(request["id"])
    return True


def _added(unit: Unit, request_id: str) -> str:
    """The trigger of the newest reason beside the question."""
    found = requests.UNKNOWN
    for kind, _, facts, _ in unit.all("audit.of_subject", subject=unit.task.id):
        told = orjson.loads(facts) if kind == "task.escalated" else {}
        if told.get("request") == request_id and told.get("trigger") != requests.NEEDS_ANSWER:
            found = str(told["trigger"])
    return found
