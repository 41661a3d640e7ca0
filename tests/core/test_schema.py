"""The schema: a fresh database is what the code says, a newer one is refused, and a start that died can be repeated."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from threading import Thread

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine
from sqlmodel import SQLModel

from core import schema
from core.errors import BadSettings
from core.schema import bring_up_to_date
from core.sql import TABLES


def _url(folder: Path) -> str:
    return f"sqlite:///{folder}/baton.db"


def test_a_fresh_database_is_just_what_the_tables_say(tmp_path: Path) -> None:
    bring_up_to_date(_url(tmp_path))
    with create_engine(_url(tmp_path)).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = compare_metadata(context, SQLModel.metadata)
    assert [one for one in found if not (one[0] == "remove_table" and one[1].name == "alembic_version")] == []


def test_every_table_of_the_code_is_there(tmp_path: Path) -> None:
    bring_up_to_date(_url(tmp_path))
    with sqlite3.connect(tmp_path / "baton.db") as db:
        names = {row[0] for row in db.execute("select name from sqlite_master where type = 'table'")}
    assert set(TABLES) <= names


def test_a_second_start_changes_nothing(tmp_path: Path) -> None:
    bring_up_to_date(_url(tmp_path), ["limits:agent:support"])
    with sqlite3.connect(tmp_path / "baton.db") as db:
        db.execute("update counter set value = 1041 where name = 'task'")
        before = list(db.iterdump())
    bring_up_to_date(_url(tmp_path), ["limits:agent:support"])
    with sqlite3.connect(tmp_path / "baton.db") as db:
        assert list(db.iterdump()) == before


def test_a_new_agent_gets_its_row_at_the_next_start(tmp_path: Path) -> None:
    bring_up_to_date(_url(tmp_path), ["limits:agent:support"])
    bring_up_to_date(_url(tmp_path), ["limits:agent:support", "limits:agent:orders"])
    with sqlite3.connect(tmp_path / "baton.db") as db:
        names = {row[0] for row in db.execute("select name from counter")}
    assert names == {
        "task",
        "kill_epoch",
        "limits:spend",
        "takeovers",
        "gather",
        "limits:agent:support",
        "limits:agent:orders",
    }


def test_a_database_of_a_newer_version_is_refused_in_one_clear_line(tmp_path: Path) -> None:
    bring_up_to_date(_url(tmp_path))
    with sqlite3.connect(tmp_path / "baton.db") as db:
        db.execute("update alembic_version set version_num = '9999'")
    with pytest.raises(BadSettings, match="another version of Baton"):
        bring_up_to_date(_url(tmp_path))


def test_a_first_start_that_dies_in_the_middle_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite each change of a table once committed by itself: a half-made database could never be started again."""
    honest = schema._migrate

    def dies_after(connection) -> None:  # type: ignore[no-untyped-def]
        honest(connection)
        raise KeyboardInterrupt

    monkeypatch.setattr(schema, "_migrate", dies_after)
    with pytest.raises(KeyboardInterrupt):
        bring_up_to_date(_url(tmp_path))
    with sqlite3.connect(tmp_path / "baton.db") as db:
        assert db.execute("select name from sqlite_master").fetchall() == []
    monkeypatch.setattr(schema, "_migrate", honest)
    bring_up_to_date(_url(tmp_path))


def test_two_first_starts_at_once_make_one_database(tmp_path: Path) -> None:
    failed: list[BaseException] = []

    def start() -> None:
        try:
            bring_up_to_date(_url(tmp_path), ["limits:agent:support"])
        except BaseException as error:  # noqa: BLE001
            failed.append(error)

    threads = [Thread(target=start) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert failed == []
