"""A reading schema as the models see it: which fields are learned, which are extracted."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from core.errors import Bug
from core.ports import Extracted, Learned


@dataclass(frozen=True, slots=True)
class LearnedField:
    name: str
    labels_of: str
    optional: bool


@dataclass(frozen=True, slots=True)
class ExtractedField:
    name: str
    extractor: str
    many: bool
    optional: bool


Field = LearnedField | ExtractedField


def fields_of(schema: type[BaseModel]) -> tuple[Field, ...]:
    """The marked fields in order. Raises `Bug` when a field has neither a marker nor a default."""
    return tuple(field for name, info in schema.model_fields.items() if (field := _field(schema, name, info)))


def _field(schema: type[BaseModel], name: str, info: FieldInfo) -> Field | None:
    for marker in info.metadata:
        match marker:
            case Learned(labels_of=labels_of):
                return LearnedField(name, labels_of, _optional(info.annotation))
            case Extracted(extractor=extractor):
                return ExtractedField(name, extractor, get_origin(info.annotation) is tuple, _optional(info.annotation))
            case _:
                continue
    if info.is_required():
        raise Bug(f"{schema.__name__}.{name} is neither learned nor extracted and has no default")
    return None


def _optional(annotation: object) -> bool:
    return get_origin(annotation) in {Union, types.UnionType} and type(None) in get_args(annotation)


def missing(fields: tuple[Field, ...], values: Mapping[str, object]) -> tuple[str, ...]:
    """The fields that must be there and are not."""
    return tuple(field.name for field in fields if values.get(field.name) is None and not field.optional)
