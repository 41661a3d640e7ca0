"""The floor: what the disk and SQLite give without any product."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

BODY = "x" * 700


class Bare:
    """One 700-byte commit to start, two to decide: WAL mode, synchronous=FULL, one thread."""

    def __init__(self, folder: Path) -> None:
        self._file = sqlite3.connect(folder / "bare.db", isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            self._file.execute(f"PRAGMA {pragma}")
        self._file.execute("create table job (id integer primary key, state text, body text)")

    def start(self, numbers: range) -> None:
        """Lets so many jobs in; each waits for a person then."""
        for n in numbers:
            self._file.execute("insert into job values (?, 'waiting', ?)", (n, BODY))

    def decide(self, numbers: range) -> list[float]:
        """Approves and ends them; milliseconds from each decision to its first commit."""
        took = []
        for n in numbers:
            begun = time.perf_counter()
            self._file.execute("update job set state = 'approved' where id = ?", (n,))
            took.append((time.perf_counter() - begun) * 1000)
            self._file.execute("update job set state = 'done' where id = ?", (n,))
        return took

    def close(self) -> None:
        self._file.close()
