"""What happens to an installation around a backup: its ledger is lost, or all of it, and work goes on before and after."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from threading import Event, Thread
from typing import Any

import psycopg

from app import build
from core.settings import Settings
from tests.support.databases import TEMPLATE, database_of, on_postgres, server
from tests.support.house import POLICIES, FakeClock, FakeDirectory, Home, mail, sure_model

SENDER = "Dana {n} <dana{n}@example.com>"
APPROVER = "U0THEO"
_houses = count(1)
KEPT_FOR_EVER = ("event", "turn", "handoff", "decision")  # rows that nobody ever changes


def roomy(folder: Path) -> Path:
    """The company's rules with windows into which a whole drill fits; they are counted all the same."""
    rules = folder / "policies"
    shutil.copytree(POLICIES, rules)
    limits = rules / "limits.yml"
    limits.write_text(re.sub(r"limit: \d+", "limit: 100000", limits.read_text(encoding="utf-8")), encoding="utf-8")
    return rules


def home_at(folder: Path, url: str) -> Home:
    """A house whose rows lie at `url`, whatever the tests run on."""
    clock, directory = FakeClock(), FakeDirectory()
    settings = Settings(database_url=url, key_file=folder / "baton.key", policies=POLICIES)
    model = sure_model()
    model.asked += [("in another house", "")] * 1000 * next(_houses)  # its calls are numbered, and none may come twice
    return Home(build(settings, clock=clock, model=model, people=lambda _: directory), clock, directory)


def address(kind: str, folder: Path, name: str) -> str:
    """An empty place of this kind."""
    if kind == "sqlite":
        return f"sqlite:///{folder}/{name}.db"
    return server().create(template=TEMPLATE) if name == "old" else server().create()


def writes(home: Home, *numbers: int) -> None:
    """Customers write, each once."""
    for n in numbers:
        home.house.services.arrivals.mail(mail("When do you open?", sender=SENDER.format(n=n), message_id=f"m{n}"))


def approve_all(home: Home) -> None:
    """A person says yes to whatever waits."""
    for request_id, _ in home.pending():
        home.decide(request_id, APPROVER)


def mails_sent(home: Home) -> list[str]:
    """The threads in which a mail went out, by the mail system's own outbox; one that stands twice was written to twice."""
    with home.house.systems.reading() as connection:
        return sorted(row[0] for row in connection.exec_driver_sql("select thread_id from outbox"))


def rows_of(home: Home, *tables: str) -> dict[str, set[tuple[Any, ...]]]:
    """All rows of these tables as they lie there."""
    return {table: {tuple(row) for row in home.sql(f'select * from "{table}"')} for table in tables}


def wipe(folder: Path, *, systems: bool) -> None:
    """The ledger and its anchor are gone; `systems`: the embedded systems' database too."""
    for name in ("baton.anchor", "baton.history", "audit.anchor", "audit.history"):
        (folder / name).unlink(missing_ok=True)
    if on_postgres():
        schemas = ["public", "dbos", *(["systems"] if systems else [])]
        with psycopg.connect(database_of(folder), autocommit=True) as db:
            for schema in schemas:
                db.execute(f"drop schema if exists {schema} cascade".encode())
            db.execute(b"create schema public")
        return
    for file in folder.glob("baton*.db*"):
        if systems or "-systems" not in file.name:
            file.unlink()


@contextmanager
def under_load(home: Home, first: int) -> Iterator[list[int]]:
    """Somebody keeps writing until the end of the block; the numbers of those who came in."""
    stop, came = Event(), list[int]()

    def keep_writing() -> None:
        n = first
        while not stop.is_set():
            writes(home, n)
            came.append(n)
            n += 1

    thread = Thread(target=keep_writing)
    thread.start()
    try:
        while not came:
            stop.wait(0.01)
        yield came
    finally:
        stop.set()
        thread.join()
