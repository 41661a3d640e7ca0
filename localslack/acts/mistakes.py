"""What Slack itself finds wrong with a form before it sends it. The words are ours but for the first."""

import re
from typing import Any
from urllib.parse import urlsplit

from localslack.talk.interactive import elements_of
from localslack.wire import Json

REQUIRED = "Please complete this required field."
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
LONGEST_TEXT = 3000


def mistakes(blocks: list[Json], state: Json) -> Json:
    """Return what is wrong, by block id; an empty mapping is good."""
    found: Json = {}
    for block, element in elements_of(blocks):
        if block["type"] == "input":
            wrong = _mistake(block, element, state[block["block_id"]][element["action_id"]])
            if wrong:
                found[block["block_id"]] = wrong
    return found


def _mistake(block: Json, element: Json, value: Json) -> str | None:
    entered = next((item for key, item in value.items() if key not in {"type", "timezone"}), None)
    if not entered or _says_nothing(entered):
        return None if block.get("optional") else REQUIRED
    match element["type"]:
        case "email_text_input":
            return None if EMAIL.fullmatch(entered) else "Please enter a valid email."
        case "url_text_input":
            return None if _is_url(entered) else "Please enter a valid URL."
        case "number_input":
            return _number_mistake(element, entered)
        case "plain_text_input":
            return _length_mistake(element, entered)
    return None


def _says_nothing(entered: Any) -> bool:
    """An empty rich text is no answer."""
    return isinstance(entered, dict) and entered.get("type") == "rich_text" and not _words(entered)


def _words(value: Any) -> bool:
    if isinstance(value, list):
        return any(_words(each) for each in value)
    if not isinstance(value, dict):
        return False
    if value.get("type") == "text":
        return bool(str(value.get("text", "")).strip())
    return _words(value["elements"]) if "elements" in value else True


def _length_mistake(element: Json, entered: str) -> str | None:
    shortest, longest = int(element.get("min_length") or 0), int(element.get("max_length") or LONGEST_TEXT)
    if len(entered) < shortest:
        return f"Please enter at least {shortest} characters."
    return f"Please enter at most {longest} characters." if len(entered) > longest else None


def _number_mistake(element: Json, entered: str) -> str | None:
    if not NUMBER.fullmatch(entered.strip()):
        return "Please enter a number."
    amount = float(entered)
    if not element.get("is_decimal_allowed") and "." in entered:
        return "Please enter a whole number."
    low, high = element.get("min_value"), element.get("max_value")
    if low is not None and amount < float(low):
        return f"Please enter a number of at least {low}."
    if high is not None and amount > float(high):
        return f"Please enter a number of at most {high}."
    return None


def _is_url(entered: str) -> bool:
    try:
        parts = urlsplit(entered)
    except ValueError:
        return False
    return bool(parts.scheme and parts.netloc) and " " not in entered
