"""How the local workspace holds up: a browser presses the buttons of a hundred cards, a bot of its own process answers each.

    python -m tests.bench.workspace_load [--per-second 50] [--seconds 60] [--cards 100]

Three processes on this machine: the workspace, a plain slack_bolt bot, and Chromium. The times are the page's own: from the
press to the answer that the app has acknowledged it, and to the new number on the card. Beside them, in the same run and by
the same clock, what a request costs that asks the workspace for a small file and nothing else.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[2]
PRESSING = Path(__file__).with_name("pressing.js")
CHANNEL = "C0SUPPORT"


def measure(per_second: int, seconds: int, cards: int) -> dict[str, Any]:
    """Run the load; returns the milliseconds of every press (`acked`, `updated`, `bare`) and how many cards ended up right."""
    with tempfile.TemporaryDirectory() as home, _workspace(Path(home)) as address, sync_playwright() as tools:
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = tools.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"{address}/?me=U0THEO&c=support-desk")
        page.locator("#composer textarea").wait_for()
        with _bot(address, cards):
            page.locator("#pane article[data-ts]").nth(cards - 1).wait_for(state="attached")
            page.set_default_timeout((seconds + 60) * 1000)
            result: dict[str, Any] = page.evaluate(
                PRESSING.read_text(encoding="utf-8"), {"perSecond": per_second, "seconds": seconds}
            )
        browser.close()
    return result


def table(result: dict[str, Any]) -> str:
    """Return the figures as lines, each with its ratio to the bare request of the same run."""
    base = _at(result["bare"], 0.5)
    lines = [f"{'':28}{'n':>7}{'p50 ms':>9}{'p99 ms':>9}{'max ms':>9}   p50 to bare"]
    for name, key in (
        ("bare request", "bare"),
        ("press to ack", "acked"),
        ("press to the card in the page", "updated"),
    ):
        times = result[key]
        figures = "".join(f"{_at(times, share):9.1f}" for share in (0.5, 0.99, 1.0))
        lines.append(f"{name:28}{len(times):7}{figures}   {_at(times, 0.5) / base:.1f}")
    rate = result["pressed"] / result["took"]
    lines.append(
        f"{result['pressed']} presses, {rate:.1f} a second; cards that show every press: {result['right']} of {result['cards']}"
    )
    return "\n".join(lines)


@contextmanager
def _workspace(home: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "localslack", "--port", "0", "--state", str(home / "w.db"), "--no-rate-limits"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            yield next(
                word for line in process.stdout or () for word in line.split() if word.startswith("http")
            ).rstrip("/")
        finally:
            process.terminate()


@contextmanager
def _bot(address: str, cards: int) -> Iterator[None]:
    command = [sys.executable, "-m", "tests.bench.counting_bot", str(cards), CHANNEL]
    environment = {**os.environ, "SLACK_API_URL": f"{address}/api/"}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            if (process.stdout.readline() if process.stdout else "") != "ready\n":
                raise RuntimeError("the bot did not come up")
            yield
        finally:
            process.terminate()


def _at(times: list[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * share))] if times else float("nan")


def main(arguments: list[str]) -> str:
    """Measure as the command line says and return the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.workspace_load")
    parser.add_argument("--per-second", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--cards", type=int, default=100)
    given = parser.parse_args(arguments)
    return table(measure(given.per_second, given.seconds, given.cards))


if __name__ == "__main__":
    print(main(sys.argv[1:]))
