"""A trained classifier put to use. Plain numpy: the product never loads the library that trains."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gateways.model.features import KINDS, features, words
from gateways.model.store import Classifier, Floats


@dataclass(frozen=True, slots=True)
class Answered:
    label: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Abstained:
    """No label. `why` tells a person in a few words."""

    why: str


def weighed(text: str, vocabulary: Mapping[str, int], rarity: Floats) -> tuple[list[int], list[float]]:
    """A text as columns and values: each kind of feature is weighed by rarity and brought to length one."""
    counts = Counter(vocabulary[name] for name in features(text) if name in vocabulary)
    names = {vocabulary[name]: name[0] for name in set(features(text)) if name in vocabulary}
    columns = sorted(counts)
    raw = {column: (1.0 + math.log(counts[column])) * float(rarity[column]) for column in columns}
    lengths = {kind: math.sqrt(sum(raw[c] ** 2 for c in columns if names[c] == kind)) for kind in KINDS}
    return columns, [raw[column] / lengths[names[column]] for column in columns]


def margins(classifier: Classifier, text: str) -> Floats:
    """For each label how much speaks for it, on the scale of the confidence."""
    columns, values = weighed(text, classifier.vocabulary, classifier.rarity)
    told = classifier.weights[:, columns] @ np.asarray(values, dtype=np.float32) + classifier.bias
    return np.asarray(told * classifier.facts.scale, dtype=np.float32)


def shares(told: Floats) -> Floats:
    """Margins as shares of one."""
    powers = np.exp(told - told.max())
    return np.asarray(powers / powers.sum(), dtype=np.float32)


def known(classifier: Classifier, text: str) -> float:
    """The share of the text's words that some example used."""
    found = words(text)
    return sum(f"w:{word}" in classifier.vocabulary for word in found) / len(found) if found else 0.0


def similarity(classifier: Classifier, text: str, label: int) -> float:
    """To the most similar example of the label; 1 is the same text."""
    columns, values = weighed(text, classifier.vocabulary, classifier.rarity)
    dense = np.zeros(len(classifier.rarity), dtype=np.float32)
    dense[columns] = values
    products = np.append(classifier.values * dense[classifier.columns], np.float32(0))
    rows = np.add.reduceat(products, classifier.starts[:-1])
    mine = rows[classifier.labels_of == label]
    return float(mine.max()) / len(KINDS) if len(mine) else 0.0


def classify(classifier: Classifier, text: str) -> Answered | Abstained:
    """The label, with a confidence that cross-validation bears out; or why there is none."""
    facts = classifier.facts
    if known(classifier, text) < facts.least_known:
        return Abstained("too few words that the examples know")
    told = shares(margins(classifier, text))
    best = int(told.argmax())
    if float(told[best]) < facts.threshold:
        name = facts.labels[best].replace("_", " ")
        return Abstained(f"perhaps {name}, {float(told[best]):.0%}, where {facts.threshold:.0%} is needed")
    if similarity(classifier, text, best) < facts.least_similar:
        return Abstained(f"unlike every example of {facts.labels[best]}")
    return Answered(facts.labels[best], min(1.0, float(told[best])))
