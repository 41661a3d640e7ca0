"""The product as a stranger runs it: `python app.py run` as a process of its own, on ports and in a folder of the test's."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from policies.load import load

ROOT = Path(__file__).parents[2]
READY_WITHIN_S = 60.0


def trained(folder: Path) -> None:
    """The local model's arrays under `folder`/models: those of this checkout, or newly trained."""
    from gateways.model.training import train  # noqa: PLC0415  it takes a second to load, and few need it

    lying = ROOT / "var" / "models"
    if lying.is_dir():
        shutil.copytree(lying, folder / "models", dirs_exist_ok=True)
    train(load(ROOT / "policies" / "company").examples, folder / "models")


def each_on_its_own(folder: Path) -> dict[str, str]:
    """The company's rules, but that nothing gathers into lists: for stories that look at many cards of one kind."""
    rules = folder / "rules"
    shutil.copytree(ROOT / "policies" / "company", rules)
    lines = (rules / "limits.yml").read_text(encoding="utf-8").splitlines()
    (rules / "limits.yml").write_text(
        "\n".join(line for line in lines if not line.startswith("gather:")), encoding="utf-8"
    )
    return {"BATON_POLICIES": str(rules)}


@contextmanager
def shared_workspace(folder: Path) -> Iterator[str]:
    """A local workspace that several processes use; its address. It lives as long as the block."""
    command = [
        sys.executable,
        "-m",
        "localslack",
        "--port",
        "0",
        "--manifest",
        "manifest.yml",
        "--state",
        str(folder / "slack.db"),
    ]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        found = re.search(r"http://\S+?(?=/? *$)", line.strip())
        assert found, f"the local workspace said: {line!r}"
        yield found[0].rstrip("/")
    finally:
        process.terminate()
        process.wait(timeout=10)


@dataclass
class RunningBaton:
    """One process over the installation in `folder`, or all of it. Started and stopped as often as the test likes.

    `database`: its address, where it is no file in the folder. `role`: what of Baton it does; all, where nothing is said.
    `slack`: the address of a workspace that runs already. `name` tells the logs of several processes apart."""

    folder: Path
    extra: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[str] | None = None
    database: str = ""
    role: str = ""
    slack: str = ""
    name: str = "run"

    def __post_init__(self) -> None:
        self.slack_port, self.http_port = free_port(), free_port()

    @property
    def environment(self) -> dict[str, str]:
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("BATON_", "SLACK_", "OPENAI_"))}
        there = {"SLACK_API_URL": f"{self.slack}/api/", "SLACK_BOT_TOKEN": "xoxb-local"} if self.slack else {}
        return {
            **clean, "BATON_DATABASE_URL": self.database_url, "BATON_KEY_FILE": f"{self.folder}/baton.key",
            "BATON_PORT": str(self.http_port), "BATON_LOCALSLACK_PORT": str(self.slack_port), **there, **self.extra,
        }  # fmt: skip

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{self.folder}/baton.db"

    def begin(self, *first: str) -> RunningBaton:
        """Starts it; it may take a moment until it is `ready`."""
        only = ("--only", self.role) if self.role else ()
        words = [sys.executable, "app.py", "run", *only, *(("--first", *first) if first else ())]
        log = (self.folder / f"{self.name}.log").open("a", encoding="utf-8")
        self.process = subprocess.Popen(words, cwd=ROOT, env=self.environment, stdout=log, stderr=log, text=True)
        return self

    def start(self, *first: str) -> RunningBaton:
        """Starts it and waits until it is ready."""
        return self.begin(*first).ready()

    def ready(self) -> RunningBaton:
        """Waits until it says that it is ready."""
        assert self.process is not None
        until = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < until:
            assert self.process.poll() is None, self.log()
            if self._is_ready():
                return self
            time.sleep(0.1)
        raise AssertionError(f"not ready:\n{self.log()}")

    def _is_ready(self) -> bool:
        return self.asked("readyz")[0] == 200

    def asked(self, what: str) -> tuple[int, str]:
        """Status and text of `/readyz`, `/healthz` or `/metrics`; 0 where nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.http_port}/{what}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except (urllib.error.URLError, OSError):
            return 0, ""

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A verb of the command line, beside the running product or without it."""
        return subprocess.run([sys.executable, "app.py", *words], cwd=ROOT, env=self.environment, capture_output=True, text=True,
                              timeout=120, check=False)  # fmt: skip

    def log(self) -> str:
        return (self.folder / f"{self.name}.log").read_text(encoding="utf-8")

    def stop(self) -> int | None:
        """Tells it to stop; its exit code."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=40)
        return self.process.returncode if self.process is not None else None

    def kill(self) -> None:
        """It dies without a word."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(timeout=10)

    @property
    def page(self) -> str:
        return self.slack or f"http://127.0.0.1:{self.slack_port}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
