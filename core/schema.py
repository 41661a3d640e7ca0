"""Brings a database to the newest schema, at start. What is there already costs one small query."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import Connection, create_engine, event, inspect, text
from sqlalchemy.exc import OperationalError

from core.audit import GENESIS
from core.errors import BadSettings, Retry
from core.settings import driver_url

MIGRATIONS = Path(__file__).parent / "migrations"
HEAD = "0010_clarify"
FIRST_TASK = 1000
ONE_AT_A_TIME = 0x6261746F6E  # a lock of PostgreSQL by this number: several processes may start at once
COUNTERS = ("task", "kill_epoch", "limits:spend", "takeovers", "gather")


def bring_up_to_date(url: str, counters: Iterable[str] = ()) -> None:
    """Creates or migrates the tables and the rows that must be there: the audit's head and the counters.

    All of it or nothing: a process may die in the middle, or two may start at once. Raises `BadSettings` when the database was
    written by a newer version of Baton, `Retry` when it cannot be reached."""
    engine = create_engine(driver_url(url))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _by_hand)
        event.listen(engine, "begin", _begin)
    else:
        event.listen(engine, "begin", _lock)
    try:
        with engine.begin() as connection:
            if revision(connection) != HEAD:
                _migrate(connection)
            _first_rows(connection, (*COUNTERS, *counters))
    except OperationalError as error:
        first = str(error.orig).strip().splitlines()[0]
        raise Retry(f"the database at {url.split('@')[-1]} cannot be used: {first}") from error
    finally:
        engine.dispose()


def _by_hand(connection: sqlite3.Connection, _: object) -> None:
    """The driver would commit before each change of a table; here nothing begins or commits by itself."""
    connection.isolation_level = None
    connection.execute("PRAGMA busy_timeout=10000")
    for wait_s in (*(0.05,) * 100, None):  # this one change does not wait by itself for another process that makes it
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if wait_s is None:
                raise
            time.sleep(wait_s)
        else:
            return


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _lock(connection: Connection) -> None:
    connection.exec_driver_sql(f"select pg_advisory_xact_lock({ONE_AT_A_TIME})")


def revision(connection: Connection) -> str | None:
    """The schema that the database has; None for an empty one."""
    if "alembic_version" not in inspect(connection).get_table_names():
        return None
    return connection.execute(text("select version_num from alembic_version")).scalar()


def _migrate(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415  half a second that only a first start pays
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util.exc import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise BadSettings(f"the database was written by another version of Baton: {error}") from error


def _first_rows(connection: Connection, counters: Iterable[str]) -> None:
    if connection.execute(text("select count(*) from audit_head")).scalar() == 0:
        connection.execute(text("insert into audit_head (id, seq, hash) values (1, 0, :hash)"), {"hash": GENESIS})
    known = {row[0] for row in connection.execute(text("select name from counter"))}
    for name in counters:
        if name not in known:
            first = FIRST_TASK if name == "task" else 0
            connection.execute(
                text("insert into counter (name, value) values (:name, :value)"), {"name": name, "value": first}
            )
