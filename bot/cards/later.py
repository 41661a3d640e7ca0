"""Reminding the others of a decision, or putting it off."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from bot.cards import ids
from bot.cards.blocks import Json, Ref, field, modal, note, option, radios, sec
from bot.cards.forms import answer, ref_of
from bot.cards.words import hour, mention, plain_hour, plain_when, plural, when
from core.errors import BadInput

WHAT_BLOCK: Final = "approval.later.what"
REMIND: Final = "remind"
AT_OPENING: Final = "open"  # in place of minutes: when the company opens next
_VALUE = re.compile(r"remind|(me|all)\.(\d{1,5}|open)")
Kind = Literal["remind", "me", "all"]


@dataclass(frozen=True, slots=True)
class LaterForm:
    """`mine`, `all_of_us`: minutes for which it can be put off before its time. `opens_at`: when the company opens next, where
    that is before its time. `last_at`: when somebody was reminded last."""

    ref: Ref
    zone: ZoneInfo
    due_at: datetime
    every_min: int
    last_at: datetime | None = None
    mine: tuple[int, ...] = ()
    opens_at: datetime | None = None
    all_of_us: tuple[int, ...] = ()
    only_remind_words: str = ""  # why it cannot be put off


@dataclass(frozen=True, slots=True)
class LaterAnswer:
    """`minutes` is None for `remind`, and where it is put off until the company opens next."""

    ref: Ref
    kind: Kind
    minutes: int | None = None


def later_modal(form: LaterForm) -> Json:
    """The form (callback `approval.later`). Times that are past the decision's own are not offered."""
    often = f"One reminder {'an hour' if form.every_min == 60 else f'in {length(form.every_min)}'} at most"
    last = f"; last one {plain_hour(form.last_at, form.zone)}" if form.last_at else ""
    choices = [option("Remind the others now", REMIND, often + last)]
    choices += [option(f"Show it to me again in {length(each)}", f"me.{each}") for each in form.mine]
    if form.opens_at:
        choices.append(option(f"Show it to me again {plain_when(form.opens_at, form.zone)}", f"me.{AT_OPENING}"))
    choices += [
        option(f"Remind nobody for {length(each)}", f"all.{each}", "The reminder that comes by itself waits too")
        for each in form.all_of_us
    ]
    stays = f"The time to decide stays {when(form.due_at, form.zone)}."
    if form.only_remind_words:
        stays += f" {form.only_remind_words}"
    return modal(
        ids.LATER_FORM,
        "Remind or snooze",
        [field(WHAT_BLOCK, "What would you like?", radios(ids.WHAT, choices, 0)), note(stays)],
        ref=str(form.ref),
        submit="Save",
    )


def parse_later(view: Json) -> LaterAnswer:
    """What was answered. Raises BadInput."""
    picked = answer(view, WHAT_BLOCK, ids.WHAT).get("selected_option")
    found = _VALUE.fullmatch(str(picked.get("value"))) if isinstance(picked, dict) else None
    if found is None:
        raise BadInput("Please say what you would like.")
    if found[1] is None:
        return LaterAnswer(ref_of(view), REMIND)
    minutes = None if found[2] == AT_OPENING else int(found[2])
    return LaterAnswer(ref_of(view), "me" if found[1] == "me" else "all", minutes)


def too_soon(ref: Ref, by: str, at: datetime, again_at: datetime, zone: ZoneInfo) -> Json:
    """In place of the form: who had it reminded, when, and when the next reminder can go out. `by` empty: the clock."""
    who = mention(by) if by else "Baton"
    words = (
        f"*Reminded already.* {who} did it {when(at, zone)}. The next reminder can go out from {hour(again_at, zone)}."
    )
    return modal(
        ids.LOADING_FORM, "Remind or snooze", [sec(f"{words} Nobody was reminded now.")], ref=str(ref), close="Close"
    )


def length(minutes: int) -> str:
    """`15 minutes`, `1 hour`, `3 hours`."""
    if minutes % 60 == 0:
        return plural(minutes // 60, "hour")
    return plural(minutes, "minute")
