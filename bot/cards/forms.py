"""Reading what a form sends back (`view_submission`). Everything in it was written by somebody else."""

from __future__ import annotations

from typing import Any

from bot.cards.blocks import Json, Ref, parse_ref
from bot.cards.words import safe
from core.errors import BadInput

_BROKEN = "This form came back incomplete. Close it and open it again from the card."


def ref_of(view: Json) -> Ref:
    """What the form is about. Raises BadInput."""
    return parse_ref(str(view.get("private_metadata", "")))


def answer(view: Json, block_id: str, action: str) -> Json:
    """The state of one field; an empty dict where the form did not have it. Raises BadInput for another shape."""
    try:
        values: Any = view["state"]["values"]
        found: Any = values.get(block_id, {}).get(action, {})
    except (KeyError, AttributeError, TypeError) as error:
        raise BadInput(_BROKEN) from error
    if not isinstance(found, dict):
        raise BadInput(_BROKEN)
    return found


def typed(view: Json, block_id: str, action: str) -> str:
    """What was typed, without invisible characters and outer blanks; empty when nothing was."""
    value = answer(view, block_id, action).get("value")
    if value is not None and not isinstance(value, str):
        raise BadInput(_BROKEN)
    return safe(value or "").strip()


def chosen(view: Json, block_id: str, action: str, allowed: tuple[str, ...]) -> str:
    """The value of the chosen option, one of `allowed`; empty when none was chosen. Raises BadInput for another."""
    picked = answer(view, block_id, action).get("selected_option")
    if picked is None:
        return ""
    value = picked.get("value") if isinstance(picked, dict) else None
    if value not in allowed:
        raise BadInput(_BROKEN)
    return str(value)
