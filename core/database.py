"""The database below the ledger: one writer with a fair queue before it, readers beside it, statements compiled once."""

from __future__ import annotations

import sqlite3
import threading
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, cast

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql import ClauseElement
from sqlmodel import Session

from core.errors import BadSettings, Retry
from core.sql import INSERTS, STATEMENTS, TABLES

PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000", "secure_delete=ON")
Row = Sequence[Any]


class Connection(Protocol):
    """One open transaction, or a reader. Statements go by their names in `core.sql`."""

    def run(self, statement: str, values: Mapping[str, Any]) -> int:
        """How many rows changed."""
        ...

    def one(self, statement: str, values: Mapping[str, Any]) -> Row | None: ...

    def all(self, statement: str, values: Mapping[str, Any]) -> list[Row]: ...

    def insert(self, table: str, rows: list[dict[str, Any]]) -> None: ...


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


class _Statements:
    """The SQL text of every hot statement for one dialect."""

    def __init__(self) -> None:
        dialect = sqlite.dialect(paramstyle="named")
        self.text: dict[str, str] = {}
        self.fixed: dict[str, dict[str, Any]] = {}
        for name, statement in STATEMENTS.items():
            compiled = cast("ClauseElement", statement).compile(dialect=dialect)
            self.text[name] = str(compiled)
            self.fixed[name] = {k: v for k, v in compiled.params.items() if v is not None}
        self.insert: dict[str, str] = {}
        self.blank: dict[str, dict[str, Any]] = {}
        for name, table in TABLES.items():
            self.insert[name] = str(cast("ClauseElement", INSERTS[name]).compile(dialect=dialect))
            self.blank[name] = {c.name: getattr(c.default, "arg", None) for c in table.columns}


class SqliteConnection:
    """A driver connection that runs the compiled statements. Not shared between threads without the writer's lock."""

    def __init__(self, path: str, statements: _Statements) -> None:
        self.raw = sqlite3.connect(path, check_same_thread=False, cached_statements=256, isolation_level=None)
        for pragma in PRAGMAS:
            self.raw.execute(f"PRAGMA {pragma}")
        self._s = statements

    def run(self, statement: str, values: Mapping[str, Any]) -> int:
        return self.raw.execute(self._s.text[statement], {**self._s.fixed[statement], **values}).rowcount

    def one(self, statement: str, values: Mapping[str, Any]) -> Row | None:
        row: Row | None = self.raw.execute(self._s.text[statement], {**self._s.fixed[statement], **values}).fetchone()
        return row

    def all(self, statement: str, values: Mapping[str, Any]) -> list[Row]:
        return self.raw.execute(self._s.text[statement], {**self._s.fixed[statement], **values}).fetchall()

    def insert(self, table: str, rows: list[dict[str, Any]]) -> None:
        blank = self._s.blank[table]
        self.raw.executemany(self._s.insert[table], [{**blank, **row} for row in rows])


class Database:
    """A SQLite file with one writer. `transaction()` is held by `core.ledger` only; `session()` is for reading views."""

    def __init__(self, url: str) -> None:
        if not url.startswith("sqlite:///"):
            raise BadSettings("BATON_DATABASE_URL: this version runs on SQLite only, sqlite:///FILE")
        self.path = Path(url.removeprefix("sqlite:///"))
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.url = url
        self._statements = _Statements()
        self._lock = FairLock()
        self._writer = SqliteConnection(str(self.path), self._statements)
        self._local = threading.local()
        self._readers: list[SqliteConnection] = []
        self._engine: Engine | None = None

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """The writer, from BEGIN IMMEDIATE to COMMIT; rolled back when anything is raised."""
        with self._lock:
            raw = self._writer.raw
            try:
                raw.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                raise Retry(f"the database is busy: {error}", after_s=0.2) from error
            try:
                yield self._writer
                raw.execute("COMMIT")
            except BaseException:
                if raw.in_transaction:
                    raw.execute("ROLLBACK")
                raise

    def reader(self) -> Connection:
        """This thread's reading connection: sees the last commit, waits for nobody."""
        connection: SqliteConnection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = SqliteConnection(str(self.path), self._statements)
            connection.raw.execute("PRAGMA query_only=ON")
            self._readers.append(connection)
        return connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """This thread's reading connection, for which nothing changes until the end."""
        connection = cast("SqliteConnection", self.reader())
        connection.raw.execute("BEGIN")
        try:
            yield connection
        finally:
            connection.raw.execute("COMMIT")

    def session(self) -> Session:
        """A SQLModel session for views and the command line. It reads; nothing is ever added or committed."""
        if self._engine is None:
            self._engine = create_engine(self.url)
            event.listen(self._engine, "connect", _read_only)
        return Session(self._engine, expire_on_commit=False)

    def changed_by_others(self) -> int:
        """A number that changes when another process commits."""
        with self._lock:
            row = self._writer.raw.execute("PRAGMA data_version").fetchone()
        return int(row[0])

    def close(self) -> None:
        """Closes all connections; the WAL is folded back so that deleted text does not linger in it."""
        with self._lock:
            self._writer.raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._writer.raw.close()
        for reader in self._readers:
            reader.raw.close()
        if self._engine is not None:
            self._engine.dispose()


def _read_only(connection: sqlite3.Connection, _: object) -> None:
    connection.execute("PRAGMA query_only=ON")
    connection.execute("PRAGMA busy_timeout=10000")
