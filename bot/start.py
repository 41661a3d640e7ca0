"""Puts the bot together and runs it: bolt's app over Socket Mode, or for signed HTTP, with our own clients."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection
from typing import Any

from slack_bolt.adapter.fastapi.async_handler import AsyncSlackRequestHandler
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.desk import Desk
from bot.directory import SlackDirectory
from bot.face import Ask, Face, Identity
from bot.lane import Timing
from bot.listeners import actions, channels, commands, events, home, shortcuts, views
from bot.middleware import Gate
from bot.render.scene import Scene
from bot.talk import SPOKEN
from bot.web import NO_ANSWER, app_token, bot_token, client_of, error_of, is_loopback, kept_open
from core.errors import BadSettings, Retry
from core.ledger import Ledger
from core.settings import Settings
from core.workers import Leases
from workflows.services import Services

log = logging.getLogger("baton.slack")

LISTENERS = (actions, channels, commands, events, home, shortcuts, views)
BOLT = "baton.bolt"  # bolt lowers and filters the logger of this name: it must be nobody else's
FEED = "feed"  # the purpose in channels.yml of the channel that takes every card without a place


class NoBodies(logging.Filter):
    """Bolt's log lines quote whole requests: what is left here is their beginning, up to the first quoted piece."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always lets the line pass, shortened."""
        first = (record.getMessage().splitlines() or [""])[0]
        record.msg, record.args, record.exc_info, record.exc_text = first.split("{")[0].split("(")[0], None, None, None
        return True


class Socket(AsyncSocketModeHandler):
    """Bolt's handler, which knows when an acknowledgement has left."""

    def __init__(self, app: AsyncApp, token: str, client: AsyncWebClient, ledger: Ledger, *, direct: bool) -> None:
        super().__init__(app, app_token=token, web_client=client)
        self._ledger = ledger
        if direct:
            self.client.proxy = None

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        """One envelope, answered."""
        await super().handle(client, req)
        if req.type == "interactive":
            self._ledger.reach("click.after_ack")


class Bot:
    """Baton in Slack, put together over `services`; `start` and `stop` run on one loop.

    `ask` answers a command, given its words; called in a click's thread. `spoken`: the verbs that words to Baton may begin with;
    anything else that people write becomes a task. `leases`: where other processes post to Slack too. To be made on the loop that
    it will run on."""

    def __init__(
        self,
        settings: Settings,
        services: Services,
        ask: Ask,
        spoken: Collection[str] = SPOKEN,
        timing: Timing | None = None,
        leases: Leases | None = None,
    ) -> None:
        ledger, client = services.ledger, client_of(settings)
        scene = Scene(ledger, services.policy)
        self._services = services
        self.face = Face(services, ask, frozenset(spoken), client, scene)
        self.desk = Desk(ledger, scene, client, lambda: services.policy().channels[FEED], timing or Timing(), leases)
        self.desk.changed = self.face.homes.changed
        self.app = _app(settings, self.face, Gate(self.face, services.directory))
        token = app_token(settings)
        self.socket = Socket(self.app, token, client, ledger, direct=is_loopback(settings)) if token else None

    @staticmethod
    def directory(settings: Settings) -> Callable[[Ledger], SlackDirectory]:
        """For the composition root: who is who must be known before anything acts."""
        return lambda ledger: SlackDirectory(client_of(settings), ledger)

    @property
    def is_connected(self) -> bool:
        """Whether Slack can reach us; over signed HTTP that is not ours to know."""
        if self.socket is None:
            return True
        session = self.socket.client.current_session
        return session is not None and not session.closed

    def over_http(self) -> AsyncSlackRequestHandler:
        """Answers Slack's signed requests where there is no socket: `await bot.over_http().handle(request)` for each POST to the
        app's request address. Bolt checks the signature and its age before anything else."""
        return AsyncSlackRequestHandler(self.app)

    async def start(self) -> None:
        """Says who we are, lets cards go and opens the socket. Raises `BadSettings` when Slack does not take the tokens, `Retry`
        when it cannot be reached."""
        self.face.client.session = kept_open()
        self.face.me = await _identity(self.face.client)
        await self._meet()
        await self.face.homes.start(self.face.me.url)
        await self.desk.start()
        if self.socket is not None:
            await self.socket.connect_async()  # type: ignore[no-untyped-call]
            if not self.is_connected:
                raise Retry("Slack took the tokens, but no socket opened", 5.0)

    async def stop(self) -> None:
        """Closes the socket, waits for clicks under way, and lets go of the desk. Safe where `start` went wrong."""
        if self.socket is not None:
            await self.socket.close_async()  # type: ignore[no-untyped-call]
        await self.face.homes.stop()
        await self.face.close()
        await self.desk.stop()
        if self.face.client.session is not None:
            await self.face.client.session.close()

    async def _meet(self) -> None:
        """Whom policy names is looked up, so that cards can call them; when that fails they are called by their names."""
        directory = self._services.directory
        if isinstance(directory, SlackDirectory):
            try:
                await asyncio.to_thread(directory.meet, tuple(self._services.policy().people))
            except Retry as error:
                log.warning("%s; cards call people by name until they were seen", error.reason)


def _app(settings: Settings, face: Face, gate: Gate) -> AsyncApp:
    async def authorize(**_: Any) -> AuthorizeResult:
        """Who we are was asked once, at start; each request costs no call."""
        me = face.me
        return AuthorizeResult(enterprise_id=None, team_id=me.team_id, bot_token=bot_token(settings), bot_user_id=me.user_id,
                               bot_id=me.bot_id)  # fmt: skip

    app = AsyncApp(
        name=BOLT, logger=_bolt_logger(), process_before_response=True, authorize=authorize,
        signing_secret=settings.slack_signing_secret,
    )  # fmt: skip
    app.middleware(gate.stand)

    @app.error
    async def failed(error: Exception) -> None:
        """No answer is sent: Slack tells the person, or sends the event again. Messages may quote customers."""
        log.log(
            logging.WARNING if isinstance(error, Retry) else logging.ERROR, "a request failed: %s", type(error).__name__
        )

    for listeners in LISTENERS:
        listeners.register(app, face)
    return app


def _bolt_logger() -> logging.Logger:
    logger = logging.getLogger(BOLT)
    logger.setLevel(logging.WARNING)
    if not any(isinstance(each, NoBodies) for each in logger.filters):
        logger.addFilter(NoBodies())
    return logger


async def _identity(client: AsyncWebClient) -> Identity:
    try:
        me = await client.auth_test()
    except SlackApiError as error:
        raise BadSettings(f"Slack does not take SLACK_BOT_TOKEN: {error_of(error)}") from error
    except NO_ANSWER as error:
        raise Retry("Slack cannot be reached", 2.0) from error
    return Identity(str(me["team_id"]), str(me["user_id"]), str(me["bot_id"]), str(me.get("url") or ""))
