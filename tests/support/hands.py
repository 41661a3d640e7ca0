"""A person's hands in the local workspace of a running Baton, and eyes on what lies behind it."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
import psycopg

from core.crypto import Cipher, load_or_make_key
from core.moment import RandomIds, SystemClock
from core.settings import Settings
from gateways.systems import Systems
from tests.support.running import RunningBaton
from tests.support.slack import Json, buttons

T = TypeVar("T")
PATIENCE_S = 15.0
INTAKE = {"BATON_INTAKE_TOKEN": "token-of-the-tests"}  # what a Baton is started with whose door for mails is open


@dataclass
class Hands:
    """Acts as anybody, over the workspace's control API; waits until what was waited for is there."""

    baton: RunningBaton

    # A person ------------------------------------------------------------------------------------------------------

    def act(self, **body: Any) -> Json:
        """What a person does; see `localslack.acts.perform`. What the app showed them comes back."""
        return self._json("POST", "act", json=body)

    def say(self, me: str, channel: str, text: str, **more: Any) -> Json:
        return self.act(do="say", me=me, channel=channel, text=text, **more)

    def click(self, me: str, card: Json, action_id: str, **more: Any) -> Json:
        """Presses a button of a card as `messages` gives it."""
        return self.act(do="click", me=me, channel=card["channel"], ts=card["ts"], action_id=action_id, **more)

    def form(self, me: str, card: Json, action_id: str, callback: str) -> Json:
        """Presses a button that opens a form; the form, once it has replaced the one that says "one moment"."""
        self.click(me, card, action_id)
        return self.opened(me, callback)

    def page(self, me: str) -> Json | None:
        """The form that this person looks at."""
        stack = self._json("GET", "person", params={"me": me})["stack"]
        return stack[-1] if stack else None

    def submit(self, me: str, view: Json, values: Json, **more: Any) -> Json:
        return self.act(do="submit", me=me, view_id=view["id"], values=values, **more)

    def whispers(self, me: str) -> list[str]:
        """The texts that only this person was shown, oldest first."""
        seen = self._json("GET", "person", params={"me": me})
        found = sorted(
            (each for several in seen["ephemerals"].values() for each in several), key=lambda each: each["ts"]
        )
        return [each["text"] for each in found]

    def whispered(self, me: str, words: str) -> str:
        """Waits until this person is told something in private that has these words."""
        return until(lambda: next((each for each in self.whispers(me) if words in each), ""), f"{words!r} told to {me}")

    def opened(self, me: str, callback: str) -> Json:
        """Waits for a form of this kind."""

        def look() -> Json | None:
            page = self.page(me)
            return page if page and page["callback_id"] == callback else None

        return until(look, f"the form {callback} for {me}")

    def now(self, card: Json) -> Json:
        """A card as it stands now."""
        return next(one for one in self.messages(card["channel"]) if one["ts"] == card["ts"])

    def trouble(self, **order: Any) -> None:
        """Orders a trouble of Slack's: `method`, `kind` (429, 500, lose_reply), `times`, `retry_after_s`."""
        self._json("POST", "fault", json=order)

    # What stands there ----------------------------------------------------------------------------------------------

    def messages(self, channel: str) -> list[Json]:
        """All messages of a channel, thread lines too, oldest first."""
        found = self._json("GET", "messages", params={"channel": channel})
        return [{**message, "channel": found["channel"]} for message in found["messages"]]

    def seen(self, channel: str, *having: str) -> list[Json]:
        """Messages that have each of these: a button by its id, or words."""
        return [
            each
            for each in self.messages(channel)
            if all(one in buttons(each) or one in as_text(each) for one in having)
        ]

    def card(self, channel: str, *having: str) -> Json:
        """Waits for the newest message that has each of these."""
        return until(lambda: (self.seen(channel, *having) or [None])[-1], f"a card with {having} in {channel}")

    def thread(self, card: Json, words: str) -> Json:
        """Waits for a line with these words in a card's thread."""

        def look() -> Json | None:
            lines = [
                each for each in self.seen(card["channel"], words) if each.get("thread_ts") == card["ts"] != each["ts"]
            ]
            return lines[-1] if lines else None

        return until(look, f"a thread line with {words!r}")

    def calls(self, method: str) -> list[Json]:
        """What the app asked of the Web API, oldest first."""
        return list(self._json("GET", "calls", params={"method": method})["calls"])

    def _json(self, verb: str, what: str, **more: Any) -> Json:
        with httpx.Client(trust_env=False, timeout=30) as client:
            return dict(client.request(verb, f"{self.baton.page}/_control/{what}", **more).json())

    # What came in ---------------------------------------------------------------------------------------------------

    def submit_file(self, *paths: str) -> list[str]:
        """Files come in by the command line of a second process; the tasks' numbers."""
        done = self.baton.command("submit", *paths, "--json")
        assert done.returncode == 0, done.stderr
        return [str(one["task"]) for one in json.loads(done.stdout)["inputs"]]

    def mail(self, raw: bytes | str) -> str:
        """A mail comes in over HTTP; the task's number."""
        address = f"http://127.0.0.1:{self.baton.http_port}/intake/mail"
        head = {"Authorization": f"Bearer {INTAKE['BATON_INTAKE_TOKEN']}", "Content-Type": "message/rfc822"}
        with httpx.Client(trust_env=False, timeout=30) as client:
            answer = client.post(address, content=raw, headers=head)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["task"])

    # Behind it ------------------------------------------------------------------------------------------------------

    def sql(self, query: str, *of: Any) -> list[tuple[Any, ...]]:
        """Rows as they lie in the database."""
        if self.baton.database:
            with psycopg.connect(self.baton.database) as server:
                return server.execute(query.encode(), of or None).fetchall()
        with sqlite3.connect(self.baton.folder / "baton.db") as database:
            return database.execute(query, of).fetchall()

    def outside(self) -> list[str]:
        """The operations that reached the outside, by the systems' own log."""
        cipher = Cipher(load_or_make_key(self.baton.folder / "baton.key"))
        where = Settings(database_url=self.baton.database_url).systems_url
        systems = Systems(where, cipher, SystemClock(), RandomIds())
        try:
            return [call.operation for call in systems.calls()]
        finally:
            systems.close()

    def shown(self) -> None:
        """Waits until Slack shows every card as its row says."""
        until(lambda: not self.sql("select 1 from card where behind"), "all cards shown")


def as_text(message: Json) -> str:
    """A message's words and blocks, to look for words in."""
    return json.dumps([message.get("text", ""), message.get("blocks", [])], ensure_ascii=False)


def until(there: Callable[[], T | None], what: str, patience_s: float = PATIENCE_S) -> T:
    """Waits until something is there and gives it back."""
    end = time.monotonic() + patience_s
    while time.monotonic() < end:
        if found := there():
            return found
        time.sleep(0.05)
    raise AssertionError(f"it did not come: {what}")
