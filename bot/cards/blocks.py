"""Builders for cards. mrkdwn carries only our own words, user ids and dates; text from outside goes into plain text
or rich text, where Slack reads neither links nor mentions, formatting or emoji. Limits: `bot.cards.limits`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

from bot.cards.words import clip, hour, is_user, label, one_line, plain_when, safe, sentence
from core.errors import BadInput

Json = dict[str, Any]
Mark = Literal[
    "wait", "done", "ended", "careful", "now", "person", "paused", "handoff", "question", "undone", "near", "shadow", ""
]

MARKS: dict[Mark, str] = {  # one mark for one meaning; the words beside it always say the same
    "wait": ":hourglass_flowing_sand:",
    "done": ":white_check_mark:",
    "ended": ":white_circle:",
    "careful": ":warning:",
    "now": ":rotating_light:",
    "person": ":raised_hand:",
    "paused": ":double_vertical_bar:",
    "handoff": ":arrow_right:",
    "question": ":speech_balloon:",
    "undone": ":leftwards_arrow_with_hook:",
    "near": ":red_circle:",  # on a home tab only: cards are not drawn again as time passes
    "shadow": ":eye:",
    "": "",
}
HEADER = 150
SECTION = 3000
PART = 600  # characters of a remark beside the bar; all of it stands under Why?
_REF = re.compile(r"([A-Za-z][A-Za-z0-9_.-]{0,99}):(\d{1,9})")


# What a button carries ----------------------------------------------------------------------------------------------


class Ref(NamedTuple):
    """Which thing, in which version. It says what was clicked, never what is allowed."""

    id: str
    version: int

    def __str__(self) -> str:
        return f"{self.id}:{self.version}"


def parse_ref(value: str) -> Ref:
    """The id and version in a button's value or a form's private_metadata. Raises BadInput for anything else."""
    found = _REF.fullmatch(value)
    if found is None:
        raise BadInput("This button is not one of ours or is too old. Open the card again.")
    return Ref(found[1], int(found[2]))


def parse_option(value: str) -> tuple[Ref, str]:
    """The reference and the verb of an option under •••. Raises BadInput."""
    before, _, verb = value.rpartition(":")
    if not verb.isidentifier():
        raise BadInput("This menu is not one of ours or is too old. Open the card again.")
    return parse_ref(before), verb


# Text ---------------------------------------------------------------------------------------------------------------


def plain(text: str) -> Json:
    """Plain text: Slack draws it as it is."""
    return {"type": "plain_text", "text": safe(text) or "–", "emoji": False}


def mrkdwn(text: str) -> Json:
    """Our own words, with mentions and dates. `verbatim`: Slack links nothing that we did not link."""
    return {"type": "mrkdwn", "text": text or "–", "verbatim": True}


def t(text: str, **style: bool) -> Json:
    """A run of rich text."""
    return {"type": "text", "text": safe(text) or "–", **({"style": style} if style else {})}


def b(text: str) -> Json:
    return t(text, bold=True)


def strike(text: str) -> Json:
    return t(text, strike=True)


def person(who: str) -> Json:
    """A user id as a mention in rich text; any other name as text."""
    return {"type": "user", "user_id": who} if is_user(who) else t(one_line(who))


def date(at: datetime, zone: ZoneInfo, form: str = "{date_short_pretty} at {time}") -> Json:
    """A time in rich text."""
    return {"type": "date", "timestamp": int(at.timestamp()), "format": form, "fallback": plain_when(at, zone)}


Run = str | Json  # a string is outside text or our own, never markup


def _runs(runs: Sequence[Run]) -> list[Json]:
    return [t(run) if isinstance(run, str) else run for run in runs]


def row(*runs: Run) -> Json:
    return {"type": "rich_text_section", "elements": _runs(runs)}


def quote(*runs: Run) -> Json:
    """The bar."""
    return {"type": "rich_text_quote", "elements": _runs(runs)}


def items(*rows: Sequence[Run] | str, style: Literal["bullet", "ordered"] = "bullet") -> Json:
    """A real list: read as one by a screen reader."""
    return {
        "type": "rich_text_list",
        "style": style,
        "elements": [row(each) if isinstance(each, str) else row(*each) for each in rows],
    }


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": list(elements)}


def line_runs(*pairs: tuple[str, Run]) -> list[Json]:
    """Label and value, a line each. A value with a line break stays on its line, so it cannot pass for another label."""
    runs: list[Json] = []
    for place, (name, value) in enumerate(pairs):
        shown = t(one_line(value) or "–") if isinstance(value, str) else value
        runs += ([t("\n")] if place else []) + [b(f"{one_line(name)}: "), shown]
    return runs


def lines(*pairs: tuple[str, Run], most: int = PART) -> Json:
    """Label and value lines in one section, so that they stay together on a phone; each cut to `most`. Not for the bar."""
    short = [(clip(name, 100), clip(value, most) if isinstance(value, str) else value) for name, value in pairs]
    return {"type": "rich_text_section", "elements": line_runs(*short)}


def exactly(title: str, pairs: Sequence[tuple[str, Run]], body: str = "") -> Json:
    """The bar: everything beside it is exactly what happens, complete. Nothing else has a bar before a decision."""
    runs = line_runs(*pairs)
    if body:
        runs.append(t(("\n\n" if runs else "") + body))
    return rich(row(b(title)), quote(*(runs or [t("–")])))


# Blocks -------------------------------------------------------------------------------------------------------------


def line(agent: str, task: str, mark: Mark, words: str) -> Json:
    """The header line: who, which task, mark and state in words. The same on every card, in every state."""
    sign = f"{MARKS[mark]} " if mark else ""
    return note("  ·  ".join(part for part in (f"*{label(agent)}*", label(task), f"{sign}{words}") if part))


def ask(text: str) -> Json:
    """The headline. The only text of a card that may be cut."""
    return {"type": "header", "text": plain(clip(one_line(text), HEADER))}


def say(text: str, accessory: Json | None = None) -> Json:
    """Outside words or the agent's, in plain text."""
    return {
        "type": "section",
        "text": plain(clip(safe(text), SECTION)),
        **({"accessory": accessory} if accessory else {}),
    }


def sec(text: str, accessory: Json | None = None) -> Json:
    """Our own words, in mrkdwn."""
    return {"type": "section", "text": mrkdwn(text), **({"accessory": accessory} if accessory else {})}


def terms(*pairs: tuple[str, str]) -> Json:
    """Terms of a decision, a line each: as high on a desk as a grid, half of it on a phone."""
    return sec("\n".join(f"*{name}:* {value}" for name, value in pairs))


def note(*texts: str) -> Json:
    return {"type": "context", "elements": [mrkdwn(text) for text in texts]}


def plain_note(text: str) -> Json:
    return {"type": "context", "elements": [plain(text)]}


def hour_note(before: str, at: datetime, zone: ZoneInfo, after: str) -> Json:
    """Our own words around a time of day."""
    return note(f"{before} {hour(at, zone)}. {after}")


def rule() -> Json:
    return {"type": "divider"}


# Elements -----------------------------------------------------------------------------------------------------------


def btn(
    text: str, action: str, ref: Ref | str, *, primary: bool = False, danger: bool = False, confirm: Json | None = None,
    reader: str = "",
) -> Json:  # fmt: skip
    """A button. `reader` is what a screen reader says where `text` alone would not do. `danger`: only for undo."""
    button: Json = {"type": "button", "action_id": action, "text": plain(text), "value": str(ref)}
    if primary or danger:
        button["style"] = "danger" if danger else "primary"
    if confirm:
        button["confirm"] = confirm
    if reader:
        button["accessibility_label"] = reader
    return button


def why(action: str, ref: Ref | str) -> Json:
    """The Why? button that every card has."""
    return btn("Why?", action, ref, reader="Why? Shows evidence, rule, trail and cost")


def more(action: str, ref: Ref | str, *options: tuple[str, str]) -> Json:
    """The ••• menu; each option is a label and a verb."""
    return {
        "type": "overflow",
        "action_id": action,
        "options": [{"text": plain(text), "value": f"{ref}:{verb}"} for text, verb in options],
    }


def confirm(title: str, text: str, yes: str, no: str = "Go back") -> Json:
    """Slack's own second question. Only where money moves or an answer cannot be taken back."""
    return {"title": plain(clip(title, 100)), "text": plain(clip(text, 300)), "confirm": plain(yes), "deny": plain(no)}


def actions(block_id: str, ref: Ref | str, *elements: Json) -> Json:
    """A row of buttons. Its id ends in the version, so that Slack forgets the state of an older card."""
    return {"type": "actions", "block_id": f"{block_id}.{str(ref).rpartition(':')[2]}", "elements": list(elements)}


def option(text: str, value: str, description: str = "") -> Json:
    return {
        "text": plain(clip(text, 75)),
        "value": value,
        **({"description": plain(clip(description, 75))} if description else {}),
    }


def field(block_id: str, name: str, element: Json, *, hint: str = "", optional: bool = False) -> Json:
    """One question of a form."""
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(name),
        "element": element,
        "optional": optional,
        **({"hint": plain(hint)} if hint else {}),
    }


def text_in(
    action: str, *, initial: str = "", multiline: bool = False, placeholder: str = "", most: int = 3000
) -> Json:
    element: Json = {"type": "plain_text_input", "action_id": action, "multiline": multiline, "max_length": most}
    if initial:
        element["initial_value"] = initial
    if placeholder:
        element["placeholder"] = plain(clip(placeholder, 150))
    return element


def radios(action: str, options: Sequence[Json], initial: int | None = None) -> Json:
    chosen = {} if initial is None else {"initial_option": options[initial]}
    return {"type": "radio_buttons", "action_id": action, "options": list(options), **chosen}


# Whole payloads -----------------------------------------------------------------------------------------------------


def message(text: str, blocks: Sequence[Json]) -> Json:
    """A card: `text` is one whole sentence, unfurling is off. The desk adds channel and key."""
    return {"text": sentence(text) or "Baton", "blocks": list(blocks), "unfurl_links": False, "unfurl_media": False}


def ephemeral(text: str, blocks: Sequence[Json]) -> Json:
    """An answer that only the person who asked sees."""
    return {"response_type": "ephemeral", "text": sentence(text) or "Baton", "blocks": list(blocks)}


def modal(
    callback: str, title: str, blocks: Sequence[Json], *, ref: str, submit: str = "", close: str = "Cancel"
) -> Json:
    """A form, or with no `submit` a page to read. `ref` comes back in private_metadata."""
    return {
        "type": "modal",
        "callback_id": callback,
        "title": plain(clip(title, 24)),
        "close": plain(close),
        **({"submit": plain(submit)} if submit else {}),
        "blocks": list(blocks),
        "private_metadata": ref,
    }
