"""What a team may say in its policy files, and `Policy` with all of it.

Every field name is a YAML key that a team has in its files: a frozen wire format with a test. Nothing here reads a file,
a clock or a model. `policies.load.load` makes a `Policy`; the rules in `policies.rules` read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, field_validator

from core.contract.base import Confidence, Priority
from policies.listening import Ears
from policies.parts import (
    AgentHandled,
    AlwaysHuman,
    Cents,
    ChannelName,
    Company,
    Count,
    Escalation,
    EscalationClass,
    Failure,
    Hours,
    Job,
    Limits,
    Mail,
    Name,
    Part,
    Percent,
    Person,
    Queue,
    Rollout,
    Rung,
    Schedule,
    Sla,
    Stage,
    Steps,
    Switch,
    Target,
    Trigger,
    Whole,
    WindowLimit,
    Words,
)

__all__ = [
    "Agent",
    "AgentExample",
    "AgentHandled",
    "AlwaysHuman",
    "Clarify",
    "Company",
    "Escalation",
    "EscalationClass",
    "Failure",
    "Gateway",
    "Hours",
    "Job",
    "Limits",
    "MessageClass",
    "ModelSettings",
    "Money",
    "MoneyBand",
    "OperationPolicy",
    "Part",
    "Person",
    "Policy",
    "Queue",
    "Rollout",
    "Rung",
    "Schedule",
    "ScoreBand",
    "Sla",
    "Stage",
    "Target",
    "Template",
    "TimeLimit",
    "Trigger",
    "WindowLimit",
    "Workflow",
]

MessageClass = Literal["transactional", "relationship", "marketing"]

# agents/<name>.yml ---------------------------------------------------------------------------------------------------


class ModelSettings(Part):
    """How sure the agent's reading must be. Below `min_confidence` a person sorts it; below `allow_from` a person decides what
    the agent proposes, whatever its stage. A model without a record of decisions never gets as far as `allow_from`."""

    min_confidence: Confidence
    allow_from: Confidence = 0.9


class ScoreBand(Part):
    """Scores from `from_score` up to the next band are called this, and go there."""

    name: Name
    from_score: Percent
    goes_to: str  # a queue


class AgentExample(Part):
    """One text and what the agent must make of it. `expect` names parts of the agent's reading or outcome."""

    text: Words
    expect: Annotated[Mapping[Name, str | bool | int], Field(min_length=1)]


class Agent(Part):
    summary: Words
    reads: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()  # an operation, or `gateway.*`
    needs: tuple[Name, ...] = ()  # facts that a handoff to this agent must carry
    hands_to: tuple[str, ...] = ()
    escalates_when: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()
    measure: Words
    model: ModelSettings
    bands: tuple[ScoreBand, ...] = ()  # highest first
    examples: tuple[AgentExample, ...] = ()


# gateways/<name>.yml -------------------------------------------------------------------------------------------------


class MoneyBand(Part):
    """Up to this many cents, together with what went to the same customer in the window, these people approve."""

    up_to_cents: Cents
    approval: Steps
    allowed: Switch = False


class Money(Part):
    """Thresholds on the sum for one customer, so that splitting an amount changes nothing."""

    window_days: Count
    bands: Annotated[tuple[MoneyBand, ...], Field(min_length=1)]
    above: Steps  # who approves what is above the last band

    @field_validator("bands")
    @classmethod
    def _rising(cls, value: tuple[MoneyBand, ...]) -> tuple[MoneyBand, ...]:
        amounts = [band.up_to_cents for band in value]
        if amounts != sorted(set(amounts)):
            raise ValueError("up_to_cents must rise from band to band")
        return value


class OperationPolicy(Part):
    """Who approves one operation. `allowed`: no approval, where the agent's stage leaves only exceptions to people."""

    approval: Steps
    allowed: Switch = False
    on_expiry: str  # the queue that gets the task when nobody decides
    due_min: Count
    self_approval: Switch = False
    undo_window_s: Whole = 0
    limits: tuple[str, ...] = ()
    money: Money | None = None


class Gateway(Part):
    description: Words
    reads: tuple[str, ...] = ()
    operations: Mapping[str, OperationPolicy]


# workflows/<name>.yml, templates/<name>.yml --------------------------------------------------------------------------


class TimeLimit(Part):
    """How long a part may take, and what then: a queue gets it, it goes on with less, or it counts as unqualified."""

    minutes: Count
    then: Literal["queue", "go_on", "unqualified", "escalate"]
    queue: str = ""


class Clarify(Part):
    """One question to a customer whose message says too little to be placed, instead of a person at once.

    `up_to_words`: a longer message says what it wants, and a person reads it. `choices`: intents in the customer's words."""

    ask_customer: Switch
    agent: str  # who asks: an agent that may write mail
    template: str
    up_to_words: Count
    choices: Annotated[Mapping[Name, Words], Field(min_length=2)]


class Workflow(Part):
    description: Words
    intents: tuple[str, ...]
    first: str = ""  # the first agent; empty: straight to people, see `queues`
    queues: Mapping[str, str] = Field(default_factory=dict)  # intent -> queue, where no agent begins
    agents: tuple[str, ...] = ()
    handoffs: tuple[tuple[str, str], ...] = ()
    max_hops: Count
    time_limits: Mapping[Name, TimeLimit] = Field(default_factory=dict)
    on_failure: str
    priority: Priority
    clarify: Clarify | None = None  # only where `other` is an intent


class Template(Part):
    description: Words
    message_class: MessageClass
    slots: tuple[Name, ...]
    text: Words


# all of it -----------------------------------------------------------------------------------------------------------


class Policy(Part):
    """Everything that a team decided, at one version. Made by `policies.load.load`, which has checked it."""

    version: Words  # short digest of all files
    company: Company
    roles: Mapping[Name, Words]
    people: Mapping[Mail, Person]
    channels: Mapping[Name, ChannelName]  # purpose -> Slack channel
    queues: Mapping[Name, Queue]
    escalation: Escalation
    ears: Ears = Field(default_factory=Ears)
    always_human: Mapping[Name, AlwaysHuman]
    agent_handled: Mapping[Name, AgentHandled]
    failures: Mapping[Name, Failure]
    limits: Limits
    rollout: Rollout
    schedule: Schedule
    sla: Sla
    agents: Mapping[Name, Agent]
    gateways: Mapping[Name, Gateway]
    workflows: Mapping[Name, Workflow]
    templates: Mapping[Name, Template]
    knowledge: Mapping[str, str]
    examples: Mapping[str, Mapping[str, tuple[str, ...]]]

    def operation(self, name: str) -> OperationPolicy | None:
        """What policy says of an operation such as `mail.reply`; None when it says nothing, which means no."""
        gateway = self.gateways.get(name.partition(".")[0])
        return gateway.operations.get(name) if gateway else None

    def channel_of(self, queue: str) -> str:
        """The Slack channel of a queue. Raises `KeyError` for a queue that policy does not know."""
        return self.channels[self.queues[queue].channel]

    def workflow_for(self, intent: str) -> str | None:
        """The workflow that an intent starts, if any does."""
        return next((name for name, workflow in self.workflows.items() if intent in workflow.intents), None)
