"""A server of the tests' own that speaks the chat completions API, as far as the adapter uses it."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class ChatServer:
    """Answers every request with `status`, `headers` and `body`, and keeps what was asked."""

    url: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    hold: threading.Event | None = None  # an answer waits for it
    asked: list[dict[str, Any]] = field(default_factory=list)

    def says(
        self, content: object, *, finish: str = "stop", refusal: str | None = None, usage: object = "usual"
    ) -> None:
        """The next answers: `content` is text, or anything that becomes JSON."""
        told = content if isinstance(content, str) or content is None else json.dumps(content)
        if usage == "usual":
            usage = {
                "prompt_tokens": 1000,
                "completion_tokens": 100,
                "total_tokens": 1100,
                "prompt_tokens_details": {"cached_tokens": 400},
            }
        self.status, self.headers = 200, {}
        self.body = json.dumps(
            {
                "id": "c1",
                "object": "chat.completion",
                "created": 1,
                "model": "small-1-2026",
                "usage": usage,
                "choices": [
                    {
                        "index": 0,
                        "finish_reason": finish,
                        "message": {"role": "assistant", "content": told, "refusal": refusal},
                    }
                ],
            }
        ).encode()

    def fails(self, status: int, *, code: str | None = None, headers: Mapping[str, str] | None = None) -> None:
        self.status, self.headers = status, headers or {}
        self.body = json.dumps({"error": {"message": "no", "type": "t", "code": code}}).encode()


@contextmanager
def serving():
    """A running server on a free port of this machine."""
    chat = ChatServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            chat.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            if chat.hold is not None:
                chat.hold.wait(20)
            self.send_response(chat.status)
            for name, value in chat.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(chat.body)))
            self.end_headers()
            self.wfile.write(chat.body)

        def log_message(self, *_):
            pass

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, request, client_address):
            """A client that gave up is what some tests want."""

    server = Quiet(("127.0.0.1", 0), Handler)
    chat.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield chat
    finally:
        if chat.hold is not None:
            chat.hold.set()
        server.shutdown()
        server.server_close()
        thread.join()
