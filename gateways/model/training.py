"""Learns the local model from the team's examples. Run in set-up and nightly, in a process of its own.

The only module that loads scikit-learn. For each label set: a class-balanced logistic regression; the scale of its
confidence, the threshold under which it abstains and the bounds of its field come from cross-validation.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from core.errors import BadPolicy
from gateways.model import store
from gateways.model.classify import known, shares, similarity, weighed
from gateways.model.features import features
from gateways.model.store import Classifier, Examples, Facts

PRECISION = 0.95  # of what it answers, so much must be right; below that a person sorts it
Numbers = NDArray[Any]
FEWEST = 5  # examples of a label
_FOLDS = 5
_STRENGTH = 5.0  # the inverse of the regularization
_OUTSIDE = 0.01  # share of good examples that may count as out of the field
_SCALES = np.geomspace(0.1, 10.0, 80)


@dataclass(frozen=True, slots=True)
class SetReport:
    """One label set: how many examples, and what cross-validation says of it. Shares from 0 to 1."""

    name: str
    size: int
    accuracy: float
    answered_accuracy: float
    abstained: float
    threshold: float

    @property
    def text(self) -> str:
        return (
            f"{self.name}: {self.size} examples, answers {1 - self.abstained:.0%} of them and is right in "
            f"{self.answered_accuracy:.1%} of those (from {self.threshold:.0%} sure; {self.accuracy:.0%} if it had to answer)"
        )


@dataclass(frozen=True, slots=True)
class Report:
    """What a training came to. `fresh` is False when these examples were learned before."""

    digest: str
    folder: Path
    sets: tuple[SetReport, ...]
    fresh: bool

    @property
    def text(self) -> str:
        """The report for a person, one line for each label set."""
        head = f"Learned into {self.folder}." if self.fresh else f"These examples were learned before: {self.folder}."
        return "\n".join([head, *(one.text for one in self.sets)])


def train(examples: Examples, folder: Path) -> Report:
    """Learns every label set of `examples` (set → label → texts) into `folder`, and makes it the one in use.

    Does nothing but that last step when the same examples were learned before. Raises `BadPolicy` when a label has
    fewer than five examples or a set fewer than two labels."""
    name = store.digest(examples)
    fresh = not store.is_there(folder, name)
    if fresh:
        store.write(folder, name, {key: learn(key, labels) for key, labels in sorted(examples.items())})
    store.use(folder, name)
    sets = tuple(_report(key, one.facts) for key, one in sorted(store.read(folder, name).items()))
    return Report(digest=name, folder=folder / name, sets=sets, fresh=fresh)


def _report(name: str, facts: Facts) -> SetReport:
    return SetReport(name, facts.size, facts.accuracy, facts.answered_accuracy, facts.abstained, facts.threshold)


def learn(name: str, labels: Mapping[str, Sequence[str]]) -> Classifier:
    """One label set, learned and calibrated. Raises `BadPolicy` when there is too little to learn from."""
    if len(labels) < 2:
        raise BadPolicy(f"examples/{name}.yml: needs at least two labels")
    texts: list[str] = []
    truth: list[int] = []
    for at, (label, lines) in enumerate(sorted(labels.items())):
        unique = sorted(set(lines))
        if len(unique) < FEWEST:
            raise BadPolicy(f"examples/{name}.yml: label '{label}' has {len(unique)} examples, needs at least {FEWEST}")
        texts += unique
        truth += [at] * len(unique)
    whole = _fit(texts, truth, tuple(sorted(labels)))
    return replace(whole, facts=_judge(whole.facts, texts, np.asarray(truth)))


def _fit(texts: Sequence[str], truth: Sequence[int], labels: tuple[str, ...]) -> Classifier:
    seen = Counter(name for text in texts for name in set(features(text)))
    kept = sorted(name for name, count in seen.items() if count > 1 or name[0] in "wf")  # rare pieces teach nothing
    vocabulary = {name: at for at, name in enumerate(kept)}
    rarity = np.asarray([1.0 + math.log((1 + len(texts)) / (1 + seen[name])) for name in kept], dtype=np.float32)
    rows = [weighed(text, vocabulary, rarity) for text in texts]
    starts = np.cumsum([0] + [len(columns) for columns, _ in rows]).astype(np.int32)
    columns = np.asarray([column for row, _ in rows for column in row], dtype=np.int32)
    values = np.asarray([value for _, row in rows for value in row], dtype=np.float32)
    matrix = csr_matrix((values, columns, starts), shape=(len(texts), len(kept)))
    model = LogisticRegression(C=_STRENGTH, class_weight="balanced", max_iter=400).fit(matrix, truth)
    weights: Numbers = np.asarray(model.coef_, dtype=np.float32)
    bias: Numbers = np.asarray(model.intercept_, dtype=np.float32)
    if len(labels) == 2:  # the library keeps one row for two labels
        weights, bias = np.vstack([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    return Classifier(
        facts=Facts(labels, 1.0, 0.0, 0.0, 0.0, len(texts), 0.0, 0.0, 0.0),
        vocabulary=vocabulary,
        rarity=rarity,
        weights=weights,
        bias=bias,
        starts=starts,
        columns=columns,
        values=values,
        labels_of=np.asarray(truth, dtype=np.int32),
    )


def _judge(facts: Facts, texts: Sequence[str], truth: Numbers) -> Facts:
    """The scale, the threshold and the bounds, each from texts that the fold's classifier had not seen."""
    told: Numbers = np.zeros((len(texts), len(facts.labels)), dtype=np.float32)
    near, words_known = np.zeros(len(texts)), np.zeros(len(texts))
    folds = StratifiedKFold(min(_FOLDS, int(np.bincount(truth).min())), shuffle=True, random_state=1)
    for seen, unseen in folds.split(np.zeros(len(texts)), truth):
        fold = _fit([texts[at] for at in seen], [int(truth[at]) for at in seen], facts.labels)
        for at in unseen:
            columns, values = weighed(texts[at], fold.vocabulary, fold.rarity)
            told[at] = fold.weights[:, columns] @ np.asarray(values, dtype=np.float32) + fold.bias
            near[at] = similarity(fold, texts[at], int(truth[at]))
            words_known[at] = known(fold, texts[at])
    scale = _scale(told, truth)
    confidence: Numbers = np.asarray([shares(row * scale).max() for row in told])
    right = told.argmax(axis=1) == truth
    threshold = _threshold(confidence, right)
    answered = confidence >= threshold
    return replace(
        facts,
        scale=scale,
        threshold=threshold,
        accuracy=float(right.mean()),
        least_similar=float(np.quantile(near, _OUTSIDE)),
        least_known=float(np.quantile(words_known, _OUTSIDE)),
        answered_accuracy=float(right[answered].mean()) if answered.any() else 0.0,
        abstained=float(1 - answered.mean()),
    )


def _scale(told: Numbers, truth: Numbers) -> float:
    """The scale at which the confidences are least surprised by the truth."""
    rows = np.arange(len(truth))

    def surprise(scale: float) -> float:
        share = np.asarray([shares(row) for row in told * np.float32(scale)])[rows, truth]
        return float(-np.log(np.maximum(share, 1e-9)).mean())

    return float(min(_SCALES, key=surprise))


def _threshold(confidence: Numbers, right: Numbers) -> float:
    """The lowest confidence above which at least `PRECISION` were right; just over 1 when there is none."""
    order = np.argsort(-confidence, kind="stable")
    precision = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(precision >= PRECISION)
    return float(confidence[order[good[-1]]]) if len(good) else 1.01
