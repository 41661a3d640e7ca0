"""What one policy file says of another: every name that is used must exist somewhere.

A file that is broken takes nothing else down: its names are still known from its keys, and the rest is checked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar, cast

from jinja2 import Environment, TemplateSyntaxError, meta

from core.contract.authority import Step
from core.errors import CAUSES
from policies.faults import allowed_words
from policies.listening import Ears, Listening, WordsFile
from policies.parts import ChannelsFile, EscalationFile, FailuresFile, Part, PeopleFile, Rollout, Sla
from policies.rules import hearing
from policies.schema import Agent, Clarify, Gateway, OperationPolicy, Template, Workflow
from policies.source import Complaint, Document, Path

P = TypeVar("P", bound=Part)

NEEDED_CHANNELS = ("feed", "digest", "anchor")
NEEDED_STAGES = ("read_only", "shadow", "supervised", "limited", "full")
_FILE_NAME = re.compile(r"[a-z][a-z0-9_]*")
_JINJA = Environment(autoescape=False)  # noqa: S701 - only parsed here, never rendered


@dataclass(slots=True)
class Draft:
    """All that could be read so far. `single` and `many` hold valid files only, `documents` all of them."""

    operations: frozenset[str] | None
    reads: frozenset[str] | None
    documents: Mapping[str, Document]
    knowledge: frozenset[str]
    single: dict[type[Part], Part] = field(default_factory=dict)
    many: dict[type[Part], dict[str, Part]] = field(default_factory=dict)
    labels: Mapping[str, frozenset[str]] = field(default_factory=dict)
    undoes: Mapping[str, str] | None = None

    def one(self, model: type[P]) -> P | None:
        return cast("P | None", self.single.get(model))

    def must(self, model: type[P]) -> P:
        """Only after a check without complaints."""
        return cast("P", self.single[model])

    def all_of(self, model: type[P]) -> dict[str, P]:
        return cast("dict[str, P]", self.many.get(model, {}))

    def keys(self, file: str, *path: str) -> frozenset[str] | None:
        """The names that a file introduces; None when the file is missing or unreadable, then nothing is unknown."""
        document = self.documents.get(file)
        return document.keys(*path) if document is not None and document.data else None

    def stems(self, folder: str) -> frozenset[str]:
        names = (name.split("/") for name in self.documents)
        return frozenset(parts[1].removesuffix(".yml") for parts in names if len(parts) == 2 and parts[0] == folder)

    def declared(self, code: frozenset[str] | None, key: str) -> frozenset[str]:
        """Operations or reads: the code's list when it is known, else what the gateways' policy names."""
        if code is not None:
            return code
        found: set[str] = set()
        for name, document in self.documents.items():
            if name.startswith("gateways/"):
                value = document.data.get(key)
                found.update(str(one) for one in value if isinstance(one, str)) if isinstance(
                    value, (dict, list)
                ) else None
        return frozenset(found)


@dataclass(frozen=True, slots=True)
class _File:
    """One file that is being checked."""

    draft: Draft
    name: str

    def wrong(self, path: Path, text: str) -> Complaint:
        return Complaint(self.name, self.draft.documents[self.name].line(path), text)

    def known(self, path: Path, used: Iterable[str], allowed: frozenset[str] | None, what: str) -> Iterator[Complaint]:
        """A complaint for each used name that is not allowed. A list's entries have lines of their own."""
        if allowed is None:
            return
        for number, name in enumerate(used):
            if name not in allowed:
                place = (*path, number) if (*path, number) in self.draft.documents[self.name].lines else path
                label = next((str(part) for part in reversed(path) if isinstance(part, str)), "")
                yield self.wrong(place, f'{label}: "{name}" is no {what}; {allowed_words(name, allowed)}')

    def roles(self, path: Path, used: Iterable[str]) -> Iterator[Complaint]:
        yield from self.known(path, used, self.draft.keys("people.yml", "roles"), "role")

    def queues(self, path: Path, used: Iterable[str]) -> Iterator[Complaint]:
        yield from self.known(path, used, self.draft.keys("channels.yml", "queues"), "queue")

    def triggers(self, path: Path, used: Iterable[str]) -> Iterator[Complaint]:
        yield from self.known(path, used, self.draft.keys("escalation.yml", "triggers"), "trigger")

    def agents(self, path: Path, used: Iterable[str]) -> Iterator[Complaint]:
        yield from self.known(path, used, self.draft.stems("agents"), "agent")

    def operations(self, path: Path, used: Iterable[str]) -> Iterator[Complaint]:
        known = self.draft.declared(self.draft.operations, "operations")
        yield from self.known(path, used, known, "operation")

    def steps(self, path: Path, steps: Iterable[Step]) -> Iterator[Complaint]:
        for number, step in enumerate(steps):
            yield from self.roles((*path, number, "role"), [step.role])


def complaints(draft: Draft) -> Iterator[Complaint]:
    """Everything that does not fit together."""
    yield from _file_names(draft)
    for name, check in (
        ("people.yml", _people),
        ("channels.yml", _channels),
        ("escalation.yml", _escalation),
        ("failures.yml", _failures),
        ("rollout.yml", _rollout),
        ("sla.yml", _sla),
    ):
        if name in draft.documents:
            yield from check(_File(draft, name))
    for agent, policy in draft.all_of(Agent).items():
        yield from _agent(_File(draft, f"agents/{agent}.yml"), policy)
    for gateway, rules in draft.all_of(Gateway).items():
        yield from _gateway(_File(draft, f"gateways/{gateway}.yml"), gateway, rules)
    for workflow, way in draft.all_of(Workflow).items():
        yield from _workflow(_File(draft, f"workflows/{workflow}.yml"), workflow, way)
    for template, words in draft.all_of(Template).items():
        yield from _template(_File(draft, f"templates/{template}.yml"), words)
    yield from _listening(draft)


def _file_names(draft: Draft) -> Iterator[Complaint]:
    for name in draft.documents:
        stem = name.rpartition("/")[2].removesuffix(".yml")
        if not _FILE_NAME.fullmatch(stem):
            yield Complaint(name, 1, f'"{stem}" is no name; allowed: small letters, digits and _, a letter first')


def _people(file: _File) -> Iterator[Complaint]:
    part = file.draft.one(PeopleFile)
    for mail, person in part.people.items() if part else ():
        yield from file.roles(("people", mail, "roles"), person.roles)
        if person.delegate is not None:
            others = file.draft.documents[file.name].keys("people") - {mail}
            yield from file.known(("people", mail, "delegate"), [person.delegate], others, "other person here")


def _channels(file: _File) -> Iterator[Complaint]:
    part = file.draft.one(ChannelsFile)
    if part is None:
        return
    for name in NEEDED_CHANNELS:
        if name not in part.channels:
            yield file.wrong(("channels",), f'channels: "{name}" is missing; needed: {", ".join(NEEDED_CHANNELS)}')
    for name, queue in part.queues.items():
        yield from file.roles(("queues", name, "role"), [queue.role])
        yield from file.known(("queues", name, "channel"), [queue.channel], frozenset(part.channels), "channel")


def _escalation(file: _File) -> Iterator[Complaint]:
    part = file.draft.one(EscalationFile)
    if part is None:
        return
    for name, trigger in part.triggers.items():
        yield from file.queues(("triggers", name, "queue"), [trigger.queue])
        for number, rung in enumerate(trigger.ladder):
            yield from file.roles(("triggers", name, "ladder", number, "role"), [rung.role])
        minutes = [rung.after_min for rung in trigger.ladder]
        if minutes != sorted(minutes):
            yield file.wrong(("triggers", name, "ladder"), "ladder: after_min must not fall from rung to rung")
    for name, matter in part.always_human.items():
        yield from file.triggers(("always_human", name, "triggers"), matter.triggers)
        yield from file.operations(("always_human", name, "operations"), matter.operations)
    for name, work in part.agent_handled.items():
        yield from file.agents(("agent_handled", name, "agents"), work.agents)
        yield from file.operations(("agent_handled", name, "operations"), work.operations)


def _failures(file: _File) -> Iterator[Complaint]:
    part = file.draft.one(FailuresFile)
    if part is None:
        return
    if "default" not in part.failures:
        yield file.wrong(("failures",), 'failures: "default" is missing; it holds for all that is not named')
    for name, failure in part.failures.items():
        yield from file.known(("failures", name), [name], frozenset(CAUSES), "failure that code asks for")
        yield from file.queues(("failures", name, "queue"), [failure.queue])
        if failure.tell:
            channels = file.draft.keys("channels.yml", "channels")
            yield from file.known(("failures", name, "tell"), [failure.tell], channels, "channel")
        if name == "rule_conflict" and failure.action == "try_again":
            yield file.wrong(
                ("failures", name, "action"), "action: what the rules forbid stays forbidden; allowed: person"
            )


def _rollout(file: _File) -> Iterator[Complaint]:
    part = file.draft.one(Rollout)
    if part is None:
        return
    stages = frozenset(part.stages)
    for name in NEEDED_STAGES:
        if name not in stages:
            yield file.wrong(("stages",), f'stages: "{name}" is missing; needed: {", ".join(NEEDED_STAGES)}')
    yield from file.known(("default",), [part.default], stages, "stage")
    for agent, stage in part.agents.items():
        yield from file.agents(("agents", agent), [agent])
        yield from file.known(("agents", agent), [stage], stages, "stage")


def _sla(file: _File) -> Iterator[Complaint]:
    part = file.draft.one(Sla)
    for name in part.workflows if part else ():
        yield from file.known(("workflows", name), [name], file.draft.stems("workflows"), "workflow")


def _agent(file: _File, agent: Agent) -> Iterator[Complaint]:
    draft = file.draft
    operations = draft.declared(draft.operations, "operations")
    yield from file.operations(("may",), agent.may)
    whole = frozenset(f"{name.partition('.')[0]}.*" for name in operations)
    yield from file.known(("must_not",), agent.must_not, operations | whole, "operation")
    for number, name in enumerate(agent.may):
        if name in agent.must_not or f"{name.partition('.')[0]}.*" in agent.must_not:
            yield file.wrong(
                ("may", number), f'may: "{name}" also stands under must_not; it can only be one of the two'
            )
    yield from file.known(("reads",), agent.reads, draft.declared(draft.reads, "reads"), "reading operation")
    yield from file.agents(("hands_to",), agent.hands_to)
    yield from file.triggers(("escalates_when",), agent.escalates_when)
    yield from file.known(("cites",), agent.cites, draft.knowledge, "knowledge page")
    for number, band in enumerate(agent.bands):
        yield from file.queues(("bands", number, "goes_to"), [band.goes_to])
    scores = [band.from_score for band in agent.bands]
    if scores != sorted(set(scores), reverse=True):
        yield file.wrong(("bands",), "bands: from_score must fall from band to band")


def _gateway(file: _File, name: str, gateway: Gateway) -> Iterator[Complaint]:
    for operation, policy in gateway.operations.items():
        at: Path = ("operations", operation)
        if operation.partition(".")[0] != name:
            yield file.wrong(at, f'operations: "{operation}" belongs into gateways/{operation.partition(".")[0]}.yml')
        yield from file.operations(at, [operation])
        yield from _operation(file, at, policy)
        if policy.undo_window_s and file.draft.undoes is not None:
            yield from _undo(file, at, file.draft.undoes.get(operation))
    yield from file.known(
        ("reads",), gateway.reads, file.draft.declared(file.draft.reads, "reads"), "reading operation"
    )


def _undo(file: _File, at: Path, undo: str | None) -> Iterator[Complaint]:
    """A window is a promise on a card: something must be able to keep it, with one press."""
    at = (*at, "undo_window_s")
    if undo is None:
        yield file.wrong(at, "undo_window_s: no gateway can take this back, so there is no window; leave it out")
        return
    gateway = file.draft.all_of(Gateway).get(undo.partition(".")[0])
    rule = gateway.operations.get(undo) if gateway else None
    if gateway is not None and rule is None:
        yield file.wrong(at, f"undo_window_s: it is undone by {undo}, for which there is no rule")
    elif rule is not None and sum(step.count for step in rule.approval) > 1:
        yield file.wrong(at, f"undo_window_s: it is undone by one press, but {undo} needs several people")


def _operation(file: _File, at: Path, policy: OperationPolicy) -> Iterator[Complaint]:
    yield from file.steps((*at, "approval"), policy.approval)
    yield from file.queues((*at, "on_expiry"), [policy.on_expiry])
    yield from file.known((*at, "limits"), policy.limits, file.draft.keys("limits.yml", "windows"), "window")
    if policy.money is not None:
        for number, band in enumerate(policy.money.bands):
            yield from file.steps((*at, "money", "bands", number, "approval"), band.approval)
        yield from file.steps((*at, "money", "above"), policy.money.above)


def _workflow(file: _File, name: str, way: Workflow) -> Iterator[Complaint]:
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


def _clarify(file: _File, way: Workflow, asks: Clarify) -> Iterator[Complaint]:
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


def _intent(file: _File, name: str, way: Workflow, intent: str, at: Path) -> Iterator[Complaint]:
    if not way.first and intent not in way.queues:
        yield file.wrong(at, f'intents: "{intent}" goes nowhere: name a first agent, or its queue under queues')
    for other, its in file.draft.all_of(Workflow).items():
        if other < name and intent in its.intents:
            yield file.wrong(at, f'intents: "{intent}" already starts workflow {other}')
    labels = file.draft.labels.get("intent")
    yield from file.known(at, [intent], labels, "intent in examples/intent.yml")


def _handoff(file: _File, way: Workflow, source: str, target: str, at: Path) -> Iterator[Complaint]:
    yield from file.known(at, [source, target], frozenset(way.agents), "agent of this workflow")
    if source == target:
        yield file.wrong(at, f'handoffs: "{source}" cannot hand to itself')
    agent = file.draft.all_of(Agent).get(source)
    if agent is not None and target != source and target not in agent.hands_to:
        yield file.wrong(at, f'handoffs: "{target}" is not among hands_to in agents/{source}.yml')


def _listening(draft: Draft) -> Iterator[Complaint]:
    heard = draft.all_of(Listening)
    for name in heard:
        file = _File(draft, f"triggers/{name}.yml")
        yield from file.known((), [name], draft.keys("escalation.yml", "triggers"), "trigger in escalation.yml")
    words = draft.one(WordsFile)
    for name, path, said in hearing.faults(Ears(words=words, triggers=heard)) if words else ():
        yield _File(draft, f"triggers/{name}.yml" if name else "words.yml").wrong(path, said)


def _template(file: _File, template: Template) -> Iterator[Complaint]:
    first = file.draft.documents[file.name].line(("text",))
    begins = first + 1 if "\n" in template.text else first  # a text of several lines begins below its key
    try:
        used = meta.find_undeclared_variables(_JINJA.parse(template.text))
    except TemplateSyntaxError as error:
        yield Complaint(file.name, begins + error.lineno - 1, f"text: is no Jinja template: {error.message}")
        return
    slots = frozenset(template.slots)
    for name in sorted(used - slots):
        lines = template.text.splitlines()
        number = next((n for n, line in enumerate(lines) if re.search(rf"\b{re.escape(name)}\b", line)), 0)
        said = f'text: "{name}" is no slot of this template; {allowed_words(name, slots)}'
        yield Complaint(file.name, begins + number, said)
    yield from file.known(("slots",), template.slots, frozenset(used), "slot that the text uses")
