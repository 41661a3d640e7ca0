"""Something came in: it begins a task, or joins the one that it belongs to.

Functions here write inside a unit that `TaskLife.open` has opened.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from core.contract.base import TaskId
from core.contract.work import Event
from core.ledger import Phase, Unit
from core.moment import to_us
from gateways.adapter import Pointer
from gateways.handles import issue
from workflows import asking, requests


@dataclass(frozen=True, slots=True)
class Opened:
    """The task that an event belongs to; `is_new` is False for a repeat, which changed nothing."""

    task_id: TaskId
    is_new: bool
    joined: bool = False


def known(unit: Unit, event: Event, key: str) -> Opened | None:
    """What this event opened the first time it came. `key` is its source id as it is kept."""
    found = unit.one("event.known", source=event.source, key=key)
    return Opened(TaskId(found[0]), is_new=False) if found else None


def begin(
    unit: Unit, event: Event, key: str, *, policy_version: str, thread: str | None, answerable: bool, closed_because: str,
    head_start: timedelta = timedelta(),
) -> Opened:  # fmt: skip
    """A new task for the event. `thread`: the key of its conversation; `answerable`: agents may write there.
    `head_start`: so much later the planner begins, where somebody is about to call people to it."""
    task = unit.open_task(workflow="inbox", owner="planner")
    task.policy_version, task.requester = policy_version, event.team_member
    task.conversation_id = unit.blind("conversation", thread) if thread else None
    if thread and answerable:
        task.contact = issue(unit, Pointer("conversation", thread))
    _receive(unit, event, key)
    if closed_because:
        unit.audit("task.closed", "system", reason=closed_because)
        unit.close()
    else:
        unit.next(Phase.PLAN, due_at=unit.now + head_start)
    return Opened(TaskId(task.id), is_new=True)


def join(unit: Unit, event: Event, key: str, *, closed_because: str) -> Opened:
    """More words on a known task: what was drafted before them no longer fits."""
    _receive(unit, event, key, after=unit.count("event.newest", task=unit.task.id))
    joined = Opened(TaskId(unit.task.id), is_new=True, joined=True)
    if closed_because == "automatic":
        return joined
    asking.heard(unit, event)
    requests.supersede_open(unit, "The customer wrote again, so this draft no longer fits.")
    with_people = requests.heard(unit)
    if closed_because:
        unit.audit("task.closed", "system", reason=closed_because)
        unit.task.step += 1  # a turn in flight ends as stale
        unit.close()
    elif not with_people:
        unit.task.closed_at = None
        unit.next(Phase.TURN if unit.task.handoff_id else Phase.PLAN)
    return joined


def _receive(unit: Unit, event: Event, key: str, after: int = 0) -> None:
    """Keeps the event behind the task's newest one, also where the clock was set back or another machine's is slow."""
    event_id = unit.ids.new("ev")
    unit.insert("event", id=event_id, source=event.source, source_key=key, task_id=unit.task.id,
                body=event.model_dump_json(), at=max(to_us(event.at), after + 1))  # fmt: skip
    unit.audit("event.received", "system", event=event_id, source=event.source, audit_class="customer")
