"""Somebody opens the app's home. Whoever that is, something is shown; who they are is looked up where it is drawn."""

from __future__ import annotations

from slack_bolt.app.async_app import AsyncApp

from bot.cards.blocks import Json
from bot.face import Face
from bot.middleware import HOME_OPENED

HOME_TAB = "home"


def register(app: AsyncApp, face: Face) -> None:
    """Slack is told that we have it at once; the page follows."""

    @app.event(HOME_OPENED)
    async def came(event: Json) -> None:
        user_id = str(event.get("user") or "")
        if event.get("tab", HOME_TAB) == HOME_TAB:
            face.later(face.homes.opened(user_id))
        else:
            face.homes.left(user_id)
