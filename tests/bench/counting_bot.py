"""A bot for the load: plain slack_bolt, posts cards with one button, and each press writes the next number on its card."""

from __future__ import annotations

import asyncio
import os
import sys
from collections import Counter
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

BLOCKS_OF_A_CARD = 6


def card(number: int) -> list[dict[str, Any]]:
    """Return a card about as large as an approval, with how often it was pressed in its header."""
    lines = [
        {
            "type": "section",
            "text": {"type": "mrkdwn", "text": f"*Line {line}:* what stands on a card, in so many words."},
        }
        for line in range(BLOCKS_OF_A_CARD - 2)
    ]
    press = {"type": "button", "action_id": "count.up", "text": {"type": "plain_text", "text": "Press"}, "value": "1"}
    header = {"type": "header", "text": {"type": "plain_text", "text": f"Pressed {number} times"}}
    return [header, *lines, {"type": "actions", "block_id": "row", "elements": [press]}]


async def main(cards: int, channel: str) -> None:
    """Post the cards, say `ready`, and count until killed."""
    client = AsyncWebClient(token="xoxb-load", base_url=os.environ["SLACK_API_URL"])
    app, pressed = AsyncApp(client=client, process_before_response=True), Counter[str]()
    updates: set[asyncio.Task[Any]] = set()

    @app.action("count.up")
    async def count(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        ts = body["message"]["ts"]
        pressed[ts] += 1
        task = asyncio.create_task(
            client.chat_update(channel=channel, ts=ts, text=f"{pressed[ts]}", blocks=card(pressed[ts]))
        )
        updates.add(task)
        task.add_done_callback(updates.discard)

    await AsyncSocketModeHandler(app, app_token="xapp-load").connect_async()
    for _ in range(cards):
        await client.chat_postMessage(channel=channel, text="A card", blocks=card(0))
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
