"""Without a socket Slack's requests come over HTTP; only signed ones count."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from urllib.parse import urlencode

import httpx
from fastapi import FastAPI, Request, Response
from slack_sdk.signature import SignatureVerifier

from app import build
from bot.start import Bot
from core.settings import Settings
from tests.bot.conftest import commands
from tests.support.house import POLICIES, sure_model
from tests.support.slack import Workspace

SECRET = "signing-secret-of-a-test"
BODY = urlencode({"command": "/baton", "text": "status", "user_id": "U0SAM", "team_id": "T0HARBOR", "channel_id": "C0SALES",
                  "response_url": "http://127.0.0.1:1/", "trigger_id": "1.2"})  # fmt: skip


async def test_a_signed_request_is_answered_and_any_other_is_refused(tmp_path: Path, slack: Workspace) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/baton.db", policies=POLICIES, key_file=tmp_path / "baton.key",
                        slack_api_url=slack.api_url, slack_bot_token="xoxb-1", slack_signing_secret=SECRET)  # fmt: skip
    people = Bot.directory(settings)
    house = await asyncio.to_thread(lambda: build(settings, model=sure_model(), people=people))
    asked: list[tuple[list[str], str]] = []
    bot = Bot(settings, house.services, commands(asked))
    web = FastAPI()

    @web.post("/slack/events")
    async def events(request: Request) -> Response:
        return await bot.over_http().handle(request)

    try:
        await bot.start()
        assert bot.is_connected
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=web), base_url="http://baton.example.com"
        ) as client:
            now = str(int(time.time()))
            good = await post(
                client, BODY, now, SignatureVerifier(SECRET).generate_signature(timestamp=now, body=BODY) or ""
            )
            assert good.status_code == 200
            assert good.json()["text"] == "You asked for status."
            assert (await post(client, BODY, now, "v0=0000")).status_code == 401
            old = str(int(time.time()) - 301)
            late = await post(
                client, BODY, old, SignatureVerifier(SECRET).generate_signature(timestamp=old, body=BODY) or ""
            )
            assert late.status_code == 401
        assert asked == [(["status"], "U0SAM")]
    finally:
        await bot.stop()
        house.close()


async def post(client: httpx.AsyncClient, body: str, at: str, signature: str) -> httpx.Response:
    headers = {"x-slack-request-timestamp": at, "x-slack-signature": signature,
               "content-type": "application/x-www-form-urlencoded"}  # fmt: skip
    return await client.post("/slack/events", content=body, headers=headers)
