"""What travels: JSON, Slack's way of saying no, and the arguments of a Web API call."""

import json
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Problem:
    """One thing Slack would find wrong with a payload, and where (a JSON pointer)."""

    pointer: str
    message: str

    def line(self) -> str:
        """Return the problem worded as Slack words it."""
        return f"{self.message} [json-pointer:{self.pointer}]" if self.pointer else self.message


@dataclass(eq=False)
class SlackError(Exception):
    """A Web API refusal; the caller sees HTTP 200 with `ok: false` and this `code`.

    `extra` is merged into the answer (`needed`, `provided`), `problems` become `errors` and `response_metadata.messages`.
    """

    code: str
    problems: tuple[Problem, ...] = ()
    extra: Json = field(default_factory=dict)

    def __str__(self) -> str:
        return self.code

    def answer(self) -> Json:
        """Return the body Slack would send."""
        body: Json = {"ok": False, "error": self.code, **self.extra}
        if self.problems:
            lines = [problem.line() for problem in self.problems]
            body |= {"errors": lines, "response_metadata": {"messages": [f"[ERROR] {line}" for line in lines]}}
        return body


def invalid(message: str, pointer: str = "") -> SlackError:
    """Return the refusal for an argument that is missing or of the wrong kind."""
    return SlackError("invalid_arguments", (Problem(pointer, message),))


def mended(value: Any) -> Any:
    """Return JSON in which halves of surrogate pairs, which are no text, are `\ufffd`; the rest is as it was."""
    match value:
        case str():
            return value if value.isascii() else value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        case list():
            return [mended(each) for each in value]
        case dict():
            return {mended(name): mended(each) for name, each in value.items()}
    return value


def read_json(text: str) -> Any:
    """Return the JSON of a text, `mended`; `ValueError` when it is none, or nests deeper than anybody writes."""
    try:
        return mended(json.loads(text))
    except RecursionError:
        raise ValueError("nested too deeply") from None


class Args:
    """The arguments of one call, however they came (JSON, form, query)."""

    def __init__(self, values: Json) -> None:
        self._values = values

    def has(self, name: str) -> bool:
        """Return whether the caller gave this argument (a null counts as not given)."""
        return self._values.get(name) is not None

    def raw(self, name: str) -> Any:
        """Return an argument as it came, or None."""
        return self._values.get(name)

    def everything(self) -> Json:
        """Return all arguments but the token."""
        return {name: value for name, value in self._values.items() if name != "token"}

    def text(self, name: str) -> str | None:
        """Return a string argument or None; refuses other kinds."""
        value = self._values.get(name)
        if value is None or isinstance(value, str):
            return value
        if isinstance(value, bool | dict | list):
            raise invalid("must provide a string", f"/{name}")
        return str(value)

    def needed(self, name: str) -> str:
        """Return a string argument that may not be missing or empty."""
        value = self.text(name)
        if not value:
            raise invalid(f"missing required field: {name}")
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """Return a yes or no; forms send the words."""
        value = self._values.get(name)
        if value is None or value == "":
            return default
        return value if isinstance(value, bool) else str(value).lower() in {"1", "true"}

    def whole(self, name: str, default: int, highest: int) -> int:
        """Return a whole number from 1 to `highest`."""
        value = self._values.get(name)
        if value is None or value == "":
            return default
        try:
            number = int(value)
        except (TypeError, ValueError):
            raise invalid("must be a valid number", f"/{name}") from None
        if not 1 <= number <= highest:
            raise SlackError("invalid_limit")
        return number

    def structure(self, name: str, code: str) -> Any:
        """Return an argument that is JSON, also when a form sent it as a string; refuses with `code`."""
        value = self._values.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return read_json(value)
        except ValueError:
            raise SlackError(code) from None
