"""`python -m localslack`: a Slack workspace on this machine, for an app to connect to."""

import argparse
import asyncio
import contextlib
import logging
import os
import shlex
import signal
import sqlite3
import sys
import threading
from dataclasses import replace
from pathlib import Path

from localslack.clock import SettableClock, SystemClock
from localslack.config import App, Team, load_app, load_team
from localslack.guard import LOOPBACK
from localslack.line.addresses import checked, one_for_all
from localslack.server import start
from localslack.state import State
from localslack.workspace import Workspace

DEFAULT_PORT = 8484
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")
DEFAULT_WORKSPACE = Path(__file__).parent / "workspaces" / "harbor-and-pine.yml"


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted; returns 0, or 2 with one line when it cannot begin."""
    given = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    try:
        _check(given)
        team = load_team(given.workspace)
        app = _app(given, team)
        if given.print_env:
            return _print_env(given, app)
        return asyncio.run(_serve(team, app, given))
    except (ValueError, OSError, sqlite3.Error) as wrong:
        print(wrong, file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m localslack",
        description="A Slack workspace on this machine, with a page for people and Slack's own protocol for apps. "
        "Unchanged slack-bolt apps connect to it, by Socket Mode or by signed HTTP requests.",
        epilog="Start it, then start your app in another terminal with the variables that --print-env shows:  "
        'eval "$(python -m localslack --print-env)" && python app.py',
    )
    where = parser.add_argument_group("where it listens")
    where.add_argument(
        "--host", default="127.0.0.1", help="a loopback address (default %(default)s); others are refused"
    )
    where.add_argument(
        "--port", type=int, default=DEFAULT_PORT, metavar="N", help="default %(default)s; 0 takes any free one"
    )
    kept = parser.add_argument_group("the workspace")
    kept.add_argument(
        "--workspace",
        type=Path,
        default=DEFAULT_WORKSPACE,
        metavar="FILE.yml",
        help="people, channels and groups; without it a small company",
    )
    kept.add_argument("--state", type=Path, metavar="FILE", help="where everything is kept; without it nothing is")
    kept.add_argument("--reset", action="store_true", help="forget what --state kept and begin again")
    app = parser.add_argument_group("the app")
    app.add_argument(
        "--manifest",
        type=Path,
        metavar="FILE.yml",
        help="the app's Slack manifest (YAML or JSON): name, commands, shortcuts, events, scopes, request URLs; "
        "without it every event is sent and every scope granted",
    )
    app.add_argument(
        "--app-url",
        metavar="URL",
        help="reach the app by signed requests to this address of this machine instead of by Socket Mode, "
        "such as http://127.0.0.1:3000/slack/events",
    )
    app.add_argument("--signing-secret", metavar="TEXT", help="what those requests are signed with")
    app.add_argument(
        "--no-rate-limits", action="store_true", help="answer however often the app calls; Slack would not"
    )
    other = parser.add_argument_group("other")
    other.add_argument("--print-env", action="store_true", help="print the variables an app needs, and do no more")
    other.add_argument(
        "--with-parent", action="store_true", help="stop when standard input ends, as it does when its holder dies"
    )
    return parser


def _check(given: argparse.Namespace) -> None:
    if given.host not in LOOPBACK:
        raise ValueError(
            f"--host {given.host}: a local workspace has no passwords and stays on this machine; use 127.0.0.1"
        )
    if given.print_env and not given.port:
        raise ValueError("--print-env needs a --port to name")


def _app(given: argparse.Namespace, team: Team) -> App:
    """Return the manifest's app with what the command line says about how to reach it."""
    app = load_app(given.manifest, fallback_name=team.bot_user.removeprefix("U0").capitalize())
    if given.app_url:
        app = replace(app, addresses=one_for_all(given.app_url))
    if app.addresses is not None:
        checked(app.addresses)
    elif given.signing_secret:
        raise ValueError("--signing-secret: nothing is signed for an app that comes by Socket Mode; give --app-url too")
    return replace(app, signing_secret=given.signing_secret or app.signing_secret)


def _print_env(given: argparse.Namespace, app: App) -> int:
    host = f"[{given.host}]" if ":" in given.host else given.host
    variables = {"SLACK_API_URL": f"http://{host}:{given.port}/api/", "SLACK_BOT_TOKEN": "xoxb-local"}
    if app.addresses is None:
        variables["SLACK_APP_TOKEN"] = "xapp-local"  # noqa: S105 - any token of that form will do
    else:
        variables["SLACK_SIGNING_SECRET"] = app.signing_secret
    for name, value in variables.items():
        print(f"export {name}={shlex.quote(value)}")
    if any(os.environ.get(name) for name in PROXIES):
        print("# Behind a proxy: slack_sdk's async clients do not heed NO_PROXY. Give the app no proxy:")
        print("#   export " + " ".join(f"{name}=" for name in PROXIES))
    return 0


async def _serve(team: Team, app: App, given: argparse.Namespace) -> int:
    clock = SettableClock(SystemClock())
    state = State(given.state, clock)
    workspace = Workspace(team, app, state, clock)
    workspace.limits.on = not given.no_rate_limits
    if given.reset:
        workspace.reset()
    runner = await start(workspace, given.host, given.port)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    if given.with_parent:
        _at_end_of_input(asyncio.get_running_loop(), stop)
    _say(f"{team.name} is open at {workspace.base_url}/")
    _say(f"Apps connect with SLACK_API_URL={workspace.base_url}/api/")
    try:
        await stop.wait()
    finally:
        await runner.cleanup()
        state.close()
    return 0


def _at_end_of_input(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """Stop when nobody holds the other end of our standard input any more; a killed parent cannot tell us otherwise."""

    def wait() -> None:
        while os.read(
            sys.stdin.fileno(), 1024
        ):  # past Python's buffer, whose lock would be missed at the interpreter's end
            pass
        with contextlib.suppress(RuntimeError):  # the loop has ended before
            loop.call_soon_threadsafe(stop.set)

    threading.Thread(target=wait, daemon=True).start()


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
