"""PostgreSQL: a pool of connections, row locks, any number of processes.

Hot statements run on the driver's connection; the engine's queue entry is written through SQLAlchemy on the very same one, so
that both are committed together. A line that breaks is `Retry`: nothing was written, or, in the moment of a commit, all of
it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

import psycopg
import sqlalchemy
from psycopg.adapt import Loader
from psycopg.errors import UniqueViolation
from sqlalchemy import create_engine, event
from sqlalchemy.dialects.postgresql import psycopg as dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from core.database import Connection, Row, Statements
from core.errors import Retry
from core.settings import driver_url

CONNECTIONS = 16
CONNECT_WITHIN_S = 2  # Slack waits three seconds for an acknowledgement
AGAIN_AFTER_S = 1.0
IDLE_MS = 2_000  # a process that stands still in the middle of a transaction loses it, and with it the locks
CHANNEL = "baton"  # of announcements
LISTEN_AGAIN_S = 1.0
HEARS_S = 0.2  # how soon a listener sees that it is to stop
ANNOUNCED = ("cards", "jobs")


class WholeNumber(Loader):
    """Sums come as `numeric`; all our numbers are whole."""

    def load(self, data: Any) -> int:
        return int(bytes(data))


class PostgresConnection:
    """One open transaction, or a reader, on a driver connection. `sqlalchemy` is the same transaction for what must join it."""

    def __init__(self, connection: sqlalchemy.Connection, statements: Statements) -> None:
        self.sqlalchemy = connection
        self.raw = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
        self._s = statements

    def run(self, statement: str, values: Mapping[str, Any]) -> int:
        return self._execute(statement, values).rowcount

    def one(self, statement: str, values: Mapping[str, Any]) -> Row | None:
        return cast("Row | None", self._execute(statement, values).fetchone())

    def all(self, statement: str, values: Mapping[str, Any]) -> list[Row]:
        return self._execute(statement, values).fetchall()

    def insert(self, table: str, rows: list[dict[str, Any]]) -> None:
        with self.raw.cursor() as cursor:
            if len(rows) == 1:
                cursor.execute(self._s.insert[table].encode(), self._s.rows(table, rows)[0])
            else:
                cursor.executemany(self._s.insert[table].encode(), self._s.rows(table, rows))

    def query(self, text: str) -> list[Row]:
        return self.raw.execute(text.encode()).fetchall()

    def announce(self, what: str) -> None:
        """Tells every process, once this is committed."""
        self.raw.execute(b"select pg_notify(%s, %s)", (CHANNEL, what))

    def _execute(self, statement: str, values: Mapping[str, Any]) -> psycopg.Cursor[Any]:
        return self.raw.execute(self._s.text[statement].encode(), self._s.values(statement, values))


class PostgresReader:
    """Each statement on a connection of its own from the pool, so that no reader holds one."""

    def __init__(self, database: PostgresDatabase) -> None:
        self._database = database

    def run(self, statement: str, values: Mapping[str, Any]) -> int:
        raise NotImplementedError(f"a reader does not run {statement} with {len(values)} values")

    def insert(self, table: str, rows: list[dict[str, Any]]) -> None:
        raise NotImplementedError(f"a reader does not write {len(rows)} rows to {table}")

    def announce(self, what: str) -> None:
        raise NotImplementedError(f"a reader changes nothing, no {what} either")

    def one(self, statement: str, values: Mapping[str, Any]) -> Row | None:
        with self._database.reading() as connection:
            return connection.one(statement, values)

    def all(self, statement: str, values: Mapping[str, Any]) -> list[Row]:
        with self._database.reading() as connection:
            return connection.all(statement, values)

    def query(self, text: str) -> list[Row]:
        with self._database.reading() as connection:
            return connection.query(text)


class PostgresDatabase:
    """`core.database.Database` on a server."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._statements = Statements(dialect.dialect())  # type: ignore[no-untyped-call]
        self.engine = create_engine(
            driver_url(url), pool_size=CONNECTIONS, max_overflow=CONNECTIONS, pool_pre_ping=True, pool_timeout=CONNECT_WITHIN_S,
            connect_args={
                "connect_timeout": CONNECT_WITHIN_S, "application_name": "baton",
                "options": f"-c idle_in_transaction_session_timeout={IDLE_MS}",
            },
        )  # fmt: skip
        event.listen(self.engine, "connect", _whole_numbers)
        self._readers = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._frozen = self.engine.execution_options(isolation_level="REPEATABLE READ")
        self._reader = PostgresReader(self)
        self._listeners: list[_Listener] = []

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction of its own connection. Rows are locked by the statements; whoever waits too long is told to retry."""
        with self._open(self.engine) as connection:
            yield PostgresConnection(connection, self._statements)
            connection.commit()

    def reader(self) -> Connection:
        """Reads the last commit, a statement at a time."""
        return self._reader

    @contextmanager
    def reading(self) -> Iterator[PostgresConnection]:
        """A connection whose every statement stands for itself."""
        with self._open(self._readers) as connection:
            yield PostgresConnection(connection, self._statements)

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A connection that sees one moment."""
        with self._open(self._frozen) as connection:
            connection.exec_driver_sql("set local idle_in_transaction_session_timeout = 0")  # it may be walked for long
            yield PostgresConnection(connection, self._statements)

    @contextmanager
    def _open(self, engine: sqlalchemy.Engine) -> Iterator[sqlalchemy.Connection]:
        with _retried(), engine.connect() as connection:
            connection.begin()
            raw = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
            try:
                yield connection
            except BaseException:
                if raw.closed:  # the pool must not hand it out again
                    connection.invalidate()
                raise

    def changed_by_others(self) -> int:
        """Always 0: commits that matter are announced, see `listen`."""
        return 0

    def listen(self, told: Callable[[str], None]) -> Callable[[], None]:
        """Calls `told` in a thread of its own with what any process has announced; with all of it, after the line was broken.
        Until what comes back is called."""
        listener = _Listener(self.url, told)
        self._listeners.append(listener)
        return listener.stop

    def close(self) -> None:
        """Lets go of all connections."""
        for listener in self._listeners:
            listener.stop()
        self.engine.dispose()


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


def _whole_numbers(connection: psycopg.Connection[Any], _: object) -> None:
    connection.adapters.register_loader("numeric", WholeNumber)


@contextmanager
def _retried() -> Iterator[None]:
    """Away, restarting, too many waiting, two that wait for each other, the same row written twice: a later try may work."""
    try:
        yield
    except PoolTimeout as error:
        raise Retry("the database has no connection free", AGAIN_AFTER_S) from error
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        raise Retry(f"the database is away: {type(error).__name__}", AGAIN_AFTER_S) from error
    except UniqueViolation as error:
        raise Retry("somebody else has written the same row", 0.05) from error
    except DBAPIError as error:
        if isinstance(error.orig, psycopg.OperationalError | psycopg.InterfaceError | UniqueViolation):
            raise Retry(f"the database is away: {type(error.orig).__name__}", AGAIN_AFTER_S) from error
        raise
