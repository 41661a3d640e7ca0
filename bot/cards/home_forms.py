"""The forms of the home tab: finding a task, handing something in, pausing and resuming an agent, a page about one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast, get_args
from zoneinfo import ZoneInfo

from bot.cards import ids
from bot.cards.blocks import Json, Ref, ask, field, modal, option, plain_note, radios, rich, row, say, sec, text_in
from bot.cards.blocks import b as bold
from bot.cards.forms import chosen, ref_of, typed
from bot.cards.home import TOP, HomeRow, open_button
from bot.cards.words import clip, one_line, plural, when

Until = Literal["never", "hour", "four_hours", "opening"]

_FIND, _TEXT = "home.find.words", "home.new_task.text"
_WHICH, _REASON, _UNTIL = "agent.pause.which", "agent.pause.reason", "agent.pause.until"
_UNTIL_WORDS: dict[Until, str] = {
    "never": "Until someone resumes it", "hour": "For an hour", "four_hours": "For four hours",
    "opening": "Until we open on the next business day",
}  # fmt: skip
LONGEST_QUERY, LONGEST_TEXT, LONGEST_REASON = 100, 3000, 500


# Find ----------------------------------------------------------------------------------------------------------------


def find_modal(query: str = "") -> Json:
    """Asks for a number or words."""
    hint = "A number such as T-1042, or words: a name, an address, something that was written."
    element = text_in(ids.HOME_WORDS, initial=clip(query, LONGEST_QUERY), most=LONGEST_QUERY)
    return modal(
        ids.FIND_FORM, "Find a task", [field(_FIND, "Number or words", element, hint=hint)], ref=str(TOP), submit="Find"
    )


def parse_find(view: Json) -> str:
    """What was typed."""
    return typed(view, _FIND, ids.HOME_WORDS)[:LONGEST_QUERY]


def found_modal(query: str, rows: Sequence[HomeRow], *, rest: int, among: int) -> Json:
    """What was found; one can look for something else."""
    blocks = find_modal(query)["blocks"]
    if not rows:
        where = f" Baton looked at what came in on the newest {plural(among, 'task')}." if among else ""
        blocks.append(say(f"No task fits “{clip(one_line(query), LONGEST_QUERY)}”.{where}"))
    for each in rows:
        section = say(f"{clip(one_line(each.title), 200)}\n{each.detail_words}")
        blocks.append({**section, "accessory": open_button(each.ref, each.title, each.link)} if each.link else section)
    if rest:
        blocks.append(plain_note(f"{rest:,} more fit. Say it with more words."))
    if rows and among:
        blocks.append(plain_note(f"Looked for in the newest {plural(among, 'task')}; older ones by their number."))
    return {**find_modal(), "blocks": blocks}


# Hand something in ---------------------------------------------------------------------------------------------------


def new_task_modal() -> Json:
    """Asks what is to be done."""
    element = text_in(ids.HOME_TEXT, multiline=True, most=LONGEST_TEXT)
    hint = "As you would tell a colleague. Words never count as an approval; what needs one comes as a card."
    return modal(
        ids.NEW_TASK_FORM, "Hand to Baton", [field(_TEXT, "What is to be done?", element, hint=hint)], ref=str(TOP),
        submit="Hand over",
    )  # fmt: skip


def parse_new_task(view: Json) -> str:
    """What was typed."""
    return typed(view, _TEXT, ids.HOME_TEXT)


def under_text(words: str) -> Json:
    """An answer that stands under the field."""
    return {"response_action": "errors", "errors": {_TEXT: words[:150]}}


# Pause and resume ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PauseAnswer:
    """What came back. Whom it is about is checked where it is done."""

    agent: str
    reason: str
    until: Until


def pause_modal(agents: Sequence[tuple[str, str]], first: str = "") -> Json:
    """Asks what to pause; `agents` are names and what they are called, `first` is chosen already."""
    options = [option(called, name) for name, called in agents]
    places = [name for name, _ in agents]
    which: Json = {"type": "static_select", "action_id": ids.AGENT_WHICH, "options": options}
    if first in places:
        which["initial_option"] = options[places.index(first)]
    lengths = [option(words, name) for name, words in _UNTIL_WORDS.items()]
    blocks = [
        field(_WHICH, "What?", which),
        field(
            _REASON, "Reason", text_in(ids.AGENT_REASON, most=LONGEST_REASON), hint="Shown to the team", optional=True
        ),
        field(_UNTIL, "How long?", radios(ids.AGENT_UNTIL, lengths, 0)),
        plain_note("Nothing new starts. What has left already cannot be called back; it is listed."),
    ]
    return modal(ids.AGENT_PAUSE_FORM, "Pause agents", blocks, ref=str(TOP), submit="Pause")


def parse_pause(view: Json, known: tuple[str, ...]) -> PauseAnswer:
    """What was chosen. Raises BadInput for an agent that is not among `known`."""
    until = chosen(view, _UNTIL, ids.AGENT_UNTIL, get_args(Until)) or "never"
    agent = chosen(view, _WHICH, ids.AGENT_WHICH, known)
    return PauseAnswer(agent, typed(view, _REASON, ids.AGENT_REASON), cast("Until", until))


def resume_modal(ref: Ref, name: str, by_words: str, since: datetime, reason: str, zone: ZoneInfo) -> Json:
    """Asks once more; `by_words` is a mention or our own words."""
    called = clip(one_line(name), 60)
    blocks = [
        ask(f"{called} {'are' if called.startswith('All ') else 'is'} paused"),
        sec(f"{by_words} paused it, {when(since, zone)}. What was held is checked again before it goes."),
        rich(row(bold("Reason: "), clip(reason, 600) or "Not said")),
    ]
    return modal(ids.AGENT_RESUME_FORM, "Resume", blocks, ref=str(ref), submit="Resume")


def parse_resume(view: Json) -> Ref:
    """Whom it is about. Raises BadInput."""
    return ref_of(view)


# About one -----------------------------------------------------------------------------------------------------------


def details_modal(ref: Ref, name: str, summary: str, facts: Sequence[tuple[str, str]]) -> Json:
    """What the rules say of an agent, and how it does."""
    lines = [
        row(bold(f"{clip(one_line(what), 100)}: "), clip(one_line(value), 600) or "Nothing") for what, value in facts
    ]
    return modal(
        ids.AGENT_DETAILS_FORM, "About this agent", [ask(name), say(summary), rich(*lines)], ref=str(ref), close="Close"
    )


def said_modal(title: str, text: str) -> Json:
    """What came of it, in place of the form."""
    return modal(ids.LOADING_FORM, title, [say(text)], ref=str(TOP), close="Close")
