"""Rejecting a proposal with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, cast

from bot.cards import ids
from bot.cards.blocks import Json, Ref, field, lines, modal, option, radios, rich, text_in
from bot.cards.forms import chosen, ref_of, typed
from core.contract.authority import REJECT_REASONS
from core.errors import BadInput

Next = Literal["retry", "take_over", "close"]

REASONS: Final[Mapping[str, str]] = REJECT_REASONS
NEXTS: Final[dict[Next, tuple[str, str]]] = {
    "retry": ("The agent goes on", "With your reason; where it has no better answer, it calls a person"),
    "take_over": ("I take over", "Agents stop on this task"),
    "close": ("Close the task", "Nothing more happens; the reason is kept"),
}
_REASON_BLOCK = "approval.reject.reason"
_NOTE_BLOCK = "approval.reject.note"
_NEXT_BLOCK = "approval.reject.next"


@dataclass(frozen=True, slots=True)
class RejectAnswer:
    """`reason` is a key of REASONS."""

    ref: Ref
    reason: str
    note: str
    next: Next


def reject_modal(ref: Ref, noun: str, thing: str = "reply") -> Json:
    """The form (callback `approval.reject`). `noun` is shown as it is: "reply to Dana Whitfield, T-1042"; `thing` is a
    word of ours for the title."""
    reasons = [option(text, key) for key, text in REASONS.items()]
    nexts = [option(text, key, more) for key, (text, more) in NEXTS.items()]
    return modal(
        ids.REJECT_FORM,
        f"Reject the {thing}",
        [
            rich(lines(("Will not happen", noun))),
            field(_REASON_BLOCK, "What is wrong?", radios(ids.REASON, reasons)),
            field(
                _NOTE_BLOCK,
                "Tell the agent",
                text_in(ids.NOTE, multiline=True, placeholder="One sentence is enough", most=600),
                hint="The agent gets these words. The customer never sees them.",
                optional=True,
            ),
            field(_NEXT_BLOCK, "And then?", radios(ids.NEXT, nexts, 0)),
        ],
        ref=str(ref),
        submit="Reject",
    )


def parse_reject(view: Json) -> RejectAnswer:
    """What was answered. Raises BadInput."""
    reason = chosen(view, _REASON_BLOCK, ids.REASON, tuple(REASONS))
    if not reason:
        raise BadInput("Please say what is wrong.")
    then = chosen(view, _NEXT_BLOCK, ids.NEXT, tuple(NEXTS)) or "retry"
    return RejectAnswer(ref_of(view), reason, typed(view, _NOTE_BLOCK, ids.NOTE), cast(Next, then))
