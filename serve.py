"""Keeps Baton running: engine, clock, Slack, intake over HTTP, and the local workspace where no Slack is configured."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from app import House, build, context, model_check
from bot.start import Bot
from commands.table import answer
from core.errors import BadSettings
from core.settings import LOCAL_APP_TOKEN, LOCAL_BOT_TOKEN, Settings
from intake import http
from workflows.calendar import calendar

log = logging.getLogger("baton")
WORKSPACE = Path("localslack") / "workspaces" / "harbor-and-pine.yml"
START_WITHIN_S = 20.0
FREE_WITHIN_S = 5.0


def serve(settings: Settings, first: tuple[Path, ...]) -> int:
    """Runs until SIGTERM or Ctrl-C; the exit code. `first` is submitted when the database is empty and the workspace is local:
    made-up requests have no place in a real one."""
    settings.var.mkdir(parents=True, exist_ok=True, mode=0o700)
    with local_workspace(settings) as there:
        house = build(there, people=Bot.directory(there))
        try:
            asyncio.run(_run(house, there, first))
        finally:
            house.close()
    return 0


@contextmanager
def local_workspace(settings: Settings) -> Iterator[Settings]:
    """The settings with a Slack to talk to: the real one, or a local workspace that lives as long as we do."""
    if not settings.local_workspace:
        yield settings
        return
    address = f"http://127.0.0.1:{settings.localslack_port}"
    command = [sys.executable, "-m", "localslack", "--port", str(settings.localslack_port), "--workspace", str(WORKSPACE),
               "--state", str(settings.var / "workspace.db"), "--manifest", "manifest.yml", "--with-parent"]  # fmt: skip
    _until_free(settings.localslack_port)
    # Its standard input is ours to hold: when we are killed, it ends with us.
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True)  # noqa: S603
    try:
        _wait_for(address, process)
        yield replace(
            settings, slack_api_url=f"{address}/api/", slack_bot_token=LOCAL_BOT_TOKEN, slack_app_token=LOCAL_APP_TOKEN
        )
    finally:
        process.terminate()
        process.wait(timeout=10)


def _until_free(port: int) -> None:
    """Waits until nobody listens there: the workspace of a run that was killed a moment ago is on its way out."""
    until = time.monotonic() + FREE_WITHIN_S
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return
        time.sleep(0.05)
    raise BadSettings(f"port {port} is taken, so the local workspace cannot start. Set BATON_LOCALSLACK_PORT")


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_WITHIN_S
    while time.monotonic() < until:
        if process.poll() is not None:
            raise BadSettings(
                f"the local workspace did not start at {address}; is the port taken? Set BATON_LOCALSLACK_PORT"
            )
        try:
            with urllib.request.urlopen(address, timeout=1):  # noqa: S310  our own loopback address
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise BadSettings(f"the local workspace did not answer at {address} within {START_WITHIN_S:.0f} seconds")


async def _run(house: House, settings: Settings, first: tuple[Path, ...]) -> None:
    services = house.services
    engine = house.engine()
    engine.start()
    scheduler = calendar(house.schedule)
    scheduler.start()
    verbs = context(settings, house)
    bot = Bot(settings, services, lambda words, by: answer(verbs, words, by))
    checks = {
        "runner": lambda: engine.is_running, "slack": lambda: bot.is_connected,
        "model": lambda: model_check(settings).level == "ok",
    }  # fmt: skip
    intake = http.build(services, checks)
    if bot.socket is None:
        intake.add_route("/slack/events", bot.over_http().handle, methods=["POST"])
    web = http.server(intake, settings.port)
    try:
        await bot.start()
        await _first_submissions(house, first)
        _say_where(settings)
        await _until_stopped(web)
    finally:
        scheduler.shutdown(wait=False)
        await bot.stop()
        await asyncio.to_thread(engine.stop)


async def _until_stopped(web: http.Server) -> None:
    """Serves HTTP until a signal comes; uvicorn leaves the signals to us."""
    loop = asyncio.get_running_loop()
    serving = asyncio.create_task(web.serve())
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, lambda: setattr(web, "should_exit", True))
    await serving


async def _first_submissions(house: House, first: tuple[Path, ...]) -> None:
    if first and house.services.settings.local_workspace and not house.services.ledger.rows("task.count")[0][0]:
        verbs = context(house.services.settings, house)
        found = await asyncio.to_thread(answer, verbs, ["submit", *map(str, first)], None)
        log.info("the first requests of this installation: %s", found.text)


def _say_where(settings: Settings) -> None:
    if settings.local_workspace:
        page = f"http://127.0.0.1:{settings.localslack_port}"
        print(f"\n  Baton is running. Open {page} in a browser. Stop with Ctrl-C.\n", flush=True)
    else:
        print("\n  Baton is running and connected to Slack. Stop with Ctrl-C.\n", flush=True)
