"""Questions as rows: who asked whom what, what came back, and which cards tell it.

Functions here write inside a unit that a verb, a turn or something that came in has opened. A question is `open` until it is
answered, or until it is known that no answer comes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import orjson

from agents.texts import heard as parts_of
from core.contract.work import Answered, Event
from core.ledger import Ledger, Unit
from core.moment import from_us
from core.rows import open_row
from workflows.lines import timeline

Row = dict[str, Any]
Whom = Literal["agent", "customer", "team"]
OPEN, ANSWERED, NOT_ANSWERED = "open", "answered", "not_answered"
TOLD = "told"  # a remark, to which nobody has to answer
REMARK = "What a person said of the proposal"
AGENT: Whom = "agent"
CUSTOMER: Whom = "customer"
TEAM: Whom = "team"
WENT_OUT = ("sending", "sent", "unknown")  # states of the mail's effect: the customer may have it
OVER = ("rejected", "expired", "closed", "taken")  # states of the mail's request after which it does not go out
KEPT = 2_000  # characters of an answer that a card shows


def ask(unit: Unit, request_id: str, whom: Whom, by: str, text: str, *, options: Sequence[str] = (),
        mail_id: str | None = None, state: str = OPEN) -> str:  # fmt: skip
    """A question on the card of this request; its id."""
    question_id = unit.insert(
        "question", id=unit.ids.new("qu"), task_id=unit.task.id, request_id=request_id, whom=whom, asked_by=by, state=state,
        text=text, options=orjson.dumps(list(options)).decode() if options else "", answer="", mail_id=mail_id, at=unit.at,
    )  # fmt: skip
    actor = by if whom == TEAM else f"person:{by}"
    unit.audit("question.asked", actor, request=request_id, question=question_id, whom=whom, chars=len(text))
    return question_id


def end(unit: Unit, row: Row, state: str, answer: str, by: str) -> bool:
    """The end of an open question; whether it was open. Its card and a line in the thread tell it. `by`: a Slack user id, an
    agent, or `customer`."""
    sealed = unit.seal("question", "answer", row["id"], answer)
    if not unit.change("question.end", key=row["id"], new=state, said=sealed, by=by, now=unit.at):
        return False
    actor = f"person:{by}" if row["whom"] == TEAM else by
    unit.audit(f"question.{state}", actor, request=row["request_id"], question=row["id"], whom=row["whom"],
               chars=len(answer), audit_class="customer" if by == CUSTOMER else "action")  # fmt: skip
    on = row["request_id"] or row["mail_id"]  # a mail that needed no approval has the card of its effect
    unit.want(on)
    timeline(unit, on, state, subject=f"{on}:{state}:{row['id']}", question=row["id"],
             person=by if row["whom"] == TEAM else "")  # fmt: skip
    return True


def of_request(source: Unit | Ledger, request_id: str) -> list[Row]:
    """The questions on a request's card, oldest first."""
    return _rows(source, "question.of_request", request=request_id)


def of_task(source: Unit | Ledger, task_id: str) -> list[Row]:
    """All questions on a task, oldest first."""
    return _rows(source, "question.of_task", task=task_id)


def _rows(source: Unit | Ledger, statement: str, **values: Any) -> list[Row]:
    if isinstance(source, Unit):
        source.write()
        return [source.open_row("question", row) for row in source.all(statement, **values)]
    return [open_row(source.cipher, "question", row) for row in source.rows(statement, **values)]


def mail_of(source: Unit | Ledger, row: Row) -> tuple[str, str]:
    """How the mail of a question to the customer stands: the states of its request and of its effect; empty for none."""
    look = source.all if isinstance(source, Unit) else source.rows
    found = look("question.mail", mail=row["mail_id"]) or look("question.mail_alone", mail=row["mail_id"])
    return (str(found[0][0]), str(found[0][1] or "")) if found else ("", "")


def is_open(source: Unit | Ledger, row: Row) -> bool:
    """Whether an answer may still come. A mail that does not go out any more brings none."""
    if row["state"] != OPEN or row["whom"] != CUSTOMER:
        return bool(row["state"] == OPEN)
    request, effect = mail_of(source, row)
    return request not in OVER and effect not in ("failed", "cancelled")


def was_asked(source: Unit | Ledger, task_id: str) -> bool:
    """Whether the customer was asked on this task, or will be: nobody asks a second time by themselves."""
    return any(
        row["whom"] == CUSTOMER and (row["state"] == ANSWERED or is_open(source, row))
        for row in of_task(source, task_id)
    )


def heard(unit: Unit, event: Event) -> None:
    """The customer wrote: that is the answer to what they were asked."""
    said = parts_of(event).visible.strip() or event.text.strip()
    for row in of_task(unit, unit.task.id):
        if row["whom"] == CUSTOMER and row["state"] == OPEN and mail_of(unit, row)[1] in WENT_OUT:
            end(unit, row, ANSWERED, said[:KEPT], CUSTOMER)


def rebind(unit: Unit, old: str, new: str) -> None:
    """A request took another's place, and its card; the questions go with it."""
    unit.change("question.rebind", old=old, new=new)
    unit.change("question.rebind_mail", old=old, new=new)


def look_again(unit: Unit) -> None:
    """Something new stands on the task: cards on which the customer answered say what came of it."""
    for row in of_task(unit, unit.task.id):
        if row["whom"] == CUSTOMER and row["state"] == ANSWERED:
            unit.want(row["request_id"] or row["mail_id"])


def by_agent(row: Row) -> bool:
    """Whether an agent asked the customer by itself: then the mail's own card is the question's."""
    return row["whom"] == CUSTOMER and row["request_id"] in (None, row["mail_id"])


def answered(ledger: Ledger, task_id: str) -> tuple[Answered, ...]:
    """What people answered to the agents or told them, oldest first."""
    found = []
    for row in of_task(ledger, task_id):
        if row["whom"] == TEAM and row["state"] == ANSWERED:
            at = from_us(row["answered_at"])
            found.append(Answered(question=row["text"], text=row["answer"], person=row["answered_by"], at=at))
        elif row["state"] == TOLD:
            found.append(Answered(question=REMARK, text=row["text"], person=row["asked_by"], at=from_us(row["at"])))
    return tuple(found)
