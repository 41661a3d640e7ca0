"""Message shortcuts: what a slash command cannot do, since Slack knows none in threads."""

from __future__ import annotations

from slack_bolt.app.async_app import AsyncApp

from bot import clicks
from bot.cards import replies
from bot.cards.blocks import Json
from bot.face import Ack, Click, Face

TAKE_OVER = "task.take_over"
NO_CARD = "This message is no card of Baton's, so there is no task to take over."


def register(app: AsyncApp, face: Face) -> None:
    """Taking over the task of a card, from its ••• menu in Slack."""

    @app.message_shortcut(TAKE_OVER)
    async def take_over(ack: Ack, body: Json, context: Json) -> None:
        click = Click(context["member"], context["place"], TAKE_OVER, "", str(body.get("trigger_id", "")))
        await face.act(ack, click, take_over_of_card)


def take_over_of_card(face: Face, click: Click) -> Json | None:
    """The task of the card that stands there."""
    rows = face.services.ledger.rows("card.at", channel=click.place.channel, ts=click.place.ts)
    task_id = str(rows[0][3] or "") if rows else ""
    return clicks.take_over(face, click.member, task_id, "shortcut") if task_id else replies.told(NO_CARD)
