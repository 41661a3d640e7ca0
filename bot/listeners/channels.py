"""A channel is gone for us: archived, deleted, or left. What is open there is shown where people still read."""

from __future__ import annotations

import asyncio

from slack_bolt.app.async_app import AsyncApp

from bot.cards.blocks import Json
from bot.face import Face
from bot.middleware import CHANNEL_GONE


def register(app: AsyncApp, face: Face) -> None:
    """Nobody asked for anything, so nobody is answered."""

    async def gone(event: Json) -> None:
        await asyncio.to_thread(move, face, str(event.get("channel") or ""), str(event.get("type") or ""))

    for name in CHANNEL_GONE:
        app.event(name)(gone)


def move(face: Face, channel: str, why: str) -> None:
    """Cards of tasks that are open are posted anew; the desk finds out by itself that their channel takes none."""
    with face.services.ledger.unit() as unit:
        for (card_id,) in unit.all("card.open_in", channel=channel):
            unit.change("card.homeless", key=card_id, why=why)
            unit.cards_changed = True
