"""Keeps Baton running until it is told to stop: all of it, or on PostgreSQL one part, each in as many processes as wanted.

    all     everything below, in one process
    face    Slack, its cards, and what comes in over HTTP; jobs are written down for others
    work    runs jobs
    clock   the calendar
Each process has its own port for health and metrics.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlparse

from app import House, build, context, lock_is_held, model_check
from bot.lanes import PREFIX
from bot.start import Bot
from commands.table import answer
from core.errors import BadSettings, Retry
from core.settings import Settings
from core.workers import Leases, Presence, Role
from intake import http
from intake.http import Check
from local_slack import slack_for
from workflows.calendar import calendar

log = logging.getLogger("baton")

WAIT_FOR_DATABASE_S, ASK_EVERY_S, SAY_EVERY = 120.0, 1.0, 15
LONGEST_STOP_S = 35.0  # jobs have 25 of these; whatever still runs then is taken up again at the next start
SIGNALS = (signal.SIGTERM, signal.SIGINT)


def serve(settings: Settings, role: Role, first: tuple[Path, ...]) -> int:
    """Runs until SIGTERM or Ctrl-C; the exit code. `first` is submitted when the database is empty and the workspace is local:
    made-up requests have no place in a real one. Raises `BadSettings`."""
    if settings.on_sqlite and role != "all":
        raise BadSettings(
            f"--only {role} needs PostgreSQL: on SQLite one process does it all. Set BATON_DATABASE_URL=postgresql://…, or "
            "leave --only away"
        )
    settings.var.mkdir(parents=True, exist_ok=True, mode=0o700)
    if settings.on_sqlite and lock_is_held(settings):
        raise BadSettings("Baton runs already on this database; stop it first, or use the commands beside it")
    with port_of(settings) as door, slack_for(settings, role) as there:
        house = _patiently(lambda: build(there, people=Bot.directory(there)), there)
        if house is None:
            return 0
        try:
            asyncio.run(_Running(house, there, role, first).until_stopped(door))
        finally:
            house.close()
    return 0


@contextmanager
def port_of(settings: Settings) -> Iterator[socket.socket]:
    """The port of this process, taken before anything begins. Raises `BadSettings` when somebody has it."""
    try:
        door = socket.create_server(("127.0.0.1", settings.port))
    except OSError as error:
        raise BadSettings(
            f"port {settings.port} cannot be had: {error.strerror}. Set BATON_PORT to a free one; each process needs its own"
        ) from error
    with door:
        yield door


def _patiently(make: Callable[[], House], settings: Settings) -> House | None:
    """The house, once its database answers; None when we are told to stop before. Raises `Retry` when it took too long."""
    stopped = threading.Event()
    before = {name: signal.signal(name, lambda *_: stopped.set()) for name in SIGNALS}
    tries = 0
    try:
        while not stopped.is_set():
            tries += 1
            try:
                return make()
            except Retry as error:
                if settings.on_sqlite or tries * ASK_EVERY_S > WAIT_FOR_DATABASE_S:
                    raise
                if tries % SAY_EVERY == 1:
                    where = settings.database_url.rpartition("@")[2]  # without the password
                    log.warning("waiting for the database at %s: %s", where, error.reason)
            stopped.wait(ASK_EVERY_S)
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
    return None


def end_within(seconds: float, leave: Callable[[int], None] = os._exit) -> threading.Timer:
    """Ends the process when it has not ended by itself by then: nothing that hangs may keep a machine from being turned off.
    What was under way is found on disk by the next start, as after a power cut."""

    def end() -> None:
        log.error("stopping took longer than %.0f seconds; Baton ends without waiting for the rest", seconds)
        leave(1)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    return timer


class _Running:
    """One process, from its parts' start to their end in the opposite order."""

    def __init__(self, house: House, settings: Settings, role: Role, first: tuple[Path, ...]) -> None:
        self._house, self._settings, self._role, self._first = house, settings, role, first
        self._checks: dict[str, Check] = {}
        self._bot: Bot | None = None

    async def until_stopped(self, door: socket.socket) -> None:
        """Stops at the first signal: nothing new is begun, what runs is finished, sockets are closed, and others are told."""
        stopped, loop = asyncio.Event(), asyncio.get_running_loop()
        for name in SIGNALS:
            loop.add_signal_handler(name, stopped.set)
        async with AsyncExitStack() as parts:
            await self._begin(parts)
            web = self._web()
            serving = asyncio.create_task(web.serve(sockets=[door]))
            await self._first_submissions()
            self._say_where()
            asking = asyncio.create_task(stopped.wait())
            await asyncio.wait({serving, asking}, return_when=asyncio.FIRST_COMPLETED)
            asking.cancel()
            web.should_exit = True
            await serving
            log.info("stopping: what runs is finished")
            end_within(LONGEST_STOP_S)

    async def _begin(self, parts: AsyncExitStack) -> None:
        presence = self._house.presence(self._role)
        if self._role in ("all", "work"):
            await self._begin_to_work(parts, presence)
        else:
            await asyncio.to_thread(presence.come, self._doing)
            parts.push_async_callback(asyncio.to_thread, presence.leave)
        if self._role in ("all", "face"):
            await self._begin_to_show(parts, presence)
        if self._role in ("all", "clock"):
            scheduler = await asyncio.to_thread(calendar, self._house.schedule)
            scheduler.start()
            parts.push_async_callback(asyncio.to_thread, scheduler.shutdown)
            self._checks["clock"] = lambda: bool(scheduler.running)

    async def _begin_to_work(self, parts: AsyncExitStack, presence: Presence) -> None:
        engine = self._house.engine(self._role, presence)
        await asyncio.to_thread(engine.start)
        parts.push_async_callback(asyncio.to_thread, engine.stop)
        self._checks["runner"] = lambda: engine.is_running
        self._checks["model"] = lambda: model_check(self._settings).level == "ok"

    async def _begin_to_show(self, parts: AsyncExitStack, presence: Presence) -> None:
        services = self._house.services
        verbs = context(self._settings, self._house)
        leases = None if self._settings.on_sqlite else Leases(services.ledger, presence.id)
        bot = self._bot = Bot(self._settings, services, lambda words, by: answer(verbs, words, by), leases=leases)
        parts.push_async_callback(bot.stop)
        await bot.start()
        self._checks["slack"] = lambda: bot.is_connected

    def _doing(self) -> list[str]:
        """What `workers` says of a process that runs no jobs."""
        return [PREFIX + name for name in self._lanes_held()]

    def _lanes_held(self) -> tuple[str, ...]:
        return self._bot.desk.lanes_held if self._bot is not None else ()

    def _web(self) -> http.Server:
        app = http.build(
            self._house.services,
            self._checks,
            lets_in=self._bot is not None,
            lanes_held=lambda: len(self._lanes_held()),
        )
        if self._bot is not None and self._bot.socket is None:
            app.add_route("/slack/events", self._bot.over_http().handle, methods=["POST"])
        return http.server(app, self._settings.port)

    async def _first_submissions(self) -> None:
        shows = self._bot is not None and self._settings.local_workspace
        if self._first and shows and not self._house.services.ledger.rows("task.count")[0][0]:
            verbs = context(self._settings, self._house)
            found = await asyncio.to_thread(answer, verbs, ["submit", *map(str, self._first)], None)
            log.info("the first requests of this installation: %s", found.text)

    def _say_where(self) -> None:
        part = {"all": "Baton is running", "face": "A face of Baton is running", "work": "A worker of Baton is running",
                "clock": "A clock of Baton is running"}[self._role]  # fmt: skip
        if self._bot is None:
            where = f". Its health: http://127.0.0.1:{self._settings.port}/readyz"
        elif self._settings.local_workspace:
            where = f". Open {_page(self._settings.slack_api_url)} in a browser"
        else:
            where = " and connected to Slack"
        with suppress(BrokenPipeError):
            print(f"\n  {part}{where}. Stop with Ctrl-C.\n", flush=True)


def _page(api_url: str) -> str:
    found = urlparse(api_url)
    return f"{found.scheme}://{found.netloc}"
