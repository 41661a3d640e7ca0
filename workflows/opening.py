"""Something came in: it begins a task, or joins the one that it belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from core.contract.base import TaskId
from core.contract.work import Event
from core.ledger import Ledger, Phase, Unit
from core.moment import to_us
from gateways.adapter import Pointer
from gateways.handles import issue
from policies.schema import Policy
from workflows import asking, clarifying, requests


@dataclass(frozen=True, slots=True)
class Opened:
    """The task that an event belongs to; `is_new` is False for a repeat, which changed nothing."""

    task_id: TaskId
    is_new: bool
    joined: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """How an event came. `thread`: the key of its conversation in its system of record, None when there is none; `answerable`:
    agents may write there. `closed_because`: it is kept, but no agent reads it. `head_start`: so much later the planner begins
    with a new one, where somebody is about to call people to it."""

    thread: str | None
    answerable: bool = True
    closed_because: str = ""
    head_start: timedelta = timedelta()


def open_task(ledger: Ledger, policy: Policy, event: Event, way: Way) -> Opened:
    """The task of this event: the one of its first coming, that of its conversation, or a new one."""
    if found := knows(ledger, event.source, event.source_id):
        return Opened(TaskId(found), is_new=False)
    key = ledger.cipher.blind(f"event:{event.source}", event.source_id)
    index = ledger.cipher.blind("conversation", way.thread) if way.thread else None
    talks = ledger.rows("task.by_conversation", conversation=index) if index else []
    if not talks:
        with ledger.unit() as unit:
            unit.one("counter.lock", key="task")  # of two at once the second looks when the first has committed
            if known := _known(unit, event, key):
                return known
            talks = unit.all("task.by_conversation", conversation=index) if index else []
            if not talks:
                return _begin(unit, event, key, policy.version, way)
    with ledger.unit(talks[0][0]) as unit:
        return _known(unit, event, key) or _join(unit, event, key, policy, closed_because=way.closed_because)


def knows(ledger: Ledger, source: str, source_id: str) -> str | None:
    """The task that this event opened when it came before."""
    found = ledger.rows("event.known", source=source, key=ledger.cipher.blind(f"event:{source}", source_id))
    return str(found[0][0]) if found else None


def _known(unit: Unit, event: Event, key: str) -> Opened | None:
    found = unit.one("event.known", source=event.source, key=key)
    return Opened(TaskId(found[0]), is_new=False) if found else None


def _begin(unit: Unit, event: Event, key: str, policy_version: str, way: Way) -> Opened:
    task = unit.open_task(workflow="inbox", owner="planner")
    task.policy_version, task.requester = policy_version, event.team_member
    task.conversation_id = unit.blind("conversation", way.thread) if way.thread else None
    if way.thread and way.answerable:
        task.contact = issue(unit, Pointer("conversation", way.thread))
    _receive(unit, event, key)
    if way.closed_because:
        unit.audit("task.closed", "system", reason=way.closed_because)
        unit.close()
    else:
        unit.next(Phase.PLAN, due_at=unit.now + way.head_start)
    return Opened(TaskId(task.id), is_new=True)


def for_people(unit: Unit, event: Event, key: str, policy_version: str) -> None:
    """A task that no agent begins with: whoever opens it calls for a person in the same unit."""
    unit.open_task(workflow="inbox", owner="planner").policy_version = policy_version
    _receive(unit, event, key)


def _join(unit: Unit, event: Event, key: str, policy: Policy, *, closed_because: str) -> Opened:
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
        unit.next(clarifying.reader(unit, policy))
    return joined


def _receive(unit: Unit, event: Event, key: str, after: int = 0) -> None:
    """Keeps the event behind the task's newest one, also where the clock was set back or another machine's is slow."""
    event_id = unit.ids.new("ev")
    unit.insert("event", id=event_id, source=event.source, source_key=key, task_id=unit.task.id,
                body=event.model_dump_json(), at=max(to_us(event.at), after + 1))  # fmt: skip
    unit.audit("event.received", "system", event=event_id, source=event.source, audit_class="customer")
