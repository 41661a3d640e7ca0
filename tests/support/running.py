"""The product as a stranger runs it: `python app.py run` as a process of its own, on ports and in a folder of the test's."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from gateways.model.training import train
from policies.load import load

ROOT = Path(__file__).parents[2]
READY_WITHIN_S = 60.0


def trained(folder: Path) -> None:
    """The local model's arrays under `folder`/models: those of this checkout, or newly trained."""
    lying = ROOT / "var" / "models"
    if lying.is_dir():
        shutil.copytree(lying, folder / "models", dirs_exist_ok=True)
    train(load(ROOT / "policies" / "company").examples, folder / "models")


@dataclass
class RunningBaton:
    """One installation in `folder`. Started and stopped as often as the test likes."""

    folder: Path
    extra: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[str] | None = None

    def __post_init__(self) -> None:
        self.slack_port, self.http_port = free_port(), free_port()

    @property
    def environment(self) -> dict[str, str]:
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("BATON_", "SLACK_", "OPENAI_"))}
        return {
            **clean, "BATON_DATABASE_URL": f"sqlite:///{self.folder}/baton.db", "BATON_KEY_FILE": f"{self.folder}/baton.key",
            "BATON_PORT": str(self.http_port), "BATON_LOCALSLACK_PORT": str(self.slack_port), **self.extra,
        }  # fmt: skip

    def start(self, *first: str) -> RunningBaton:
        """Starts it and waits until it is ready."""
        words = [sys.executable, "app.py", "run", *(("--first", *first) if first else ())]
        log = (self.folder / "run.log").open("a", encoding="utf-8")
        self.process = subprocess.Popen(words, cwd=ROOT, env=self.environment, stdout=log, stderr=log, text=True)
        until = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < until:
            assert self.process.poll() is None, self.log()
            if self._is_ready():
                return self
            time.sleep(0.1)
        raise AssertionError(f"not ready:\n{self.log()}")

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.http_port}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A verb of the command line, beside the running product or without it."""
        return subprocess.run([sys.executable, "app.py", *words], cwd=ROOT, env=self.environment, capture_output=True, text=True,
                              timeout=120, check=False)  # fmt: skip

    def log(self) -> str:
        return (self.folder / "run.log").read_text(encoding="utf-8")

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=30)

    @property
    def page(self) -> str:
        return f"http://127.0.0.1:{self.slack_port}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
