"""What a specialist is. It reads and proposes; it never acts, and it keeps nothing between turns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from core.contract.base import Handle, TaskId
from core.contract.work import Answered, Completed, Event, Handoff, Turn
from core.ports import Ids, Model, Reader
from policies.schema import Policy


@dataclass(frozen=True, slots=True)
class Brief:
    """What a turn begins with: the task as it stands, and nothing that is older than this turn."""

    task_id: TaskId
    workflow: str
    event: Event  # the newest thing that came in
    words: str  # all that the customer wrote on this task, oldest first
    handoff: Handoff | None  # None only for the planner
    history: tuple[Completed, ...]  # what was decided and done on this task so far
    contact: Handle | None  # the conversation with whoever wrote; None when there is nobody to answer
    busy: frozenset[str]  # agents that are paused, full or failing now
    policy: Policy
    now: datetime
    answers: tuple[Answered, ...] = ()  # what the team answered on this task, oldest first


@dataclass(frozen=True, slots=True)
class Tools:
    """All that an agent is handed."""

    reader: Reader
    model: Model
    ids: Ids


@dataclass(frozen=True, slots=True)
class Specialist:
    """An agent with one job. Its name, its file's name and its policy's name are the same."""

    name: str
    summary: str
    reads: tuple[str, ...]
    proposes: tuple[str, ...]
    hands_to: tuple[str, ...]
    run: Callable[[Brief, Tools], Turn]
