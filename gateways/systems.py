"""The database of the embedded systems: the outside world of a team that has connected no vendor yet.

It is a file of its own, apart from the ledger, because a provider is: neither can roll the other back. Every call that
reaches an embedded system leaves a row in `call_log` before anything is done, so that this log and not our own audit
tells what happened.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError, InternalError, OperationalError

from core.contract.effect import Call, NotSent, Receipt, Sent, Unknown
from core.crypto import Cipher
from core.errors import Away, Retry
from core.moment import from_us, to_us
from core.ports import Clock, Ids
from core.settings import driver_url

BUSY_MS = 5_000
IDLE_MS = 2_000  # a process that stands still in the middle of a transaction loses it, and with it the locks
SCHEMA = "systems"  # of PostgreSQL: apart from Baton's own tables, and never in one transaction with them
ONE_AT_A_TIME = 0x73797374656D

METADATA = MetaData()
CALL_LOG = Table(
    "call_log", METADATA,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("key", String(64), nullable=False),
    Column("operation", String(64), nullable=False),
    Column("arguments_sha256", String(64), nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("outcome", String(16), nullable=False),
    Index("call_log_by_key", "key"),
)  # fmt: skip
ANSWERS = Table(
    "answers", METADATA,
    Column("key", String(64), primary_key=True),
    Column("operation", String(64), nullable=False),
    Column("arguments_sha256", String(64), nullable=False),
    Column("receipt", Text, nullable=False),
)  # fmt: skip
RECEIPT: TypeAdapter[Sent | NotSent] = TypeAdapter(Sent | NotSent)

Work = Callable[[Connection], Sent | NotSent]
Reach = Callable[[str], None]


class Outcome(StrEnum):
    """What came of a call that reached a system. Frozen: names on disk."""

    RECEIVED = "received"  # nothing done yet; stays when the call is cut off
    DONE = "done"
    REPLAYED = "replayed"  # the key was known: the first answer was given again
    REFUSED = "refused"
    TOO_LATE = "too_late"
    CUT_OFF = "cut_off"  # a look-up found it unfinished and closed it: it can do nothing any more


@dataclass(frozen=True, slots=True)
class LoggedCall:
    """One row of the call log."""

    key: str
    operation: str
    arguments_sha256: str
    at: datetime
    outcome: Outcome


def no_point(_name: str) -> None:
    """The default of `reach`: nothing happens at a named point."""


def arguments_sha256(arguments: Mapping[str, Any]) -> str:
    """Sixty-four hex digits of the arguments as canonical JSON."""
    text = json.dumps(dict(arguments), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


class Systems:
    """One database for all embedded systems of a team. Safe to share between threads; any number of processes may open it.

    `url` is a SQLAlchemy URL (a SQLite file, or PostgreSQL). Raises `Retry` when the database is busy or away.
    """

    def __init__(self, url: str, cipher: Cipher, clock: Clock, ids: Ids) -> None:
        self.cipher = cipher
        self.clock = clock
        self._ids = ids
        self._engine = create_engine(driver_url(url), pool_pre_ping=True)
        if self._engine.dialect.name == "sqlite":
            event.listen(self._engine, "connect", _prepare_sqlite)
            event.listen(self._engine, "begin", _begin_sqlite)
        else:
            event.listen(self._engine, "connect", _own_schema)
        self._writer = self._engine.execution_options(systems_write=True)
        self._made: list[MetaData] = []
        self.create(METADATA)

    def create(self, metadata: MetaData) -> None:
        """Makes the tables that are not there yet. Each embedded system calls it once with its own."""
        with self.writing() as connection:
            if self._engine.dialect.name != "sqlite":  # several processes may start at once
                connection.exec_driver_sql(f"select pg_advisory_xact_lock({ONE_AT_A_TIME})")
            metadata.create_all(connection)
        if metadata not in self._made:
            self._made.append(metadata)

    def tables(self) -> tuple[Table, ...]:
        """All tables of all embedded systems, parents first, by names that hold on any connection to this database."""
        ours = [table for made in self._made for table in made.sorted_tables]
        if self._engine.dialect.name == "sqlite":
            return tuple(ours)
        apart = MetaData()
        return tuple(table.to_metadata(apart, schema=SCHEMA) for table in ours)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads."""
        try:
            with self._engine.begin() as connection:
                yield connection
        except (OperationalError, InternalError) as error:
            raise self._no_answer() from error

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes; on SQLite it holds the write lock from its first moment."""
        try:
            with self._writer.begin() as connection:
                yield connection
        except (OperationalError, InternalError) as error:
            raise self._no_answer() from error
        except IntegrityError as error:
            raise Retry("somebody else has just written the same", 0.05) from error

    def _no_answer(self) -> Retry:
        """On PostgreSQL it is the ledger's own server that is away; a file is only busy."""
        kind = Retry if self._engine.dialect.name == "sqlite" else Away
        return kind("the embedded systems' database does not answer")

    def close(self) -> None:
        """Lets go of all connections."""
        self._engine.dispose()

    # Rows ------------------------------------------------------------------------------------------------------------

    def now_us(self) -> int:
        return to_us(self.clock.now())

    def key(self, prefix: str) -> str:
        """A new key of a record, as people see it: `L-k3j9x0a1b2`."""
        return self._ids.new(prefix).replace("_", "-", 1)

    def sealed(self, table: Table, row: str, **texts: str) -> dict[str, str]:
        """The texts, sealed to their columns in this row of this table."""
        return {column: self.cipher.seal(table.name, column, row, text) for column, text in texts.items()}

    def opened(self, table: Table, row: str, column: str, sealed: str) -> str:
        """One sealed text again."""
        return self.cipher.open(table.name, column, row, sealed)

    # Calls -----------------------------------------------------------------------------------------------------------

    def once(self, call: Call, work: Work, reach: Reach = no_point) -> Receipt:
        """Carries out `work` at most once for this key, in one transaction with its answer.

        `work` returns `NotSent` to refuse; whatever it wrote before that is rolled back. The same key with the same
        arguments gets the first answer again, with other arguments `NotSent`. `reach` is called with
        `<gateway>.call.logged` and `<gateway>.call.done`: the points where a test cuts a call off.
        """
        gateway = call.operation.split(".", 1)[0]
        try:
            seq = self._log(call)
        except Retry as busy:
            return NotSent(reason=str(busy), again=True)
        reach(f"{gateway}.call.logged")
        try:
            with self.writing() as connection:
                receipt, outcome = self._carry_out(connection, seq, call, work)
                _settle(connection, seq, outcome)
        except Retry:
            return Unknown(reason="The connection to the embedded system broke off during the call.")
        reach(f"{gateway}.call.done")
        return receipt

    def answer_of(self, operation: str, key: str) -> Receipt:
        """What came of the call with this key. A call that is still on its way is closed first, so the answer stays true.

        That is why it may say `NotSent(again=True)` without waiting: the closed call can do nothing any more.
        """
        try:
            with self.writing() as connection:
                closed = connection.execute(
                    update(CALL_LOG)
                    .where(CALL_LOG.c.key == key, CALL_LOG.c.outcome == Outcome.RECEIVED)
                    .values(outcome=Outcome.CUT_OFF)
                )
                answer = connection.execute(select(ANSWERS).where(ANSWERS.c.key == key)).one_or_none()
        except Retry as busy:
            return Unknown(reason=str(busy))
        if answer is None:
            cut = "It came in and was cut off before anything was done." if closed.rowcount else "It never came in."
            return NotSent(reason=cut, again=True)
        if answer.operation != operation:
            return NotSent(reason="This key was used for something else.", again=False)
        return RECEIPT.validate_json(answer.receipt)

    def calls(self, key: str | None = None) -> tuple[LoggedCall, ...]:
        """The call log, oldest first; with `key`, only the calls with it."""
        chosen = select(CALL_LOG).order_by(CALL_LOG.c.seq)
        if key is not None:
            chosen = chosen.where(CALL_LOG.c.key == key)
        with self.reading() as connection:
            rows = connection.execute(chosen).all()
        return tuple(
            LoggedCall(row.key, row.operation, row.arguments_sha256, from_us(row.at_us), Outcome(row.outcome))
            for row in rows
        )

    def _log(self, call: Call) -> int:
        with self.writing() as connection:
            row = {
                "key": call.effect_id, "operation": call.operation, "at_us": self.now_us(),
                "arguments_sha256": arguments_sha256(call.arguments), "outcome": Outcome.RECEIVED,
            }  # fmt: skip
            return int(connection.execute(insert(CALL_LOG).values(row).returning(CALL_LOG.c.seq)).scalar_one())

    def _carry_out(self, connection: Connection, seq: int, call: Call, work: Work) -> tuple[Receipt, Outcome]:
        claimed = connection.begin_nested()
        try:
            connection.execute(
                insert(ANSWERS).values(
                    key=call.effect_id, operation=call.operation, receipt="",
                    arguments_sha256=arguments_sha256(call.arguments),
                )
            )  # fmt: skip
        except IntegrityError:
            claimed.rollback()
            return _first_answer(connection, call)
        if not _still_open(connection, seq):
            claimed.rollback()
            return NotSent(reason="It was given up before it was carried out.", again=True), Outcome.CUT_OFF
        receipt, outcome = self._work_in_time(connection, call, work)
        if isinstance(receipt, NotSent) and receipt.again:
            claimed.rollback()
            return receipt, outcome
        answered = update(ANSWERS).where(ANSWERS.c.key == call.effect_id)
        connection.execute(answered.values(receipt=receipt.model_dump_json()))
        claimed.commit()
        return receipt, outcome

    def _work_in_time(self, connection: Connection, call: Call, work: Work) -> tuple[Sent | NotSent, Outcome]:
        worked = connection.begin_nested()
        if self.clock.now() >= call.call_by:
            worked.rollback()
            return NotSent(reason="Its time had run out.", again=True), Outcome.TOO_LATE
        try:
            receipt = work(connection)
        except IntegrityError:
            worked.rollback()
            return NotSent(reason="Somebody changed the same record at the same time.", again=True), Outcome.REFUSED
        if isinstance(receipt, NotSent):
            worked.rollback()
            return receipt, Outcome.REFUSED
        worked.commit()
        return receipt, Outcome.DONE


def _still_open(connection: Connection, seq: int) -> bool:
    """Takes the row of this call, so that no look-up can close it from here on."""
    taken = update(CALL_LOG).where(CALL_LOG.c.seq == seq, CALL_LOG.c.outcome == Outcome.RECEIVED)
    return connection.execute(taken.values(outcome=Outcome.DONE)).rowcount == 1


def _first_answer(connection: Connection, call: Call) -> tuple[Receipt, Outcome]:
    first = connection.execute(select(ANSWERS).where(ANSWERS.c.key == call.effect_id)).one()
    if (first.operation, first.arguments_sha256) != (call.operation, arguments_sha256(call.arguments)):
        return NotSent(reason="key reused", again=False), Outcome.REFUSED
    return RECEIPT.validate_json(first.receipt), Outcome.REPLAYED


def _settle(connection: Connection, seq: int, outcome: Outcome) -> None:
    connection.execute(update(CALL_LOG).where(CALL_LOG.c.seq == seq).values(outcome=outcome))


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # or sqlite3 begins and commits on its own
    for pragma in (
        f"busy_timeout = {BUSY_MS}", "journal_mode = WAL", "synchronous = FULL", "secure_delete = ON", "foreign_keys = ON",
    ):  # fmt: skip
        connection.execute(f"PRAGMA {pragma}")


def _own_schema(connection: Any, _record: object) -> None:
    connection.execute(f"set idle_in_transaction_session_timeout = {IDLE_MS}")
    if connection.execute(f"select to_regnamespace('{SCHEMA}')").fetchone()[0] is None:
        connection.execute(f"select pg_advisory_xact_lock({ONE_AT_A_TIME})")  # several processes may start at once
        connection.execute(f"create schema if not exists {SCHEMA}")
    connection.execute(f"set search_path to {SCHEMA}")
    connection.commit()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("systems_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
