"""What cards, commands and digests read: rows opened and put together, without a lock, as of the last commit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from core.contract.authority import NeedsApproval
from core.contract.work import Event, Handoff, Proposal, Reading, Resolved
from core.ledger import Ledger, TaskRow
from core.moment import from_us, to_us
from workflows import history, joined

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Signed:
    """One answer that counted, or an act of a person."""

    person: str
    verb: str
    role: str
    reason: str
    note: str
    at: datetime
    on_behalf_of: str = ""  # of somebody who was away, by user id


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request with all that its card shows. Columns of `request` and `effect` are those of `core.tables`."""

    task: TaskRow
    request: Row
    asked: NeedsApproval | None
    proposal: Proposal | None
    resolved: Resolved | None
    before_edit: Resolved | None  # what the agent had proposed, when a person changed it
    decisions: tuple[Signed, ...]
    effect: Row | None
    reading: Reading | None
    event: Event
    words: str


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task with its requests, effects and handoffs, for the command line and the task card."""

    task: TaskRow
    event: Event
    handoff: Handoff | None
    agents: tuple[str, ...]  # in the order in which they had it
    readings: tuple[Row, ...]  # agent, intent, confidence, model, outcome
    requests: tuple[Row, ...]
    effects: tuple[Row, ...]
    acts: tuple[Signed, ...]  # take-overs and hand-backs


def request_view(ledger: Ledger, request_id: str) -> RequestView | None:
    """The request with everything around it; None for an unknown id."""
    request = ledger.row("request", "request.get", id=request_id)
    task = ledger.task(request["task_id"]) if request else None
    if request is None or task is None:
        return None
    proposal = ledger.row("proposal", "proposal.get", id=request["proposal_id"]) if request["proposal_id"] else None
    before = (
        ledger.row("proposal", "proposal.get", id=proposal["supersedes_id"])
        if proposal and proposal["supersedes_id"]
        else None
    )
    edited = before is not None and proposal is not None and proposal["author_kind"] == "person"
    events = history.events(ledger, task.id)
    return RequestView(
        task=task, request=request,
        asked=NeedsApproval.model_validate_json(request["asked"]) if request["asked"] else None,
        proposal=Proposal.model_validate_json(proposal["body"]) if proposal else None,
        resolved=Resolved.model_validate_json(proposal["resolved"]) if proposal else None,
        before_edit=Resolved.model_validate_json(before["resolved"]) if before and edited else None,
        decisions=signed(ledger, request_id),
        effect=ledger.row("effect", "effect.get", id=request["effect_id"]) if request["effect_id"] else None,
        reading=_reading(ledger, task.id), event=events[0], words=history.words(events),
    )  # fmt: skip


def task_view(ledger: Ledger, task_id: str) -> TaskView | None:
    """The task with everything that hangs on it; None for an unknown number."""
    task = ledger.task(task_id)
    if task is None:
        return None
    turns = [_turn(ledger, row) for row in ledger.rows("turn.of_task", task=task_id)]
    agents = list(dict.fromkeys(turn["agent"] for turn in turns))
    return TaskView(
        task=task, event=history.events(ledger, task_id)[0],
        handoff=history.handoff(ledger, task) if task.handoff_id else None, agents=tuple(agents), readings=tuple(turns),
        requests=tuple(_joined(ledger, task_id)),
        effects=tuple(_effect(ledger, r) for r in ledger.rows("effect.list_of_task", task=task_id)),
        acts=signed(ledger, task_id),
    )  # fmt: skip


def handoff_view(ledger: Ledger, handoff_id: str) -> Handoff | None:
    """The handoff as it was passed."""
    row = ledger.row("handoff", "handoff.row", id=handoff_id)
    return Handoff.model_validate_json(row["body"]) if row else None


def control_view(ledger: Ledger, control_id: str) -> Row | None:
    """A pause or a stop, with its reason opened."""
    return ledger.row("control", "control.get", id=control_id)


def trail(ledger: Ledger, task_id: str) -> tuple[tuple[datetime, str, str, Row], ...]:
    """The audit of one task, oldest first: time, kind, actor, facts."""
    rows = ledger.rows("audit.of_subject", subject=task_id)
    return tuple((from_us(at), kind, actor, orjson.loads(facts)) for kind, actor, facts, at in rows)


def cost(ledger: Ledger, task_id: str) -> tuple[int, int, int]:
    """Model calls, tokens, and microcents of one task."""
    row = ledger.rows("model_call.of_task", task=task_id)[0]
    return int(row[0]), int(row[1] or 0), int(row[2] or 0)


def tasks(ledger: Ledger, limit: int = 50) -> tuple[Row, ...]:
    """The newest tasks: id, workflow, state, waiting_for, owner, priority, created_at, claimed_by."""
    names = "id workflow state waiting_for owner priority created_at claimed_by"
    return tuple(_row(names, r) for r in ledger.rows("task.list", limit=limit))


def waiting(ledger: Ledger) -> tuple[Row, ...]:
    """All requests that wait for people, the most urgent first."""
    names = "id kind task_id queue agent trigger due_at created_at proposal_id"
    return tuple(_row(names, r) for r in ledger.rows("request.pending"))


def cards_in_trouble(ledger: Ledger) -> tuple[tuple[str, str, str], ...]:
    """Cards that could not be shown: id, kind, what Slack said."""
    return tuple((str(r[0]), str(r[1]), str(r[2])) for r in ledger.rows("card.in_trouble"))


def unknown_effects(ledger: Ledger) -> tuple[tuple[str, str, str], ...]:
    """Effects of which nobody knows whether they went out: id, operation, task."""
    return tuple((str(r[0]), str(r[1]), str(r[2])) for r in ledger.rows("effect.unknown"))


@dataclass(frozen=True, slots=True)
class Day:
    """What happened between two times."""

    came_in: int
    done: int
    decisions: Counter[str]
    effects: Counter[str]
    errors: tuple[str, ...]
    spent_microcents: int
    expired: int = 0  # approvals that nobody decided in time


def day(ledger: Ledger, since: datetime, until: datetime) -> Day:
    """The numbers of a digest."""
    span = {"since": to_us(since), "until": to_us(until)}
    counts = {k: int(ledger.rows(f"day.{k}", **span)[0][0] or 0) for k in ("came_in", "done", "spent", "expired")}
    errors = tuple(f"{task}: {operation} {state}" for task, operation, state in ledger.rows("day.errors", **span))
    return Day(
        counts["came_in"], counts["done"], _counted(ledger.rows("day.decisions", **span)),
        _counted(ledger.rows("day.effects", **span)), errors, counts["spent"], counts["expired"],
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hasty:
    """How somebody approved: so many in all, and so many of them at once, with nothing opened."""

    person: str
    approved: int
    at_once: int


def hasty(ledger: Ledger, since: datetime, until: datetime, within_s: int) -> tuple[Hasty, ...]:
    """Those who approved something within so many seconds of its card's coming, and opened nothing before."""
    rows = ledger.rows("day.hasty", since=to_us(since), until=to_us(until), within_s=within_s)
    return tuple(Hasty(str(person), int(count), int(at_once)) for person, count, at_once in rows if at_once)


def signed(ledger: Ledger, target_id: str) -> tuple[Signed, ...]:
    """The answers and acts that counted for a request, a task or an effect, oldest first."""
    found = []
    for decision_id, person, verb, role, reason, note, at, instead in ledger.rows("decision.of_target", id=target_id):
        words = ledger.cipher.unpack("decision", "note", decision_id, note) if note else ""
        found.append(Signed(person, verb, role, reason, words, from_us(at), instead))
    return tuple(found)


def _reading(ledger: Ledger, task_id: str) -> Reading | None:
    rows = ledger.rows("turn.last", task=task_id)
    return (
        Reading.model_validate_json(ledger.cipher.unpack("turn", "reading", rows[0][0], rows[0][2])) if rows else None
    )


def _turn(ledger: Ledger, row: Any) -> Row:
    turn_id, agent, sealed, outcome, confidence, model = row
    reading = Reading.model_validate_json(ledger.cipher.unpack("turn", "reading", turn_id, sealed))
    return {"agent": agent, "intent": reading.intent, "confidence": confidence / history.BP, "model": model,
            "outcome": outcome, "fields": reading.fields}  # fmt: skip


def _joined(ledger: Ledger, task_id: str) -> Iterator[Row]:
    """A task's requests: with whom one has joined (`with`), and who has joined it (`also`)."""
    first = joined.by_request(ledger, task_id)
    for values in ledger.rows("request.list_of_task", task=task_id):
        row = _row("id kind state queue trigger closed_reason operation", values)
        yield {
            **row,
            "with": first.get(row["id"], ""),
            "also": list(joined.tasks_of(ledger, row["id"], besides=task_id)),
        }


def _row(names: str, values: Any) -> Row:
    return dict(zip(names.split(), values, strict=True))


def _effect(ledger: Ledger, values: Any) -> Row:
    row = _row("id operation state reason", values)
    return {
        **row,
        "reason": ledger.cipher.unpack("effect", "reason", row["id"], row["reason"]) if row["reason"] else "",
    }


def _counted(rows: Sequence[Sequence[Any]]) -> Counter[str]:
    return Counter({str(name): int(number) for name, number in rows})
