"""Handles: the only names by which an agent can speak of a record. They are issued to one task and mean nothing elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

from core.contract.base import Handle
from core.ledger import Ledger, Unit
from gateways.adapter import Pointer

PREFIX: Mapping[str, str] = {"conversation": "con", "contact": "cus", "lead": "led", "deal": "dea", "message": "msg"}


def issue(unit: Unit, pointer: Pointer) -> Handle:
    """The handle of this record for the unit's task; the same record has the same handle there."""
    index = unit.blind(f"handle:{pointer.kind}", pointer.key)
    for handle, kind, _, key_index in unit.all("handle.of_task", task=unit.task.id):
        if kind == pointer.kind and key_index == index:
            return Handle(handle)
    handle = unit.ids.new(PREFIX.get(pointer.kind, "rec"))
    unit.insert(
        "handle", id=handle, task_id=unit.task.id, kind=pointer.kind, key=pointer.key, key_index=index, at=unit.at
    )
    return Handle(handle)


def of_task(ledger: Ledger, task_id: str) -> dict[str, Pointer]:
    """What each handle of the task names."""
    rows = ledger.rows("handle.of_task", task=task_id)
    return {handle: Pointer(kind, ledger.cipher.unpack("handle", "key", handle, key)) for handle, kind, key, _ in rows}
