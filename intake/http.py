"""What comes in over HTTP, and whether the process is well. Each request becomes one event of one task, in a thread.

Nothing of a body is ever logged: it is a customer's. There are no pages that describe this door; `docs/operate.md` does.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

import uvicorn
from anyio import CapacityLimiter, move_on_after, to_thread
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse

from core.errors import Away, BadInput, BatonError, Retry
from core.ledger import Ledger
from intake import bodies
from intake.inputs import SOURCES, Input, let_chat_in, let_form_in
from intake.mail import raw_mail
from intake.metrics import CONTENT_TYPE, text_of
from workflows.arrivals import Arrivals
from workflows.gauges import Gauges, gauges
from workflows.opening import Opened
from workflows.services import Services

log = logging.getLogger("baton.intake")

T = TypeVar("T")
Check = Callable[[], bool]  # whether all is well
AT_ONCE = 8  # each may hold a body of the largest size in memory
AWAY_AGAIN_S = 10  # when to come back while the database cannot be reached
ANSWERS_WITHIN_S = 3.0  # a database that stands still is not well
_NO_DATABASE = "Baton cannot reach its database right now. Nothing was taken in; send it again."
_NO_TOKEN = "This door is closed: no token is configured. Set BATON_INTAKE_TOKEN and start Baton again."  # noqa: S105
_BAD_TOKEN = "Send the header: Authorization: Bearer <BATON_INTAKE_TOKEN>."  # noqa: S105


def build(
    services: Services, checks: Mapping[str, Check] | None = None, *, lets_in: bool = True,
    lanes_held: Callable[[], int] = lambda: 0,
) -> FastAPI:  # fmt: skip
    """The application. `checks` are what `/readyz` asks beside the database, by name: the runner, Slack, the model. `lets_in`:
    mails, forms and chats may come in here. `lanes_held`: to how many channels this process posts."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    if lets_in:
        door = _Door(services.arrivals, services.settings.intake_token)

        @app.post("/intake/{source}")
        async def intake(source: str, request: Request) -> JSONResponse:
            return await door.answer(source, request)

    @app.get("/healthz")
    async def healthz() -> JSONResponse:
        return JSONResponse({"alive": True})

    @app.get("/readyz")
    async def readyz() -> JSONResponse:
        found = {"database": await _asked(partial(_writable, services.ledger), False)}
        found |= await to_thread.run_sync(lambda: {name: check() for name, check in (checks or {}).items()})
        well = all(found.values())
        return JSONResponse({"ready": well, "checks": found}, 200 if well else 503)

    @app.get("/metrics")
    async def metrics() -> PlainTextResponse:
        found = await _asked(partial(_gauges, services.ledger), None)
        return PlainTextResponse(text_of(found, lanes_held()), media_type=CONTENT_TYPE)

    return app


class Server(uvicorn.Server):
    """Runs until `should_exit`; signals belong to whoever runs the whole process."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Captures none."""
        yield


def server(app: FastAPI, port: int, host: str = "127.0.0.1") -> Server:
    """A server that tells nobody what it is and logs no requests; `serve()` runs it until `should_exit`."""
    return Server(uvicorn.Config(
        app, host=host, port=port, server_header=False, access_log=False, log_config=None, log_level="warning", lifespan="off",
        timeout_keep_alive=5, timeout_graceful_shutdown=10,
    ))  # fmt: skip


class _Door:
    """Token, size, parsing, one call. Everything that is wrong is said in one line."""

    def __init__(self, arrivals: Arrivals, token: str) -> None:
        self._arrivals = arrivals
        self._token = token.encode()
        self._limit = CapacityLimiter(AT_ONCE)

    async def answer(self, source: str, request: Request) -> JSONResponse:
        if refusal := self._refusal(request):
            return refusal
        if source not in SOURCES:
            return _error(404, f"There is no source {source[:40]!r}. There are: {', '.join(SOURCES)}.")
        try:
            async with self._limit:
                body = await bodies.read(request)
                one = await self._input(source, request, body)
                opened = await to_thread.run_sync(one)
        except bodies.TooLargeError:
            text = f"More than {bodies.BYTES_MAX // 1024 // 1024} MB. Send it in parts."
            return _error(413, text, {"Connection": "close"})  # the rest of the body is not read
        except BadInput as error:
            return _error(422, str(error))
        except Away:
            return _error(503, _NO_DATABASE, {"Retry-After": str(AWAY_AGAIN_S)})
        except Retry as error:
            return _error(503, "Busy; send it again.", {"Retry-After": str(max(1, round(error.after_s)))})
        # A server would log the message of what it does not know, and that may quote a customer.
        except Exception as error:  # noqa: BLE001
            log.error("%s could not be taken in: %s", source, type(error).__name__)  # noqa: TRY400
            return _error(500, "It was not taken in. Send it again; if that does not help, look into Baton's log.")
        return JSONResponse({"task": opened.task_id, "status": _status(opened)}, 202)

    def _refusal(self, request: Request) -> JSONResponse | None:
        if not self._token:
            return _error(503, _NO_TOKEN)
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), self._token):
            return None
        return _error(401, _BAD_TOKEN, {"WWW-Authenticate": "Bearer"})

    async def _input(self, source: str, request: Request, body: bytes) -> Input:
        match source:
            case "mail":
                return partial(self._arrivals.mail, raw_mail(await bodies.mail(request, body)))
            case "form":
                return partial(let_form_in, self._arrivals, await bodies.form(request, body))
            case _:
                return partial(let_chat_in, self._arrivals, bodies.chat(request, body))


def _status(opened: Opened) -> str:
    if not opened.is_new:
        return "known"
    return "joined" if opened.joined else "new"


def _error(status: int, text: str, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"error": text}, status, headers)


def _writable(ledger: Ledger) -> bool:
    """Whether the writer's lock can be had and given back."""
    try:
        with ledger.unit():
            return True
    except BatonError:
        return False


def _gauges(ledger: Ledger) -> Gauges | None:
    try:
        return gauges(ledger)
    except Retry:
        return None


async def _asked(question: Callable[[], T], otherwise: T) -> T:
    """The answer of a thread; `otherwise` when it does not come in time."""
    with move_on_after(ANSWERS_WITHIN_S):
        return await to_thread.run_sync(question, abandon_on_cancel=True)
    return otherwise
