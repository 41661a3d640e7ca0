"""Handing a decision to somebody else, who may decide it too."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.cards import ids
from bot.cards.blocks import Json, Ref, Run, date, field, lines, modal, option, plain, rich, row, t, text_in
from bot.cards.blocks import b as bold
from bot.cards.forms import answer, ref_of, typed
from bot.cards.words import clip, one_line
from core.errors import BadInput

TO_BLOCK: Final = "approval.reassign.to"
_NOTE_BLOCK = "approval.reassign.note"
NOTE_MAX = 300
LISTED = 100  # options that Slack takes in one group
_VALUE = re.compile(r"user\.([UW][A-Z0-9]{2,20})|role\.([a-z][a-z0-9_]{0,120})")


@dataclass(frozen=True, slots=True)
class ReassignForm:
    """`people`: user id and name with roles; `teams`: role and words. Only those who may decide."""

    ref: Ref
    noun: str  # "reply to Dana Whitfield, T-1042"
    due_at: datetime
    zone: ZoneInfo
    people: tuple[tuple[str, str], ...]
    teams: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ReassignAnswer:
    """`to` is `person:U0SAM` or `role:front_desk`, as it came from a form: whether they may is asked again."""

    ref: Ref
    to: str
    note: str


def reassign_modal(form: ReassignForm) -> Json:
    """The form (callback `approval.reassign`)."""
    groups = [
        {"label": plain(name), "options": options}
        for name, options in (
            ("People who may decide", [option(words, f"user.{user}") for user, words in form.people[:LISTED]]),
            ("Teams", [option(words, f"role.{role}") for role, words in form.teams[:LISTED]]),
        )
        if options
    ]
    select: Json = {
        "type": "static_select",
        "action_id": ids.TO,
        "placeholder": plain("A person or a team"),
        "option_groups": groups,
    }
    by_when: list[Run] = [t("\n"), bold("By when: "), date(form.due_at, form.zone), t(" (stays the same)")]
    what = lines(("Decision", clip(one_line(form.noun), 200)))
    return modal(
        ids.REASSIGN_FORM,
        "Hand to someone else",
        [
            rich(row(*what["elements"], *by_when)),
            field(TO_BLOCK, "Who decides instead?", select, hint="Only those who may decide are listed."),
            field(
                _NOTE_BLOCK,
                "Note",
                text_in(ids.NOTE, placeholder="What should they know?", most=NOTE_MAX),
                optional=True,
            ),
        ],
        ref=str(form.ref),
        submit="Hand over",
    )


def parse_reassign(view: Json) -> ReassignAnswer:
    """What was answered. Raises BadInput."""
    picked = answer(view, TO_BLOCK, ids.TO).get("selected_option")
    value = picked.get("value") if isinstance(picked, dict) else None
    if value is None:
        raise BadInput("Please say who decides instead.")
    found = _VALUE.fullmatch(str(value))
    if found is None:
        raise BadInput("This form came back with somebody who was not on the list. Open it again from the card.")
    to = f"person:{found[1]}" if found[1] else f"role:{found[2]}"
    return ReassignAnswer(ref_of(view), to, typed(view, _NOTE_BLOCK, ids.NOTE)[:NOTE_MAX])
