"""`python -m localslack`: it explains itself, prints what an app needs, and refuses in one line what cannot be."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE

import httpx
import pytest

from tests.localslack.test_two_bots import BOTS

ROOT = Path(__file__).parents[2]


def _run(*options: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "localslack", *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)


def test_help_names_every_option_with_what_it_is_for() -> None:
    told = _run("--help")
    assert told.returncode == 0
    for option in ("--port", "--state", "--reset", "--manifest", "--app-url", "--no-rate-limits", "--print-env"):
        assert option in told.stdout


def test_the_printed_variables_are_what_a_shell_takes() -> None:
    given = ["--print-env", "--port", "8765", "--app-url", "http://127.0.0.1:3000/slack/events", "--signing-secret"]
    printed = _run(*given, "it's a $ecret").stdout
    shown = subprocess.run(
        ["sh", "-c", printed + '\nprintf "%s|" "$SLACK_API_URL" "$SLACK_BOT_TOKEN" "$SLACK_SIGNING_SECRET"'],
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout == "http://127.0.0.1:8765/api/|xoxb-local|it's a $ecret|"


def test_an_app_over_sockets_needs_an_app_token_and_no_secret() -> None:
    printed = _run("--print-env").stdout
    assert "export SLACK_APP_TOKEN=xapp-local" in printed
    assert "SECRET" not in printed


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--host", "0.0.0.0"], "stays on this machine"),
        (["--app-url", "http://10.0.0.7:3000/"], "apps on this machine"),
        (["--manifest", str(BOTS / "lunch.yml")], "apps on this machine"),
        (["--signing-secret", "x"], "--app-url"),
        (["--print-env", "--port", "0"], "--port"),
        (["--manifest", "nowhere.yml"], "nowhere.yml"),
        (["--workspace", str(BOTS / "lunch.yml")], "lunch.yml"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(options: list[str], words: str) -> None:
    told = _run(*options)
    assert told.returncode == 2
    assert words in told.stderr
    assert told.stderr.count("\n") == 1


@contextmanager
def _serving(*options: str) -> Iterator[httpx.Client]:
    command = [sys.executable, "-m", "localslack", "--port", "0", *options]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        base = re.search(r"http://[\d.:]+", process.stdout.readline())
        assert base
        headers = {"Authorization": "Bearer xoxb-local"}
        with httpx.Client(base_url=base[0], headers=headers, trust_env=False, timeout=30) as http:
            yield http
    finally:
        process.terminate()
        process.wait(10)


@pytest.mark.parametrize(("options", "on"), [([], True), (["--no-rate-limits"], False)])
def test_rate_limits_are_on_unless_switched_off(options: list[str], on: bool) -> None:
    with _serving(*options) as http:
        assert http.get("/_control/limits").json()["on"] is on


@pytest.mark.parametrize(("options", "left"), [([], 1), (["--reset"], 0)])
def test_a_reset_forgets_what_the_file_kept(tmp_path: Path, options: list[str], left: int) -> None:
    kept = ["--state", str(tmp_path / "state.db")]
    with _serving(*kept) as http:
        assert http.post("/api/chat.postMessage", json={"channel": "C0SALES", "text": "kept"}).json()["ok"]
    with _serving(*kept, *options) as http:
        assert len(http.get("/_control/messages", params={"channel": "sales"}).json()["messages"]) == left


def test_with_a_parent_that_is_still_there_it_ends_without_a_complaint() -> None:
    """Ctrl-C reaches both: the workspace ends while the one who started it still holds its standard input."""
    command = [sys.executable, "-m", "localslack", "--port", "0", "--with-parent"]
    with subprocess.Popen(command, cwd=ROOT, stdin=PIPE, stdout=PIPE, stderr=PIPE, text=True) as process:
        assert process.stdout and process.stderr
        assert "http" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
        assert process.stderr.read() == ""
