"""What was confirmed is there after the process was killed, and the bot comes back by itself."""

import asyncio
import os
import signal
import sqlite3
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from localslack.clock import SystemClock
from localslack.state import FIRST, STEPS, State
from tests.localslack.support import Heard, bot, until

ROOT = Path(__file__).parents[2]


async def _begin(state: Path, port: int) -> tuple[asyncio.subprocess.Process, str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "localslack", "--port", str(port), "--state", str(state)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdout is not None
    line = (await asyncio.wait_for(process.stdout.readline(), 20)).decode()
    return process, line.rsplit(" ", 1)[1].strip().rstrip("/")


async def _ask(base: str, path: str, body: Any = None) -> Any:
    headers = {"Authorization": "Bearer xoxb-local"}
    method = "POST" if body else "GET"
    async with aiohttp.ClientSession(headers=headers) as http, http.request(method, base + path, json=body) as answer:
        return await answer.json()


async def test_everything_is_there_after_a_kill_and_the_bot_reconnects(tmp_path: Path) -> None:
    def listeners(app: Any, heard: Heard) -> None:
        @app.event("message")
        async def written(event: Any) -> None:
            heard.items.append(event["text"])

    process, base = await _begin(tmp_path / "state.db", 0)
    try:
        card = {
            "channel": "C0SUPPORT",
            "text": "kept",
            "metadata": {"event_type": "card", "event_payload": {"key": "k"}},
        }
        before = await _ask(base, "/api/chat.postMessage", card)
        async with bot(base, listeners) as heard:
            os.kill(process.pid, signal.SIGKILL)
            await process.wait()
            process, again = await _begin(tmp_path / "state.db", int(base.rsplit(":", 1)[1]))
            assert again == base
            await until(lambda: _connected(base))
            await _ask(base, "/_control/act", {"do": "say", "me": "U0SAM", "channel": "app", "text": "still there?"})
            await until(lambda: "still there?" in heard.items)
        stored = (await _ask(base, "/_control/messages?channel=C0SUPPORT"))["messages"]
        after = await _ask(base, "/api/chat.postMessage", {"channel": "C0SUPPORT", "text": "next"})
    finally:
        process.kill()
        await process.wait()
    assert [(each["text"], each["ts"], each["metadata"]) for each in stored] == [
        ("kept", before["ts"], card["metadata"])
    ]
    assert float(after["ts"]) > float(before["ts"])


async def _connected(base: str) -> bool:
    return bool((await _ask(base, "/_control/status"))["sockets"])


async def test_it_refuses_to_be_reached_from_outside() -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "localslack", "--host", "0.0.0.0"), cwd=ROOT, stderr=asyncio.subprocess.PIPE
    )
    _, told = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 2
    assert b"stays on this machine" in told


def test_a_file_of_the_first_version_opens_with_what_it_holds(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "w.db") as old:
        old.executescript(FIRST)
        old.execute("INSERT INTO channels VALUES ('C0OLD', 'channel', 'old', '', 1)")
    old.close()
    kept = State(tmp_path / "w.db", SystemClock())
    assert kept.one("SELECT name, archived FROM channels WHERE id = 'C0OLD'")["name"] == "old"
    assert kept.one("PRAGMA user_version")[0] == len(STEPS)
    kept.close()


def test_a_file_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "w.db") as new:
        new.execute(f"PRAGMA user_version = {len(STEPS) + 1}")
    new.close()
    with pytest.raises(ValueError, match="newer version"):
        State(tmp_path / "w.db", SystemClock())
