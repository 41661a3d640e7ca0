"""What travels while a task is worked on, in the order of the story: event, reading, handoff, proposal, turn."""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

from pydantic import Field

from core.contract.base import Confidence, Contract, Handle, Moment, Priority, Risk, Sentiment, Source, TaskId

HANDOFF_SCHEMA = 1
Text = Annotated[str, Field(min_length=1)]


class Party(Contract):
    """An agent, a person or a queue, and the role in which it takes part."""

    kind: Literal["agent", "person", "queue", "customer"]
    name: Text
    role: str = ""


class Customer(Contract):
    """Whom the task is about, as far as known. `contact` is a handle, never a free address."""

    name: str = ""
    account_id: str = ""
    contact: Handle | None = None


class Event(Contract):
    """Something that came in. `(source, source_id)` is unique: a repeat is the same event."""

    source: Source
    source_id: Text
    text: str
    at: Moment
    subject: str = ""
    sender: str = ""  # display name, as written
    address: str = ""  # where an answer would go: a mail address, or a Slack `channel:thread`
    thread: tuple[str, ...] = ()  # references that this event answers; a known one joins its task
    form: dict[str, str] = Field(default_factory=dict)  # the fields of a form, as typed
    team_member: str = ""  # Slack user id of the verified team member who asked, if one did
    link: str = ""  # where it can be read in its place, as we made it out of the platform's own ids


class Evidence(Contract):
    """Where something was read. `source` is a place that can be read again: `event`, a handle, `policy:<page>`."""

    what: str
    source: Text
    quote: str
    at: Moment | None = None


class Reading(Contract):
    """A model's typed answer about a text."""

    intent: str
    fields: dict[str, str | int | bool]
    evidence: tuple[Evidence, ...]
    confidence: Confidence
    sentiment: Sentiment = "neutral"
    model: str = ""  # which model and version read this
    call_ids: tuple[str, ...] = ()  # the model calls behind it


class Answered(Contract):
    """What a member of the team answered to an agent's question: their words, in their name."""

    question: Text
    text: Text
    person: Text  # Slack user id
    at: Moment


class Completed(Contract):
    """One thing already done on this task, so that nobody does or asks it again."""

    what: Text
    by: Party
    outcome: Literal["sent", "rejected", "edited", "failed", "unknown", "expired", "done"]
    note: str = ""


class Handoff(Contract):
    """The typed message that passes a task on. A missing or ambiguous field does not travel: `faults()` names it."""

    handoff_id: Text
    task_id: TaskId
    workflow: Text
    message_type: Literal["handoff", "clarification", "hand_back"]
    source: Party
    receiver: Party
    objective: Text
    context_summary: str
    facts: dict[str, str]
    conversation: Handle | None
    customer: Customer
    sentiment: Sentiment
    evidence: tuple[Evidence, ...]
    completed_actions: tuple[Completed, ...]
    open_questions: tuple[str, ...]
    risk: Risk
    confidence: Confidence
    next_action: str
    escalation_rule: str
    status: Literal["open", "waiting", "done"]
    owner: Party
    priority: Priority
    sla: str
    deadline: Moment
    hop: Annotated[int, Field(ge=0)]
    previous: str | None
    retry_count: Annotated[int, Field(ge=0)] = 0
    created_at: Moment
    schema_version: int = HANDOFF_SCHEMA


Origin = Literal["config", "person", "record", "text", "model"]


class Argument(Contract):
    """One value of a proposal and where it came from. Derived values carry their worst origin."""

    value: str | int | bool
    origin: Origin


class Proposal(Contract):
    """One operation that an agent or a person wants. Records are named by handles that were issued to the task."""

    gateway: Text
    operation: Text
    arguments: dict[str, Argument]
    reason: str
    evidence: tuple[Evidence, ...]
    confidence: Confidence
    risk: Risk
    author: Party
    group_id: str = ""  # proposals that are decided or compete together
    message_class: Literal["", "transactional", "relationship", "marketing"] = ""  # its template says which

    def values(self) -> dict[str, str | int | bool]:
        """The arguments without their origins."""
        return {name: argument.value for name, argument in self.arguments.items()}


class Resolved(Contract):
    """What would happen, exactly: the proposal with every handle replaced by the record that it names.

    This is what a person approves and what the door out carries out; its digest binds the two."""

    operation: Text
    lines: tuple[tuple[str, str], ...]  # label and value, in the order of the card
    body: str = ""
    counterparty: str = ""
    amount_cents: int = 0
    currency: str = ""
    record_count: int = 1

    def digest(self) -> str:
        """Sixty-four hex digits: change one recipient, cent or letter and it is another."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


# How a turn ends -----------------------------------------------------------------------------------------------------


class Propose(Contract):
    kind: Literal["propose"] = "propose"
    proposals: tuple[Proposal, ...] = Field(min_length=1)


class HandOver(Contract):
    kind: Literal["hand_over"] = "hand_over"
    handoff: Handoff


class Clarify(Contract):
    """The handoff came incomplete: it goes back, and the fields are named."""

    kind: Literal["clarify"] = "clarify"
    missing: tuple[str, ...] = Field(min_length=1)


class Ask(Contract):
    """A question to the team. `options`: answers that are likely, as short as a button."""

    kind: Literal["ask"] = "ask"
    question: Text
    options: tuple[Annotated[str, Field(min_length=1, max_length=60)], ...] = Field(default=(), max_length=2)


class FollowUp(Contract):
    kind: Literal["follow_up"] = "follow_up"
    at: Moment
    why: str


class Escalate(Contract):
    """A call for a person. `trigger` is a name from the team's escalation policy, `why` is for the card."""

    kind: Literal["escalate"] = "escalate"
    trigger: Text
    why: str
    queue: str = ""  # empty: the queue that policy names for the trigger


class Finished(Contract):
    kind: Literal["finished"] = "finished"
    summary: str


Outcome = Annotated[Propose | HandOver | Clarify | Ask | FollowUp | Escalate | Finished, Field(discriminator="kind")]


class Turn(Contract):
    """One agent's go at a task: what it read and how it ends."""

    agent: Text
    reading: Reading
    outcome: Outcome
