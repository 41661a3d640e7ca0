"""A model that says what the test tells it to, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from jinja2 import Template
from jinja2.sandbox import SandboxedEnvironment
from pydantic import BaseModel

from core.ports import Answer, S, Usage, Wording

Script = BaseModel | Answer[BaseModel] | Callable[[str], BaseModel] | None


@dataclass
class ScriptedModel:
    """Implements `core.ports.Model`. `reads` answers by purpose: a value (read for sure), a whole `Answer`, a function of
    the text, or None (abstains). `writes` answers by purpose: the words, or None for "the template, filled".

    Raises `AssertionError` when asked for anything else: a call that no test expected is a fault."""

    reads: Mapping[str, Script] = field(default_factory=dict)
    writes: Mapping[str, str | None] = field(default_factory=dict)
    confidence: float = 0.95
    asked: list[tuple[str, str]] = field(default_factory=list)  # (purpose, text) of each call

    def read(self, schema: type[S], *, purpose: str, instructions: str, text: str) -> Answer[S]:
        self.asked.append((purpose, text))
        assert instructions, f"{purpose} has no instructions"
        assert purpose in self.reads, f"nobody scripted a reading for {purpose}"
        script = self.reads[purpose]
        if callable(script):
            script = script(text)
        if isinstance(script, Answer):
            return script  # type: ignore[return-value]  # the test says what comes, whatever was asked for
        usage = Usage(f"mc_{len(self.asked)}")
        if script is None:
            return Answer(None, 0.0, "scripted", usage, why="The model abstained.")
        assert isinstance(script, schema), f"{purpose} wants {schema.__name__}, not {type(script).__name__}"
        return Answer(script, self.confidence, "scripted", usage)

    def write(self, *, purpose: str, template: str, facts: Mapping[str, str], text: str) -> Wording:
        self.asked.append((purpose, text))
        assert purpose in self.writes, f"nobody scripted words for {purpose}"
        words = self.writes[purpose]
        if words is None:
            words = _compiled(template).render(dict(facts))
        return Wording(words, "scripted", Usage(f"mc_{len(self.asked)}"))


@lru_cache(maxsize=64)
def _compiled(template: str) -> Template:
    return SandboxedEnvironment().from_string(template)
