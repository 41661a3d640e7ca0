"""Socket Mode: tickets, the greeting, envelopes that go to one socket each, and what comes back.

The wire is the one slack_sdk's clients speak (`slack_sdk/socket_mode`); https://docs.slack.dev/apis/events-api/using-socket-mode
"""

import asyncio
import itertools
import json
import logging
import secrets
import uuid
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from localslack.clock import Clock, seconds
from localslack.line.port import ACK_LIMIT_S, Acked, Outcome, Unanswered, Why
from localslack.line.waits import Waits
from localslack.wire import Json

TICKET_LIFETIME_S = 30
MOST_SOCKETS = 10
CONNECTION_S = 18060
SHORT_CONNECTION_S = 360
"""How long a connection lasts whose address carries `debug_reconnects=true`. The others are recycled only on demand."""
WARNING_S = 10
PING_EVERY_S = 10
CLOSING_S = 2
LATE_ACKS_KEPT_S = 600
GOODBYES = ("refresh_requested", "warning", "link_disabled", "too_many_websockets")
REASONS = {
    Why.NOT_CONNECTED: "connection_failed",
    Why.CLOSED: "connection_failed",
    Why.TIMEOUT: "timeout",
}

Log = Callable[[str, str | None, Json], None]
log = logging.getLogger("localslack.line")


@dataclass(frozen=True)
class _Sent:
    """An envelope on its way: what will be answered, and whether the answer's payload counts."""

    answer: "asyncio.Future[Outcome]"
    kind: str
    accepts: bool
    at: float


@dataclass(eq=False)
class _Socket:
    socket: web.WebSocketResponse
    number: int
    pinged_at: float
    ends_at: float | None = None
    reason: str = "refresh_requested"
    warned: bool = False
    sent: dict[str, _Sent] = field(default_factory=dict)


class Sockets:
    """The app's open connections. `enabled` is what the app's setting for Socket Mode says."""

    reasons = REASONS

    def __init__(self, clock: Clock, app_id: str, waits: Waits, log_call: Log, enabled: bool = True) -> None:
        self._clock = clock
        self._app_id = app_id
        self._waits = waits
        self._log_call = log_call
        self.enabled = enabled
        self._tickets: dict[str, float] = {}
        self._open: list[_Socket] = []
        self._numbers = itertools.count(1)
        self._turn = 0
        self._goodbyes: set[asyncio.Task[None]] = set()

    @property
    def connected(self) -> int:
        """How many sockets are open."""
        return len(self._open)

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
        socket = web.WebSocketResponse(autoping=True, max_msg_size=4 * 1024 * 1024, timeout=CLOSING_S)
        await socket.prepare(request)
        refusal = None if self.enabled else "link_disabled"
        if len(self._open) >= MOST_SOCKETS:
            refusal = "too_many_websockets"
        if refusal:
            await socket.send_json(self._goodbye(refusal))
            await socket.close()
            return socket
        await self._stay(socket, short=request.query.get("debug_reconnects") == "true")
        return socket

    async def deliver(self, kind: str, payload: Json, accepts: bool, retry: tuple[int, str] | None = None) -> Outcome:
        """Send one envelope to one socket and wait for its acknowledgement; see `Line`."""
        if not self._open:
            return Unanswered(Why.NOT_CONNECTED)
        self._turn += 1
        line = self._open[self._turn % len(self._open)]
        envelope: Json = {
            "envelope_id": str(uuid.uuid4()),
            "type": kind,
            "payload": payload,
            "accepts_response_payload": accepts,
        }
        if kind == "events_api":
            attempt, reason = retry or (0, "")
            envelope |= {"retry_attempt": attempt, "retry_reason": reason}
        answer = self._waits.begin(ACK_LIMIT_S, _timeout())
        line.sent[envelope["envelope_id"]] = _Sent(answer, kind, accepts, seconds(self._clock))
        try:
            await line.socket.send_json(envelope)
        except ConnectionError:
            self._drop(line)
        return await answer

    def tick(self) -> None:
        """Ping, warn and end the connections whose time has come, and forget what was never acknowledged."""
        now = seconds(self._clock)
        for line in list(self._open):
            for envelope_id in [key for key, sent in line.sent.items() if now - sent.at > LATE_ACKS_KEPT_S]:
                del line.sent[envelope_id]
            if abs(now - line.pinged_at) >= PING_EVERY_S:
                line.pinged_at = now
                self._soon(self._ping(line))
            if line.ends_at is None:
                continue
            if now >= line.ends_at:
                self._soon(self._end(line))
            elif now >= line.ends_at - WARNING_S and not line.warned:
                line.warned = True
                self._soon(self._say(line, self._goodbye("warning")))

    async def disconnect(self, reason: str, warn_s: float = 0) -> None:
        """Tell every socket to go away and close it; with `warn_s`, warn now and do the rest that much later.

        The reason `warning` warns and does no more.
        """
        for line in list(self._open):
            if reason == "warning" or warn_s:
                await self._say(line, self._goodbye("warning"))
                line.warned = True
            if reason == "warning":
                continue
            line.reason, line.ends_at = reason, seconds(self._clock) + warn_s
            if not warn_s:
                await self._end(line)

    async def cut(self) -> None:
        """Break every connection without a word."""
        for line in list(self._open):
            self._drop(line)
            await line.socket.close(code=1011)

    async def stop(self) -> None:
        """Say goodbye to every socket."""
        await self.disconnect("link_disabled")
        await asyncio.gather(*self._goodbyes, return_exceptions=True)

    async def _stay(self, socket: web.WebSocketResponse, short: bool) -> None:
        line = _Socket(socket, next(self._numbers), pinged_at=seconds(self._clock))
        if short:
            line.ends_at = seconds(self._clock) + SHORT_CONNECTION_S
        self._open.append(line)
        try:
            await socket.send_json(self._hello(SHORT_CONNECTION_S if short else CONNECTION_S))
            await self._read(line)
        finally:
            self._drop(line)

    async def _read(self, line: _Socket) -> None:
        async for message in line.socket:
            if message.type is not WSMsgType.TEXT:
                continue
            try:
                frame = json.loads(message.data)
            except ValueError:
                continue
            sent = line.sent.pop(str(frame.get("envelope_id")), None) if isinstance(frame, dict) else None
            if sent is not None:
                self._acked(sent, frame.get("payload"))

    def _acked(self, sent: _Sent, said: object) -> None:
        after_s = round(seconds(self._clock) - sent.at, 3)
        payload = said if isinstance(said, dict) and said else None
        if sent.answer.done():
            self._log_call("late_ack", "late_ack", {"kind": sent.kind, "after_s": after_s})
            log.warning("%s was acknowledged after %s s; Slack waits %s s", sent.kind, after_s, ACK_LIMIT_S)
            return
        if payload and not sent.accepts:
            self._log_call("ignored_payload", "ignored_payload", {"kind": sent.kind, "payload": payload})
            payload = None
        sent.answer.set_result(Acked(payload))

    def _drop(self, line: _Socket) -> None:
        if line in self._open:
            self._open.remove(line)
        for sent in line.sent.values():
            if not sent.answer.done():
                sent.answer.set_result(Unanswered(Why.CLOSED))
        line.sent.clear()

    async def _end(self, line: _Socket) -> None:
        line.ends_at = None
        await self._say(line, self._goodbye(line.reason))
        await line.socket.close()

    async def _say(self, line: _Socket, frame: Json) -> None:
        try:
            await line.socket.send_json(frame)
        except ConnectionError:
            self._drop(line)

    async def _ping(self, line: _Socket) -> None:
        """Ping as Slack does; some clients take a silent server for a dead one."""
        try:
            await line.socket.ping(b"Ping from localslack")
        except ConnectionError:
            self._drop(line)

    def _soon(self, saying: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(saying)
        self._goodbyes.add(task)
        task.add_done_callback(self._goodbyes.discard)

    def _hello(self, lasts_s: int) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._open),
            "connection_info": {"app_id": self._app_id},
            "debug_info": {"host": "localslack", "build_number": 1, "approximate_connection_time": lasts_s},
        }

    def _goodbye(self, reason: str) -> Json:
        return {"type": "disconnect", "reason": reason, "debug_info": {"host": "localslack"}}


def _timeout() -> Outcome:
    return Unanswered(Why.TIMEOUT)
