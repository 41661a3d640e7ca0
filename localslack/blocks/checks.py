"""Building stones of the judge: each check yields what is wrong with one value, in the words Slack has for it.

The words, the order and the early stops are those of Slack's own generator of validators (slackhq/hack-json-schema):
a list that is too long is not looked into, an object that lacks a field is not looked into.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from localslack.wire import Json, Problem

MISSING, WRONG_TYPE, FAILED = "missing_field", "invalid_type", "failed_constraint"


@dataclass(frozen=True)
class Finding(Problem):
    """A problem of a Block Kit payload: also Slack's code for its kind, the broken constraint, the missing field."""

    code: str = FAILED
    constraint: Json | None = None
    field: str | None = None

    def entry(self) -> Json:
        """Return the finding as `blocks.validate` answers it."""
        shown: Json = {"code": self.code, "message": self.message, "pointer": self.pointer}
        if self.constraint is not None:
            shown["constraint"] = self.constraint
        if self.field is not None:
            shown["field"] = self.field
        return shown


Found = Iterator[Finding]
Check = Callable[[Any, str], Found]


def broken(at: str, message: str, kind: str, expected: Any = None, got: Any = None) -> Finding:
    """Return the finding for a broken constraint of this kind, with what was expected and what came."""
    told = {"type": kind, "expected": expected, "got": got}
    return Finding(at, message, FAILED, {key: value for key, value in told.items() if value is not None})


def wrong_type(at: str, message: str) -> Finding:
    """Return the finding for a value of another type than the one asked for."""
    return Finding(at, message, WRONG_TYPE)


def string(longest: int | None = None, shortest: int = 0) -> Check:
    """Check a string's length in characters."""

    def check(value: Any, at: str) -> Found:
        if not isinstance(value, str):
            yield wrong_type(at, "must provide a string")
        elif longest is not None and len(value) > longest:
            yield broken(at, f"must be less than {longest + 1} characters", "max_length", longest, len(value))
        elif len(value) < shortest:
            yield broken(at, f"must be more than {shortest - 1} characters", "min_length", shortest, len(value))

    return check


def choice(*allowed: str) -> Check:
    """Check a string against its possible values."""

    def check(value: Any, at: str) -> Found:
        if not isinstance(value, str):
            yield wrong_type(at, "must provide a string")
        elif value not in allowed:
            yield broken(at, "must be a valid enum value", "enum", list(allowed), value)

    return check


def pattern(expression: str) -> Check:
    """Check a string against a regular expression."""
    wanted = re.compile(expression)

    def check(value: Any, at: str) -> Found:
        if not isinstance(value, str):
            yield wrong_type(at, "must provide a string")
        elif not wanted.search(value):
            yield broken(at, f"input must match regex pattern: {expression}", "pattern", expression, value)

    return check


def day(value: Any, at: str) -> Found:
    """Check a date, YYYY-MM-DD."""
    yield from _moment(value, at, "date", r"\d{4}-\d\d-\d\d", date.fromisoformat)


def hour(value: Any, at: str) -> Found:
    """Check a time of day, HH:mm."""
    yield from _moment(value, at, "time", r"\d\d:\d\d", time.fromisoformat)


def _moment(value: Any, at: str, name: str, form: str, read: Callable[[str], object]) -> Found:
    if not isinstance(value, str):
        yield wrong_type(at, "must provide a string")
        return
    try:
        read(value)
        good = re.fullmatch(form, value, re.ASCII) is not None
    except ValueError:
        good = False
    if not good:
        yield broken(at, f"input must be a valid: {name}", "format", name, value)


def flag(value: Any, at: str) -> Found:
    """Check a yes or no."""
    if not isinstance(value, bool):
        yield wrong_type(at, "must be a boolean")


def whole(lowest: int | None = None, highest: int | None = None) -> Check:
    """Check a whole number and its range."""

    def check(value: Any, at: str) -> Found:
        if not isinstance(value, int) or isinstance(value, bool):
            yield wrong_type(at, "must provide an integer")
        elif highest is not None and value > highest:
            yield broken(at, f"must be less than {highest}", "maximum", highest, value)
        elif lowest is not None and value < lowest:
            yield broken(at, f"must be greater than {lowest}", "minimum", lowest, value)

    return check


def number(value: Any, at: str) -> Found:
    """Check a number."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        yield wrong_type(at, "must provide a number")


def anything(value: Any, at: str) -> Found:
    """Accept every value: what Slack keeps but this workspace neither draws nor judges."""
    yield from ()


def nullable(check: Check) -> Check:
    """Accept null, and else what `check` accepts."""
    return lambda value, at: iter(()) if value is None else check(value, at)


def list_of(each: Check, longest: int | None = None, shortest: int = 1) -> Check:
    """Check a list's length, and its items if the length is right."""

    def check(value: Any, at: str) -> Found:
        if not isinstance(value, list):
            yield wrong_type(at, "must provide an array")
        elif longest is not None and len(value) > longest:
            yield broken(at, f"no more than {longest} items allowed", "max_items", longest, len(value))
        elif len(value) < shortest:
            yield broken(at, f"must provide at least {shortest} items", "min_items", shortest, len(value))
        else:
            for place, item in enumerate(value):
                yield from each(item, f"{at}/{place}")

    return check


def shape(
    needed: Mapping[str, Check],
    allowed: Mapping[str, Check] | None = None,
    fewest: int = 0,
    further: bool = False,
) -> Check:
    """Check an object: its needed and allowed fields, the `fewest` it may have, and whether `further` ones may be."""
    known = {**needed, **(allowed or {})}

    def check(value: Any, at: str) -> Found:
        if not isinstance(value, dict):
            yield wrong_type(at, "must provide an object")
            return
        missing = [name for name in needed if name not in value]
        for name in missing:
            yield Finding(at, f"missing required field: {name}", MISSING, field=name)
        if missing:
            return
        if len(value) < fewest:
            yield broken(at, f"must have minimum {fewest} properties", "min_properties", fewest, len(value))
        for name, inner in known.items():
            if name in value:
                yield from inner(value[name], f"{at}/{name}")
        for name in value:
            if name not in known and not further:
                yield broken(at, f"invalid additional property: {name}", "additional_properties", got=name)

    return check


def by_type(shapes: Mapping[str, Check]) -> Check:
    """Check an object by its `type`; a type that may not stand here is unsupported. The shapes do not name `type`."""

    def check(value: Any, at: str) -> Found:
        if not isinstance(value, dict):
            yield wrong_type(at, "must provide an object")
        elif "type" not in value:
            yield Finding(at, "missing required field: type", MISSING, field="type")
        elif not isinstance(value["type"], str):
            yield wrong_type(f"{at}/type", "must provide a string")
        elif value["type"] not in shapes:
            yield broken(f"{at}/type", f"unsupported type: {value['type']}", "enum", list(shapes), value["type"])
        else:
            rest = {name: item for name, item in value.items() if name != "type"}
            yield from shapes[value["type"]](rest, at)

    return check


def all_of(*checks: Check) -> Check:
    """Check a value in several ways; Slack says first that one of them failed, then how."""

    def check(value: Any, at: str) -> Found:
        found = [finding for each in checks for finding in each(value, at)]
        if found:
            yield broken(at, "failed to match all allowed schemas", "all_of")
            yield from found

    return check


def any_of(*checks: Check) -> Check:
    """Check that a value is right in one way; else Slack says how it fails in each."""

    def check(value: Any, at: str) -> Found:
        found = [list(each(value, at)) for each in checks]
        if all(found):
            yield broken(at, "failed to match any allowed schemas", "any_of")
            for each in found:
                yield from each

    return check


def one_of(*checks: Check) -> Check:
    """Check that a value is right in exactly one way; Slack does not say how it fails."""

    def check(value: Any, at: str) -> Found:
        if sum(not any(True for _ in each(value, at)) for each in checks) != 1:
            yield broken(at, "failed to match exactly one allowed schema", "one_of")

    return check
