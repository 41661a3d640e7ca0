"""The local workspace, for where no Slack is configured: a face starts one that ends with it; other processes look for it."""

from __future__ import annotations

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

from core.errors import BadSettings
from core.settings import LOCAL_APP_TOKEN, LOCAL_BOT_TOKEN, Settings
from core.workers import Role

WORKSPACE = Path("localslack") / "workspaces" / "harbor-and-pine.yml"
START_WITHIN_S = 20.0
FREE_WITHIN_S = 5.0


@contextmanager
def slack_for(settings: Settings, role: Role) -> Iterator[Settings]:
    """The settings with a Slack to talk to: the configured one; else a local workspace that is started for as long as the block
    lasts, by who shows himself there, or that another process on this machine has started."""
    if not settings.brings_workspace:
        yield settings
    elif role in ("work", "clock"):
        yield in_workspace(settings)
    else:
        with _started(settings):
            yield in_workspace(settings)


def in_workspace(settings: Settings) -> Settings:
    """The settings for the local workspace on its port of this machine."""
    return replace(settings, slack_api_url=f"{_address(settings)}/api/", slack_bot_token=LOCAL_BOT_TOKEN,
                   slack_app_token=LOCAL_APP_TOKEN)  # fmt: skip


def _address(settings: Settings) -> str:
    return f"http://127.0.0.1:{settings.localslack_port}"


@contextmanager
def _started(settings: Settings) -> Iterator[None]:
    command = [sys.executable, "-m", "localslack", "--port", str(settings.localslack_port), "--workspace", str(WORKSPACE),
               "--state", str(settings.var / "workspace.db"), "--manifest", "manifest.yml", "--with-parent"]  # fmt: skip
    _until_free(settings)
    # Its standard input is ours to hold: when we are killed, it ends with us.
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True)  # noqa: S603
    try:
        _wait_for(_address(settings), process)
        yield
    finally:
        process.terminate()
        process.wait(timeout=10)


def _until_free(settings: Settings) -> None:
    """Waits until nobody listens there: the workspace of a run that was killed a moment ago is on its way out."""
    until = time.monotonic() + FREE_WITHIN_S
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", settings.localslack_port)) != 0:
                return
        time.sleep(0.05)
    raise BadSettings(
        f"port {settings.localslack_port} is taken, so the local workspace cannot start. Set BATON_LOCALSLACK_PORT; or, if a "
        f"workspace runs there that this process is to use, SLACK_API_URL={_address(settings)}/api/ and "
        f"SLACK_BOT_TOKEN={LOCAL_BOT_TOKEN}"
    )


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
