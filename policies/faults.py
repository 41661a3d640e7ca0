"""From a validator's findings to lines that a shop owner can act on: what is wrong, and what is allowed."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from policies.source import Complaint, Document, Path

_SHOWN = 14


def allowed_words(value: str, allowed: Iterable[str]) -> str:
    """The second half of a complaint: `did you mean …? allowed: …`."""
    names = sorted(allowed)
    near = difflib.get_close_matches(value, names, n=1)
    guess = f"did you mean {near[0]}? " if near else ""
    shown = ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
    return f"{guess}allowed: {shown or 'nothing yet'}"


def complaints_of(document: Document, model: type[BaseModel], error: ValidationError) -> Iterator[Complaint]:
    """One complaint for each finding, with the line of the key that it is about."""
    for detail in error.errors(include_url=False):
        path = tuple(part for part in detail["loc"] if part != "[key]")
        yield Complaint(document.file, document.line(path), _text(model, path, detail))


def _text(model: type[BaseModel], path: Path, detail: ErrorDetails) -> str:
    where = ".".join(str(part) for part in path[:-1])
    last = str(path[-1]) if path else ""
    given = detail["input"]
    match detail["type"]:
        case "extra_forbidden":
            hint = allowed_words(last, _fields_at(model, path[:-1]))
            return f'{where + ": " if where else ""}"{last}" is no key here; {hint}'
        case "missing":
            return f'{where + ": " if where else ""}key "{last}" is missing'
        case "literal_error":
            allowed = [word.strip(" '") for word in detail["ctx"]["expected"].replace(" or ", ", ").split(",")]
            return f'{".".join(map(str, path))}: "{given}" is not allowed; {allowed_words(str(given), allowed)}'
        case _:
            said = detail["msg"].removeprefix("Value error, ").replace("Input should", "should")
            shown = "" if isinstance(given, (dict, list)) else f'"{given}": '
            return f"{'.'.join(map(str, path))}: {shown}{said}"


def _fields_at(annotation: object, path: Path) -> frozenset[str]:
    """The keys that a model knows at this place."""
    for kind in _plain_types(annotation):
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            if not path:
                return frozenset(field.alias or name for name, field in kind.model_fields.items())
            named = {field.alias or name: field.annotation for name, field in kind.model_fields.items()}
            return _fields_at(named.get(str(path[0])), path[1:])
        arguments: tuple[Any, ...] = get_args(kind)
        if path and arguments:
            origin = get_origin(kind)
            is_mapping = isinstance(origin, type) and issubclass(origin, Mapping)
            return _fields_at(arguments[1] if is_mapping else arguments[0], path[1:])
    return frozenset()


def _plain_types(annotation: object) -> tuple[object, ...]:
    """Without `Annotated` and without None."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _plain_types(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return tuple(kind for one in get_args(annotation) if one is not NoneType for kind in _plain_types(one))
    return (annotation,)
