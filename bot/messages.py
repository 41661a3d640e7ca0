"""A message in Slack and what it is to Baton: a card, a line in a card's thread, or something that may become a task."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.cards.blocks import Json
from bot.face import Face, Place
from bot.render.home import link_of
from bot.render.ladder import name_of
from bot.talk import plain_text
from core.errors import BadInput
from workflows.opening import Opened

NO_WORDS = (
    "There are no words in this message, so there is nothing to make a task of. Write to Baton what is to be done."
)
OUR_OWN = "Baton wrote this itself, and it belongs to no task. Write to Baton what is to be done."


@dataclass(frozen=True, slots=True)
class Message:
    """A message as a shortcut brought it. `author` is a name; `by` the user id of who wrote it, or of the app."""

    place: Place
    text: str
    author: str
    is_ours: bool = False
    by: str = ""


def message_of(face: Face, body: Json, place: Place) -> Message:
    """The message that a shortcut was used on, out of Slack's payload."""
    message = body.get("message") or {}
    user = str(message.get("user") or "")
    ours = user == face.me.user_id or (bool(face.me.bot_id) and message.get("bot_id") == face.me.bot_id)
    text = plain_text(str(message.get("text") or ""), face.me.user_id)
    by = user if user and not message.get("bot_id") else ""
    return Message(place, text, author_of(face, by), ours, by)


def author_of(face: Face, user: str) -> str:
    """The name of who wrote something."""
    return name_of(face.scene, user) if user else "An app"


def make_task(face: Face, message: Message, asked_by: str, head_start: timedelta = timedelta()) -> Opened:
    """The task of this message; the same message is the same task. Raises `BadInput` where there is nothing in it."""
    place = message.place
    if message.is_ours:
        raise BadInput(OUR_OWN)
    if not message.text:
        raise BadInput(NO_WORDS)
    return face.services.arrivals.slack(
        message.text, asked_by, message.author, source_id=f"{place.channel}:{place.ts}",
        thread=f"{place.channel}:{place.thread_ts or place.ts}", link=link_of(face.me.url, place.channel, place.ts),
        head_start=head_start,
    )  # fmt: skip


def card_link(face: Face, task_id: str) -> str:
    """The address of a task's newest card; empty while it has none."""
    rows = face.services.ledger.rows("home.card_of_task", task=task_id)
    return link_of(face.me.url, str(rows[0][0]), str(rows[0][1])) if rows else ""
