"""`python -m localslack`: a Slack workspace on this machine, for an app to connect to."""

import argparse
import asyncio
import contextlib
import logging
import signal
import sqlite3
import sys
import threading
from pathlib import Path

from localslack.clock import SystemClock
from localslack.config import App, Team, load_app, load_team
from localslack.guard import LOOPBACK
from localslack.server import start
from localslack.state import State
from localslack.workspace import Workspace

DEFAULT_PORT = 8484
DEFAULT_WORKSPACE = Path(__file__).parent / "workspaces" / "harbor-and-pine.yml"


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted; returns 0, or 2 with one line when it cannot begin."""
    given = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    if given.host not in LOOPBACK:
        return _refuse(
            f"--host {given.host}: a local workspace has no passwords and stays on this machine; use 127.0.0.1"
        )
    try:
        team = load_team(given.workspace)
        app = load_app(given.manifest, fallback_name=_bot_name(team))
        return asyncio.run(_serve(team, app, given))
    except (ValueError, OSError, sqlite3.Error) as wrong:
        return _refuse(str(wrong))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m localslack",
        description="A Slack workspace of its own process and file. Unchanged slack-bolt apps connect to it: "
        "set SLACK_API_URL=http://127.0.0.1:8484/api/ and any xoxb- and xapp- token.",
    )
    parser.add_argument(
        "--host", default="127.0.0.1", help="a loopback address (default %(default)s); others are refused"
    )
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="default %(default)s; 0 takes any free one")
    parser.add_argument(
        "--state", type=Path, default=None, metavar="FILE", help="SQLite file; without it nothing is kept"
    )
    parser.add_argument(
        "--workspace", type=Path, default=DEFAULT_WORKSPACE, metavar="FILE.yml", help="people and channels"
    )
    parser.add_argument(
        "--manifest",
        type=Path,
        default=None,
        metavar="FILE.yml",
        help="the app's Slack manifest: name, slash commands, events, scopes; without it all events and scopes are granted",
    )
    parser.add_argument(
        "--with-parent", action="store_true", help="stop when standard input ends, as it does when its holder dies"
    )
    return parser


async def _serve(team: Team, app: App, given: argparse.Namespace) -> int:
    clock = SystemClock()
    state = State(given.state, clock)
    workspace = Workspace(team, app, state, clock)
    runner = await start(workspace, given.host, given.port)
    _say(f"{team.name} is open at {workspace.base_url}/")
    _say(f"Apps connect with SLACK_API_URL={workspace.base_url}/api/")
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    if given.with_parent:
        _at_end_of_input(asyncio.get_running_loop(), stop)
    try:
        await stop.wait()
    finally:
        await runner.cleanup()
        state.close()
    return 0


def _at_end_of_input(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """Stop when nobody holds the other end of our standard input any more; a killed parent cannot tell us otherwise."""

    def wait() -> None:
        sys.stdin.buffer.read()
        with contextlib.suppress(RuntimeError):  # the loop has ended before
            loop.call_soon_threadsafe(stop.set)

    threading.Thread(target=wait, daemon=True).start()


def _bot_name(team: Team) -> str:
    return team.bot_user.removeprefix("U0").capitalize()


def _say(line: str) -> None:
    print(line, flush=True)


def _refuse(reason: str) -> int:
    print(reason, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
