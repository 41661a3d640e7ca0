"""SQLite: one file, one writer, readers beside it. The default; one process runs its jobs."""

from __future__ import annotations

import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from sqlalchemy.dialects import sqlite

from core.database import Connection, Reader, Row, Statements
from core.errors import Away

PREFIX = "sqlite:///"
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000", "secure_delete=ON")


class FairLock:
    """First come, first served: SQLite's own writer lock lets a busy worker starve a click for a second."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._held = False

    def __enter__(self) -> None:
        with self._mutex:
            if not self._held:
                self._held = True
                return
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        turn.acquire()

    def __exit__(self, *_: object) -> None:
        with self._mutex:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._held = False


class SqliteConnection:
    """A driver connection that runs the compiled statements. Not shared between threads without the writer's lock."""

    def __init__(self, path: str, statements: Statements) -> None:
        self.raw = sqlite3.connect(path, check_same_thread=False, cached_statements=256, isolation_level=None)
        for pragma in PRAGMAS:
            self.raw.execute(f"PRAGMA {pragma}")
        self._s = statements

    def run(self, statement: str, values: Mapping[str, Any]) -> int:
        return self.raw.execute(self._s.text[statement], self._s.values(statement, values)).rowcount

    def write(self, statement: str, values: Mapping[str, Any]) -> None:
        self.raw.execute(self._s.text[statement], self._s.values(statement, values))

    def one(self, statement: str, values: Mapping[str, Any]) -> Row | None:
        try:
            row: Row | None = self.raw.execute(self._s.text[statement], self._s.values(statement, values)).fetchone()
        except sqlite3.OperationalError as error:
            raise _named(error) from error
        return row

    def all(self, statement: str, values: Mapping[str, Any]) -> list[Row]:
        try:
            return self.raw.execute(self._s.text[statement], self._s.values(statement, values)).fetchall()
        except sqlite3.OperationalError as error:
            raise _named(error) from error

    def insert(self, table: str, rows: list[dict[str, Any]]) -> None:
        self.raw.executemany(self._s.insert[table], self._s.rows(table, rows))

    def query(self, text: str) -> list[Row]:
        return self.raw.execute(text).fetchall()

    def announce(self, what: str) -> None:
        """Nothing to do: who else runs on this file sees every commit."""


@lru_cache(maxsize=1)
def _statements() -> Statements:
    """Compiled once for a process, however many files it opens."""
    return Statements(sqlite.dialect(paramstyle="named"))


class SqliteDatabase:
    """`core.database.Database` over one file."""

    def __init__(self, url: str) -> None:
        self.path = Path(url.removeprefix(PREFIX))
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.url = url
        self._statements = _statements()
        self._lock = FairLock()
        self._writer = SqliteConnection(str(self.path), self._statements)
        self._local = threading.local()
        self._readers: list[SqliteConnection] = []

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """The writer, from BEGIN IMMEDIATE to COMMIT; rolled back when anything is raised."""
        with self._lock:
            raw = self._writer.raw
            with _retried():
                raw.execute("BEGIN IMMEDIATE")
            try:
                with _retried():
                    yield self._writer
                    raw.execute("COMMIT")
            except BaseException:
                if raw.in_transaction:
                    raw.execute("ROLLBACK")
                raise

    def reader(self) -> Reader:
        """This thread's reading connection."""
        connection: SqliteConnection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = SqliteConnection(str(self.path), self._statements)
            connection.raw.execute("PRAGMA query_only=ON")
            self._readers.append(connection)
        return connection

    @contextmanager
    def snapshot(self) -> Iterator[Reader]:
        """This thread's reading connection, for which nothing changes until the end."""
        connection = cast("SqliteConnection", self.reader())
        connection.raw.execute("BEGIN")
        try:
            yield connection
        finally:
            connection.raw.execute("COMMIT")

    def changed_by_others(self) -> int:
        """SQLite's own count of what other connections have committed."""
        with self._lock:
            row = self._writer.raw.execute("PRAGMA data_version").fetchone()
        return int(row[0])

    def call_sessions(self, owner: str) -> None:
        """There is no server that could end one."""

    def end_sessions(self, owner: str) -> bool:
        """A process that is gone has let go of the file."""
        return True

    def listen(self, told: Callable[[str], None]) -> Callable[[], None]:
        """Nobody announces anything: what comes back does nothing."""
        return lambda: None

    def close(self) -> None:
        """Closes all connections; the WAL is folded back so that deleted text does not linger in it."""
        with self._lock:
            self._writer.raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._writer.raw.close()
        for reader in self._readers:
            reader.raw.close()


@contextmanager
def _retried() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        raise _named(error) from error


def _named(error: sqlite3.OperationalError) -> Exception:
    """Busy, a full disk, an unreadable file: a later try may work. What is wrong with a statement itself stays what it is."""
    if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_ERROR:
        return error
    return Away(f"the database cannot be used: {error}", after_s=0.2)
