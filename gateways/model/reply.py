"""What a language model is asked to answer in, and how its answer becomes a reading.

Nothing that it says is believed as it stands: a label must be on the list, a quote must be in the text word for word,
and a value with a form of its own (a sum, a date, a number) is read again from the quote by our own extractors.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, assert_never

from pydantic import BaseModel, ConfigDict, Field, create_model

from core.errors import Bug
from core.ports import Found, Label
from gateways.model.extractors import EXTRACTORS, extract
from gateways.model.quotes import anchored
from gateways.model.schema import ExtractedField, LearnedField
from gateways.model.schema import Field as Marked

_REREAD: Mapping[str, str] = {  # field's extractor: the one that reads its quote again
    "email": "email",
    "phone": "phone",
    "amounts": "amounts",
    "budget": "amounts",
    "dates": "dates",
    "links": "links",
    "order_number": "order_number",
    "quantity": "quantity",
}
_TOLD: Mapping[str, str] = {
    "person_name": "the writer's own name",
    "email": "the writer's mail address",
    "phone": "the writer's phone number",
    "company": "the company the writer is with",
    "need": "the sentence that says what is wanted",
    "urgency": "the words that say how much it presses",
    "amounts": "each sum of money",
    "budget": "what the writer can spend",
    "authority": "the words that say who decides about buying",
    "timeline": "the words that say by when",
    "quantity": "how many of what",
    "order_number": "the number of an order, a work order, a booking or an invoice",
    "dates": "each day that is named",
    "links": "each web address",
}


class _Reply(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Piece(_Reply):
    value: str = Field(description="the piece itself, tidied")
    quote: str = Field(description="where it stands in the text, copied word for word")


@dataclass(frozen=True, slots=True)
class Checked:
    """`values` fit the reading schema. `broken` names label fields whose evidence did not hold; `dropped` all fields."""

    values: Mapping[str, object]
    broken: tuple[str, ...]
    dropped: tuple[str, ...]


def reply_type(name: str, fields: tuple[Marked, ...], labels: Mapping[str, tuple[str, ...]]) -> type[BaseModel]:
    """The pydantic type that the model must answer in: every field required, labels as a closed list.

    Raises `Bug` when a label set or an extractor is not known."""
    shape: dict[str, Any] = {}
    for field in fields:
        match field:
            case LearnedField():
                shape[field.name] = (_label_type(field, labels) | None, Field(description="null when unsure"))
            case ExtractedField():
                if field.extractor not in EXTRACTORS:
                    raise Bug(f"there is no extractor '{field.extractor}'")
                kind = list[_Piece] if field.many else _Piece | None
                shape[field.name] = (kind, Field(description=_TOLD.get(field.extractor, field.extractor)))
            case _:
                assert_never(field)
    return create_model(name, __base__=_Reply, **shape)


def _label_type(field: LearnedField, labels: Mapping[str, tuple[str, ...]]) -> Any:
    if not labels.get(field.labels_of):
        raise Bug(f"no labels were given for '{field.labels_of}'")
    allowed: Any = Literal.__getitem__(labels[field.labels_of])
    return create_model(
        f"{field.name}_label",
        __base__=_Reply,
        name=(allowed, Field(description=f"the {field.labels_of} of the text")),
        confidence=(float, Field(description="from 0 to 1")),
        quote=(str, Field(description="the words that speak for it, copied word for word from the text")),
    )


def checked(reply: BaseModel, fields: tuple[Marked, ...], text: str, believed: Callable[[float], float]) -> Checked:
    """The reply as values of the reading schema; what does not hold is left out and named.

    `believed` turns the model's own confidence into one that means something."""
    values: dict[str, object] = {}
    broken: list[str] = []
    dropped: list[str] = []
    for field in fields:
        told = getattr(reply, field.name)
        match field:
            case LearnedField():
                label = _label(told, text, believed)
                values[field.name] = label
                if told is not None and label is None:
                    broken.append(field.name)
                    dropped.append(field.name)
            case ExtractedField():
                pieces = list(told) if field.many else [told] if told is not None else []
                held = tuple(found for piece in pieces if (found := _found(field.extractor, piece, text)))
                values[field.name] = held if field.many else next(iter(held), None)
                dropped += [field.name] if len(held) < len(pieces) else []
            case _:
                assert_never(field)
    return Checked(values, tuple(broken), tuple(dropped))


def _label(told: Any, text: str, believed: Callable[[float], float]) -> Label | None:
    if told is None or (quote := anchored(told.quote, text)) is None:
        return None
    own = told.confidence if 0 <= told.confidence <= 1 else 0.0
    return Label(name=told.name, confidence=min(1.0, max(0.0, believed(own))), quote=quote)


def _found(extractor: str, piece: _Piece, text: str) -> Found | None:
    """The piece, when its quote holds. Its value says no more than the quote: ours where our extractor reads one."""
    quote = anchored(piece.quote, text)
    if quote is None:
        return None
    if again := extract(_REREAD[extractor], quote) if extractor in _REREAD else ():
        fitting = [found.value for found in again if found.value == piece.value]
        return Found(value=fitting[0] if fitting else again[0].value, quote=quote)
    value = " ".join(piece.value.split())
    return Found(value=value if _bare(value) and _bare(value) in _bare(quote) else quote, quote=quote)


def _bare(text: str) -> str:
    return re.sub(r"\W|_", "", text).casefold()
