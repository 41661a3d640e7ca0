"""Building stones of the payload validator: each check yields what is wrong with one value, worded as Slack words it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from localslack.wire import Problem

Check = Callable[[Any, str], Iterator[Problem]]


def string(longest: int, shortest: int = 0) -> Check:
    """Check a string's length in characters."""

    def check(value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, str):
            yield Problem(at, "must provide a string")
        elif len(value) > longest:
            yield Problem(at, f"must be less than {longest + 1} characters")
        elif len(value) < shortest:
            yield Problem(at, f"must be more than {shortest - 1} characters")

    return check


def flag(value: Any, at: str) -> Iterator[Problem]:
    """Check a yes or no."""
    if not isinstance(value, bool):
        yield Problem(at, "must provide a boolean")


def whole(value: Any, at: str) -> Iterator[Problem]:
    """Check a whole number."""
    if not isinstance(value, int) or isinstance(value, bool):
        yield Problem(at, "must provide an integer")


def number(value: Any, at: str) -> Iterator[Problem]:
    """Check a number."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        yield Problem(at, "must provide a number")


def anything(value: Any, at: str) -> Iterator[Problem]:
    """Accept every value: what Slack keeps but this workspace neither draws nor judges."""
    yield from ()


def choice(*allowed: str) -> Check:
    """Check a string against its possible values."""

    def check(value: Any, at: str) -> Iterator[Problem]:
        if value not in allowed:
            yield Problem(at, "must be a valid enum value")

    return check


def list_of(each: Check, longest: int, shortest: int = 1) -> Check:
    """Check a list's length and each of its items."""

    def check(value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, list):
            yield Problem(at, "must provide an array")
            return
        if len(value) > longest:
            yield Problem(at, f"no more than {longest} items allowed")
        if len(value) < shortest:
            yield Problem(at, f"no fewer than {shortest} items allowed")
        for place, item in enumerate(value):
            yield from each(item, f"{at}/{place}")

    return check


def shape(needed: Mapping[str, Check], allowed: Mapping[str, Check] | None = None, *rules: Check) -> Check:
    """Check an object: its needed and allowed fields, nothing else, and rules over the whole of it."""
    known = {**needed, **(allowed or {})}

    def check(value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield Problem(at, "must provide an object")
            return
        for name in needed:
            if value.get(name) is None:
                yield Problem(at, f"missing required field: {name}")
        for name, item in value.items():
            if name in known:
                if item is not None:
                    yield from known[name](item, f"{at}/{name}")
            elif name != "type":
                yield Problem(at, f"invalid additional property: {name}")
        for rule in rules:
            yield from rule(value, at)

    return check


def by_type(shapes: Mapping[str, Check]) -> Check:
    """Check an object by its `type`; a type that may not stand here is unsupported."""

    def check(value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield Problem(at, "must provide an object")
            return
        kind = value.get("type")
        if kind is None:
            yield Problem(at, "missing required field: type")
        elif not isinstance(kind, str) or kind not in shapes:
            yield Problem(f"{at}/type", f"unsupported type: {kind}")
        else:
            yield from shapes[kind](value, at)

    return check


def either(*names: str) -> Check:
    """Check that an object has at least one of these fields."""

    def check(value: Any, at: str) -> Iterator[Problem]:
        if not any(value.get(name) for name in names):
            yield Problem(at, "must define either " + " or ".join(f"`{name}`" for name in names))

    return check


def one_at_most(*names: str) -> Check:
    """Check that an object has not more than one of these fields."""

    def check(value: Any, at: str) -> Iterator[Problem]:
        if sum(name in value for name in names) > 1:
            yield Problem(at, "must define only one of " + " or ".join(f"`{name}`" for name in names))

    return check
