"""The policy files as far as they could be read, and one of them as it is checked against the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar, cast

from core.contract.authority import Step
from policies.faults import allowed_words
from policies.parts import Part
from policies.source import Complaint, Document, Path

P = TypeVar("P", bound=Part)


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
class File:
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
