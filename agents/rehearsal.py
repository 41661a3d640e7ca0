"""One agent's go at a text outside any task: for `policy check`, where nothing is read, written or sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from agents.base import Brief, Tools
from agents.handoffs import PLANNER, Passing, make_handoff
from agents.roster import Roster
from core.contract.base import Handle, TaskId
from core.contract.work import Escalate, Event, Turn
from core.ports import Ids, Model, Record
from policies.schema import Policy

FACTS = {"name": "Robin Vale", "email": "robin.vale@example.com"}  # what an agent before would have found


class NothingKnown:
    """`core.ports.Reader` of a company that has no records yet."""

    def read(self, operation: str, **query: str) -> tuple[Record, ...]:
        """Nothing, whatever is asked."""
        return ()


def rehearse(
    roster: Roster, policy: Policy, model: Model, ids: Ids, now: datetime, agent: str, text: str
) -> dict[str, object]:
    """What the agent made of the text: its reading's fields, `intent`, and `escalates` with the trigger if it called a person.

    Raises `Retry` and `Permanent` as the model does."""
    tools = Tools(NothingKnown(), model, ids)
    event = Event(source="chat", source_id="rehearsal", text=text, at=now, sender="", address="")
    workflow = next(
        (name for name, way in policy.workflows.items() if agent in way.agents), next(iter(policy.workflows))
    )
    brief = Brief(TaskId("T-0"), workflow, event, text, None, (), Handle("con_rehearsal"), frozenset(), policy, now)
    if agent == PLANNER:
        return _found(roster.plan(brief, tools))
    facts = {**FACTS, "need": text, "message": text, "intent": policy.workflows[workflow].intents[0]}
    needed = {name: facts.get(name) or "as in the message" for name in policy.agents[agent].needs}
    passing = Passing("Answer this request", text, needed, "Read it and propose", 1.0)
    return _found(roster.turn(replace(brief, handoff=make_handoff(brief, tools, PLANNER, agent, passing)), tools))


def _found(turn: Turn) -> dict[str, object]:
    escalates = turn.outcome.trigger if isinstance(turn.outcome, Escalate) else ""
    return {**turn.reading.fields, "intent": turn.reading.intent, "escalates": escalates}
