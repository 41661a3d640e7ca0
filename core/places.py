"""Where an installation's rows lie, and connections for whoever copies all of them.

reading   one moment of a place; `still`: nobody writes there meanwhile
writing   one transaction (two on SQLite, whose databases are two files): all of it is there at the end, or nothing
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, Table, create_engine, event, func, inspect, make_url, select
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError, ProgrammingError

from core.errors import BadInput, Retry
from core.settings import driver_url
from core.sql import TABLES
from core.sqlite import PREFIX

WAIT_MS = 10_000
CONNECT_WITHIN_S = 5
MADE_AT_START = ("counter", "audit_head")  # their first rows come with the schema
SAYS_MOST = 300  # letters of what a driver says
HOW = (
    "It must be postgresql://USER:PASSWORD@HOST:PORT/DATABASE or sqlite:///FILE; special letters of a password as %XX."
)


@dataclass(frozen=True, slots=True)
class Place:
    """Baton's own rows, and those of the embedded systems. On PostgreSQL both are in one database."""

    url: str
    systems_url: str
    systems: Sequence[Table]  # parents before children


def hidden(url: str) -> str:
    """The address as it may be shown: without its password. Raises `BadInput` for what is none."""
    if on_sqlite(url):
        return url
    try:
        return make_url(url).render_as_string(hide_password=True)
    except (ArgumentError, ValueError) as error:
        raise BadInput(f"This is no address of a database. {HOW}") from error


def on_sqlite(url: str) -> bool:
    """Whether the address is a file of SQLite."""
    return url.startswith(PREFIX)


def refuse_filled(url: str) -> None:
    """Raises `BadInput` in one clear line unless rows can be copied to this address: it can be reached, is of a kind that is
    known, and holds no rows of Baton's and nothing of another program. Nothing is made there."""
    if held := rows_at(url):
        raise BadInput(
            f"The database {hidden(url)} is not empty: there are rows in {', '.join(held[:5])}. Give an empty one."
        )


def rows_at(url: str) -> list[str]:
    """The tables of Baton's that hold rows at this address; none of a database that is not there yet. Raises `BadInput`."""
    if on_sqlite(url) and not Path(url.removeprefix(PREFIX)).exists():
        return []
    if not url.startswith((PREFIX, "postgresql://", "postgres://")) or url == PREFIX:
        raise BadInput(f"This is no address of a database. {HOW}")
    shown = hidden(url)
    try:
        with _opened(url, "BEGIN", "READ COMMITTED") as connection:
            _known(connection, shown)
            return filled(connection, TABLES.values())
    except (OperationalError, ProgrammingError, DatabaseError) as error:
        raise BadInput(f"The database {shown} cannot be used: {first_words(error, url)}") from error


def _known(connection: Connection, shown: str) -> None:
    names = set(inspect(connection).get_table_names())
    if names and "alembic_version" not in names:
        raise BadInput(
            f"The database {shown} holds tables of another program, such as {min(names)}. Give an empty one."
        )
    if connection.dialect.name == "postgresql":
        encoding = connection.exec_driver_sql("show server_encoding").scalar()
        if encoding != "UTF8":
            raise BadInput(f"The database {shown} keeps text as {encoding}. Make one with encoding UTF8.")


def filled(connection: Connection, tables: Iterable[Table]) -> list[str]:
    """The names of those tables that are there and hold something; what every new installation holds does not count."""
    found = inspect(connection)
    there = [t for t in tables if t.name not in MADE_AT_START and found.has_table(t.name, schema=t.schema)]
    return [t.name for t in there if connection.execute(select(1).select_from(t).limit(1)).first() is not None]


def systems_filled(place: Place) -> list[str]:
    """The tables of the embedded systems that hold something."""
    with _opened(place.systems_url, "BEGIN", "READ COMMITTED") as connection:
        return filled(connection, place.systems)


def counts(place: Place) -> dict[str, int]:
    """How many rows each table holds; the embedded systems' ones are `systems.<name>`."""
    with reading(place, still=False) as (ledger, systems):
        found = {str(name): _count(ledger, table) for name, table in TABLES.items()}
        return found | {f"systems.{table.name}": _count(systems, table) for table in place.systems}


def _count(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


# Connections ---------------------------------------------------------------------------------------------------------


@contextmanager
def reading(place: Place, still: bool) -> Iterator[tuple[Connection, Connection]]:
    """Baton's own database and that of the embedded systems, as of one moment."""
    if on_sqlite(place.url):
        begin = "BEGIN IMMEDIATE" if still else "BEGIN"
        with _sqlite(place.url, begin) as ledger, _sqlite(place.systems_url, begin) as systems:
            yield ledger, systems
        return
    with _postgres(place.url, "REPEATABLE READ") as connection:
        if still:
            names = ", ".join(f'"{table.name}"' for table in TABLES.values())
            connection.exec_driver_sql(f"lock table {names} in share mode")
        yield connection, connection


@contextmanager
def writing(place: Place) -> Iterator[tuple[Connection, Connection]]:
    """Both databases, for rows that are committed at the end. Of two files the ledger's is committed last."""
    if on_sqlite(place.url):
        with _sqlite(place.url, "BEGIN IMMEDIATE") as ledger, _sqlite(place.systems_url, "BEGIN IMMEDIATE") as systems:
            yield ledger, systems
    else:
        with _postgres(place.url, "READ COMMITTED") as connection:
            yield connection, connection


Isolation = Literal["READ COMMITTED", "REPEATABLE READ"]


@contextmanager
def _opened(url: str, begin: str, isolation: Isolation) -> Iterator[Connection]:
    with _sqlite(url, begin) if on_sqlite(url) else _postgres(url, isolation) as connection:
        yield connection


@contextmanager
def _sqlite(url: str, begin: str) -> Iterator[Connection]:
    def by_hand(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout={WAIT_MS}")

    engine = create_engine(url)
    event.listen(engine, "connect", by_hand)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def _postgres(url: str, isolation: Isolation) -> Iterator[Connection]:
    engine = create_engine(
        driver_url(url), isolation_level=isolation, connect_args={"connect_timeout": CONNECT_WITHIN_S}
    )
    limits = {"idle_in_transaction_session_timeout": 0, "statement_timeout": 0, "lock_timeout": WAIT_MS}
    try:
        with engine.begin() as connection:
            for setting, value in limits.items():
                connection.exec_driver_sql(f"set local {setting} = {value}")
            yield connection
    finally:
        engine.dispose()


@contextmanager
def said_clearly() -> Iterator[None]:
    """A database that went away in the middle is `Retry`."""
    try:
        yield
    except OperationalError as error:
        raise Retry(f"a database did not answer: {first_words(error)}") from error


def first_words(error: Exception, url: str = "") -> str:
    """What the driver said on one line, without the statement, its values, and the address's password."""
    said = " ".join(str(getattr(error, "orig", error)).split())
    password = None if not url or on_sqlite(url) else make_url(url).password
    if password:
        said = said.replace(str(password), "***")
    return said[:SAYS_MOST] or type(error).__name__
