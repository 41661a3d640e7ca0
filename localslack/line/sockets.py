"""Socket Mode: tickets, the greeting, envelopes that go to one socket each, and what comes back.

The wire is the one slack_sdk's clients speak (`slack_sdk/socket_mode`); https://docs.slack.dev/apis/events-api/using-socket-mode
"""

import asyncio
import itertools
import json
import secrets
import uuid
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from localslack.clock import Clock, seconds
from localslack.line.port import ACK_LIMIT_S, Acked, Outcome, Unanswered, Why
from localslack.wire import Json

TICKET_LIFETIME_S = 30
MOST_SOCKETS = 10


@dataclass(eq=False)
class _Line:
    socket: web.WebSocketResponse
    number: int
    waiting: dict[str, "_Waiting"] = field(default_factory=dict)


@dataclass(frozen=True)
class _Waiting:
    answer: "asyncio.Future[Outcome]"
    until: float


class Sockets:
    """The app's open connections."""

    def __init__(self, clock: Clock, app_id: str) -> None:
        self._clock = clock
        self._app_id = app_id
        self._tickets: dict[str, float] = {}
        self._lines: list[_Line] = []
        self._numbers = itertools.count(1)
        self._turn = 0

    @property
    def connected(self) -> int:
        """How many sockets are open."""
        return len(self._lines)

    def ticket(self) -> str:
        """Return a ticket that opens one socket once."""
        made = secrets.token_urlsafe(24)
        self._tickets[made] = seconds(self._clock) + TICKET_LIFETIME_S
        return made

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer the app's WebSocket request and stay with it until it closes."""
        until = self._tickets.pop(request.query.get("ticket", ""), None)
        if until is None or until < seconds(self._clock):
            return web.json_response({"ok": False, "error": "invalid_ticket"}, status=403)
        socket = web.WebSocketResponse(autoping=True, max_msg_size=4 * 1024 * 1024)
        await socket.prepare(request)
        if len(self._lines) >= MOST_SOCKETS:
            await socket.send_json(self._goodbye("too_many_websockets"))
            await socket.close()
            return socket
        line = _Line(socket, next(self._numbers))
        self._lines.append(line)
        try:
            await socket.send_json(self._hello())
            await self._read(line)
        finally:
            self._drop(line)
        return socket

    async def deliver(self, kind: str, payload: Json, accepts: bool, retry: tuple[int, str] | None = None) -> Outcome:
        """Send one envelope to one socket and wait for its acknowledgement, three seconds at most.

        `kind` is `events_api`, `interactive` or `slash_commands`; `retry` is the attempt (from 1) and its reason.
        """
        if not self._lines:
            return Unanswered(Why.NOT_CONNECTED)
        self._turn += 1
        line = self._lines[self._turn % len(self._lines)]
        envelope: Json = {
            "envelope_id": str(uuid.uuid4()),
            "type": kind,
            "payload": payload,
            "accepts_response_payload": accepts,
        }
        if kind == "events_api":
            attempt, reason = retry or (0, "")
            envelope |= {"retry_attempt": attempt, "retry_reason": reason}
        waiting = _Waiting(asyncio.get_running_loop().create_future(), seconds(self._clock) + ACK_LIMIT_S)
        line.waiting[envelope["envelope_id"]] = waiting
        try:
            await line.socket.send_json(envelope)
        except ConnectionError:
            self._drop(line)
        return await waiting.answer

    def tick(self) -> None:
        """Give up on every envelope whose time is over."""
        now = seconds(self._clock)
        for line in self._lines:
            for envelope_id, waiting in list(line.waiting.items()):
                if waiting.until < now:
                    del line.waiting[envelope_id]
                    _settle(waiting, Unanswered(Why.TIMEOUT))

    async def disconnect(self, reason: str) -> None:
        """Tell every socket to go away, as Slack does before it recycles a connection, and close it."""
        for line in list(self._lines):
            await line.socket.send_json(self._goodbye(reason))
            await line.socket.close()

    async def cut(self) -> None:
        """Break every connection without a word."""
        for line in list(self._lines):
            self._drop(line)
            await line.socket.close(code=1011)

    async def _read(self, line: _Line) -> None:
        async for message in line.socket:
            if message.type is not WSMsgType.TEXT:
                continue
            try:
                frame = json.loads(message.data)
            except ValueError:
                continue
            waiting = line.waiting.pop(frame.get("envelope_id", ""), None) if isinstance(frame, dict) else None
            if waiting is not None:
                said = frame.get("payload")
                _settle(waiting, Acked(said if isinstance(said, dict) and said else None))

    def _drop(self, line: _Line) -> None:
        if line in self._lines:
            self._lines.remove(line)
        for waiting in line.waiting.values():
            _settle(waiting, Unanswered(Why.CLOSED))
        line.waiting.clear()

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._lines),
            "connection_info": {"app_id": self._app_id},
            "debug_info": {"host": "localslack", "approximate_connection_time": 18060},
        }

    def _goodbye(self, reason: str) -> Json:
        return {"type": "disconnect", "reason": reason, "debug_info": {"host": "localslack"}}


def _settle(waiting: _Waiting, outcome: Outcome) -> None:
    if not waiting.answer.done():
        waiting.answer.set_result(outcome)
