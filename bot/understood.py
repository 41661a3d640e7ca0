"""Somebody says "yes" instead of pressing a button. Words are never an approval: they are told so, and where the button is."""

from __future__ import annotations

import re
from typing import assert_never

from bot import pages
from bot.cards import replies
from bot.cards.blocks import Json, Ref, parse_ref
from bot.cards.edit import edit_modal
from bot.cards.understood import Understood, reply, understood
from bot.clicks import refusal
from bot.face import Click, Face, Place
from core.contract.authority import Refused
from core.errors import BadInput
from core.ports import Member
from policies.rules import authority
from workflows import requests, views
from workflows.remarks import Remark, Remarks

OVER = "And this one was decided already; the card shows how it ended."
NO_CARD = "Press the button on the card of the task, or ask for the task by its number."
NOT_YOURS = "You have no role in Baton yet, so there is nothing that you can decide."
TOLD = "The agent has your words in its next turn. The card waits for a decision as before."
_TASK = re.compile(r"\bT-\d+\b", re.IGNORECASE)
_DECIDES = re.compile(r"\s*(?:approve[ds]?|reject(?:ed|s)?)\b", re.IGNORECASE)


def private_line(face: Face, text: str, member: Member, place: Place) -> Json | None:
    """What somebody is told whose words sound like a decision; None for all other words.

    In the thread of an approval's card every yes and no is meant for it. Elsewhere only a bare one is, or one that names a
    task: "ok, please call Dana" is a task like any other."""
    said = understood(text)
    if said is None:
        return None
    request_id = _by_thread(face, place) or _by_number(face, text)
    if not request_id:
        if _in_thread(place):
            return None  # of a task of their own, where these words may be what it waits for
        bare = not said.besides or (_DECIDES.match(text) and _TASK.search(text))
        return reply(text, said, None, NO_CARD) if bare else None
    view = views.request_view(face.services.ledger, request_id)
    if view is None or view.request["state"] != requests.PENDING:
        return reply(text, said, None, OVER)
    if not authority.roles_of(face.services.policy(), member.mail):
        return reply(text, said, None, NOT_YOURS)
    return reply(text, said, _ref(face, request_id, view.request["version"], member, said))


def _ref(face: Face, request_id: str, version: int, member: Member, said: Understood) -> Ref:
    """Where something was said besides, the words are kept, and the buttons carry nothing but their id."""
    if not said.besides:
        return Ref(request_id, version)
    return Ref(_remarks(face).keep(request_id, version, member, said.besides), version)


def _by_thread(face: Face, place: Place) -> str:
    """The approval in whose thread somebody writes."""
    if not _in_thread(place):
        return ""
    rows = face.services.ledger.rows("card.at", channel=place.channel, ts=place.thread_ts)
    return str(rows[0][2]) if rows and rows[0][1] == requests.APPROVAL else ""


def _in_thread(place: Place) -> bool:
    return bool(place.thread_ts) and place.thread_ts != place.ts


def _by_number(face: Face, text: str) -> str:
    """The one approval that waits on a task that is named: "approve T-1042"."""
    found = _TASK.search(text)
    if found is None or not _DECIDES.match(text):
        return ""
    rows = face.services.ledger.rows("request.of_task", task=found[0].upper(), state=requests.PENDING)
    waiting = [str(row[0]) for row in rows if row[1] == requests.APPROVAL]
    return waiting[0] if len(waiting) == 1 else ""


# Its buttons ---------------------------------------------------------------------------------------------------------


def edit(face: Face, click: Click) -> Json:
    """The form of an edit, with what was said as its note."""
    ref = parse_ref(click.value)
    kept = _remarks(face).kept(ref.id, click.member)
    view = views.request_view(face.services.ledger, kept.request_id if kept else ref.id)
    if view is None:
        raise BadInput("These words are no longer kept. Please use the card.")
    now = Ref(str(view.request["id"]), int(view.request["version"]))
    form = pages.edit_form(face, pages.pending(face, str(now)), now)
    return edit_modal(form, note=kept.text if kept else "")


def tell(face: Face, click: Click) -> Json | None:
    """The agent gets the words, and nothing is decided."""
    match _remarks(face).tell(parse_ref(click.value).id, click.member):
        case Remark():
            return replies.told(TOLD)
        case Refused() as refused:
            return refusal(face, "", refused)
        case never:
            assert_never(never)


def _remarks(face: Face) -> Remarks:
    return Remarks(face.services.ledger, face.services.policy)
