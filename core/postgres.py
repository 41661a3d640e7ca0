"""PostgreSQL: a pool of connections, row locks, any number of processes.

A transaction is a pipeline: what nobody waits for goes to the server together with the next statement whose answer is needed. A
unit of fifteen statements waits for the line a few times only, and twice while it holds the audit's lock. A line that breaks is
`Retry`: nothing was written, or, in the moment of a commit, all of it.
"""

from __future__ import annotations

import select
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.adapt import Loader
from psycopg.errors import (
    DeadlockDetected,
    IdleInTransactionSessionTimeout,
    InFailedSqlTransaction,
    LockNotAvailable,
    QueryCanceled,
    ReadOnlySqlTransaction,
    SerializationFailure,
    UniqueViolation,
)
from psycopg.pq import TransactionStatus
from psycopg.types.numeric import Int8Dumper
from sqlalchemy.dialects.postgresql import psycopg as dialect

from core.database import Connection, Reader, Row, Statements
from core.errors import Away, Retry

WRITERS, READERS = 16, 8  # connections of one process, at most
PREPARED = 1000  # more than there are statements: none is given up for another
CONNECT_WITHIN_S = 2  # Slack waits three seconds for an acknowledgement
AGAIN_AFTER_S = 1.0
IDLE_MS = 2_000  # a process that stands still in the middle of a transaction loses it, and with it the locks
ENDS_WITHIN_MS = 1_000
END_SESSIONS = (
    b"select pg_terminate_backend(pid, %s) from pg_stat_activity"
    b" where application_name = %s and datname = current_database()"
)
CHANNEL = "baton"  # of announcements
LISTEN_AGAIN_S = 1.0
HEARS_S = 0.2  # how soon a listener sees that it is to stop
AWAY = (  # the driver files some of them under errors of its own making
    psycopg.OperationalError, psycopg.InterfaceError,
    IdleInTransactionSessionTimeout, InFailedSqlTransaction, ReadOnlySqlTransaction,
)  # fmt: skip
CROWDED = (DeadlockDetected, LockNotAvailable, QueryCanceled, SerializationFailure)  # the server is there, and busy
ANNOUNCED = ("cards", "jobs")

Driver = psycopg.Connection[Any]


class WholeNumber(Loader):
    """Sums come as `numeric`; all our numbers are whole."""

    def load(self, data: Any) -> int:
        return int(bytes(data))


class PostgresConnection:
    """One open transaction, or a reader, on a driver connection. In a transaction `pipeline` holds back what can wait."""

    def __init__(self, raw: Driver, statements: Statements, pipeline: psycopg.Pipeline | None = None) -> None:
        self.raw = raw
        self._s = statements
        self._pipeline = pipeline

    def run(self, statement: str, values: Mapping[str, Any]) -> int:
        return self._answered(statement, values).rowcount

    def write(self, statement: str, values: Mapping[str, Any]) -> None:
        self._execute(statement, values)

    def one(self, statement: str, values: Mapping[str, Any]) -> Row | None:
        row: Row | None = self._answered(statement, values).fetchone()
        return row

    def all(self, statement: str, values: Mapping[str, Any]) -> list[Row]:
        return self._answered(statement, values).fetchall()

    def insert(self, table: str, rows: list[dict[str, Any]]) -> None:
        text = self._s.insert[table].encode()
        for row in self._s.rows(table, rows):
            self.raw.execute(text, row)

    def query(self, text: str) -> list[Row]:
        return self.raw.execute(text.encode()).fetchall()

    def announce(self, what: str) -> None:
        """Tells every process, once this is committed."""
        self.raw.execute(b"select pg_notify(%s, %s)", (CHANNEL, what))

    def _execute(self, statement: str, values: Mapping[str, Any]) -> psycopg.Cursor[Any]:
        return self.raw.execute(self._s.text[statement].encode(), self._s.values(statement, values))

    def _answered(self, statement: str, values: Mapping[str, Any]) -> psycopg.Cursor[Any]:
        """The statement with its answer. The pipeline is synced, not flushed: else the server would not count as idle the time
        that we stand still before the next statement, and we would keep our locks for as long."""
        cursor = self._execute(statement, values)
        if self._pipeline is not None:
            self._pipeline.sync()
        return cursor


class PostgresReader:
    """Each statement on a connection of its own from the pool, so that no reader holds one."""

    def __init__(self, database: PostgresDatabase) -> None:
        self._database = database

    def one(self, statement: str, values: Mapping[str, Any]) -> Row | None:
        with self._database.reading() as connection:
            return connection.one(statement, values)

    def all(self, statement: str, values: Mapping[str, Any]) -> list[Row]:
        with self._database.reading() as connection:
            return connection.all(statement, values)

    def query(self, text: str) -> list[Row]:
        with self._database.reading() as connection:
            return connection.query(text)


class Pool:
    """A process's connections; the one that was used last goes first. One that the server has closed says so by its socket,
    unasked."""

    def __init__(self, url: str, most: int) -> None:
        self.name = "baton"  # of its sessions, as the server shows them
        self._url = url
        self._room = threading.BoundedSemaphore(most)
        self._mutex = threading.Lock()
        self._idle: list[Driver] = []
        self._closed = False

    @contextmanager
    def lent(self) -> Iterator[Driver]:
        """A connection for as long as the block lasts; a transaction that it leaves open is rolled back. Raises `Retry` when none
        is free in time, `psycopg.Error` when the server cannot be reached."""
        if not self._room.acquire(timeout=CONNECT_WITHIN_S):
            raise Away("the database has no connection free", AGAIN_AFTER_S)
        try:
            raw = self._take()
            try:
                yield raw
            finally:
                self._give_back(raw)
        finally:
            self._room.release()

    def _take(self) -> Driver:
        while True:
            with self._mutex:
                raw = self._idle.pop() if self._idle else None
            if raw is None:
                return self._connect()
            if _is_quiet(raw):
                return raw
            raw.close()

    def _connect(self) -> Driver:
        raw = psycopg.connect(
            self._url, autocommit=True, connect_timeout=CONNECT_WITHIN_S, application_name=self.name,
            options=f"-c idle_in_transaction_session_timeout={IDLE_MS}",
        )  # fmt: skip
        raw.adapters.register_loader("numeric", WholeNumber)
        raw.adapters.register_dumper(int, Int8Dumper)  # a statement is prepared once, not for each size of its numbers
        raw.prepared_max = PREPARED
        return raw

    def _give_back(self, raw: Driver) -> None:
        try:
            if raw.info.transaction_status is not TransactionStatus.IDLE:
                raw.rollback()
        except psycopg.Error:
            raw.close()
        with self._mutex:
            if raw.closed or self._closed:
                raw.close()
            else:
                self._idle.append(raw)

    def rename(self, name: str) -> None:
        """Sessions have this name from now on. Those in use keep theirs until they are given back broken."""
        with self._mutex:
            self.name = name
            self._close_idle()

    def close(self) -> None:
        """Closes all of them; those in use when they come back."""
        with self._mutex:
            self._closed = True
            self._close_idle()

    def _close_idle(self) -> None:
        while self._idle:
            self._idle.pop().close()


def _is_quiet(raw: Driver) -> bool:
    """Whether an idle connection is still one: a server that goes away says a last word, or closes it."""
    if raw.closed:
        return False
    look = select.poll()
    look.register(raw.fileno(), select.POLLIN)
    return not look.poll(0)


class PostgresDatabase:
    """`core.database.Database` on a server."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._statements = Statements(dialect.dialect())  # type: ignore[no-untyped-call]
        self._writers = Pool(url, WRITERS)
        self._readers = Pool(url, READERS)  # apart: who reads within a transaction must not wait for one to end
        self._reader = PostgresReader(self)
        self._listeners: list[_Listener] = []

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction of its own connection. Rows are locked by the statements; whoever waits too long is told to retry."""
        with _retried(), self._writers.lent() as raw, raw.pipeline() as pipeline:
            raw.execute(b"begin")
            yield PostgresConnection(raw, self._statements, pipeline)
            raw.execute(b"commit")

    def reader(self) -> Reader:
        """Reads the last commit, a statement at a time."""
        return self._reader

    @contextmanager
    def reading(self) -> Iterator[PostgresConnection]:
        """A connection whose every statement stands for itself."""
        with _retried(), self._readers.lent() as raw:
            yield PostgresConnection(raw, self._statements)

    @contextmanager
    def snapshot(self) -> Iterator[Reader]:
        """A connection that sees one moment."""
        with _retried(), self._writers.lent() as raw:
            raw.execute(b"begin isolation level repeatable read")
            raw.execute(b"set local idle_in_transaction_session_timeout = 0")  # it may be walked for long
            yield PostgresConnection(raw, self._statements)

    def changed_by_others(self) -> int:
        """Always 0: commits that matter are announced, see `listen`."""
        return 0

    def listen(self, told: Callable[[str], None]) -> Callable[[], None]:
        """Calls `told` in a thread of its own with what any process has announced; with all of it, after the line was broken.
        Until what comes back is called."""
        listener = _Listener(self.url, told)
        self._listeners.append(listener)
        return listener.stop

    def call_sessions(self, owner: str) -> None:
        """The server shows them so, and `end_sessions` finds them."""
        for pool in (self._writers, self._readers):
            pool.rename(_name_of(owner))

    def end_sessions(self, owner: str) -> bool:
        """Whether all sessions of that process have ended. The server waits for what a session in the middle of a pipeline may
        still send, for as long as the connection stands, and counts no time as idle meanwhile: somebody must end it."""
        with self.reading() as connection:
            ended = connection.raw.execute(END_SESSIONS, (ENDS_WITHIN_MS, _name_of(owner))).fetchall()
        return all(has_ended for (has_ended,) in ended)

    def close(self) -> None:
        """Lets go of all connections."""
        for listener in self._listeners:
            listener.stop()
        self._writers.close()
        self._readers.close()


def _name_of(owner: str) -> str:
    return f"baton {owner}"


class _Listener:
    """A connection that waits for announcements; it comes back by itself."""

    def __init__(self, url: str, told: Callable[[str], None]) -> None:
        self._url, self._told = url, told
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="announcements", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Hears nothing more; returns at once."""
        self._stopping.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._listen()
            except psycopg.Error:
                self._stopping.wait(LISTEN_AGAIN_S)

    def _listen(self) -> None:
        with psycopg.connect(self._url, autocommit=True, connect_timeout=CONNECT_WITHIN_S) as connection:
            connection.execute(f"listen {CHANNEL}".encode())
            for what in ANNOUNCED:
                self._told(what)
            while not self._stopping.is_set():
                for notice in connection.notifies(timeout=HEARS_S, stop_after=1):
                    self._told(notice.payload)


@contextmanager
def _retried() -> Iterator[None]:
    """Away, restarting, too many waiting, two that wait for each other, the same row written twice: a later try may work."""
    try:
        yield
    except AWAY as error:
        reason = f"the database is away: {type(error).__name__}"
        raise (Retry if isinstance(error, CROWDED) else Away)(reason, AGAIN_AFTER_S) from error
    except UniqueViolation as error:
        raise Retry("somebody else has written the same row", 0.05) from error
