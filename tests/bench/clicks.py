"""People click, for as long as it is asked for: three Baton processes on PostgreSQL and the local workspace, on this machine.

    ack           from the click to the workspace's word that Baton acknowledged it; what the workspace itself needs is in it
    lag           from the click to the moment when the workspace has the card's next state, by its own log of calls
    lost          clicks of which the database has no decision; refused ones are decisions too

Cards wait for several signatures, so that one card takes many clicks, each by another person; the last one lets the answer out.
They lie in many channels, and a channel's cards are clicked one after the other. Every click is made when its time has come,
whether those before it were answered or not. Slack's own limits are off in the workspace: of `chat.update` alone it promises
fifty a minute.

    python -m tests.bench.clicks [--per-second 50] [--minutes 10] [--channels 100] [--signers 10]
                                 [--roles face work all] [--pace]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import psutil
import psycopg

from app import build
from core.settings import Settings
from tests.bench.stage import Stage, stage
from tests.bench.town import ROOT, Town
from tests.support.house import mail

VAR = Path("var")
SIGNERS = 10
READY_S, SETTLE_S = 120.0, 60.0
LOOK_S = 1.0
TEXT = "Hello, I am customer {n}. What are your opening hours on Saturday? I could come by around noon with my bike."

Json = dict[str, Any]


@dataclass(frozen=True)
class Card:
    """A card in the workspace that asks for signatures."""

    channel: str
    ts: str
    action: str


@dataclass
class Clicked:
    """All that came of it. Times are seconds on the workspace's clock, which is the machine's."""

    cards: int = 0
    sent: int = 0
    took_s: float = 0.0
    ack_ms: list[float] = field(default_factory=list)
    said: Counter[str] = field(default_factory=Counter)  # what the workspace told people instead
    clicked: set[tuple[str, str]] = field(default_factory=set)  # card, person; each clicks each card once
    told: set[tuple[str, str]] = field(
        default_factory=set
    )  # those of whom the workspace said that Baton did not answer
    decided: set[tuple[str, str]] = field(default_factory=set)
    at: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))  # clicks by card
    updates: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    decisions: Counter[str] = field(default_factory=Counter)  # by refusal, "" when it counted
    effects: int = 0
    behind: int = 0
    memory: list[tuple[float, dict[str, float]]] = field(default_factory=list)  # minute, megabytes by process
    cpu_ms: dict[str, float] = field(default_factory=dict)  # a click, by process

    @property
    def lag_ms(self) -> list[float]:
        """For each click, until its card was next changed; clicks whose card never changed again are left out."""
        found = []
        for ts, clicks in self.at.items():
            updates = sorted(self.updates.get(ts, ()))
            after = ((click, next((one for one in updates if one >= click), None)) for click in clicks)
            found += [(one - click) * 1000 for click, one in after if one is not None]
        return found

    @property
    def lost(self) -> int:
        """Clicks that were acknowledged in time and of which nothing is left."""
        return len(self.clicked - self.decided - self.told)

    @property
    def refused(self) -> int:
        """Clicks of which nothing is left, and the person was told by Slack that the app did not respond."""
        return len((self.clicked - self.decided) & self.told)


@contextmanager
def _process(
    name: str, command: list[str], environment: dict[str, str], stdout: int
) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", *command], cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=stdout, text=True
    )
    try:
        yield process
    finally:
        if process.stdin:
            process.stdin.close()
        try:
            process.wait(timeout=45)
        except subprocess.TimeoutExpired:
            process.kill()
            print(f"{name} did not end by itself", flush=True)


@dataclass
class Load:
    """One run: the workspace at `base`, the processes by role, the database."""

    town: Town
    place: Stage
    base: str
    processes: dict[str, psutil.Process]
    found: Clicked = field(default_factory=Clicked)
    _seen: int = 0

    async def run(self, per_s: int, seconds: int, tasks: int) -> None:
        """Waits for the cards, then clicks for so long and waits until all is shown."""
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector) as http:
            cards = await self._cards(http, tasks)
            self.found.cards = len(cards)
            await self._updates(http)
            self.found.updates.clear()
            watch = asyncio.create_task(self._watch(http))
            memory = asyncio.create_task(self._memory())
            used = self._cpu_s()
            await self._click(http, cards, per_s, per_s * seconds)
            await asyncio.sleep(0)
            memory.cancel()
            self._note_memory(seconds / 60)
            await self._settled()
            self.found.cpu_ms = {name: (s - used[name]) / self.found.sent * 1000 for name, s in self._cpu_s().items()}
            watch.cancel()
            await asyncio.gather(watch, memory, return_exceptions=True)
            await self._updates(http)
        self._ask_database()

    async def _cards(self, http: aiohttp.ClientSession, tasks: int) -> list[Card]:
        """All cards once they stand in the workspace, one channel after the other."""
        async with asyncio.timeout(READY_S + tasks):
            while self._count("select count(*) from card where kind = 'approval' and ts <> '' and not behind") < tasks:
                await asyncio.sleep(LOOK_S)
        by_channel: list[list[Card]] = []
        for number in range(self.town.channels):
            channel = self.town.channel(number)
            async with http.get(f"{self.base}/_control/messages", params={"channel": channel}) as answer:
                messages = (await answer.json())["messages"]
            by_channel.append([Card(channel, m["ts"], a) for m in messages if (a := _approve_of(m))])
        most = max(map(len, by_channel))
        return [cards[n] for n in range(most) for cards in by_channel if n < len(cards)]

    async def _click(self, http: aiohttp.ClientSession, cards: list[Card], per_s: int, count: int) -> None:
        waiting: set[asyncio.Task[None]] = set()
        begun = time.monotonic()
        for n in range(count):
            await asyncio.sleep(max(0.0, begun + n / per_s - time.monotonic()))
            task = asyncio.create_task(self._one(http, cards[n % len(cards)], n // len(cards)))
            waiting.add(task)
            task.add_done_callback(waiting.discard)
            self.found.sent += 1
        await asyncio.gather(*waiting)
        self.found.took_s = time.monotonic() - begun

    async def _one(self, http: aiohttp.ClientSession, card: Card, turn: int) -> None:
        me = self.town.signer(turn)
        body = {"do": "click", "me": me, "channel": card.channel, "ts": card.ts, "action_id": card.action}
        self.found.at[card.ts].append(time.time())
        self.found.clicked.add((card.ts, me))
        begun = time.perf_counter()
        try:
            async with http.post(f"{self.base}/_page/act", json=body) as answer:
                said = await answer.json()
        except aiohttp.ClientError as error:  # the workspace did not take it, or its answer was lost
            self.found.said[type(error).__name__] += 1
            self.found.told.add((card.ts, me))
            return
        self.found.ack_ms.append((time.perf_counter() - begun) * 1000)
        if answer.status != 200 or said.get("error"):
            self.found.said[str(said.get("error"))] += 1
            self.found.told.add((card.ts, me))

    async def _watch(self, http: aiohttp.ClientSession) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            await self._updates(http)

    async def _updates(self, http: aiohttp.ClientSession) -> None:
        """Reads on in the workspace's log of calls, which keeps the last few thousand."""
        query = {"after": str(self._seen), "method": "chat.update"}
        async with http.get(f"{self.base}/_control/calls", params=query) as answer:
            calls = (await answer.json())["calls"]
        for call in calls:
            self._seen = call["id"]
            if call["ok"]:
                self.found.updates[call["detail"]["args"]["ts"]].append(call["at"])

    async def _memory(self) -> None:
        minute = 0
        while True:
            self._note_memory(minute)
            minute += 1
            await asyncio.sleep(60)

    def _note_memory(self, minute: float) -> None:
        used = {name: process.memory_info().rss / 1e6 for name, process in self.processes.items()}
        self.found.memory.append((minute, used))
        print(f"minute {minute:.1f}: {self.found.sent} clicks, {len(self.found.ack_ms)} acknowledged; MB "
              + ", ".join(f"{name} {mb:.0f}" for name, mb in used.items()), flush=True)  # fmt: skip

    def _cpu_s(self) -> dict[str, float]:
        times = {name: process.cpu_times() for name, process in self.processes.items()}
        return {name: one.user + one.system for name, one in times.items()} | {"server": self.place.server_cpu_s()}

    async def _settled(self) -> None:
        try:
            async with asyncio.timeout(SETTLE_S):
                while self._count("select count(*) from card where behind") or self._count("select count(*) from job"):
                    await asyncio.sleep(LOOK_S)
        except TimeoutError:
            self.found.behind = self._count("select count(*) from card where behind")

    def _ask_database(self) -> None:
        with psycopg.connect(self.place.url) as db:
            rows = db.execute("select refusal, count(*) from decision group by refusal").fetchall()
            pairs = db.execute("select ts, person from decision join card on subject_id = target_id").fetchall()
        self.found.decisions.update({str(refusal): int(count) for refusal, count in rows})
        self.found.decided |= {(str(ts), str(person)) for ts, person in pairs}
        self.found.effects = self._count("select count(*) from effect where state = 'sent'")

    def _count(self, query: str) -> int:
        with psycopg.connect(self.place.url) as db:
            row = db.execute(query.encode()).fetchone()
        return int(row[0]) if row else 0


def _approve_of(message: Json) -> str:
    for block in message.get("blocks", ()):
        for element in block.get("elements", ()):
            if str(element.get("action_id", "")).startswith("approval.approve"):
                return str(element["action_id"])
    return ""


def measure(
    per_s: int, seconds: int, channels: int, roles: list[str], *, signers: int = SIGNERS, pace: bool = False
) -> Clicked:
    """One whole run."""
    tasks = -(-per_s * seconds // signers)
    with ExitStack() as stack:
        place = stack.enter_context(stage("postgresql", VAR))
        folder, url = place.folder, place.url
        town = Town(folder, channels, signers)
        town.build()
        _let_in(town, url, tasks)
        command = ["localslack", "--port", "0", "--no-rate-limits", "--with-parent", "--manifest", "manifest.yml",
                   "--workspace", str(town.workspace), "--state", str(folder / "workspace.db")]  # fmt: skip
        slack = stack.enter_context(_process("workspace", command, dict(os.environ), subprocess.PIPE))
        base = next(word for word in slack.stdout.readline().split() if word.startswith("http")).rstrip("/")
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("BATON_", "SLACK_"))}
        given = {
            **clean,
            "BATON_DATABASE_URL": url,
            "BATON_KEY_FILE": str(town.key_file),
            "BATON_POLICIES": str(town.policies),
        }
        processes = {"workspace": psutil.Process(slack.pid)}
        for n, role in enumerate(roles):
            words = ["tests.bench.clicking", role, f"{base}/api/", *(["--pace"] if pace else [])]
            baton = stack.enter_context(_process(role, words, given, subprocess.PIPE))
            if baton.stdout.readline() != "ready\n":
                raise RuntimeError(f"the {role} process did not come up")
            processes[f"{role} {n + 1}"] = psutil.Process(baton.pid)
        load = Load(town, place, base, processes)
        asyncio.run(load.run(per_s, seconds, tasks))
    return load.found


def _let_in(town: Town, url: str, tasks: int) -> None:
    """All questions come in by mail before the first process runs."""
    house = build(Settings(database_url=url, key_file=town.key_file, policies=town.policies))
    town.spread(url)
    for n in range(tasks):
        sender = f"Customer {n} <customer{n}@example.com>"
        house.services.arrivals.mail(mail(TEXT.format(n=n), sender=sender, message_id=f"load-{n}"))
    house.close()


def table(found: Clicked) -> str:
    """The figures as lines."""
    lines = [f"{'':30}{'n':>8}{'p50':>9}{'p99':>9}{'max':>9}"]
    for name, times in (("click to ack, ms", found.ack_ms), ("click to the card's update, ms", found.lag_ms)):
        lines.append(f"{name:30}{len(times):8}" + "".join(f"{_at(times, share):9.0f}" for share in (0.5, 0.99, 1.0)))
    late = sum(1 for each in found.ack_ms if each > 3000)
    lines += [
        f"{found.sent} clicks on {found.cards} cards in {found.took_s:.0f} s; acknowledged after more than 3 s: {late}; "
        f"people were told: {dict(found.said) or 'nothing'}",
        f"decisions {dict(found.decisions)}; lost without a word {found.lost}, told by Slack to try again {found.refused}; "
        f"effects sent {found.effects}; cards still behind {found.behind}",
    ]
    lines.append("processor, ms a click: " + ", ".join(f"{name} {ms:.1f}" for name, ms in found.cpu_ms.items()))
    for minute, used in found.memory:
        lines.append(f"minute {minute:4.1f}, MB: " + ", ".join(f"{name} {mb:.0f}" for name, mb in used.items()))
    return "\n".join(lines)


def _at(times: list[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * share))] if times else float("nan")


def main(arguments: list[str]) -> str:
    """Measures as the command line says, writes var/bench-clicks.json and gives the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.clicks")
    parser.add_argument("--per-second", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--channels", type=int, default=100)
    parser.add_argument("--signers", type=int, default=SIGNERS, help="so many clicks does each card take")
    parser.add_argument("--roles", nargs="+", default=["face", "work", "all"], choices=("face", "work", "all"))
    parser.add_argument("--pace", action="store_true", help="Baton keeps to one message a second in a channel")
    given = parser.parse_args(arguments)
    VAR.mkdir(exist_ok=True)
    found = measure(
        given.per_second, int(given.minutes * 60), given.channels, given.roles, signers=given.signers, pace=given.pace
    )
    figures = {
        "clicks": found.sent, "cards": found.cards, "seconds": found.took_s, "lost": found.lost,
        "ack_ms": {str(share): _at(found.ack_ms, share) for share in (0.5, 0.99, 1.0)},
        "lag_ms": {str(share): _at(found.lag_ms, share) for share in (0.5, 0.99, 1.0)},
        "decisions": dict(found.decisions), "cpu_ms": found.cpu_ms, "memory_mb": found.memory,
    }  # fmt: skip
    (VAR / "bench-clicks.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return table(found)


if __name__ == "__main__":
    print(main(sys.argv[1:]))
