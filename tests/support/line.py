"""The line between Baton and its database, in the hands of a test: it can lose what the server answers, and break."""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

WAITS_S = 0.05
SWALLOWS_S = 0.15  # so long a line stays open that answers nothing, before it breaks


@dataclass
class Line:
    """Everything that goes to `port` of this machine, and back. `lose_next_answer`: what is sent next arrives, and is carried
    out; the line breaks before anybody hears of it."""

    port: int
    lost: int = 0
    _losing: threading.Event = field(default_factory=threading.Event)
    _ended: threading.Event = field(default_factory=threading.Event)
    _door: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))

    def url(self, url: str) -> str:
        """The same database, behind this line."""
        return url.replace(f":{self.port}/", f":{self._door.getsockname()[1]}/")

    def lose_next_answer(self) -> None:
        self._losing.set()

    def accept(self) -> None:
        self._door.settimeout(WAITS_S)
        while not self._ended.is_set():
            with suppress(TimeoutError):
                client, _ = self._door.accept()
                threading.Thread(target=self._carry, args=(client,), daemon=True).start()
        self._door.close()

    def _carry(self, client: socket.socket) -> None:
        server = socket.create_connection(("127.0.0.1", self.port))
        losing = False
        with client, server, suppress(OSError):
            while not self._ended.is_set():
                ready, _, _ = select.select([client, server], [], [], SWALLOWS_S if losing else WAITS_S)
                if losing and not ready:
                    return
                for end in ready:
                    data = end.recv(65536)
                    if not data:
                        return
                    if end is client:
                        if self._losing.is_set():
                            self._losing.clear()
                            losing, self.lost = True, self.lost + 1
                        server.sendall(data)
                    elif not losing:
                        client.sendall(data)

    def end(self) -> None:
        self._ended.set()


@contextmanager
def line_to(port: int) -> Iterator[Line]:
    """A line for as long as the block lasts."""
    line = Line(port)
    thread = threading.Thread(target=line.accept, daemon=True)
    thread.start()
    try:
        yield line
    finally:
        line.end()
        thread.join(5)
