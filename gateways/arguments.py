"""Arguments on their way into an adapter: handles become keys, and what does not fit the operation is named."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationError

from core.contract.base import Contract
from gateways.adapter import NotResolved, Operation, Pointer, Value

# Invisible characters that make a text read differently from what it is: on a card one would approve another text.
_HIDDEN = frozenset("\u200b\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def hidden(letter: str) -> bool:
    """Whether this character is invisible or turns the reading direction around. Joiners of emoji and scripts are not."""
    return letter in _HIDDEN or 0xE0000 <= ord(letter) <= 0xE007F


def _clean(text: str) -> str:
    for letter in text:
        if hidden(letter):
            raise ValueError("it holds invisible characters")
        if unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") and letter not in "\n\t":
            raise ValueError("it holds control characters or line breaks")
    return text


def _one_line(text: str) -> str:
    if "\n" in text or "\t" in text:
        raise ValueError("it holds line breaks")
    return _clean(text).strip()


def _paragraphs(text: str) -> str:
    return _clean(text.replace("\r\n", "\n")).strip("\n")


Line = Annotated[str, AfterValidator(_one_line), Field(max_length=200)]
Key = Annotated[str, AfterValidator(_one_line), Field(max_length=64)]
Paragraphs = Annotated[str, AfterValidator(_paragraphs)]


def keyed(
    operation: Operation, arguments: Mapping[str, Value], handles: Mapping[str, Pointer]
) -> dict[str, Value] | NotResolved:
    """The arguments with each handle replaced by the key that it names.

    An argument that takes a handle is called what it names: `lead` takes a handle of the kind `lead` and no other."""
    keys = dict(arguments)
    for name in operation.handles:
        value = keys.get(name, "")
        if value == "":
            continue
        pointer = handles.get(str(value))
        if pointer is None or pointer.kind != name:
            return NotResolved(f"This task knows no {name} by that name.")
        keys[name] = pointer.key
    return keys


def parsed(operation: Operation, arguments: Mapping[str, Value]) -> Contract | NotResolved:
    """The arguments as the operation's own type; else what is wrong with them, without repeating their values."""
    try:
        return operation.arguments.model_validate(dict(arguments))
    except ValidationError as error:
        return NotResolved("; ".join(_fault(part["loc"], part["msg"]) for part in error.errors(include_input=False)))


def _fault(place: tuple[int | str, ...], message: str) -> str:
    name = ".".join(str(part) for part in place) or "arguments"
    return f"{name}: {message.removeprefix('Value error, ')}"
