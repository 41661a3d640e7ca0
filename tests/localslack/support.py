"""A workspace in this process with a clock that only tests move, and a bot that is plain slack_bolt."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from localslack.clock import Clock
from localslack.config import load_app, load_team
from localslack.methods import METHODS
from localslack.server import start
from localslack.state import State
from localslack.workspace import Workspace

TEAM = Path(__file__).parents[2] / "localslack" / "workspaces" / "harbor-and-pine.yml"
PATIENCE_S = 10


class MovedClock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self._now = datetime(2026, 11, 24, 19, 6, tzinfo=UTC)

    def now(self) -> datetime:
        return self._now

    def move(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


@dataclass
class Local:
    """A running workspace and how to speak to it."""

    workspace: Workspace
    clock: MovedClock
    http: aiohttp.ClientSession
    base: str

    async def act(self, **body: Any) -> dict[str, Any]:
        async with self.http.post(f"{self.base}/_control/act", json=body) as answer:
            return await answer.json()

    async def get(self, path: str) -> dict[str, Any]:
        async with self.http.get(self.base + path) as answer:
            return await answer.json()

    async def post(self, path: str, body: Any, **more: Any) -> tuple[int, dict[str, Any]]:
        async with self.http.post(self.base + path, json=body, **more) as answer:
            return answer.status, await answer.json()

    async def call(self, method: str, token: str = "xoxb-local", **args: Any) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        known = METHODS.get(method)
        if known and known.form_only:  # Slack drops JSON there; its own clients send forms
            form = {name: value if isinstance(value, str) else json.dumps(value) for name, value in args.items()}
            sent: dict[str, Any] = {"data": form}
        else:
            sent = {"data": json.dumps(args)}
            headers["Content-Type"] = "application/json; charset=utf-8"
        async with self.http.post(f"{self.base}/api/{method}", headers=headers, **sent) as answer:
            return await answer.json()


@asynccontextmanager
async def running(
    state: Path | None = None, manifest: Path | None = None, clock: Clock | None = None, **app: Any
) -> AsyncIterator[Local]:
    """Run a workspace on a free port while the block lasts; `app` are fields that differ from the manifest's."""
    moved = MovedClock()
    used = clock or moved
    kept = State(state, used)
    workspace = Workspace(load_team(TEAM), replace(load_app(manifest, "Baton"), **app), kept, used)
    runner = await start(workspace, "127.0.0.1", 0)
    async with aiohttp.ClientSession() as http:
        try:
            yield Local(workspace, moved, http, workspace.base_url)
        finally:
            await runner.cleanup()
            kept.close()


@dataclass
class Heard:
    """What a bot was sent, in order."""

    items: list[Any] = field(default_factory=list)


@asynccontextmanager
async def bot(base: str, register: Callable[[AsyncApp, Heard], None]) -> AsyncIterator[Heard]:
    """Connect an unchanged slack_bolt app while the block lasts; `register` adds its listeners."""
    heard = Heard()
    client = AsyncWebClient(token="xoxb-local", base_url=f"{base}/api/")
    app = AsyncApp(client=client, token="xoxb-local")
    register(app, heard)
    handler = AsyncSocketModeHandler(app, app_token="xapp-local")
    await handler.connect_async()
    try:
        yield heard
    finally:
        await handler.close_async()


async def until(there: Callable[[], Any] | Callable[[], Awaitable[Any]]) -> Any:
    """Wait until something is there and return it; fails after ten seconds."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            found = there()
            if asyncio.iscoroutine(found):
                found = await found
            if found:
                return found
            await asyncio.sleep(0.01)
