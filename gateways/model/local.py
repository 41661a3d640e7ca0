"""The local model: learned classifiers, extractors made for the field, and templates. No network, no key.

It is no imitation of a language model. It reads what its examples and extractors know, and abstains from the rest."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar, assert_never

from pydantic import BaseModel

from core.errors import Bug
from core.ports import Answer, Found, Ids, Label, Usage, Wording
from gateways.model import store
from gateways.model.classify import Abstained, Answered, classify, margins
from gateways.model.extractors import extract_from
from gateways.model.extractors.mail import Mail, opened
from gateways.model.quotes import anchored
from gateways.model.schema import ExtractedField, LearnedField, fields_of, missing
from gateways.model.store import Classifier
from gateways.model.wording import Filled, NotFilled, fill

CALL = "call"  # prefix of a model call's id
TEMPLATES = "local-templates"
S = TypeVar("S", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class _Loaded:
    digest: str
    classifiers: Mapping[str, Classifier]

    @property
    def version(self) -> str:
        return f"local-{self.digest[:8]}"


class LocalModel:
    """Implements `core.ports.Model` over what `training` left in `folder`. Safe to call from several threads.

    A training that ends while the product runs is taken up with the next reading."""

    def __init__(self, folder: Path, ids: Ids) -> None:
        self._folder = folder
        self._ids = ids
        self._lock = threading.Lock()
        self._loaded: _Loaded | None = None

    def version(self) -> str:
        """The name under which readings are recorded. Raises `Permanent` when nothing was trained."""
        return self._current().version

    def read(self, schema: type[S], *, purpose: str, instructions: str, text: str) -> Answer[S]:
        """The typed reading of `text`. `purpose` and `instructions` are for other models.

        The confidence is the lowest of the labels that were given; 1 when the schema has only extracted fields and one
        was found; 0 when no label could be given, though extracted fields may then still hold what was found. Fields
        on which it abstained are None and named in `why`. Raises `Permanent` when nothing was trained, `Bug` when the
        schema asks for a label set or an extractor that there is not."""
        fields = fields_of(schema)
        mail = opened(text)
        loaded = self._current() if any(isinstance(field, LearnedField) for field in fields) else None
        values: dict[str, object] = {}
        whys: list[str] = []
        for field in fields:
            match field:
                case LearnedField():
                    label = self._label(loaded, field, mail, text)
                    values[field.name] = label if isinstance(label, Label) else None
                    whys += [f"{field.name}: {label.why}"] if isinstance(label, Abstained) else []
                case ExtractedField():
                    found = extract_from(field.extractor, mail, text)
                    values[field.name] = found if field.many else next(iter(found), None)
                case _:
                    assert_never(field)
        absent = missing(fields, values)
        whys += [f"{name} was not found" for name in absent if not any(why.startswith(f"{name}:") for why in whys)]
        value = None if absent or not _anything(values) else schema(**values)
        confidence = _confidence(values, learns=loaded is not None) if value is not None else 0.0
        return Answer(
            value, confidence, loaded.version if loaded else "local-extractors", self._usage(), "; ".join(whys)
        )

    def write(self, *, purpose: str, template: str, facts: Mapping[str, str], text: str) -> Wording:
        """The template filled with the facts. `text` and `purpose` are for other models."""
        match fill(template, facts):
            case Filled(text=filled):
                return Wording(filled, TEMPLATES, self._usage())
            case NotFilled(why=why):
                return Wording(None, TEMPLATES, self._usage(), why)

    def _usage(self) -> Usage:
        return Usage(call_id=self._ids.new(CALL))

    def _current(self) -> _Loaded:
        digest = store.current(self._folder)
        with self._lock:
            if self._loaded is None or self._loaded.digest != digest:
                self._loaded = _Loaded(digest, store.read(self._folder, digest))
            return self._loaded

    def _label(self, loaded: _Loaded | None, field: LearnedField, mail: Mail, text: str) -> Label | Abstained:
        if loaded is None or field.labels_of not in loaded.classifiers:
            raise Bug(f"no examples were learned for '{field.labels_of}'")
        classifier = loaded.classifiers[field.labels_of]
        match classify(classifier, mail.told):
            case Answered(label=label, confidence=confidence):
                quote = _speaks_for(classifier, label, mail)
                return Label(name=label, confidence=confidence, quote=anchored(quote, text) or "")
            case Abstained() as abstained:
                return abstained


def _speaks_for(classifier: Classifier, label: str, mail: Mail) -> str:
    """The sentence that speaks most for the label over the next best one."""
    at = classifier.facts.labels.index(label)

    def weight(sentence: str) -> float:
        told = margins(classifier, sentence)
        return float(told[at] - max(told[other] for other in range(len(told)) if other != at))

    return max(mail.sentences, key=weight, default="")


def _anything(values: Mapping[str, object]) -> bool:
    return any(isinstance(value, Label | Found) or (isinstance(value, tuple) and value) for value in values.values())


def _confidence(values: Mapping[str, object], *, learns: bool) -> float:
    labels = [value.confidence for value in values.values() if isinstance(value, Label)]
    return min(labels) if labels else 0.0 if learns else 1.0
