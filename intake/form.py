"""Forms and chat messages: from bytes or fields to what `Arrivals` takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from core.errors import BadInput

FIELDS_MAX = 100
_ID = "id"  # the sender's own id of this message: a repeat with the same id is the same message


@dataclass(frozen=True, slots=True)
class Form:
    """A form's fields as text. `source_id` is empty when the sender gave none."""

    fields: Mapping[str, str]
    source_id: str = ""


@dataclass(frozen=True, slots=True)
class Chat:
    """One chat message, and who wrote it as far as known."""

    text: str
    address: str = ""
    name: str = ""
    source_id: str = ""


def forms_from_json(body: bytes) -> list[Form]:
    """One form, or a list of forms. Raises `BadInput`."""
    data = json_of(body)
    found = data if isinstance(data, list) else [data]
    if not found:
        raise BadInput("The list of forms is empty.")
    return [form_from(one) for one in found]


def form_from(data: Any) -> Form:
    """A form out of parsed JSON. Raises `BadInput` for what has no fields."""
    if not isinstance(data, dict):
        raise BadInput('A form is an object with fields: {"name": ..., "email": ..., "message": ...}.')
    return form_of_fields((str(key), _text(str(key), value)) for key, value in data.items())


def form_of_fields(fields: Iterable[tuple[str, str]]) -> Form:
    """A form out of names and values, as a browser sends them; a name that comes twice keeps both values."""
    found: dict[str, str] = {}
    for name, value in fields:
        found[name] = f"{found[name]}, {value}" if name in found else value
        if len(found) > FIELDS_MAX:
            raise BadInput(f"The form has more than {FIELDS_MAX} fields.")
    source_id = found.pop(_ID, "")
    return Form(found, source_id)


def chat_from_json(body: bytes) -> Chat:
    """`{text, name?, email?, id?}`. Raises `BadInput`."""
    data = json_of(body)
    if not isinstance(data, dict) or not isinstance(data.get("text"), str):
        raise BadInput('A chat message is an object with a text: {"text": ..., "name": ..., "email": ..., "id": ...}.')
    given = {key: _text(key, data.get(key)) for key in ("email", "name", _ID)}
    return Chat(data["text"], given["email"], given["name"], given[_ID])


def text_of(body: bytes) -> str:
    """Plain text. Raises `BadInput` for what is neither UTF-8 nor marked UTF-16."""
    encoding = "utf-16" if body[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError:
        raise BadInput("This is not UTF-8 text. Save it as UTF-8, and send it again.") from None
    if "\0" in text:
        raise BadInput("This is not text but a binary file.")
    return text


def json_of(body: bytes) -> Any:
    """Parsed JSON. Raises `BadInput`, with the place."""
    try:
        return orjson.loads(text_of(body))
    except orjson.JSONDecodeError as error:
        raise BadInput(f"This is not JSON: {error.msg}, line {error.lineno}, column {error.colno}.") from None


def _text(name: str, value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case str() | int() | float():
            return str(value)
        case list() if all(isinstance(one, str | int | float) for one in value):
            return ", ".join(_text(name, one) for one in value)
        case _:
            raise BadInput(f"The field {name[:40]!r} is no text. Send its parts as fields of their own.")
