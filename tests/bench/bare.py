"""The floor: what the disk and the database give without any product."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Protocol

import psycopg

BODY = "x" * 700


class Bare(Protocol):
    """One 700-byte commit to start, two to decide: one connection, one thread, every commit on the disk."""

    def start(self, numbers: range) -> None:
        """Lets so many jobs in; each waits for a person then."""
        ...

    def decide(self, numbers: range) -> list[float]:
        """Approves and ends them; milliseconds from each decision to its first commit."""
        ...

    def close(self) -> None: ...


class BareSqlite:
    """WAL mode, synchronous=FULL."""

    def __init__(self, folder: Path) -> None:
        self._file = sqlite3.connect(folder / "bare.db", isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            self._file.execute(f"PRAGMA {pragma}")
        self._file.execute("create table job (id integer primary key, state text, body text)")

    def start(self, numbers: range) -> None:
        for n in numbers:
            self._file.execute("insert into job values (?, 'waiting', ?)", (n, BODY))

    def decide(self, numbers: range) -> list[float]:
        took = []
        for n in numbers:
            begun = time.perf_counter()
            self._file.execute("update job set state = 'approved' where id = ?", (n,))
            took.append((time.perf_counter() - begun) * 1000)
            self._file.execute("update job set state = 'done' where id = ?", (n,))
        return took

    def close(self) -> None:
        self._file.close()


class BarePostgres:
    """The driver that Baton uses, each statement a transaction of its own, prepared by the server."""

    def __init__(self, url: str) -> None:
        self._db = psycopg.connect(url, autocommit=True)
        self._db.execute("create table bare_job (id integer primary key, state text, body text)")

    def start(self, numbers: range) -> None:
        for n in numbers:
            self._db.execute("insert into bare_job values (%s, 'waiting', %s)", (n, BODY))

    def decide(self, numbers: range) -> list[float]:
        took = []
        for n in numbers:
            begun = time.perf_counter()
            self._db.execute("update bare_job set state = 'approved' where id = %s", (n,))
            took.append((time.perf_counter() - begun) * 1000)
            self._db.execute("update bare_job set state = 'done' where id = %s", (n,))
        return took

    def close(self) -> None:
        self._db.close()
