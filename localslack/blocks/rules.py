"""Rules over several fields of one block or element. Slack looks at them only when every field is right by itself."""

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import SplitResult, urlsplit

from localslack.blocks.checks import Check, Finding, Found, broken
from localslack.blocks.walk import Placed
from localslack.wire import Json

NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
NOT_OFFERED = "must be one of the provided options"


def unique(name: str, placed: Iterable[Placed]) -> Found:
    """Yield a finding for each object whose name another one before it has; having none is no name."""
    seen: set[str] = set()
    for value, at in placed:
        given = value.get(name)
        if given in seen:
            yield Finding(f"{at}/{name}", f'`{name}` "{given}" already exists')
        if given:
            seen.add(given)


def exactly_one(*names: str) -> Check:
    """Check that an object has one of these fields and not two."""

    def check(value: Any, at: str) -> Found:
        yield from at_least_one(*names)(value, at)
        yield from at_most_one(*names)(value, at)

    return check


def at_least_one(*names: str) -> Check:
    """Check that an object has one or more of these fields."""

    def check(value: Any, at: str) -> Found:
        if not any(name in value for name in names):
            yield Finding(at, "must define either " + _or(names))

    return check


def at_most_one(*names: str) -> Check:
    """Check that an object has no two of these fields."""

    def check(value: Any, at: str) -> Found:
        if sum(name in value for name in names) > 1:
            yield Finding(at, "must define only one of " + _or(names))

    return check


def ordered(low: str, high: str) -> Check:
    """Check that a lower bound is not above the upper one."""

    def check(value: Any, at: str) -> Found:
        if low in value and high in value and Decimal(value[low]) > Decimal(value[high]):
            yield broken(f"{at}/{low}", f"must be less than {value[high]}", "maximum", value[high], value[low])

    return check


def _numbers(value: Json, at: str) -> Found:
    given = [name for name in ("initial_value", "min_value", "max_value") if name in value]
    wrong = [name for name in given if not NUMBER.fullmatch(value[name])]
    for name in wrong:
        yield broken(f"{at}/{name}", "input must be a valid: number", "format", "number", value[name])
    if wrong:
        return
    yield from ordered("min_value", "max_value")(value, at)
    yield from ordered("initial_value", "max_value")(value, at)
    first, lowest = value.get("initial_value"), value.get("min_value")
    if first is not None and lowest is not None and Decimal(first) < Decimal(lowest):
        yield broken(f"{at}/initial_value", f"must be greater than {lowest}", "minimum", lowest, first)


def _initial(value: Json, at: str) -> Found:
    """Slack refuses an empty list too, and, against its own page, options that stand in different groups."""
    groups = [group["options"] for group in value.get("option_groups", [])]
    lists = [value.get("options", []), *groups]
    if "initial_option" in value and not any(value["initial_option"] in options for options in lists):
        yield Finding(f"{at}/initial_option", NOT_OFFERED)
    chosen = value.get("initial_options")
    if chosen is None:
        return
    if not chosen or not any(all(option in options for option in chosen) for options in lists):
        yield Finding(f"{at}/initial_options", NOT_OFFERED)


def _picture(value: Json, at: str) -> Found:
    yield from exactly_one("image_url", "slack_file")(value, at)
    address = _address(value["image_url"]) if "image_url" in value else None
    if address is not None and address.scheme not in {"http", "https"}:
        yield Finding(f"{at}/image_url", "downloading image failed")
    if "slack_file" in value:
        yield from exactly_one("id", "url")(value["slack_file"], f"{at}/slack_file")


def _link(value: Json, at: str) -> Found:
    if "url" in value and not _is_url(value["url"]):
        yield Finding(f"{at}/url", "invalid url")


def _links(value: Json, at: str) -> Found:
    for place, option in enumerate(value["options"]):
        yield from _link(option, f"{at}/options/{place}")


def _is_url(text: str) -> bool:
    found = _address(text)
    return bool(found.netloc or (found.path and found.scheme not in {"", "http", "https"}))


def _address(text: str) -> SplitResult:
    """Return the parts of an address; those of an empty one when it is none."""
    try:
        return urlsplit(text)
    except ValueError:
        return urlsplit("")


def https(*names: str) -> Check:
    """Check that addresses are encrypted ones."""

    def check(value: Any, at: str) -> Found:
        for name in names:
            if name in value and not value[name].startswith("https://"):
                yield broken(f"{at}/{name}", "input must match regex pattern: ^https://", "pattern", "^https://")

    return check


def _container(value: Json, at: str) -> Found:
    yield from at_least_one("title", "rich_text_title")(value, at)
    folds = value.get("is_collapsible", False)
    if value.get("default_collapsed") and not folds:
        yield Finding(f"{at}/default_collapsed", "must define `is_collapsible` to use `default_collapsed`")
    if value.get("has_header_divider") and folds:
        yield Finding(f"{at}/has_header_divider", "must define only one of `has_header_divider` or `is_collapsible`")


def _tasks(value: Json, at: str) -> Found:
    yield from unique("task_id", _placed(value["tasks"], f"{at}/tasks"))


def _placed(items: list[Json], at: str) -> Iterator[Placed]:
    yield from ((item, f"{at}/{place}") for place, item in enumerate(items))


def _chart(value: Json, at: str) -> Found:
    chart, inside = value["chart"], f"{at}/chart"
    for place, segment in enumerate(chart.get("segments", [])):
        if segment["value"] <= 0:
            yield broken(f"{inside}/segments/{place}/value", "must be greater than 0", "minimum", 0, segment["value"])
    if "series" not in chart:
        return
    yield from unique("name", _placed(chart["series"], f"{inside}/series"))
    for series, where in _placed(chart["series"], f"{inside}/series"):
        if sorted(point["label"] for point in series["data"]) != sorted(chart["axis_config"]["categories"]):
            yield Finding(f"{where}/data", "must provide exactly one point for each category")


def _data_rows(value: Json, at: str) -> Found:
    """The rows of a table may differ in length, those of a data table may not; its header is not rich text."""
    if len({len(row) for row in value["rows"]}) > 1:
        yield Finding(f"{at}/rows", "must provide the same number of cells in every row")
    for place, cell in enumerate(value["rows"][0]):
        if cell["type"] == "rich_text":
            where = f"{at}/rows/0/{place}/type"
            yield broken(where, "unsupported type: rich_text", "enum", ["raw_text", "raw_number"], "rich_text")


def _or(names: tuple[str, ...]) -> str:
    return " or ".join(f"`{name}`" for name in names)


RULES: Mapping[str, tuple[Check, ...]] = {
    "section": (at_least_one("text", "fields"),),
    "image": (_picture,),
    "video": (https("video_url", "title_url"),),
    "card": (at_least_one("hero_image", "title", "actions", "body"), at_most_one("icon", "slack_icon")),
    "container": (_container,),
    "plan": (_tasks,),
    "data_table": (_data_rows,),
    "data_visualization": (_chart,),
    "auth_provider": (https("icon_url", "auth_url", "disconnect_url"),),
    "button": (_link,),
    "overflow": (_links,),
    "static_select": (exactly_one("options", "option_groups"), _initial),
    "multi_static_select": (exactly_one("options", "option_groups"), _initial),
    "checkboxes": (_initial,),
    "radio_buttons": (_initial,),
    "plain_text_input": (ordered("min_length", "max_length"),),
    "rich_text_input": (ordered("min_lines", "max_lines"),),
    "number_input": (_numbers,),
}
"""By the `type` of a block or an element."""


def broken_rules(value: Json, at: str) -> Iterator[Finding]:
    """Yield which rules one block or element breaks."""
    for rule in RULES.get(value.get("type", ""), ()):
        yield from rule(value, at)
