"""A language model of the tests' own: a server on this machine that speaks the chat completions API and reads one mail right.

Answers by the name of the form that it is asked for, as a model would; troubles are ordered one by one and happen first."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

WORDING = "wording"  # a call that wants words and no form
TOKENS_IN, TOKENS_OUT = 1_000, 100
THANKS, MORE_THANKS = "thank you for writing", "thank you very much for writing"

# What stands in samples/1-school-trip.eml, read as a careful reader would.
SCHOOL_TRIP: Mapping[str, Any] = {
    "Intent": {
        "intent": {"name": "lead", "confidence": 0.97, "quote": "we need 24 city bikes with helmets"},
        "sentiment": {"name": "neutral", "confidence": 0.9, "quote": "Good morning"},
    },
    "Contact": {
        "name": {"value": "Ines Abara", "quote": "Ines Abara"},
        "email": None,
        "phone": {"value": "(207) 555-0134", "quote": "(207) 555-0134"},
        "company": {"value": "Cove Street School", "quote": "Cove Street School"},
        "need": {"value": "24 city bikes with helmets", "quote": "we need 24 city bikes with helmets"},
        "urgency": {"value": "call this week", "quote": "call me this week"},
    },
    "Bant": {
        "budget": {"value": "$2,000", "quote": "we have a budget of $2,000 for the bikes"},
        "authority": {"value": "sign for it myself", "quote": "sign for it myself"},
        "need": {"value": "24 city bikes", "quote": "we need 24 city bikes with helmets"},
        "timeline": {"value": "before the end of November", "quote": "before the end of November"},
        "quantity": {"value": "24 city bikes", "quote": "24 city bikes"},
        "amounts": [{"value": "$2,000", "quote": "$2,000"}],
    },
}


@dataclass(frozen=True)
class Trouble:
    """What happens to one call of `form` in place of a right answer."""

    form: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content: str | None = None  # in place of the answer's own
    refusal: str | None = None
    finish: str = "stop"
    drop: bool = False  # the line is cut without an answer


@dataclass
class ChatApi:
    """The server: what it was asked, and what it was ordered to do wrong."""

    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    troubles: deque[Trouble] = field(default_factory=deque)

    def forms(self) -> list[str]:
        """The forms that were asked for, in order."""
        return [form_of(one) for one in self.asked]

    def forget_asked(self) -> None:
        """What is asked from now on counts."""
        self.asked.clear()

    def trouble(self, form: str) -> Trouble | None:
        """The next trouble that is ordered for this form; it happens once."""
        found = next((one for one in self.troubles if one.form == form), None)
        if found:
            self.troubles.remove(found)
        return found


def form_of(request: Mapping[str, Any]) -> str:
    """The name of the form that a request asks for."""
    return str(request["response_format"]["json_schema"]["name"]) if "response_format" in request else WORDING


def right(request: Mapping[str, Any]) -> str:
    """What a good model answers: the reading of the school's mail, or the draft in slightly better words."""
    form = form_of(request)
    if form != WORDING:
        return json.dumps(SCHOOL_TRIP[form])
    draft = str(request["messages"][1]["content"]).partition("<<<TEXT\n")[2].rpartition("\nTEXT>>>")[0]
    return draft.replace(THANKS, MORE_THANKS)


def completion(request: Mapping[str, Any], trouble: Trouble | None) -> bytes:
    """A chat completion with its usage."""
    ordered = trouble is not None and (trouble.content is not None or trouble.refusal is not None)
    message = {
        "role": "assistant", "content": trouble.content if trouble and ordered else right(request),
        "refusal": trouble.refusal if trouble else None,
    }  # fmt: skip
    usage = {"prompt_tokens": TOKENS_IN, "completion_tokens": TOKENS_OUT, "total_tokens": TOKENS_IN + TOKENS_OUT}
    choice = {"index": 0, "finish_reason": trouble.finish if trouble else "stop", "message": message}
    return json.dumps({
        "id": "chat-1", "object": "chat.completion", "created": 1, "model": request["model"], "usage": usage, "choices": [choice],
    }).encode()  # fmt: skip


@contextmanager
def chat_api() -> Iterator[ChatApi]:
    """A running server on a free port of this machine."""
    api = ChatApi()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            api.asked.append(request)
            api.keys.add(str(self.headers["Authorization"]))
            trouble = api.trouble(form_of(request))
            if trouble and trouble.drop:
                self.connection.close()
                return
            status = trouble.status if trouble else 200
            body = (
                completion(request, trouble)
                if status == 200
                else b'{"error": {"message": "no", "type": "t", "code": null}}'
            )
            self.send_response(status)
            for name, value in (trouble.headers if trouble else {}).items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:
            """A client that gave up is what some tests want."""

    server = Quiet(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    api.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield api
    finally:
        server.shutdown()
        server.server_close()
