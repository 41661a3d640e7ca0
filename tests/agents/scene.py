"""A task as an agent sees it, in a sentence or two of test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from agents.base import Brief, Tools
from core.contract.base import Handle, TaskId
from core.contract.work import Completed, Customer, Event, Handoff, Party
from core.ports import Record
from policies.load import load
from policies.schema import Policy
from tests.support.models import ScriptedModel

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
CONTACT = Handle("con_Aa0Bb1Cc2D")


@cache
def company() -> Policy:
    return load(ROOT / "policies" / "company")


@dataclass
class CountingIds:
    count: int = 0

    def new(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}_{self.count:010d}"


@dataclass
class ShelfReader:
    """Gives the records that lie on its shelf, and remembers what it was asked."""

    records: tuple[Record, ...] = ()
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def read(self, operation: str, **query: str) -> tuple[Record, ...]:
        self.asked.append((operation, query))
        return self.records


def mail(text: str, **more: object) -> Event:
    defaults: dict[str, object] = {
        "source": "mail", "source_id": "<1@example.com>", "text": text, "at": NOW - timedelta(minutes=1),
        "subject": "A question", "sender": "Dana Whitfield", "address": "dana.whitfield@example.com",
    }  # fmt: skip
    return Event.model_validate(defaults | more)


def brief(event: Event, **more: object) -> Brief:
    plain = Brief(
        task_id=TaskId("T-1042"), workflow="", event=event, words=event.text, handoff=None, history=(), contact=CONTACT,
        busy=frozenset(), policy=company(), now=NOW,
    )  # fmt: skip
    return replace(plain, **more)  # type: ignore[arg-type]


def handoff(receiver: str, facts: Mapping[str, str], workflow: str = "lead", **more: object) -> Handoff:
    source = "capture" if receiver == "qualification" else "planner"
    defaults = Handoff(
        handoff_id="ho_before", task_id=TaskId("T-1042"), workflow=workflow, message_type="handoff",
        source=Party(kind="agent", name=source), receiver=Party(kind="agent", name=receiver), objective="Answer",
        context_summary="Dana wrote a mail.", facts=dict(facts), conversation=CONTACT, customer=Customer(contact=CONTACT),
        sentiment="neutral", evidence=(), completed_actions=(), open_questions=(), risk="low", confidence=0.9,
        next_action="Answer", escalation_rule="sales", status="open", owner=Party(kind="agent", name=receiver),
        priority="medium", sla="first answer within 60 min", deadline=NOW + timedelta(hours=1), hop=0, previous=None,
        created_at=NOW - timedelta(seconds=10),
    )  # fmt: skip
    return defaults.model_copy(update=more)


def tools(model: ScriptedModel, records: tuple[Record, ...] = ()) -> Tools:
    return Tools(reader=ShelfReader(records), model=model, ids=CountingIds())


def done(what: str, outcome: str = "sent", note: str = "") -> Completed:
    return Completed.model_validate(
        {"what": what, "by": Party(kind="agent", name="qualification"), "outcome": outcome, "note": note}
    )
