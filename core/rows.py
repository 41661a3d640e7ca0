"""What the ledger speaks of: jobs, the task as a unit holds it, and rows whose sealed columns are opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter
from typing import Any

from core.contract.base import Priority
from core.crypto import Cipher
from core.database import Row
from core.errors import Cause
from core.sql import TABLES, TASK_COLUMNS
from core.tables import Encrypted


class Phase(StrEnum):
    """Names of jobs on disk: frozen."""

    PLAN = "task.plan.v1"
    TURN = "task.turn.v1"
    EFFECT = "effect.send.v1"
    TICK = "clock.tick.v1"
    ANSWER = "question.answer.v1"
    TWIN = "twin.follow.v1"


class TaskState(StrEnum):
    """Frozen: names on disk."""

    OPEN = "open"
    WAITING = "waiting"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Job:
    """`step` is the task's step that the job may take; when the task has moved on, the job has nothing to do."""

    phase: Phase
    task_id: str
    step: int
    subject_id: str = ""
    due_at: int = 0
    attempts: int = 0
    deaths: int = 0
    cause: Cause = "default"  # of its last failure; known while it is given up, never stored

    @classmethod
    def of(cls, row: Row) -> Job:
        """A job out of its row."""
        return cls(Phase(row[1]), row[2], row[3], row[4], row[5], row[6], row[7])

    @property
    def id(self) -> str:
        """The job's identity: there are no keys to invent and none to reuse."""
        return f"{self.phase}:{self.task_id}:{self.step}:{self.subject_id}"


@dataclass(slots=True)
class TaskRow:
    """The task as it stands inside a unit; the columns of `core.tables.Task`, in their order (a test holds them equal)."""

    id: str
    workflow: str
    state: str
    waiting_for: str
    step: int
    owner: str
    requester: str
    priority: Priority
    stage: str
    policy_version: str
    deadline: int
    parent_id: str | None
    children_open: int
    conversation_id: str | None
    contact: str | None
    customer_id: str | None
    handoff_id: str | None
    hop: int
    claimed_by: str | None
    claimed_at: int | None
    forked_from: str | None
    promised_at: int | None
    first_reply_at: int | None
    created_at: int
    updated_at: int
    closed_at: int | None
    satisfaction: int | None


SEALED: Mapping[str, tuple[str, ...]] = {
    name: tuple(c.name for c in table.columns if isinstance(c.type, Encrypted)) for name, table in TABLES.items()
}
NAMES: Mapping[str, tuple[str, ...]] = {name: tuple(c.name for c in table.columns) for name, table in TABLES.items()}
FIXED = frozenset({"id", "created_at", "parent_id", "forked_from"})
values_of: Callable[[TaskRow], tuple[Any, ...]] = attrgetter(*TASK_COLUMNS)


def columns_of(task: TaskRow) -> dict[str, Any]:
    """The task by column names."""
    return dict(zip(TASK_COLUMNS, values_of(task), strict=True))


def blank_task(task_id: str, workflow: str, owner: str, now: int) -> TaskRow:
    """A task that has just been opened."""
    empty: dict[str, Any] = dict.fromkeys(TASK_COLUMNS)
    empty |= {
        "state": TaskState.OPEN.value,
        "waiting_for": "",
        "requester": "",
        "priority": "medium",
        "stage": "",
        "policy_version": "",
    }
    empty |= {"step": 0, "deadline": 0, "children_open": 0, "hop": 0, "created_at": now, "updated_at": now}
    return TaskRow(**{**empty, "id": task_id, "workflow": workflow, "owner": owner})


def open_row(cipher: Cipher, table: str, row: Row) -> dict[str, Any]:
    """A row by column names, its sealed columns opened."""
    values = dict(zip(NAMES[table], row, strict=True))
    for column in SEALED[table]:
        values[column] = cipher.unpack(table, column, str(values["id"]), values[column]) if values[column] else ""
    return values
