"""All rows of an installation, copied to another place and compared there one by one: between SQLite and PostgreSQL, either way.

Sealed columns are copied as they lie: the key is not needed, and nothing is opened on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest
from typing import Any, cast

import psycopg
from sqlalchemy import Connection, Table, Text, collate, delete, func, insert, inspect, select
from sqlalchemy.exc import DataError

from core.audit import Anchor, Link, verify
from core.errors import BadInput, Permanent
from core.places import MADE_AT_START, Place, first_words, reading, said_clearly, writing
from core.sql import TABLES
from core.tables import Encrypted

CHUNK = 2_000
FORGOTTEN: dict[str, dict[str, Any]] = {
    "job": {"entry": "", "queued_at": 0}
}  # its place in the queue of an engine that was

Row = tuple[Any, ...]
Accept = Callable[[Iterable[Link], tuple[int, str]], None]


@dataclass(frozen=True, slots=True)
class Copied:
    """A table whose rows stand at both places and are the same, each compared."""

    table: str
    rows: int


@dataclass(frozen=True, slots=True)
class _Pair:
    """A table at both places. On PostgreSQL the systems' tables have a schema of their own."""

    source: Connection
    target: Connection
    table: Table
    there: Table
    name: str


def copy(source: Place, target: Place, accept: Accept, *, still: bool, with_systems: bool = True) -> tuple[Copied, ...]:
    """Copies all rows into the empty tables of `target` and compares them there. `accept` is handed the copied audit and its
    head, and raises what speaks against them. Whatever is raised, nothing is left behind at the target.

    `still`: nobody can write at the source meanwhile. `with_systems`: the embedded systems' rows too. Raises `BadInput` when a
    row cannot stand at the target, `Retry` when one of the databases is away."""
    with said_clearly(), reading(source, still) as (ledger, systems), writing(target) as (to_ledger, to_systems):
        pairs = [_Pair(ledger, to_ledger, table, table, str(name)) for name, table in TABLES.items()]
        if with_systems:
            _no_other(systems, source.systems)
            there = {table.name: table for table in target.systems}
            pairs += [_Pair(systems, to_systems, t, there[t.name], f"systems.{t.name}") for t in source.systems]
        for name in MADE_AT_START:
            to_ledger.execute(delete(TABLES[name]))
        for pair in pairs:
            _copy(pair)
        copied = tuple(Copied(pair.name, _compare(pair)) for pair in pairs)
        accept(*audit_of(to_ledger))
    return copied


def audit_of(connection: Connection) -> tuple[Iterator[Link], tuple[int, str]]:
    """The audit's lines, and the stored head."""
    head = TABLES["audit_head"].c
    seq, last = connection.execute(select(head.seq, head.hash)).one()
    return (Link(*row) for row in _rows(connection, TABLES["audit"])), (int(seq), str(last))


# Rows ----------------------------------------------------------------------------------------------------------------


def _copy(pair: _Pair) -> None:
    try:
        if pair.target.dialect.name == "postgresql":
            _stream_in(pair)
            _count_on(pair.target, pair.there)
        else:
            _insert(pair)
    except (DataError, psycopg.DataError, UnicodeError) as error:
        raise BadInput(f"a row of {pair.name} cannot stand in the new database: {first_words(error)}") from error


def _insert(pair: _Pair) -> None:
    names = [column.name for column in pair.table.columns]
    rows = _carried(pair)
    while chunk := [dict(zip(names, row, strict=True)) for row in islice(rows, CHUNK)]:
        pair.target.execute(insert(pair.there), chunk)


def _stream_in(pair: _Pair) -> None:
    """PostgreSQL's own way in for many rows, on the driver's connection and in the same transaction."""
    quoted = pair.target.dialect.identifier_preparer
    columns = ", ".join(quoted.quote(column.name) for column in pair.there.columns)
    raw = cast("psycopg.Connection[Any]", pair.target.connection.driver_connection)
    with (
        raw.cursor() as cursor,
        cursor.copy(f"copy {quoted.format_table(pair.there)} ({columns}) from stdin".encode()) as copied,
    ):
        for row in _carried(pair):
            copied.write_row(row)


def _compare(pair: _Pair) -> int:
    """How many rows there are; both sides come in the order of their keys."""
    count = 0
    for row, copied in zip_longest(_carried(pair), _rows(pair.target, pair.there)):
        if row != copied:
            raise Permanent(f"row {count + 1} of {pair.name} is not the same at both places; nothing was changed")
        count += 1
    return count


def _carried(pair: _Pair) -> Iterator[Row]:
    """The source's rows as they shall stand at the target."""
    names = [column.name for column in pair.table.columns]
    sealed = [place for place, column in enumerate(pair.table.columns) if isinstance(column.type, Encrypted)]
    new = {names.index(name): value for name, value in FORGOTTEN.get(pair.name, {}).items()}
    for row in _rows(pair.source, pair.table):
        if not sealed and not new:
            yield row
            continue
        values = [*row]
        for place in sealed:
            values[place] = values[place] or b""  # SQLite may hold an empty text where nothing was to be sealed
        for place, value in new.items():
            values[place] = value
        yield tuple(values)


def _rows(connection: Connection, table: Table) -> Iterator[Row]:
    """All rows in the order of their keys, which is one order everywhere: that of the bytes."""
    byte_order = connection.dialect.name == "postgresql"
    keys = [
        collate(column, "C") if byte_order and isinstance(column.type, Text) else column for column in table.primary_key
    ]
    streamed = {"stream_results": True, "yield_per": CHUNK}
    for row in connection.execute(select(table).order_by(*keys), execution_options=streamed):
        yield tuple(row)


def _count_on(connection: Connection, table: Table) -> None:
    """A number that the database itself gives out goes on after the largest that was copied."""
    column = table.autoincrement_column
    if column is None:
        return
    last = connection.execute(select(func.max(column))).scalar()
    if last is not None:
        sequence = func.pg_get_serial_sequence(table.fullname, column.name)
        connection.execute(select(func.setval(sequence, last)))


def _no_other(connection: Connection, known: Sequence[Table]) -> None:
    """A table that no gateway knows would be left behind without a word."""
    schema = known[0].schema if known else None
    other = set(inspect(connection).get_table_names(schema=schema)) - {table.name for table in known}
    if other:
        raise BadInput(
            f"the embedded systems keep tables that no gateway of this Baton knows: {', '.join(sorted(other))}"
        )


def vouched_for(old: Anchor, new: Anchor, *, unsound: bool = False) -> Accept:
    """Accepts a record that is as both anchors know it, or any when `unsound`; from then on the new one vouches for it too."""

    def accept(lines: Iterable[Link], head: tuple[int, str]) -> None:
        points = old.points()
        faults = verify(lines, head, [*points, *new.points()]).faults
        if faults and not unsound:
            raise BadInput(f"The record is not as it was written, so it was not copied: {faults[0]}. See: audit verify")
        new.take_over(points)

    return accept
