"""Calling for help: the form, and the lines on a card for which somebody has called."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, cast
from zoneinfo import ZoneInfo

from bot.cards import ids
from bot.cards.blocks import Json, Ref, btn, date, field, modal, note, option, quote, radios, rich, row, t, text_in
from bot.cards.blocks import b as bold
from bot.cards.forms import chosen, ref_of, typed
from bot.cards.words import clip, one_line
from core.errors import BadInput

When = Literal["now", "later"]

TO_BLOCK: Final = "task.escalate.to"
WHY_BLOCK: Final = "task.escalate.why"
_WHEN_BLOCK = "task.escalate.when"
WHY_MAX = 600
_QUOTED = 12_000  # of a message: as long as Slack lets people write one
_RUN = 2_500
_SAID = "task.escalate.said"
_WHEN_WORDS: dict[When, tuple[str, str]] = {
    "now": ("Now", "They are called at once, whatever the hour"),
    "later": ("Today", "They are called while we are open"),
}


@dataclass(frozen=True, slots=True)
class EscalateForm:
    """`queues`: name and words for those who work it off. `about` is what it is about; `quoted` a message that is no card."""

    ref: Ref
    about: str
    queues: tuple[tuple[str, str], ...]
    first: str = ""
    quoted: str = ""
    still_decidable: bool = False


@dataclass(frozen=True, slots=True)
class EscalateAnswer:
    """What came back. The queue is looked up again where it is done."""

    ref: Ref
    queue: str
    why: str
    when: When


def escalate_modal(form: EscalateForm) -> Json:
    """The form (callback `task.escalate`)."""
    options = [option(words, name) for name, words in form.queues]
    select: Json = {"type": "static_select", "action_id": ids.ESCALATE_TO, "options": options}
    names = [name for name, _ in form.queues]
    if form.first in names:
        select["initial_option"] = options[names.index(form.first)]
    times = [option(words, name, more) for name, (words, more) in _WHEN_WORDS.items()]
    then = (
        "It becomes a task that waits for a person."
        if form.quoted
        else "The agents stop on it and it waits for a person."
    )
    if form.still_decidable:
        then += " Whoever may decide it on its card still can; then nobody is called any more."
    said = [row(bold("About: "), t(clip(one_line(form.about), 200)))]
    if form.quoted:
        text = clip(form.quoted, _QUOTED)
        said.append(quote(*(text[n : n + _RUN] for n in range(0, len(text), _RUN))))
    return modal(
        ids.ESCALATE_FORM,
        "Call for help",
        [
            {**rich(*said), "block_id": _SAID},
            field(TO_BLOCK, "Who should help?", select),
            field(
                WHY_BLOCK, "Why?", text_in(ids.ESCALATE_WHY, multiline=True, most=WHY_MAX),
                hint="Whoever is called reads this first.",
            ),
            field(_WHEN_BLOCK, "How soon?", radios(ids.ESCALATE_WHEN, times, 0)),
            note(then),
        ],
        ref=str(form.ref),
        submit="Call them",
    )  # fmt: skip


def parse_escalate(view: Json) -> EscalateAnswer:
    """What was answered. Raises BadInput."""
    offered = tuple(
        str(each["value"])
        for block in view.get("blocks", ())
        if block.get("block_id") == TO_BLOCK
        for each in block["element"]["options"]
    )
    queue = chosen(view, TO_BLOCK, ids.ESCALATE_TO, offered)
    if not queue:
        raise BadInput("Please say who should help.")
    soon = chosen(view, _WHEN_BLOCK, ids.ESCALATE_WHEN, tuple(_WHEN_WORDS)) or "now"
    return EscalateAnswer(ref_of(view), queue, typed(view, WHY_BLOCK, ids.ESCALATE_WHY)[:WHY_MAX], cast("When", soon))


def quoted_in(view: Json) -> str:
    """The message that the form quotes, as it stood there."""
    said: Json = next((each for each in view.get("blocks", ()) if each.get("block_id") == _SAID), {})
    quotes = [each for each in said.get("elements", ()) if each.get("type") == "rich_text_quote"]
    return "".join(str(run.get("text", "")) for each in quotes for run in each.get("elements", ()))


def button(task_id: str) -> Json:
    """The button that cards have on which nothing is decided."""
    return btn("Call for help…", ids.TASK_ESCALATE, Ref(task_id, 0))


def called_for(words: str, at: datetime, zone: ZoneInfo) -> Json:
    """On an approval for which somebody has called: who, whom and why, and that it can still be decided."""
    return rich(
        row(bold("Help was called for "), date(at, zone), t(":")),
        quote(clip(words, WHY_MAX + 100)),
        row(t("Whoever may decide still can, here. Then nobody is called any more.", italic=True)),
    )
