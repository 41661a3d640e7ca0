"""Mentions and direct messages: never met with silence."""

from __future__ import annotations

from slack_bolt.app.async_app import AsyncApp

from bot import talk
from bot.cards.blocks import Json
from bot.face import Face

EVENTS = ("app_mention", "message")  # the gate lets of the messages only those in a direct conversation pass


def register(app: AsyncApp, face: Face) -> None:
    """What people say to Baton. Bolt acknowledges an event when its listener has returned."""

    async def heard(event: Json, context: Json) -> None:
        await talk.heard(face, str(event.get("text") or ""), context["member"], context["place"])

    for name in EVENTS:
        app.event(name)(heard)
