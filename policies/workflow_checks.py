"""What a workflow's file says of others: its agents, queues, intents and handoffs, and the question that it asks customers."""

from __future__ import annotations

from collections.abc import Iterator

from policies.draft import File
from policies.schema import Agent, Clarify, Template, Workflow
from policies.source import Complaint, Path


def complaints(file: File, name: str, way: Workflow) -> Iterator[Complaint]:
    """What does not fit in one workflow's file."""
    yield from file.agents(("agents",), way.agents)
    yield from file.queues(("on_failure",), [way.on_failure])
    if way.first:
        yield from file.known(("first",), [way.first], frozenset(way.agents), "agent of this workflow")
    yield from file.known(("queues",), way.queues, frozenset(way.intents), "intent of this workflow")
    for intent, queue in way.queues.items():
        yield from file.queues(("queues", intent), [queue])
    for number, intent in enumerate(way.intents):
        yield from _intent(file, name, way, intent, ("intents", number))
    for number, (source, target) in enumerate(way.handoffs):
        yield from _handoff(file, way, source, target, ("handoffs", number))
    for part, limit in way.time_limits.items():
        if limit.queue or limit.then == "queue":
            yield from file.queues(("time_limits", part, "queue"), [limit.queue])
    if way.clarify is not None:
        yield from _clarify(file, way, way.clarify)


def _clarify(file: File, way: Workflow, asks: Clarify) -> Iterator[Complaint]:
    """The question to a customer: who asks it, in which words, with which choices."""
    draft, at = file.draft, "clarify"
    if "other" not in way.intents or way.first:
        text = 'clarify: belongs into the workflow of the intent "other", and only where no agent begins'
        yield file.wrong((at,), text)
    yield from file.agents((at, "agent"), [asks.agent])
    agent, planner = draft.all_of(Agent).get(asks.agent), draft.all_of(Agent).get("planner")
    known = draft.declared(draft.operations, "operations")
    if (
        agent is not None and "mail.reply" not in agent.may and known.issuperset(agent.may)
    ):  # a typo is named in its own file
        text = f'agent: "{asks.agent}" may not write to customers; name one with mail.reply under may'
        yield file.wrong((at, "agent"), text)
    if agent is not None and planner is not None and asks.agent not in planner.hands_to:
        yield file.wrong((at, "agent"), f'agent: "{asks.agent}" is not among hands_to in agents/planner.yml')
    yield from file.known((at, "template"), [asks.template], draft.stems("templates"), "template")
    words = draft.all_of(Template).get(asks.template)
    if words is not None and "choices" not in words.slots:
        text = f'template: "{asks.template}" has no slot "choices", so nobody would read what to choose from'
        yield file.wrong((at, "template"), text)
    intents = frozenset(one for each in draft.all_of(Workflow).values() for one in each.intents) - {"other"}
    for intent in asks.choices:
        yield from file.known((at, "choices", intent), [intent], intents, "intent of a workflow, other than other")


def _intent(file: File, name: str, way: Workflow, intent: str, at: Path) -> Iterator[Complaint]:
    if not way.first and intent not in way.queues:
        yield file.wrong(at, f'intents: "{intent}" goes nowhere: name a first agent, or its queue under queues')
    for other, its in file.draft.all_of(Workflow).items():
        if other < name and intent in its.intents:
            yield file.wrong(at, f'intents: "{intent}" already starts workflow {other}')
    labels = file.draft.labels.get("intent")
    yield from file.known(at, [intent], labels, "intent in examples/intent.yml")


def _handoff(file: File, way: Workflow, source: str, target: str, at: Path) -> Iterator[Complaint]:
    yield from file.known(at, [source, target], frozenset(way.agents), "agent of this workflow")
    if source == target:
        yield file.wrong(at, f'handoffs: "{source}" cannot hand to itself')
    agent = file.draft.all_of(Agent).get(source)
    if agent is not None and target != source and target not in agent.hands_to:
        yield file.wrong(at, f'handoffs: "{target}" is not among hands_to in agents/{source}.yml')
