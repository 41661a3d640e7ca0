"""What one policy file says of another: every name that is used must exist somewhere.

A file that is broken takes nothing else down: its names are still known from its keys, and the rest is checked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jinja2 import Environment, TemplateSyntaxError, meta

from core.errors import CAUSES
from policies import workflow_checks
from policies.draft import Draft as Draft
from policies.draft import File
from policies.faults import allowed_words
from policies.listening import Ears, Listening, WordsFile
from policies.parts import ChannelsFile, EscalationFile, FailuresFile, PeopleFile, Rollout, Sla
from policies.rules import hearing
from policies.schema import Agent, Gateway, OperationPolicy, Template, Workflow
from policies.source import Complaint, Path

NEEDED_CHANNELS = ("feed", "digest", "anchor")
NEEDED_STAGES = ("read_only", "shadow", "supervised", "limited", "full")
_FILE_NAME = re.compile(r"[a-z][a-z0-9_]*")
_JINJA = Environment(autoescape=False)  # noqa: S701 - only parsed here, never rendered


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
            yield from check(File(draft, name))
    for agent, policy in draft.all_of(Agent).items():
        yield from _agent(File(draft, f"agents/{agent}.yml"), policy)
    for gateway, rules in draft.all_of(Gateway).items():
        yield from _gateway(File(draft, f"gateways/{gateway}.yml"), gateway, rules)
    for workflow, way in draft.all_of(Workflow).items():
        yield from workflow_checks.complaints(File(draft, f"workflows/{workflow}.yml"), workflow, way)
    for template, words in draft.all_of(Template).items():
        yield from _template(File(draft, f"templates/{template}.yml"), words)
    yield from _listening(draft)


def _file_names(draft: Draft) -> Iterator[Complaint]:
    for name in draft.documents:
        stem = name.rpartition("/")[2].removesuffix(".yml")
        if not _FILE_NAME.fullmatch(stem):
            yield Complaint(name, 1, f'"{stem}" is no name; allowed: small letters, digits and _, a letter first')


def _people(file: File) -> Iterator[Complaint]:
    part = file.draft.one(PeopleFile)
    for mail, person in part.people.items() if part else ():
        yield from file.roles(("people", mail, "roles"), person.roles)
        if person.delegate is not None:
            others = file.draft.documents[file.name].keys("people") - {mail}
            yield from file.known(("people", mail, "delegate"), [person.delegate], others, "other person here")


def _channels(file: File) -> Iterator[Complaint]:
    part = file.draft.one(ChannelsFile)
    if part is None:
        return
    for name in NEEDED_CHANNELS:
        if name not in part.channels:
            yield file.wrong(("channels",), f'channels: "{name}" is missing; needed: {", ".join(NEEDED_CHANNELS)}')
    for name, queue in part.queues.items():
        yield from file.roles(("queues", name, "role"), [queue.role])
        yield from file.known(("queues", name, "channel"), [queue.channel], frozenset(part.channels), "channel")


def _escalation(file: File) -> Iterator[Complaint]:
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


def _failures(file: File) -> Iterator[Complaint]:
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


def _rollout(file: File) -> Iterator[Complaint]:
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


def _sla(file: File) -> Iterator[Complaint]:
    part = file.draft.one(Sla)
    for name in part.workflows if part else ():
        yield from file.known(("workflows", name), [name], file.draft.stems("workflows"), "workflow")


def _agent(file: File, agent: Agent) -> Iterator[Complaint]:
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


def _gateway(file: File, name: str, gateway: Gateway) -> Iterator[Complaint]:
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


def _undo(file: File, at: Path, undo: str | None) -> Iterator[Complaint]:
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


def _operation(file: File, at: Path, policy: OperationPolicy) -> Iterator[Complaint]:
    yield from file.steps((*at, "approval"), policy.approval)
    yield from file.queues((*at, "on_expiry"), [policy.on_expiry])
    yield from file.known((*at, "limits"), policy.limits, file.draft.keys("limits.yml", "windows"), "window")
    if policy.money is not None:
        for number, band in enumerate(policy.money.bands):
            yield from file.steps((*at, "money", "bands", number, "approval"), band.approval)
        yield from file.steps((*at, "money", "above"), policy.money.above)


def _listening(draft: Draft) -> Iterator[Complaint]:
    heard = draft.all_of(Listening)
    for name in heard:
        file = File(draft, f"triggers/{name}.yml")
        yield from file.known((), [name], draft.keys("escalation.yml", "triggers"), "trigger in escalation.yml")
    words = draft.one(WordsFile)
    for name, path, said in hearing.faults(Ears(words=words, triggers=heard)) if words else ():
        yield File(draft, f"triggers/{name}.yml" if name else "words.yml").wrong(path, said)


def _template(file: File, template: Template) -> Iterator[Complaint]:
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
