"""Two strangers' bots, each a process of its own, work unchanged: one over signed requests, one over Socket Mode."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).parents[2]
BOTS = Path(__file__).parent / "bots"
SECRET = "what the stranger chose"
PATIENCE_S = 20.0
Json = dict[str, Any]


@dataclass(frozen=True)
class Stranger:
    """What there is to know about a bot from the outside.

    `file`: what to ask for it with, its name, how it begins; `later`: what to ask, what comes, with how many schedulings.
    """

    name: str
    signed: bool
    command: str
    button: str
    wrong: Json
    error: Json
    right: Json
    posted: str
    global_shortcut: str
    message_shortcut: str
    shortcut_leaves: str
    file: tuple[str, str, str]
    stream: tuple[str, str]
    later: tuple[str, str, int]


LUNCH = Stranger(
    name="lunch",
    signed=True,
    command="/lunch",
    button="hungry",
    wrong={"dish": {"name": "soup"}, "amount": {"number": "21"}},
    error={"amount": "The kitchen makes twenty at most"},
    right={"dish": {"name": "soup"}, "amount": {"number": "2"}},
    posted="2 x soup",
    global_shortcut="order_lunch",
    message_shortcut="tasty",
    shortcut_leaves='"yum"',
    file=("menu", "menu.txt", "Monday: soup\n"),
    stream=("advise", "it is Tuesday"),
    later=("remind", "Lunch is here!", 1),
)
STANDUP = Stranger(
    name="standup",
    signed=False,
    command="/standup",
    button="report",
    wrong={"today": {"text": "nothing"}},
    error={"today": "A little more, please"},
    right={"today": {"text": "Answer every ticket"}},
    posted="Answer every ticket",
    global_shortcut="report_now",
    message_shortcut="quote",
    shortcut_leaves="Quoted: a fine message",
    file=("summary", "summary.txt", "Reports so far:\n"),
    stream=("story", "The end."),
    later=("tomorrow", "Good morning, all!", 2),
)


@dataclass
class House:
    """A running workspace, the bot in it, and a person's hands."""

    bot: Stranger
    base: str
    http: httpx.Client
    start: Callable[[], "subprocess.Popen[str]"]
    running: list["subprocess.Popen[str]"] = field(default_factory=list)

    def act(self, me: str = "U0SAM", channel: str = "sales", **body: Any) -> Json:
        return dict(self.http.post("/_control/act", json={"me": me, "channel": channel, **body}).json())

    def messages(self, channel: str = "sales") -> list[Json]:
        return list(self.http.get("/_control/messages", params={"channel": channel}).json()["messages"])

    def mention(self, words: str) -> str:
        """Mention the bot; the message's timestamp."""
        said = self.act(do="say", text=f"@{self.bot.name.capitalize()} {words}")
        assert said["ok"], said
        return str(said["ts"])

    def with_words(self, words: str) -> Json | None:
        """The newest message of the bot that says these words, in any form."""
        found = [
            each for each in self.messages() if each.get("bot_id") and words in json.dumps(each, ensure_ascii=False)
        ]
        return found[-1] if found else None

    def calls(self, method: str | None = None) -> list[Json]:
        """What the bot asked, oldest first."""
        params = {"method": method} if method else {}
        return list(self.http.get("/_control/calls", params=params).json()["calls"])

    def connected(self) -> bool:
        return bool(self.http.get("/_control/status").json()["sockets"])

    def begin(self) -> None:
        self.running.append(self.start())
        until(self.connected)

    def crash(self) -> None:
        self.running[-1].send_signal(signal.SIGKILL)
        self.running[-1].wait(10)


def until(there: Callable[[], Any]) -> Any:
    """Wait until something is there and return it."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        found = there()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError("it did not come")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def house(bot: Stranger, where: Path) -> Iterator[House]:
    """The workspace with this bot's manifest, the bot connected."""
    port = _free_port()
    options = ["--port", "0", "--manifest", str(BOTS / f"{bot.name}.yml")]
    if bot.signed:
        options += ["--app-url", f"http://127.0.0.1:{port}/slack/events", "--signing-secret", SECRET]
    with ExitStack() as ending:
        workspace = subprocess.Popen(
            [sys.executable, "-m", "localslack", *options], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        ending.callback(_end, workspace)
        assert workspace.stdout is not None
        found = re.search(r"http://[\d.:]+", workspace.stdout.readline())
        assert found
        env = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
        env |= {"SLACK_API_URL": f"{found[0]}/api/", "SLACK_BOT_TOKEN": "xoxb-any"}
        env |= {"SLACK_SIGNING_SECRET": SECRET, "PORT": str(port)} if bot.signed else {"SLACK_APP_TOKEN": "xapp-any"}

        def start() -> "subprocess.Popen[str]":
            program = [sys.executable, str(BOTS / f"{bot.name}.py")]
            process = subprocess.Popen(program, cwd=where, env=env, stdout=subprocess.DEVNULL, text=True)
            ending.callback(_end, process)
            return process

        http = ending.enter_context(httpx.Client(base_url=found[0], trust_env=False, timeout=30))
        here = House(bot, found[0], http, start)
        here.begin()
        yield here


def _end(process: "subprocess.Popen[str]") -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(10)


@pytest.fixture(scope="module", params=[LUNCH, STANDUP], ids=lambda bot: bot.name)
def at(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A bot at work; at the end, nothing it asked may have been refused."""
    with house(request.param, tmp_path_factory.mktemp(request.param.name)) as here:
        yield here
        assert [each for each in here.calls() if not each["ok"]] == []


def _open_form(at: House) -> Json:
    """Give the command, press its button; the form that opens."""
    before = len(at.messages())
    given = at.act(do="command", text=at.bot.command)
    assert given["ok"], given
    card = until(lambda: next((each for each in at.messages()[before:] if each.get("blocks")), None))
    pressed = at.act(do="click", ts=card["ts"], action_id=at.bot.button, wait_for="view")
    assert pressed["view"], pressed
    return dict(pressed["view"])


def test_a_command_leads_to_a_button_a_form_its_errors_and_a_message(at: House) -> None:
    form = _open_form(at)
    short = at.act(do="submit", view_id=form["id"], values=at.bot.wrong)
    assert short["errors"] == at.bot.error
    assert short["view"]["id"] == form["id"]
    good = at.act(do="submit", view_id=form["id"], values=at.bot.right)
    assert (good["ok"], good["view"]) == (True, None)
    assert until(lambda: at.with_words(at.bot.posted))


def test_the_home_tab_shows_what_was_entered(at: House) -> None:
    form = _open_form(at)
    assert at.act(do="submit", view_id=form["id"], values=at.bot.right)["ok"]
    assert at.act(do="home", tab="home")["ok"]

    def shown() -> bool:
        home = at.http.get("/_control/person", params={"me": "U0SAM"}).json()["home"]
        return at.bot.posted in json.dumps(home, ensure_ascii=False)

    assert until(shown)


def test_a_file_arrives_with_its_content(at: House) -> None:
    asked, name, beginning = at.bot.file
    at.mention(asked)
    message = until(lambda: at.with_words(name))
    file = message["files"][0]
    answer = at.http.get(f"/files/{file['id']}", params={"me": "U0SAM"})
    assert file["name"] == name
    assert answer.text.startswith(beginning)
    assert len(answer.content) == file["size"]


def test_a_stream_ends_as_one_message_in_its_thread(at: House) -> None:
    asked, words = at.bot.stream
    root = at.mention(asked)
    message = until(lambda: at.with_words(words))
    thread = [each for each in at.messages() if each.get("thread_ts") == root and each["ts"] != root]
    assert [each["ts"] for each in thread] == [message["ts"]]
    used = [each["method"] for each in at.calls() if each["method"].endswith("Stream") and each["ok"]]
    assert used[0] == "chat.startStream"
    assert used[-1] == "chat.stopStream"


def test_a_scheduled_message_comes_when_its_time_has_come(at: House) -> None:
    asked, words, times = at.bot.later
    at.mention(asked)
    until(lambda: len([each for each in at.calls("chat.scheduleMessage") if each["ok"]]) == times)
    assert at.with_words(words) is None
    at.http.post("/_control/clock", json={"forward_s": 130})
    try:
        assert until(lambda: at.with_words(words))
        assert at.with_words('"Good morning!"') is None
    finally:
        at.http.post("/_control/clock", json={"real": True})


def test_a_shortcut_from_anywhere_opens_the_form(at: House) -> None:
    opened = at.act(do="shortcut", callback_id=at.bot.global_shortcut, wait_for="view")
    assert opened["view"]["callback_id"], opened
    assert at.act(do="close", view_id=opened["view"]["id"])["ok"]


def test_a_shortcut_on_a_message_works_with_that_message(at: House) -> None:
    said = at.act(do="say", text="a fine message")
    assert at.act(do="message_shortcut", ts=said["ts"], callback_id=at.bot.message_shortcut)["ok"]
    until(lambda: at.bot.shortcut_leaves in json.dumps(at.messages(), ensure_ascii=False))


@pytest.mark.parametrize("bot", [LUNCH, STANDUP], ids=lambda bot: bot.name)
def test_a_bot_that_crashes_is_missed_in_slacks_words_and_comes_back(bot: Stranger, tmp_path: Path) -> None:
    with house(bot, tmp_path) as at:
        at.crash()
        lost = at.act(do="command", text=bot.command)
        assert lost["error"] == f'{bot.command} failed with the error "dispatch_failed"'
        until(lambda: not at.connected())
        root = at.mention("hello?")
        at.begin()
        thread = until(lambda: [each for each in at.messages() if each.get("thread_ts") == root and each["ts"] != root])
        assert bot.command in thread[0]["text"]
