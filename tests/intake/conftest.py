"""The HTTP door over a whole house, served as it is served in earnest: by uvicorn, on a free port."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from intake.http import Check, build, server
from tests.support.house import Home, open_home

TOKEN = "a-long-random-word"


@dataclass
class Door:
    """A client at the door, and the house behind it."""

    home: Home
    http: httpx.Client
    port: int

    def send(
        self, source: str, content: bytes | str, kind: str = "message/rfc822", token: str = TOKEN
    ) -> httpx.Response:
        headers = {"Content-Type": kind, "Authorization": f"Bearer {token}"}
        return self.http.post(f"/intake/{source}", content=content, headers=headers)

    def tasks(self) -> int:
        return int(self.home.sql("select count(*) from task")[0][0])


class Serving:
    """Opens doors and closes them all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: list[tuple[Door, object, threading.Thread]] = []

    def __call__(self, token: str = TOKEN, checks: dict[str, Check] | None = None, **more: Any) -> Door:
        home = open_home(self._folder, intake_token=token)
        sock = socket.create_server(("127.0.0.1", 0))
        port = int(sock.getsockname()[1])
        serving = server(build(home.house.services, checks, **more), port)
        thread = threading.Thread(target=lambda: serving.run(sockets=[sock]), daemon=True)
        thread.start()
        door = Door(home, httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20), port)
        self._open.append((door, serving, thread))
        return door

    def close(self) -> None:
        for door, serving, thread in self._open:
            door.http.close()
            serving.should_exit = True  # type: ignore[attr-defined]
            thread.join(timeout=10)
            door.home.house.close()


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    serving = Serving(tmp_path)
    yield serving
    serving.close()


@pytest.fixture
def door(serving: Serving) -> Door:
    return serving()
