"""A request that says the very same as one that waits joins it: no second card asks, and it is decided and done once.

It has a row of its own in the state `joined` and a place in `twin`. What becomes of it is done under its own task's lock, see
`workflows.twins`; here it joins, is looked at, and its follower is woken.

    joined ─┬─ the first was done ─────────────────────────► done
            ├─ the first was rejected ─────────────────────► rejected, for the same reason
            ├─ its own task goes another way ──────────────► closed
            └─ anything else became of the first ──────────► closed, and asked anew on a card of its own
"""

from __future__ import annotations

from typing import Any

from core.contract.authority import NeedsApproval
from core.contract.work import Resolved
from core.ledger import Job, Ledger, Phase, Unit
from core.moment import to_us
from gateways.adapter import Operation
from workflows import gather

JOINED, DONE = "joined", "done"
APPROVAL = "approval"


def mark_of(unit: Unit, operation: Operation, exact: Resolved, agent: str) -> str:
    """What is the same for all requests that surely mean one thing; empty for an operation of which each is meant. Never for one
    that moves money or lets words leave."""
    if operation.same_but is None or operation.effect_class != "record":
        return ""
    lines = tuple(line for line in exact.lines if line[0] not in operation.same_but)
    return unit.blind("twin", f"{agent}\n{exact.model_copy(update={'lines': lines}).digest()}")


def keep(unit: Unit, request_id: str, mark: str, in_place_of: str | None) -> None:
    """A request that waits by itself can be joined. One that takes another's place keeps what that one meant, where it says just
    the same; those who had joined the other one look again."""
    if in_place_of:
        gather.lock(unit)
        unit.write()
        digests = [(unit.row("request", "request.get", id=each) or {})["digest"] for each in (in_place_of, request_id)]
        old = unit.one("twin.get", request=in_place_of)
        mark = mark or (str(old[1]) if old and len(set(digests)) == 1 else "")
        wake(unit, in_place_of)
    if mark:
        unit.insert("twin", request_id=request_id, mark=mark, at=unit.at)


def join(
    unit: Unit, mark: str, proposal_id: str, exact: Resolved, asked: NeedsApproval, agent: str, requester: str
) -> str | None:
    """The new request's id, if it has joined one that waits; None where none waits that is the same in all that people decide by.

    Of two that ask at once the second sees the first. The first's row stays locked until this unit ends, so that a decision on it
    comes before (then nothing is joined) or sees who has joined."""
    gather.lock(unit)
    unit.write()
    first = _first(unit, mark, asked, requester)
    if first is None:
        return None
    first_id, first_task = first
    request_id = unit.insert(
        "request", id=unit.ids.new("ap"), kind=APPROVAL, task_id=unit.task.id, proposal_id=proposal_id, state=JOINED,
        digest=exact.digest(), queue=asked.on_expiry, asked=asked.model_dump_json(), agent=agent, requester=requester,
        due_at=to_us(asked.due_at), on_expiry=asked.on_expiry, created_at=unit.at,
    )  # fmt: skip
    unit.insert("twin", request_id=request_id, mark=mark, first_id=first_id, at=unit.at)
    unit.audit("approval.joined", "policy", request=request_id, first=first_id, of=first_task)
    unit.audit("approval.joined_by", "policy", subject=first_task, request=first_id, joined=request_id, by=unit.task.id)
    unit.want(first_id)
    return request_id


def _first(unit: Unit, mark: str, asked: NeedsApproval, requester: str) -> tuple[str, str] | None:
    """The oldest that waits for the same, and its task. The same people decide, on the same terms, and not later than they would
    decide this one."""
    for request_id, task_id, terms in unit.all("twin.first", mark=mark, requester=requester):
        of = NeedsApproval.model_validate_json(terms)
        same = (of.steps, of.on_expiry, of.self_approval) == (asked.steps, asked.on_expiry, asked.self_approval)
        if same and of.due_at <= asked.due_at and unit.one("twin.hold", first=request_id):
            return str(request_id), str(task_id)
    return None


# What hangs on what ---------------------------------------------------------------------------------------------------


def tasks_of(source: Ledger, first_id: str, besides: str = "") -> tuple[str, ...]:
    """The tasks that asked for the same as this request, in the order in which they joined; not `besides`, whose it is."""
    rows = source.rows("twin.with", first=first_id)
    return tuple(dict.fromkeys(str(task) for task, _ in rows if task != besides))


def by_request(ledger: Ledger, task_id: str) -> dict[str, str]:
    """Of a task's requests that joined another: the task of that one."""
    return {str(request): str(first_task) for request, first_task, _, _ in ledger.rows("twin.of_task", task=task_id)}


def done_for(ledger: Ledger, task_id: str) -> dict[str, tuple[str, str]]:
    """Of a task's proposals that were done for another: the task for which they were, and its request."""
    rows = ledger.rows("twin.of_task", task=task_id)
    found = {str(request): (str(task), str(first)) for request, task, first, state in rows if state == DONE}
    return {
        str(of): found[str(request)] for request, of in ledger.rows("twin.proposals", task=task_id) if request in found
    }


def taken_back(ledger: Ledger, task_id: str) -> frozenset[str]:
    """The requests that this task's had joined, and of which somebody has taken back what was done."""
    return frozenset(str(first) for (first,) in ledger.rows("twin.taken_back", task=task_id))


# The first is decided -------------------------------------------------------------------------------------------------


def wake(unit: Unit, first_id: str | None) -> None:
    """Something became of a request: those that joined it follow, each under its own task's lock, once this unit is committed."""
    for task_id, request_id in unit.all("twin.with", first=first_id) if first_id else ():
        wake_one(unit, str(request_id), str(task_id))


def wake_one(unit: Unit, request_id: str, task_id: str) -> None:
    """Asks for one follower's job."""
    unit.jobs.append(Job(Phase.TWIN, task_id, 0, request_id, unit.at))


# Its own task goes another way ----------------------------------------------------------------------------------------


def withdraw(unit: Unit, why: str) -> None:
    """What this task has joined is no longer asked for; the cards on which it stood say so."""
    unit.write()
    for request_id, _, _, _ in unit.all("request.of_task", task=unit.task.id, state=JOINED):
        leave(unit, str(request_id), "closed", why)


def leave(unit: Unit, request_id: str, state: str, why: str, by: str | None = None) -> dict[str, Any] | None:
    """Ends one that had joined; its row as it was, or None when that was done before."""
    request = unit.row("request", "request.get", id=request_id)
    if request is None or not unit.change("twin.leave", key=request_id, new=state, why=why, at=unit.at, by=by):
        return None
    unit.audit("approval.left", "system", request=request_id, state=state)
    for first_id, _ in unit.all("twin.get", request=request_id):
        unit.want(str(first_id))
    return request
