"""Where trained classifiers lie: one folder for each digest of the examples, and a file that names the one in use.

Written by `training`, read by `local`. Folders are never changed once they are there, so a running product may read
while a nightly training writes the next one.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import Permanent
from gateways.model import features

Examples = Mapping[str, Mapping[str, Sequence[str]]]
Floats = NDArray[np.float32]
Ints = NDArray[np.int32]

TRAIN_FIRST = "The local model was not trained yet. Run: python app.py train"
_CURRENT = "current"
_FACTS = "model.json"
_ARRAYS = "{name}.npz"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one classifier beside its arrays."""

    labels: tuple[str, ...]
    scale: float  # times the margins, so that the confidence is what cross-validation saw
    threshold: float  # below it the classifier abstains
    least_similar: float  # to any example of the label
    least_known: float  # share of words that some example used
    size: int
    accuracy: float  # cross-validated, of all
    answered_accuracy: float  # cross-validated, of those above the threshold
    abstained: float  # share of the examples that it would not answer


@dataclass(frozen=True, slots=True)
class Classifier:
    """One trained label set. Example rows are sparse: row `i` spans `starts[i]` to `starts[i + 1]`."""

    facts: Facts
    vocabulary: Mapping[str, int]
    rarity: Floats  # of each feature: the inverse document frequency
    weights: Floats  # labels by features
    bias: Floats
    starts: Ints
    columns: Ints
    values: Floats
    labels_of: Ints  # of each example row


def digest(examples: Examples) -> str:
    """Names the examples together with the features they are turned into. Order of labels and texts counts not."""
    tidy = {name: {label: sorted(set(texts)) for label, texts in labels.items()} for name, labels in examples.items()}
    told = json.dumps([features.version(), tidy], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def is_there(store: Path, name: str) -> bool:
    return (store / name / _FACTS).is_file()


def current(store: Path) -> str:
    """The digest in use. Raises `Permanent` when nothing was trained."""
    try:
        return (store / _CURRENT).read_text(encoding="ascii").strip()
    except FileNotFoundError as error:
        raise Permanent(TRAIN_FIRST) from error


def use(store: Path, name: str) -> None:
    """From now on `name` is read. One rename: a reader sees the old name or the new one."""
    waiting = store / f".{_CURRENT}.{os.getpid()}"
    waiting.write_text(name + "\n", encoding="ascii")
    waiting.replace(store / _CURRENT)


def write(store: Path, name: str, classifiers: Mapping[str, Classifier]) -> None:
    """All classifiers of one digest, whole or not at all."""
    store.mkdir(parents=True, exist_ok=True)
    waiting = store / f".{name}.{os.getpid()}"
    shutil.rmtree(waiting, ignore_errors=True)
    waiting.mkdir()
    for label_set, one in classifiers.items():
        np.savez(
            waiting / _ARRAYS.format(name=label_set),
            rarity=one.rarity,
            weights=one.weights,
            bias=one.bias,
            starts=one.starts,
            columns=one.columns,
            values=one.values,
            labels_of=one.labels_of,
        )
    told = {
        "features": features.version(),
        "sets": {
            key: {"facts": asdict(one.facts), "vocabulary": list(one.vocabulary)} for key, one in classifiers.items()
        },
    }
    (waiting / _FACTS).write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    try:
        waiting.replace(store / name)
    except OSError:  # another training was first with the very same examples
        shutil.rmtree(waiting)
        if not is_there(store, name):
            raise


def read(store: Path, name: str) -> dict[str, Classifier]:
    """All classifiers of one digest. Raises `Permanent` when they are absent or were made for other features."""
    try:
        told = json.loads((store / name / _FACTS).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise Permanent(TRAIN_FIRST) from error
    if told["features"] != features.version():
        raise Permanent("The local model was trained by another version of Baton. Run: python app.py train")
    return {key: _classifier(store / name / _ARRAYS.format(name=key), one) for key, one in told["sets"].items()}


def _classifier(path: Path, told: Mapping[str, Any]) -> Classifier:
    facts = {**told["facts"], "labels": tuple(told["facts"]["labels"])}
    with np.load(path, allow_pickle=False) as arrays:
        return Classifier(
            facts=Facts(**facts),
            vocabulary={feature: at for at, feature in enumerate(told["vocabulary"])},
            **{key: arrays[key] for key in ("rarity", "weights", "bias", "starts", "columns", "values", "labels_of")},
        )
