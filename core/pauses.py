"""What a pause stops, and the order of pauses and claims.

Claims go side by side, a pause alone: it waits for the claims that were first, and those that come after it wait for it. On
PostgreSQL this is a lock that is granted in the order of asking; were the row of the kill epoch locked for sharing instead, new
claims would go past a pause that waits, for as long as there are any. On SQLite one transaction writes at a time anyway.
"""

from __future__ import annotations

from collections.abc import Iterable

from core.database import Row
from core.ledger import Unit


def lock(unit: Unit, *, alone: bool = False) -> None:
    """No pause begins or ends until this unit does. `alone`: it is the one that begins or ends, and nobody claims meanwhile.

    Taken after the task's row and before everything else."""
    unit.one("pause.turn" if alone else "pause.share")


def stops(unit: Unit, agent: str, operation: str = "", gateway: str = "") -> bool:
    """Whether a pause stops this now; it stays so until the unit ends."""
    lock(unit)
    return among(unit.all("control.active", now=unit.at), agent, operation, gateway)


def among(active: Iterable[Row], agent: str, operation: str = "", gateway: str = "") -> bool:
    """Whether one of the active pauses (rows of `control.active`) stops this."""
    mine = {("agent", agent), ("operation", operation), ("gateway", gateway)}
    return any(scope == "all" or (scope, name) in mine for _, scope, name, _, _ in active)
