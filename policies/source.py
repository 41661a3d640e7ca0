"""Policy text with its line numbers: YAML in, plain values out, and where each key stands.

A small YAML: text, whole numbers, decimals, true, false, null, lists and keys. No tags, no dates, no `yes` that means true,
no 17:30 that means 1050. A key that stands twice is refused, since the second would silently win.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias, cast

import yaml

Path = tuple[str | int, ...]
Value: TypeAlias = "str | int | float | bool | list[Value] | dict[str, Value] | None"

_INT = re.compile(r"[-+]?(0|[1-9]\d*)")
_FLOAT = re.compile(r"[-+]?\d+\.\d+")
_PLAIN = {"": None, "null": None, "~": None, "true": True, "false": False}
_TAGS = frozenset(f"tag:yaml.org,2002:{name}" for name in ("str", "seq", "map"))
_DEEPEST = 20


class _Loader(yaml.CSafeLoader):
    """Composes only; what a plain word means is decided below."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML reads it here


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing that is wrong, and where."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


@dataclass(frozen=True, slots=True)
class Document:
    """One file as plain values. `lines` holds the line of every key and list entry, counted from 1."""

    file: str
    data: dict[str, Value]
    lines: Mapping[Path, int]
    complaints: tuple[Complaint, ...] = ()

    def line(self, path: Path) -> int:
        """Where this key stands, or the nearest thing around it that is there."""
        for end in range(len(path), -1, -1):
            if path[:end] in self.lines:
                return self.lines[path[:end]]
        return 1

    def keys(self, *path: str) -> frozenset[str]:
        """The names under a key, also in a file with other mistakes."""
        value: Value = self.data
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        return frozenset(value) if isinstance(value, dict) else frozenset()


@dataclass(slots=True)
class _Builder:
    file: str
    words_only: bool
    lines: dict[Path, int] = field(default_factory=dict)
    complaints: list[Complaint] = field(default_factory=list)

    def complain(self, node: yaml.Node, text: str) -> None:
        self.complaints.append(Complaint(self.file, node.start_mark.line + 1, text))

    def value(self, node: yaml.Node, path: Path) -> Value:
        if len(path) > _DEEPEST:
            self.complain(node, f"is nested deeper than {_DEEPEST} levels")
            return None
        if node.tag not in _TAGS:
            self.complain(node, f"tags such as {node.tag} are not used here")
            return None
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.entry(child, (*path, number)) for number, child in enumerate(node.value)]
        return self.scalar(cast("yaml.ScalarNode", node))

    def entry(self, node: yaml.Node, path: Path) -> Value:
        self.lines[path] = node.start_mark.line + 1
        return self.value(node, path)

    def mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for key, child in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else None
            if name is None:
                self.complain(key, "a key must be plain text")
            elif name in found:
                self.complain(key, f"{name}: stands twice; the first is in line {self.lines[*path, name]}")
            else:
                self.lines[*path, name] = key.start_mark.line + 1
                found[name] = self.value(child, (*path, name))
        return found

    def scalar(self, node: yaml.ScalarNode) -> Value:
        text = str(node.value)
        if node.style or self.words_only:
            return text
        if text in _PLAIN:
            return _PLAIN[text]
        if _INT.fullmatch(text):
            return int(text)
        return float(text) if _FLOAT.fullmatch(text) else text


@lru_cache(maxsize=128)
def parse(file: str, text: str, *, words_only: bool = False) -> Document:
    """The file's values and lines. `words_only`: every value is text, as in lists of examples.

    Never raises: what cannot be read is among the document's complaints."""
    builder = _Builder(file, words_only)
    data: Value
    try:
        node = yaml.compose(text, Loader=_Loader)
        data = builder.value(node, ()) if node is not None else {}
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        return Document(file, {}, {}, (Complaint(file, line, f"is not YAML: {error.problem or error.context}"),))
    except yaml.YAMLError as error:
        return Document(file, {}, {}, (Complaint(file, 1, f"is not YAML: {error}"),))
    if not isinstance(data, dict):
        builder.complaints.append(Complaint(file, 1, "must begin with keys, such as `description: …`"))
        data = {}
    return Document(file, data, builder.lines, tuple(builder.complaints))


def first_lines(complaints: Iterator[Complaint]) -> tuple[Complaint, ...]:
    """Each complaint once, in the order of files and lines."""
    return tuple(sorted(set(complaints), key=lambda one: (one.file, one.line, one.text)))
