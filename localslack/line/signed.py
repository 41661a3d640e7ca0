"""Signed HTTP: events, interactions and commands as requests to the app, signed as Slack signs them.

https://docs.slack.dev/authentication/verifying-requests-from-slack, https://docs.slack.dev/apis/events-api/using-http-request-urls
"""

import asyncio
import hashlib
import hmac
import json
import logging
import secrets
from collections.abc import Coroutine
from dataclasses import dataclass
from urllib.parse import urlencode, urljoin

import aiohttp
from multidict import CIMultiDictProxy

from localslack.clock import Clock, seconds
from localslack.line.addresses import Addresses, is_local
from localslack.line.port import ACK_LIMIT_S, Acked, Outcome, Unanswered, Why
from localslack.line.sockets import Log
from localslack.line.waits import Waits
from localslack.wire import Json

MOST_REDIRECTS = 2
LATEST_ANSWER_S = 60
KNOCK_EVERY_S = 0.5
JSON_BODY = "application/json"
FORM_BODY = "application/x-www-form-urlencoded"
AGENT = {"User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)", "Accept": "*/*"}
REASONS = {
    Why.NOT_CONNECTED: "connection_failed",
    Why.CLOSED: "connection_failed",
    Why.NO_ADDRESS: "connection_failed",
    Why.TIMEOUT: "http_timeout",
    Why.REFUSED: "http_error",
    Why.TOO_MANY_REDIRECTS: "too_many_redirects",
}

log = logging.getLogger("localslack.line")


@dataclass(frozen=True)
class _Reply:
    status: int
    headers: CIMultiDictProxy[str]
    text: str


@dataclass(frozen=True)
class _Request:
    address: str
    kind: str
    body: bytes
    headers: dict[str, str]


class TooManyRedirectsError(Exception):
    """The app sent us on more than twice, or away from this machine."""


class Signed:
    """The app at its addresses.

    `stamp_clock` dates the signatures. It is the machine's own, whatever the workspace's clock was set to: the app
    compares the stamp with its own time and refuses one that is five minutes off.
    """

    reasons = REASONS

    def __init__(
        self, addresses: Addresses, secret: str, clock: Clock, stamp_clock: Clock, waits: Waits, log_call: Log
    ) -> None:
        self._addresses = addresses
        self._secret = secret.encode()
        self._clock = clock
        self._stamp_clock = stamp_clock
        self._waits = waits
        self._log_call = log_call
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._up = not addresses.of("events_api", {})
        self._knocking = False
        self._told = False

    @property
    def connected(self) -> int:
        """1 when the app answered its challenge (or has no address for events, so that there is none), else 0."""
        return int(self._up)

    async def deliver(self, kind: str, payload: Json, accepts: bool, retry: tuple[int, str] | None = None) -> Outcome:
        """Send one request and wait for its response; see `Line`."""
        address = self._addresses.of(kind, payload)
        if not address:
            self._log_call("no_request_url", "no_request_url", {"kind": kind, "type": payload.get("type")})
            return Unanswered(Why.NO_ADDRESS)
        answer = self._waits.begin(ACK_LIMIT_S, _timeout())
        self._start(self._ask(self._request(address, kind, payload, retry), accepts, answer))
        return await answer

    def tick(self) -> None:
        """Send the challenge while the app has not answered it: it may still be starting."""
        if not self._up and not self._knocking:
            self._knocking = True
            self._start(self._knock())

    async def stop(self) -> None:
        """Leave what is under way, and close the connections."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def _request(self, address: str, kind: str, payload: Json, retry: tuple[int, str] | None) -> _Request:
        if kind == "events_api":
            body, content_type = json.dumps(payload).encode(), JSON_BODY
        else:
            fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
            given = {name: value for name, value in fields.items() if value is not None}
            body, content_type = urlencode(given).encode(), FORM_BODY
        headers = {**AGENT, "Content-Type": content_type, **self._signature(body)}
        if retry:
            headers |= {"X-Slack-Retry-Num": str(retry[0]), "X-Slack-Retry-Reason": retry[1]}
        return _Request(address, kind, body, headers)

    def _signature(self, body: bytes) -> dict[str, str]:
        stamp = str(int(seconds(self._stamp_clock)))
        digest = hmac.new(self._secret, f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}

    async def _ask(self, request: _Request, accepts: bool, answer: "asyncio.Future[Outcome]") -> None:
        begun = seconds(self._clock)
        outcome = await self._outcome(request)
        if not answer.done():
            answer.set_result(outcome if accepts or not isinstance(outcome, Acked) else Acked(None))
        elif isinstance(outcome, Acked):
            after_s = round(seconds(self._clock) - begun, 3)
            self._log_call("late_ack", "late_ack", {"kind": request.kind, "after_s": after_s})
            log.warning("%s was answered after %s s; Slack waits %s s", request.kind, after_s, ACK_LIMIT_S)

    async def _outcome(self, request: _Request) -> Outcome:
        try:
            reply = await self._post(request)
        except aiohttp.ClientConnectorError:
            self._up = not self._addresses.of("events_api", {})
            return Unanswered(Why.NOT_CONNECTED)
        except TooManyRedirectsError:
            return Unanswered(Why.TOO_MANY_REDIRECTS)
        except aiohttp.ClientError:
            return Unanswered(Why.CLOSED)
        except TimeoutError:
            return _timeout()
        if not 200 <= reply.status < 300:
            return Unanswered(Why.REFUSED, reply.status, reply.headers.get("X-Slack-No-Retry") == "1")
        return Acked(_said(reply))

    async def _post(self, request: _Request) -> _Reply:
        address = request.address
        for _ in range(MOST_REDIRECTS + 1):
            async with self._http().post(
                address, data=request.body, headers=request.headers, allow_redirects=False
            ) as response:
                if response.status not in {301, 302}:
                    return _Reply(response.status, response.headers, await response.text(errors="replace"))
                address = urljoin(address, response.headers.get("Location", ""))
            if not is_local(address):
                log.warning("the app redirects to %s, which is not of this machine", address)
                break
        raise TooManyRedirectsError

    async def _knock(self) -> None:
        address = self._addresses.of("events_api", {})
        challenge = secrets.token_urlsafe(32)
        payload: Json = {"token": "local", "challenge": challenge, "type": "url_verification"}
        try:
            reply = await self._post(self._request(address, "events_api", payload, None))
            wrong = "" if _answers(reply, challenge) else f"HTTP {reply.status}, without the challenge"
        except (aiohttp.ClientError, TooManyRedirectsError, TimeoutError) as failure:
            wrong = str(failure) or type(failure).__name__
        self._up = not wrong
        if wrong and not self._told:
            log.warning("%s does not answer the challenge yet (%s); trying on", address, wrong)
        elif not wrong:
            log.info("%s answered the challenge", address)
        self._told = bool(wrong)
        if wrong:
            await asyncio.sleep(KNOCK_EVERY_S)
        self._knocking = False

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            # A connection for each request: one that is kept would hold up a small server, which answers one at a time.
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(force_close=True),
                timeout=aiohttp.ClientTimeout(LATEST_ANSWER_S),
                trust_env=False,
            )
        return self._session

    def _start(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _said(reply: _Reply) -> Json | None:
    """Return what the response says: a JSON object, or plain text, which is a message."""
    if not reply.text.strip():
        return None
    if JSON_BODY in reply.headers.get("Content-Type", ""):
        try:
            said = json.loads(reply.text)
        except ValueError:
            return None
        return said if isinstance(said, dict) and said else None
    return {"text": reply.text}


def _answers(reply: _Reply, challenge: str) -> bool:
    """Return whether a response carries the challenge: as plain text, as a form field, or as JSON."""
    return reply.status == 200 and challenge in reply.text


def _timeout() -> Outcome:
    return Unanswered(Why.TIMEOUT)
