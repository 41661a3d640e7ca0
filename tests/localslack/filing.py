"""Sending and fetching files as apps and people do it, for tests."""

import asyncio
import struct
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from tests.localslack.support import Local
from tests.localslack.test_sockets import plugged

ROOM = "C0SUPPORT"
BOT = {"Authorization": "Bearer xoxb-local"}


def png(width: int = 3, height: int = 2) -> bytes:
    """A picture that any program can open."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\x7f" * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def form(name: str, content: bytes) -> aiohttp.FormData:
    form = aiohttp.FormData()
    form.add_field("filename", content, filename=name)
    return form


def client(local: Local) -> AsyncWebClient:
    return AsyncWebClient(token="xoxb-local", base_url=f"{local.base}/api/")


async def history(local: Local, channel: str = ROOM) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = (await local.get(f"/_control/messages?channel={channel}"))["messages"]
    return messages


async def fetch(local: Local, url: str, **more: Any) -> tuple[int, dict[str, str], bytes]:
    address = url if url.startswith("http") else local.base + url
    async with local.http.get(address, allow_redirects=False, **more) as answer:
        return answer.status, {name.title(): value for name, value in answer.headers.items()}, await answer.read()


async def promised(local: Local, name: str = "a.txt", length: int = 3, **more: Any) -> tuple[str, str]:
    answer = await local.call("files.getUploadURLExternal", filename=name, length=length, **more)
    assert answer["ok"], answer
    return answer["file_id"], answer["upload_url"]


async def sent(local: Local, url: str, **body: Any) -> tuple[int, str]:
    async with local.http.post(url, **body) as answer:
        return answer.status, await answer.text()


async def made(
    local: Local, name: str = "a.txt", content: bytes = b"abc", channel: str | None = ROOM
) -> dict[str, Any]:
    """A file of the bot's, as `files.info` describes it."""
    file_id, url = await promised(local, name, len(content))
    assert (await sent(local, url, data=content))[0] == 200
    done = await local.call("files.completeUploadExternal", files=[{"id": file_id}], channel_id=channel)
    assert done["ok"], done
    found: dict[str, Any] = (await local.call("files.info", file=file_id))["file"]
    return found


async def send(local: Local, me: str, *chosen: tuple[str, bytes], **query: str) -> tuple[int, dict[str, Any]]:
    form = aiohttp.FormData(quote_fields=False)
    for name, content in chosen:
        form.add_field("file", content, filename=name, content_type="text/html")
    async with local.http.post(f"{local.base}/_page/upload", params={"me": me, **query}, data=form) as answer:
        return answer.status, await answer.json()


@asynccontextmanager
async def told(local: Local) -> AsyncIterator[list[dict[str, Any]]]:
    """Collect the events the app is sent while the block lasts, its own doings among them."""
    events: list[dict[str, Any]] = []
    async with plugged(local) as socket:

        async def take() -> None:
            async for frame in socket:
                envelope = frame.json()
                await socket.send_json({"envelope_id": envelope["envelope_id"]})
                events.append(envelope["payload"]["event"])

        taking = asyncio.create_task(take())
        yield events
        taking.cancel()
        await asyncio.gather(taking, return_exceptions=True)
