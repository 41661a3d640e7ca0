"""What is carried out in the outside world, and what is known of it afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field

from core.contract.base import Contract, EffectId, TaskId
from core.contract.work import Resolved


class EffectState(StrEnum):
    """Frozen: names on disk."""

    HELD = "held"
    READY = "ready"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Call:
    """A claimed effect, ready to leave: all that an adapter needs and nothing that it could decide about."""

    effect_id: EffectId  # also the idempotency key
    task_id: TaskId
    operation: str
    arguments: dict[str, str | int | bool]  # handles replaced by what they name
    resolved: Resolved
    call_by: datetime  # the bytes leave before this or not at all


class Sent(Contract):
    """The provider has it. `undo` holds what its compensating operation needs; empty when it cannot be undone."""

    kind: Literal["sent"] = "sent"
    reference: str
    undo: dict[str, str] = Field(default_factory=dict)


class NotSent(Contract):
    """Certainly not carried out. `again`: worth another try later."""

    kind: Literal["not_sent"] = "not_sent"
    reason: str
    again: bool


class Unknown(Contract):
    """Nobody can say. The provider is asked where its operation says how, under the same key; else a person clears it up."""

    kind: Literal["unknown"] = "unknown"
    reason: str


Receipt = Sent | NotSent | Unknown
