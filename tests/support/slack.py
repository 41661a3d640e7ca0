"""A Slack for a test: the local workspace as a process of its own, and a person's hands in it."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

ROOT = Path(__file__).parents[2]
PATIENCE_S = 30.0
Json = dict[str, Any]


@dataclass
class Workspace:
    """A running local workspace."""

    base: str
    http: aiohttp.ClientSession
    process: subprocess.Popen[str]

    @property
    def api_url(self) -> str:
        return f"{self.base}/api/"

    async def act(self, **body: Any) -> Json:
        """What a person does; see `localslack.acts.perform`. What the app showed them comes back."""
        async with self.http.post(f"{self.base}/_control/act", json=body) as answer:
            return await answer.json()

    async def say(self, me: str, channel: str, text: str, **more: Any) -> Json:
        return await self.act(do="say", me=me, channel=channel, text=text, **more)

    async def click(self, me: str, card: Json, action_id: str, **more: Any) -> Json:
        """Presses a button of a card as `messages` gives it."""
        return await self.act(do="click", me=me, channel=card["channel"], ts=card["ts"], action_id=action_id, **more)

    async def submit(self, me: str, view: Json, values: Json, **more: Any) -> Json:
        return await self.act(do="submit", me=me, view_id=view["id"], values=values, **more)

    async def messages(self, channel: str) -> list[Json]:
        """All messages of a channel, thread lines too, oldest first, with their metadata."""
        async with self.http.get(f"{self.base}/_control/messages", params={"channel": channel}) as answer:
            found = await answer.json()
        return [{**message, "channel": found["channel"]} for message in found["messages"]]

    async def calls(self, method: str = "") -> list[Json]:
        """What the app asked of the Web API, oldest first."""
        async with self.http.get(f"{self.base}/_control/calls", params={"method": method} if method else {}) as answer:
            return (await answer.json())["calls"]

    async def sockets(self) -> int:
        """How many sockets of the bot are open: a click with none is told so and lost, as at Slack."""
        async with self.http.get(f"{self.base}/_control/status") as answer:
            return int((await answer.json())["sockets"])

    async def whispers(self, me: str) -> list[str]:
        """The texts that only this person was shown."""
        async with self.http.get(f"{self.base}/_control/person", params={"me": me}) as answer:
            seen = await answer.json()
        return [each["text"] for found in seen.get("ephemerals", {}).values() for each in found]

    async def view(self, me: str) -> Json | None:
        """The form that this person has open."""
        async with self.http.get(f"{self.base}/_control/person", params={"me": me}) as answer:
            stack = (await answer.json())["stack"]
        return stack[-1] if stack else None

    async def trouble(self, **order: Any) -> None:
        """Orders a trouble: `kind` is 429, 500, lose_reply, disconnect or cut."""
        async with self.http.post(f"{self.base}/_control/fault", json=order) as answer:
            assert answer.status == 200, await answer.text()


@asynccontextmanager
async def workspace(state: Path | None = None, *words: str) -> AsyncIterator[Workspace]:
    """The local workspace on a free port, with our own manifest, for as long as the block lasts. `words`: more of its options."""
    command = [sys.executable, "-m", "localslack", "--port", "0", "--manifest", str(ROOT / "manifest.yml"), *words]
    if state:
        command += ["--state", str(state)]
    # Its lines go to a pipe that nobody reads on; it says little.
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        line = await asyncio.to_thread(process.stdout.readline)
        found = re.search(r"http://\S+?(?=/? *$)", line.strip())
        assert found, f"the local workspace said: {line!r}"
        async with aiohttp.ClientSession() as http:
            yield Workspace(found[0].rstrip("/"), http, process)
    finally:
        process.terminate()
        process.wait(timeout=10)


async def until(there: Callable[[], Any], what: str = "") -> Any:
    """Waits until something is there and gives it back; fails after half a minute."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            while True:
                found = there()
                if asyncio.iscoroutine(found):
                    found = await found
                if found:
                    return found
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"it did not come: {what or there}") from None


def without_proxy() -> dict[str, str]:
    """An environment for a child process that must reach this machine."""
    return {k: v for k, v in os.environ.items() if "proxy" not in k.lower()}


def buttons(card: Json) -> list[str]:
    """The action ids of a card."""
    return [
        element["action_id"]
        for block in card.get("blocks", ())
        for element in [*block.get("elements", ()), block.get("accessory") or {}]
        if "action_id" in element
    ]
