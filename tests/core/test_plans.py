"""What is asked at every start, every minute or at a click must not become slower with each task that was ever done."""

from __future__ import annotations

import re
import sqlite3

import pytest
from sqlalchemy.dialects import sqlite

from core.database import Statements
from core.schema import bring_up_to_date

GROWING = ("task", "event", "turn", "handoff", "proposal", "request", "decision", "effect", "card", "audit", "model_call",
           "lookup", "message", "handle", "correction", "question")  # fmt: skip
ONCE_A_DAY = {
    "day.came_in",
    "day.done",
    "day.decisions",
    "day.hasty",
    "day.effects",
    "day.errors",
}  # a digest may take its time
FOR_PEOPLE = {"task.list", "task.count"}  # typed on the command line; 40 ms with 100,000 tasks
AFTER_A_RESTORE = {"task.unfinished", "effect.in_doubt"}
FIRST_ROW = {"event.any"}
WALKS = ONCE_A_DAY | FOR_PEOPLE | AFTER_A_RESTORE | FIRST_ROW


pytestmark = pytest.mark.sqlite


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> sqlite3.Connection:
    folder = tmp_path_factory.mktemp("plans")
    bring_up_to_date(f"sqlite:///{folder}/baton.db")
    return sqlite3.connect(folder / "baton.db")


def statements() -> Statements:
    return Statements(sqlite.dialect(paramstyle="named"))


def walked(database: sqlite3.Connection, text: str) -> list[str]:
    """The tables of which a statement would look at every row. A small index of chosen rows may be walked."""
    values = dict.fromkeys(re.findall(r":(\w+)", text), 1)
    try:
        plan = [row[3] for row in database.execute(f"explain query plan {text}", values)]
    except sqlite3.OperationalError as error:
        if "no such function" in str(error):  # a statement for PostgreSQL alone
            return []
        raise
    partial = {
        row[0]
        for row in database.execute("select name from sqlite_master where type = 'index' and sql like '% where %'")
    }
    found = []
    for step in plan:
        match = re.match(r'SCAN "?(\w+)"?(?: USING (?:COVERING )?INDEX (\w+))?', step)
        if match and match[1] in GROWING and match[2] not in partial:
            found.append(match[1])
    return found


def test_no_statement_walks_a_table_that_grows_but_those_that_may(database: sqlite3.Connection) -> None:
    found = {name: walked(database, text) for name, text in statements().text.items()}
    assert {name for name, tables in found.items() if tables} <= WALKS


def test_those_that_may_are_the_ones_that_do(database: sqlite3.Connection) -> None:
    """The check can see it."""
    texts = statements().text
    assert {name for name in WALKS if walked(database, texts[name])} == WALKS
