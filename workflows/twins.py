"""What becomes of a request that has joined another, once something became of that one: in a job of its own, under its own task's
lock. A job that was lost is asked for again by the sweep.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, assert_never

from core.contract.work import Proposal, Resolved
from core.errors import Stale
from core.ledger import Job, Ledger, Unit
from gateways.adapter import NotResolved
from gateways.handles import of_task
from workflows import gather, joined, judging, requests

if TYPE_CHECKING:
    from workflows.task import TaskLife

REJECTED = "rejected"
SURFACE = "joined"  # of a no that was said on another's card


@dataclass(frozen=True, slots=True)
class Done:
    """It was done, once, for the first."""


@dataclass(frozen=True, slots=True)
class No:
    """A person said no to the first."""

    reason: str


@dataclass(frozen=True, slots=True)
class Alone:
    """Nobody has decided it, or what was decided did not happen: it is asked on a card of its own."""


Fate = Done | No | Alone


def fate(ledger: Ledger, request_id: str) -> tuple[Fate | None, str, str]:
    """What became of the one that this request has joined, with its id and its task; None while it waits or is under way. Each is
    an end: it is the same at any later time."""
    rows = ledger.rows("twin.fate", request=request_id)
    if not rows:
        return None, "", ""
    first_id, task_id, state, reason, effect, claimed_by = rows[0]
    found: Fate | None = Alone()
    if state == requests.PENDING:
        found = None
    elif state == REJECTED:
        found = No(str(reason))
    elif state == "approved":
        is_over = effect in ("failed", "cancelled") or (
            effect == "held" and claimed_by
        )  # by a person who does it otherwise
        found = Done() if effect == "sent" else Alone() if is_over else None
    return found, str(first_id), str(task_id)


def follow(life: TaskLife, job: Job) -> None:
    """The job. Raises `Stale` when there is nothing to follow any more, or not yet, and `Retry` when a system cannot be asked."""
    found, first_id, first_task = fate(life.ledger, job.subject_id)
    request = life.ledger.row("request", "request.get", id=job.subject_id) or {}
    if found is None or request.get("state") != joined.JOINED:
        raise Stale(job.id)
    row = life.ledger.row("proposal", "proposal.get", id=request["proposal_id"]) or {}
    proposal = Proposal.model_validate_json(row["body"])
    exact: Resolved | NotResolved | None = None
    if isinstance(found, Alone):
        exact = life.door_out.resolve(proposal, of_task(life.ledger, job.task_id))
    with life.ledger.unit(job.task_id, job) as unit:
        if isinstance(found, Alone):
            gather.lock(unit)  # it may join another or a list: this lock comes before cards
        match found:
            case Done():
                if joined.leave(unit, job.subject_id, joined.DONE, f"It was done for {first_task}.", first_id):
                    life.go_on(unit)
            case No(reason=reason):
                if joined.leave(unit, job.subject_id, REJECTED, reason, first_id):
                    _same_no(unit, request, first_id)
                    life.go_on(unit)
            case Alone():
                why = f"It was asked for together with {first_task}, where it came to nothing."
                if exact is not None and joined.leave(unit, job.subject_id, "closed", why, first_id):
                    judging.judge(
                        unit, life.door_out, str(request["agent"]), row["turn_id"], proposal, exact, row["id"]
                    )
            case _:
                assert_never(found)


def _same_no(unit: Unit, request: dict[str, Any], first_id: str) -> None:
    """The no of the first's card is on the record of this task too, with its reason and its words."""
    found = unit.one("decision.last", id=first_id)
    said = unit.row("decision", "twin.decision", target=first_id, id=found[0]) if found else None
    if said is None:
        return
    unit.insert(
        "decision", id=unit.ids.new("de"), target_kind=requests.APPROVAL, target_id=request["id"], task_id=unit.task.id,
        target_version=request["version"], person=said["person"], verb="reject", role=said["role"], reason=said["reason"],
        note=said["note"], surface=SURFACE, details_opened=said["details_opened"], seconds=said["seconds"], at=unit.at,
        on_behalf_of=said["on_behalf_of"],
    )  # fmt: skip
    unit.audit("approval.rejected_with", f"person:{said['person']}", request=request["id"], first=first_id)


def given_up(unit: Unit, life: TaskLife, request_id: str, reason: str) -> None:
    """The job failed too often: nothing is asked any more, and a person gets the task."""
    request = joined.leave(unit, request_id, "closed", "Baton could not go on with it.")
    if request is not None:
        requests.escalate(unit, life.door_out.policy(), "failed", reason, agent=str(request["agent"]))


def look_after(ledger: Ledger, request_id: str, task_id: str) -> bool:
    """For the sweep: the follower's job is asked for again, whatever was lost."""
    with ledger.unit(task_id) as unit:
        request = unit.row("request", "request.get", id=request_id) or {}
        if request.get("state") != joined.JOINED:
            return False
        joined.wake_one(unit, request_id, task_id)
        return True
