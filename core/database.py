"""The database below the ledger: what both kinds of it can do, and which one an address means.

    sqlite:///FILE       `core.sqlite`: one writer with a fair queue before it, readers beside it
    postgresql://…       `core.postgres`: a pool of connections, row locks

Statements go by their names in `core.sql` and are compiled once for each kind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, cast

from sqlalchemy.engine import Dialect
from sqlalchemy.sql import ClauseElement

from core.sql import INSERTS, STATEMENTS, TABLES

Row = Sequence[Any]


class Reader(Protocol):
    """Looks, and changes nothing. Statements go by their names in `core.sql`."""

    def one(self, statement: str, values: Mapping[str, Any]) -> Row | None: ...

    def all(self, statement: str, values: Mapping[str, Any]) -> list[Row]: ...

    def query(self, text: str) -> list[Row]:
        """What a text of SQL gives; for tests and for walks over whole tables."""
        ...


class Connection(Reader, Protocol):
    """One open transaction."""

    def run(self, statement: str, values: Mapping[str, Any]) -> int:
        """How many rows changed."""
        ...

    def write(self, statement: str, values: Mapping[str, Any]) -> None:
        """As `run` where nobody asks how many rows: it may go to the database together with the next statement."""
        ...

    def insert(self, table: str, rows: list[dict[str, Any]]) -> None: ...

    def announce(self, what: str) -> None:
        """Tells other processes that there is something new of `cards`, `jobs` or `lanes`, once this is committed."""
        ...


class Database(Protocol):
    """Where the ledger writes. `transaction()` is held by `core.ledger` only.

    All of it raises `core.errors.Retry` when the database is busy or away: nothing was written, or, when the line broke in the
    very moment of a commit, all of it; so whoever tries again must find what stands there."""

    url: str

    def transaction(self) -> AbstractContextManager[Connection]:
        """A transaction, committed at the end of the block; rolled back when anything is raised."""
        ...

    def reader(self) -> Reader:
        """This thread's reading connection: each statement sees the last commit and waits for nobody."""
        ...

    def snapshot(self) -> AbstractContextManager[Reader]:
        """A reading connection for which nothing changes until the end of the block."""
        ...

    def changed_by_others(self) -> int:
        """A number that changes when another process commits; always the same where commits are announced instead."""
        ...

    def listen(self, told: Callable[[str], None]) -> Callable[[], None]:
        """Calls `told`, in another thread, with what any process has announced, until what comes back is called. With all of it
        when announcements may have been missed. Never, where one process does it all."""
        ...

    def call_sessions(self, owner: str) -> None:
        """From now on the server knows this process's sessions by `owner`, which may be any short word."""
        ...

    def end_sessions(self, owner: str) -> bool:
        """Ends all sessions of another process; what they had not committed is undone. False when one has not ended yet."""
        ...

    def close(self) -> None:
        """Lets go of all connections."""
        ...


class Statements:
    """The SQL text of every hot statement for one dialect."""

    def __init__(self, dialect: Dialect) -> None:
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

    def values(self, statement: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values of one call, with those that the statement itself fixes."""
        return {**self.fixed[statement], **values}

    def rows(self, table: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The rows with the defaults of what they do not say."""
        blank = self.blank[table]
        return [{**blank, **row} for row in rows]
