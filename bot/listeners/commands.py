"""`/baton …`: the first word is a verb of the table; its answer is private."""

from __future__ import annotations

from slack_bolt.app.async_app import AsyncApp

from bot import talk
from bot.cards.blocks import Json
from bot.face import Ack, Face

COMMAND = "/baton"


def register(app: AsyncApp, face: Face) -> None:
    """The one slash command."""

    @app.command(COMMAND)
    async def typed(ack: Ack, command: Json, context: Json) -> None:
        argv = talk.argv_of(str(command.get("text") or "")) or [talk.HELP]
        await talk.command(face, ack, argv, context["member"], context["place"])
