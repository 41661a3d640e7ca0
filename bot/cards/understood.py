"""The answer to words that sound like a decision: what was understood, and that only buttons decide."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from bot.cards import ids
from bot.cards.blocks import Json, Ref, actions, b, btn, ephemeral, rich, row
from bot.cards.words import clip, one_line

Heard = Literal["yes", "no"]
_YES = (
    r"yes|yep|yeah|yup|ok|okay|sure|fine|approve[ds]?|approving|approval|lgtm|go ahead|send it|do it|looks good|sounds good|"
    r"ship it|agreed|:\+1:|:thumbsup:|:white_check_mark:|:heavy_check_mark:|👍|✅"
)
_NO = r"no|nope|reject(?:ed|s)?|decline[ds]?|denied|deny|don['’]?t|do not|stop|:-1:|:thumbsdown:|👎"
_SAID = re.compile(rf"\s*(?:(?P<yes>{_YES})|(?P<no>{_NO}))(?![\w'’])(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_LEADING = re.compile(r"^[\s,.;:!–—-]*(?:(?:but|and|please|it|this)\b[\s,.;:!–—-]*)*", re.IGNORECASE)


class Understood(NamedTuple):
    """What words sounded like, and what was said besides."""

    heard: Heard
    besides: str


def understood(text: str) -> Understood | None:
    """What words sound like, if they sound like a decision; None for all other words."""
    found = _SAID.match(text)
    if found is None:
        return None
    return Understood("yes" if found["yes"] else "no", _LEADING.sub("", found["rest"]).strip())


def reply(text: str, said: Understood, ref: Ref | None, over_words: str = "") -> Json:
    """The private line. `ref` names the kept words, or the request where nothing was said besides; None where there is nothing
    to decide, and `over_words` says why."""
    what = "a no" if said.heard == "no" else "a yes"
    change = " with a change" if said.besides and said.heard == "yes" else ""
    rows = [row(b("I read: "), clip(one_line(text), 300))]
    if ref is None:
        rows.append(row(f"Words never decide anything. {clip(one_line(over_words), 300)}".strip()))
        return ephemeral(f"I read that as {what}{change}. Words do not decide. {over_words}", [rich(*rows)])
    edits = "; Edit… opens the form with your words as its note" if said.besides else "; Edit… opens the form"
    rows.append(row(f"Words never decide anything, only the card's buttons do{edits}. Nothing has changed."))
    buttons = [btn("Edit…", ids.UNDERSTOOD_EDIT, ref)]
    if said.besides:
        buttons.append(btn("Only tell the agent", ids.UNDERSTOOD_TELL, ref))
    return ephemeral(
        f"I read that as {what}{change}. Words do not decide; use the card's buttons.",
        [rich(*rows), actions("understood.after", ref, *buttons)],
    )
