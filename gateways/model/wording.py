"""Fills the team's templates. Sandboxed: a template reads its facts and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment


@dataclass(frozen=True, slots=True)
class Filled:
    text: str


@dataclass(frozen=True, slots=True)
class NotFilled:
    why: str


def fill(template: str, facts: Mapping[str, str]) -> Filled | NotFilled:
    """The template with its slots filled. A slot without a fact leaves nothing half written."""
    try:
        return Filled(_compiled(template).render(dict(facts)).strip())
    except UndefinedError as error:
        return NotFilled(f"The template has a slot that no fact fills: {error.message}")
    except SecurityError as error:
        return NotFilled(f"The template asks for what it may not have: {error.message}")
    except TemplateSyntaxError as error:
        return NotFilled(f"The template cannot be read, line {error.lineno}: {error.message}")
    except (TemplateError, ArithmeticError, TypeError, ValueError) as error:
        return NotFilled(f"The template cannot be filled: {error}")


@lru_cache(maxsize=256)
def _compiled(template: str) -> Template:
    # Plain text mail: escaping for HTML would spoil it. Facts are values, never templates.
    return ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False).from_string(template)
