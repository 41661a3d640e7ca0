"""How soon a person is called when somebody is in danger, while everything else wants to be shown too.

    python -m tests.bench.immediate [--others 200] [--urgent 20]

One Baton process with the local model over SQLite, and the local workspace with Slack's own limits: about one message a second
in a channel. First urgent mails come one at a time; then as many come among `--others` ordinary ones, all at once. Each is timed
from its mail's first byte to the moment at which the workspace has the card that calls a person. Beside them, in the same run,
bare messages to a channel of their own.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from bot.cards import ids
from tests.support.hands import INTAKE, Hands, as_text, until
from tests.support.letters import letter
from tests.support.running import RunningBaton, trained
from tests.support.slack import buttons

DANGER = "The brakes of your rental failed and my son is bleeding. We are at the hospital. Number {n}."
QUESTION = "Hello, what are your opening hours on Saturday? I am customer {n}."
PATIENCE_S = 600.0


def measure(others: int, urgent: int) -> dict[str, list[float]]:
    """Seconds: `bare`, `alone`, `among`."""
    with tempfile.TemporaryDirectory() as home:
        trained(Path(home))
        baton = RunningBaton(Path(home), INTAKE).start()
        try:
            hands = Hands(baton)
            bare = [_bare(hands, n) for n in range(urgent)]
            alone = [_one_by_one(hands, n) for n in range(urgent)]
            with ThreadPoolExecutor(8) as senders:
                flood = [
                    senders.submit(hands.mail, letter(f"Guest Number{n}", QUESTION.format(n=n))[0])
                    for n in range(others)
                ]
                began = {}
                for n in range(urgent):
                    at = time.time()
                    began[hands.mail(letter(f"Urgent Rider{n}", DANGER.format(n=n))[0])] = at
                for each in flood:
                    each.result()
            among = list(_seen(hands, began))
        finally:
            baton.stop()
    return {"bare": bare, "alone": alone, "among": among}


def _bare(hands: Hands, number: int) -> float:
    at = time.time()
    head = {"Authorization": "Bearer xoxb-local"}
    with httpx.Client(trust_env=False, timeout=30) as client:
        said = {"channel": "C0RANDOM", "text": f"Line {number}"}
        client.post(f"{hands.baton.page}/api/chat.postMessage", json=said, headers=head)
    return time.time() - at


def _one_by_one(hands: Hands, number: int) -> float:
    at = time.time()
    task = hands.mail(letter(f"Lone Rider{number}", DANGER.format(n=number))[0])
    return next(iter(_seen(hands, {task: at})))


def _seen(hands: Hands, began: dict[str, float]) -> Iterable[float]:
    """For each task how long it took until the card that calls a person stood in the workspace."""

    def all_there() -> dict[str, float] | None:
        cards = [each for each in hands.messages("support-desk") if ids.ESCALATION_TAKE_OVER in buttons(each)]
        found = {task: float(each["ts"]) for task in began for each in cards if f"{task} " in f"{as_text(each)} "}
        return found if len(found) == len(began) else None

    stood = until(all_there, "every call for a person", PATIENCE_S)
    return [stood[task] - at for task, at in began.items()]


def table(times: dict[str, list[float]]) -> str:
    """The figures as lines."""
    base = sorted(times["bare"])[len(times["bare"]) // 2]
    lines = [f"{'':44}{'n':>5}{'p50 s':>9}{'p99 s':>9}{'max s':>9}   p50 to bare"]
    for name, key in (
        ("bare message", "bare"),
        ("called, one at a time", "alone"),
        ("called, among all the others", "among"),
    ):
        each = sorted(times[key])
        middle, late = each[len(each) // 2], each[min(len(each) - 1, int(len(each) * 0.99))]
        lines.append(f"{name:44}{len(each):5}{middle:9.3f}{late:9.3f}{each[-1]:9.3f}   {middle / base:.1f}")
    return "\n".join(lines)


def main(arguments: list[str]) -> str:
    """Measures as the command line says and returns the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.immediate")
    parser.add_argument("--others", type=int, default=200)
    parser.add_argument("--urgent", type=int, default=20)
    given = parser.parse_args(arguments)
    return table(measure(given.others, given.urgent))


if __name__ == "__main__":
    print(main(sys.argv[1:]))
