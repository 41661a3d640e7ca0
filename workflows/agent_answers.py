"""An agent answers what a person asked on a card: from what it read and wrote, in a job of its own.

    ask ─► job ─► what it read is looked through ─► a model words what was found ─► answered
                        └ nothing bears on it: it says where it looked          └ it cannot: the card says whom to ask

No transaction is open while the model writes. A question is ended once: a job that runs twice finds it ended.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agents import asked
from agents.asked import Source
from agents.texts import heard
from core.contract.work import Proposal, Resolved
from core.errors import Stale
from core.ledger import Job, Ledger, Unit
from core.ports import Model
from workflows import asking, history
from workflows.borrowed import Bill

CANNOT = "Could not answer. Ask the customer, or take over."
PAUSED = "The agent is paused. Ask the customer, or take over."
LONGEST = 1_500


def answer(ledger: Ledger, model: Model, job: Job) -> None:
    """The job. Raises `Retry` when the model may answer later, `Stale` for a question that is ended."""
    question = ledger.row("question", "question.get", id=job.subject_id)
    if question is None or question["state"] != asking.OPEN:
        raise Stale(job.id)
    request = ledger.row("request", "request.get", id=question["request_id"]) or {}
    agent = str(request["agent"])
    bill = Bill(model, ledger, job.task_id, agent)
    said, state = _said(ledger, bill, question, request)
    with ledger.unit(job.task_id, job) as unit:
        bill.record(unit)
        asking.end(unit, question, state, said, agent)


def given_up(unit: Unit, question_id: str) -> None:
    """The job failed too often: that is said on the card, never silence."""
    question = unit.row("question", "question.get", id=question_id)
    if question is not None:
        request = unit.row("request", "request.get", id=question["request_id"]) or {}
        asking.end(unit, question, asking.NOT_ANSWERED, CANNOT, str(request["agent"]))


def _said(ledger: Ledger, bill: Bill, question: dict[str, Any], request: dict[str, Any]) -> tuple[str, str]:
    if history.busy(ledger) & {"*", bill.agent}:
        return PAUSED, asking.NOT_ANSWERED
    sources = tuple(_sources(ledger, question["task_id"], request))
    found = asked.bearing(question["text"], sources)
    if not found:
        return asked.not_known(sources), asking.ANSWERED
    facts = {"found": asked.as_found(found)}
    words = bill.write(purpose=asked.ANSWERS, template=asked.TEMPLATE, facts=facts, text=question["text"])
    if words.text is None or not words.text.strip() or facts["found"] not in words.text:
        return CANNOT, asking.NOT_ANSWERED
    return words.text.strip()[:LONGEST], asking.ANSWERED


def _sources(ledger: Ledger, task_id: str, request: dict[str, Any]) -> Iterator[Source]:
    """All that the agent had before it and what it made of it."""
    row = ledger.row("proposal", "proposal.get", id=request["proposal_id"]) if request["proposal_id"] else None
    proposal = Proposal.model_validate_json(row["body"]) if row else None
    if proposal:
        yield Source("my reason", proposal.reason, gives_reason=True)
    for event in history.events(ledger, task_id):
        form = "\n".join(f"{name}: {value}" for name, value in event.form.items())
        yield Source("what the customer wrote", "\n".join(filter(None, (event.subject, heard(event).visible, form))))
    task = ledger.task(task_id)
    if task is not None and task.handoff_id:
        came = history.handoff(ledger, task)
        facts = "\n".join(f"{name.replace('_', ' ')}: {value}" for name, value in came.facts.items())
        yield Source("the handoff", f"{came.objective}\n{facts}")
    for reading in history.readings(ledger, task_id):
        fields = "\n".join(f"{name.replace('_', ' ')}: {value}" for name, value in reading.fields.items())
        yield Source("my reading", f"intent: {reading.intent.replace('_', ' ')}\n{fields}")
        yield Source("the evidence", "\n".join(f"{one.what}: {one.quote}" for one in reading.evidence))
    if row:
        exact = Resolved.model_validate_json(row["resolved"])
        yield Source("my draft", "\n".join((*(f"{name}: {value}" for name, value in exact.lines), exact.body)))
    done = "\n".join(f"{one.what.rpartition('.')[2].replace('_', ' ')}: {one.outcome} {one.note}"
                     for one in history.completed(ledger, task_id))  # fmt: skip
    yield Source("what was done before", done)
    yield Source("what the team answered", "\n".join(one.text for one in asking.answered(ledger, task_id)))
