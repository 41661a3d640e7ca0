"""Shortcuts: on any message, since Slack knows no slash command in threads, and the one that opens the request form anywhere."""

from __future__ import annotations

from slack_bolt.app.async_app import AsyncApp

from bot import clicks, escalating, home_pages
from bot.cards import replies
from bot.cards.blocks import Json
from bot.face import Ack, Click, Face
from bot.messages import Message, card_link, make_task, message_of
from bot.threads import task_of_card

TAKE_OVER = "task.take_over"
ESCALATE = "task.escalate"
HAND_IN = "task.hand_in"
NEW = "task.new"
MESSAGE_SHORTCUTS = (TAKE_OVER, HAND_IN, ESCALATE)
GLOBAL_SHORTCUTS = (NEW,)
NO_CARD = "This message is no card of Baton's, so there is no task to take over."


def register(app: AsyncApp, face: Face) -> None:
    """From the ••• menu of a message in Slack, and from the menu beside the composer."""

    @app.message_shortcut(TAKE_OVER)
    async def take_over(ack: Ack, body: Json, context: Json) -> None:
        await face.act(ack, _click(TAKE_OVER, body, context), take_over_of_card)

    @app.message_shortcut(HAND_IN)
    async def hand_in(ack: Ack, body: Json, context: Json) -> None:
        message = message_of(face, body, context["place"])
        await face.act(ack, _click(HAND_IN, body, context), lambda face, click: handed_in(face, click, message))

    @app.message_shortcut(ESCALATE)
    async def escalate(ack: Ack, body: Json, context: Json) -> None:
        message = message_of(face, body, context["place"])
        await face.open(ack, _click(ESCALATE, body, context), escalating.TITLE, escalating.page_of(message))

    @app.global_shortcut(NEW)
    async def new(ack: Ack, body: Json, context: Json) -> None:
        await face.open(ack, _click(NEW, body, context), home_pages.HAND, home_pages.new_task)


def _click(action: str, body: Json, context: Json) -> Click:
    return Click(context["member"], context["place"], action, "", str(body.get("trigger_id", "")))


def take_over_of_card(face: Face, click: Click) -> Json | None:
    """The task of the card that stands there."""
    task_id = task_of_card(face, click.place)
    return clicks.take_over(face, click.member, task_id, "shortcut") if task_id else replies.told(NO_CARD)


def handed_in(face: Face, click: Click, message: Message) -> Json:
    """The task of that message, said to whoever handed it in; used again, or on a card, it says which task that is already."""
    if message.is_ours and (task_id := task_of_card(face, message.place)):
        return replies.task_now(task_id, "This belongs to {task} already.", card_link(face, task_id))
    opened = make_task(face, message, click.member.user_id)
    link = card_link(face, opened.task_id)
    if not opened.is_new:
        return replies.task_now(opened.task_id, "This is {task} already.", link)
    if opened.joined:
        return replies.task_now(opened.task_id, "I added this to {task}.", link)
    return replies.task_now(opened.task_id, "This is {task} now. What needs a person comes as a card.", link)
