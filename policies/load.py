"""Reads a team's policy folder, once, at start and on reload. The only place that reads policy files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from core.errors import BadPolicy
from policies import crosscheck
from policies.draft import Draft
from policies.faults import allowed_words, complaints_of
from policies.listening import Ears, Listening, WordsFile
from policies.parts import (
    ChannelsFile,
    Escalation,
    EscalationFile,
    FailuresFile,
    Limits,
    Part,
    PeopleFile,
    Rollout,
    Schedule,
    Sla,
)
from policies.schema import Agent, Gateway, Policy, Template, Workflow
from policies.source import Complaint, Document, Value, first_lines, parse

P = TypeVar("P", bound=Part)

SINGLE: Mapping[str, type[Part]] = {
    "people.yml": PeopleFile,
    "channels.yml": ChannelsFile,
    "escalation.yml": EscalationFile,
    "failures.yml": FailuresFile,
    "limits.yml": Limits,
    "rollout.yml": Rollout,
    "schedule.yml": Schedule,
    "sla.yml": Sla,
    "words.yml": WordsFile,
}
FOLDERS: Mapping[str, type[Part]] = {
    "agents": Agent,
    "gateways": Gateway,
    "workflows": Workflow,
    "templates": Template,
    "triggers": Listening,
}
KNOWLEDGE, EXAMPLES = "knowledge", "examples"
_VERSION_DIGITS = 12


def load(
    folder: Path, *, operations: frozenset[str] | None = None, reads: frozenset[str] | None = None,
    undoes: Mapping[str, str] | None = None,
) -> Policy:  # fmt: skip
    """The team's policy, checked.

    `operations` and `reads` are the names that the gateways' code declares; when given, policy may only speak of those.
    `undoes`: which of them can be taken back, and by which; when given, only those may have a window for it.
    Raises `BadPolicy` with every mistake of every file, one line each (`agents/support.yml:12: …`); the caller shows it
    as it is and starts nothing."""
    if not folder.is_dir():
        raise BadPolicy(f"{folder}: there is no such folder; BATON_POLICIES names the folder with people.yml in it")
    reader = _Reader()
    texts = reader.read(folder)
    draft = Draft(operations=operations, reads=reads, documents=reader.documents, knowledge=frozenset(reader.knowledge),
                  undoes=undoes)  # fmt: skip
    for name, model in SINGLE.items():
        part = reader.part(name, model)
        if part is not None:
            draft.single[model] = part
    for kind, model in FOLDERS.items():
        draft.many[model] = dict(reader.folder(kind, model))
    examples = dict(reader.examples())
    draft.labels = {name: frozenset(labels) for name, labels in examples.items()}
    reader.complaints.extend(crosscheck.complaints(draft))
    if reader.complaints:
        raise BadPolicy("\n".join(str(one) for one in first_lines(iter(reader.complaints))))
    return _policy(draft, _version(texts), reader.knowledge, examples)


def _version(texts: Mapping[str, str]) -> str:
    digest = hashlib.sha256()
    for name in sorted(texts):
        body = texts[name].encode()
        digest.update(f"{name}\0{len(body)}\0".encode() + body)
    return digest.hexdigest()[:_VERSION_DIGITS]


def _policy(
    draft: Draft, version: str, knowledge: Mapping[str, str], examples: Mapping[str, Mapping[str, tuple[str, ...]]]
) -> Policy:
    people, channels = draft.must(PeopleFile), draft.must(ChannelsFile)
    escalation = draft.must(EscalationFile)
    return Policy(
        version=version,
        company=people.company,
        roles=people.roles,
        people=people.people,
        channels=channels.channels,
        queues=channels.queues,
        ears=Ears(words=draft.must(WordsFile), triggers=draft.all_of(Listening)),
        escalation=Escalation(**{name: getattr(escalation, name) for name in Escalation.model_fields}),
        always_human=escalation.always_human,
        agent_handled=escalation.agent_handled,
        failures=draft.must(FailuresFile).failures,
        limits=draft.must(Limits),
        rollout=draft.must(Rollout),
        schedule=draft.must(Schedule),
        sla=draft.must(Sla),
        agents=draft.all_of(Agent),
        gateways=draft.all_of(Gateway),
        workflows=draft.all_of(Workflow),
        templates=draft.all_of(Template),
        knowledge=knowledge,
        examples=examples,
    )


@dataclass(slots=True)
class _Reader:
    """What was found in the folder, and what is wrong with it."""

    documents: dict[str, Document] = field(default_factory=dict)
    knowledge: dict[str, str] = field(default_factory=dict)
    complaints: list[Complaint] = field(default_factory=list)

    def read(self, folder: Path) -> dict[str, str]:
        """All texts by file name. Files that nobody would read are complained about: a typo must not switch off a rule."""
        texts: dict[str, str] = {}
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            if path.is_dir() or path.name.startswith(".") or path.name == "README.md":
                continue
            text = self._text(path, name)
            if text is None:
                continue
            texts[name] = text
            self._sort(name, text)
        return texts

    def _text(self, path: Path, name: str) -> str | None:
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            self._complain(name, f"cannot be read as UTF-8 text: {error}")
            return None

    def _sort(self, name: str, text: str) -> None:
        parent, _, stem = name.rpartition("/")
        if name in SINGLE or (parent in FOLDERS and stem.endswith(".yml")):
            self._keep(parse(name, text))
        elif parent == EXAMPLES and stem.endswith(".yml"):
            self._keep(parse(name, text, words_only=True))
        elif parent == KNOWLEDGE and stem.endswith(".md"):
            self.knowledge[stem.removesuffix(".md")] = text
        else:
            places = [*SINGLE, *(f"{kind}/<name>.yml" for kind in (*FOLDERS, EXAMPLES)), f"{KNOWLEDGE}/<name>.md"]
            self._complain(name, f"nobody reads this file; {allowed_words(name, places)}")

    def _keep(self, document: Document) -> None:
        self.documents[document.file] = document
        self.complaints.extend(document.complaints)

    def _complain(self, name: str, text: str) -> None:
        self.complaints.append(Complaint(name, 1, text))

    def part(self, name: str, model: type[P]) -> P | None:
        """One file as its model, or None and complaints."""
        document = self.documents.get(name)
        if document is None:
            self._complain(name, "this file is missing")
            return None
        if document.complaints and not document.data:
            return None  # not YAML at all: its keys are not missing, they are unreadable
        try:
            return model.model_validate(document.data)
        except ValidationError as error:
            self.complaints.extend(complaints_of(document, model, error))
            return None

    def folder(self, kind: str, model: type[P]) -> Iterator[tuple[str, P]]:
        """Every valid file of a folder, by its name."""
        for name in sorted(self.documents):
            parent, _, stem = name.rpartition("/")
            if parent == kind:
                part = self.part(name, model)
                if part is not None:
                    yield stem.removesuffix(".yml"), part

    def examples(self) -> Iterator[tuple[str, dict[str, tuple[str, ...]]]]:
        """The label files: `label:` and its texts. Read by hand, since there are thousands of lines."""
        for name, document in self.documents.items():
            parent, _, stem = name.rpartition("/")
            if parent == EXAMPLES:
                labels = {label: self._texts(document, label, texts) for label, texts in document.data.items()}
                yield stem.removesuffix(".yml"), labels

    def _texts(self, document: Document, label: str, texts: Value) -> tuple[str, ...]:
        if isinstance(texts, list) and texts and all(isinstance(one, str) and one.strip() for one in texts):
            return tuple(str(one) for one in texts)
        line = document.line((label,))
        self.complaints.append(Complaint(document.file, line, f"{label}: must be a list of texts, one at least"))
        return ()
