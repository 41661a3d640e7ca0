"""`move --to URL`: every row arrives, work goes on there, and what cannot be moved is refused in one clear line."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from commands.move import shown
from core.copying import Copied
from core.sql import TABLES
from tests.commands.conftest import Bench
from tests.support.backups import address, approve_all, home_at, mails_sent, writes
from tests.support.databases import on_postgres, server
from tests.support.house import TEAM, Home

ROOT = Path(__file__).parents[2]
WAYS = [("sqlite", "postgresql"), ("postgresql", "sqlite"), ("postgresql", "postgresql")]
NOT_CARRIED = {"job": {"entry", "queued_at"}}


def seeded(folder: Path, url: str) -> Bench:
    """Rows in most tables: answered, waiting, rejected, taken over, paused, an approved mail that is owed, one just come in."""
    bench = Bench(home_at(folder, url), folder)
    home, services = bench.home, bench.home.house.services
    writes(home, 1, 2, 3, 4, 5)
    home.work()
    pending = home.pending()
    home.decide(pending[0][0], "U0THEO")
    home.decide(pending[1][0], "U0THEO", "reject", reason="wrong_facts", note="The shop is closed on Mondays.")
    services.takeover.take(pending[2][1], TEAM["U0SAM"], "card")
    services.controls.pause("qualification", TEAM["U0MAYA"], "stock taking", None)
    home.work()
    home.decide(home.pending()[0][0], "U0THEO")
    writes(home, 6)
    return bench


def everything(home: Home) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of both databases as tests read them; booleans and sealed columns as plain values."""
    found = {}
    for name, table in TABLES.items():
        columns = [column.name for column in table.columns if column.name not in NOT_CARRIED.get(name, set())]
        wanted = ", ".join(f'"{column}"' for column in columns)
        found[str(name)] = sorted(tuple(map(_plain, row)) for row in home.sql(f'select {wanted} from "{name}"'))
    with home.house.systems.reading() as connection:
        for table in home.house.systems.tables():
            rows = connection.exec_driver_sql(f'select * from "{table.name}"').all()
            found[f"systems.{table.name}"] = sorted(tuple(map(_plain, row)) for row in rows)
    return found


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return str(value)


@pytest.fixture
def source(tmp_path: Path) -> Iterator[Bench]:
    """An installation of the kind that the tests run on."""
    bench = seeded(tmp_path, address("postgresql" if on_postgres() else "sqlite", tmp_path, "old"))
    yield bench
    bench.home.house.close()


# It arrives ----------------------------------------------------------------------------------------------------------


@pytest.mark.postgresql
@pytest.mark.parametrize(("was", "becomes"), WAYS)
def test_every_row_arrives_and_the_old_database_stays_as_it_was(tmp_path: Path, was: str, becomes: str) -> None:
    bench = seeded(tmp_path, address(was, tmp_path, "old"))
    before = everything(bench.home)
    url = address(becomes, tmp_path, "new")
    found = bench.ask(f"move --to {url}")
    assert found.exit_code == 0, found.text
    assert everything(bench.home) == before
    moved = home_at(tmp_path, url)
    assert everything(moved) == before
    assert {name: len(rows) for name, rows in before.items()} == found.data["rows"]
    assert all(before[name] for name in ("task", "effect", "job", "decision", "control", "handle", "systems.call_log"))
    assert moved.house.services.verify().faults == ()
    moved.house.close()
    bench.home.house.close()


@pytest.mark.postgresql
@pytest.mark.parametrize(("was", "becomes"), WAYS)
def test_work_goes_on_there(tmp_path: Path, was: str, becomes: str) -> None:
    """What was owed is done, by the other engine; the systems' log goes on where it was; nothing is sent twice."""
    bench = seeded(tmp_path, address(was, tmp_path, "old"))
    url = address(becomes, tmp_path, "new")
    found = bench.ask(f"move --to {url}")
    assert found.data["jobs"] == 2, found.text
    bench.home.house.close()
    moved = home_at(tmp_path, url)
    moved.work()
    approve_all(moved)
    moved.work()
    assert moved.sql("select count(*) from job") == [(0,)]
    assert len(mails_sent(moved)) == len(set(mails_sent(moved))) == 4
    with moved.house.systems.reading() as connection:
        assert list(connection.exec_driver_sql("select seq from call_log order by seq").scalars()) == [1, 2, 3, 4]
    assert moved.house.services.verify().faults == ()
    assert moved.sql("select max(id) from task") == [("T-1006",)]
    writes(moved, 7)
    assert moved.sql("select max(id) from task") == [("T-1007",)]
    moved.house.close()


def test_what_to_do_next_is_said_without_the_password(source: Bench, tmp_path: Path) -> None:
    found = source.ask(f"move --to sqlite:///{tmp_path}/new.db")
    assert found.exit_code == 0, found.text
    assert "BATON_DATABASE_URL" in found.text and str(tmp_path / "baton.key") in found.text
    assert found.text.count("every row") == sum(rows > 0 for rows in found.data["rows"].values())


# It does not ---------------------------------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_beside_a_running_baton_nothing_is_moved(source: Bench, tmp_path: Path) -> None:
    assert source.lock.take()
    found = source.ask(f"move --to sqlite:///{tmp_path}/new.db")
    source.lock.release()
    assert found.exit_code == 2 and "Stop it first" in found.text
    assert not (tmp_path / "new.db").exists()


@pytest.mark.postgresql
def test_beside_a_running_process_on_any_machine_nothing_is_moved(source: Bench, tmp_path: Path) -> None:
    engine = source.home.house.engine()
    engine.start()
    found = source.ask(f"move --to sqlite:///{tmp_path}/new.db")
    engine.stop()
    assert found.exit_code == 2 and "Stop all its processes first" in found.text
    assert source.ask(f"move --to sqlite:///{tmp_path}/newer.db").exit_code == 0


def test_a_place_that_is_not_empty_is_refused(source: Bench, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new.db"
    assert source.ask(f"move --to {url}").exit_code == 0
    before = (tmp_path / "new.db").read_bytes()
    found = source.ask(f"move --to {url}")
    assert found.exit_code == 2 and "is not empty" in found.text
    assert (tmp_path / "new.db").read_bytes() == before
    assert "there already" in source.ask(f"move --to {source.context().settings.database_url}").text


def test_systems_that_are_not_empty_are_refused(source: Bench, tmp_path: Path) -> None:
    other = home_at(tmp_path, f"sqlite:///{tmp_path}/new.db")
    writes(other, 1)
    other.house.close()
    for name in ("new.db", "new.anchor"):
        (tmp_path / name).unlink()
    found = source.ask(f"move --to sqlite:///{tmp_path}/new.db")
    assert found.exit_code == 2 and "embedded systems' tables there are not empty: threads, inbox" in found.text


def test_another_programs_database_is_left_alone(source: Bench, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "theirs.db") as db:
        db.execute("create table task (id integer)")
    found = source.ask(f"move --to sqlite:///{tmp_path}/theirs.db")
    assert found.exit_code == 2 and "tables of another program" in found.text
    (tmp_path / "text.db").write_text("hello " * 1000, encoding="utf-8")
    found = source.ask(f"move --to sqlite:///{tmp_path}/text.db")
    assert found.exit_code == 2 and "cannot be used: file is not a database" in found.text


@pytest.mark.parametrize("url", [
    "postgresql://baton:s3cret@127.0.0.1:1/baton", "postgresql://baton:s3cret@127.0.0.1:port/baton",
    "postgresql://baton:s3cret@no-such-host.example.com/baton", "mysql://baton:s3cret@127.0.0.1/baton", "postgresql:s3cret",
    "s3cret",
])  # fmt: skip
def test_a_bad_address_is_one_clear_line_without_the_password(source: Bench, url: str) -> None:
    found = source.ask(f"move --to {url}")
    assert found.exit_code == 2
    assert found.text.count("\n") == 0 and len(found.text) < 500
    assert "s3cret" not in found.text
    assert "s3cret" not in source.ask(f"move --to {url} --json").text


@pytest.mark.postgresql
def test_a_wrong_password_is_one_clear_line_and_not_shown(source: Bench) -> None:
    at = server()
    hba = at.folder / "data" / "pg_hba.conf"
    before = hba.read_text(encoding="utf-8")
    with psycopg.connect(at.url("postgres"), autocommit=True) as db:
        db.execute("create role careful login password 'right'")
        hba.write_text(f"host all careful 127.0.0.1/32 scram-sha-256\n{before}", encoding="utf-8")
        db.execute("select pg_reload_conf()")
        found = source.ask(f"move --to postgresql://careful:wr0ng-one@127.0.0.1:{at.port}/postgres")
        hba.write_text(before, encoding="utf-8")
        db.execute("select pg_reload_conf()")
        db.execute("drop role careful")
    assert found.exit_code == 2
    assert "password authentication failed" in found.text and "wr0ng-one" not in found.text


def test_a_record_that_was_changed_is_not_moved(source: Bench, tmp_path: Path) -> None:
    with source.home.house.services.ledger.database.transaction() as connection:
        connection.query("update audit set actor = 'somebody else' where seq = 3 returning seq")
    found = source.ask(f"move --to sqlite:///{tmp_path}/new.db")
    assert found.exit_code == 2 and "line 3" in found.text and "was not copied" in found.text
    with sqlite3.connect(tmp_path / "new.db") as db:
        assert db.execute("select count(*) from task").fetchone() == (0,)


@pytest.mark.postgresql
def test_a_row_that_does_not_arrive_as_it_was_stops_the_move(tmp_path: Path) -> None:
    """The comparison can fail: the new database changes a row on its way in."""
    bench = seeded(tmp_path, address("sqlite", tmp_path, "old"))
    url = server().create()
    home_at(tmp_path, url).house.close()
    with psycopg.connect(url) as db:
        db.execute(
            "create function other() returns trigger language plpgsql as $$ begin new.owner = 'x'; return new; end $$"
        )
        db.execute("create trigger other before insert on task for each row execute function other()")
    found = bench.ask(f"move --to {url}")
    assert found.exit_code != 0 and "row 1 of task is not the same at both places" in found.text
    with psycopg.connect(url) as db:
        assert [
            db.execute(f'select count(*) from "{name}"'.encode()).fetchone() for name in ("task", "event", "audit")
        ] == [(0,)] * 3
        db.execute("drop trigger other on task")
    assert bench.ask(f"move --to {url}").exit_code == 0, "after a failure it can be moved there"
    bench.home.house.close()


@pytest.mark.postgresql
def test_a_text_that_postgresql_cannot_hold_is_one_clear_line(tmp_path: Path) -> None:
    bench = seeded(tmp_path, address("sqlite", tmp_path, "old"))
    with bench.home.house.services.ledger.database.transaction() as connection:
        connection.query("update job set error = 'a' || char(0) || 'b' returning id")
    found = bench.ask(f"move --to {server().create()}")
    assert found.exit_code == 2 and "a row of job cannot stand in the new database" in found.text
    bench.home.house.close()


@pytest.mark.postgresql
def test_killed_in_the_middle_it_leaves_nothing_and_can_be_begun_again(tmp_path: Path) -> None:
    bench = seeded(tmp_path, address("sqlite", tmp_path, "old"))
    before = everything(bench.home)
    url = server().create()
    home_at(tmp_path, url).house.close()
    with psycopg.connect(url) as stands_in_the_way:
        stands_in_the_way.execute("lock table turn in exclusive mode")
        env = {
            **os.environ,
            "BATON_DATABASE_URL": f"sqlite:///{tmp_path}/old.db",
            "BATON_KEY_FILE": f"{tmp_path}/baton.key",
        }
        moving = subprocess.Popen(
            [sys.executable, "app.py", "move", "--to", url], cwd=ROOT, env=env, stdout=subprocess.DEVNULL
        )
        _until_waiting(url)
        moving.send_signal(signal.SIGKILL)
        moving.wait(30)
    with psycopg.connect(url) as db:
        assert [
            db.execute(f'select count(*) from "{name}"'.encode()).fetchone() for name in ("task", "event", "audit")
        ] == [(0,)] * 3
    assert everything(bench.home) == before
    assert bench.ask(f"move --to {url}").exit_code == 0
    bench.home.house.close()


def _until_waiting(url: str) -> None:
    """Waits until somebody who copies waits for a lock."""
    until = time.monotonic() + 30
    with psycopg.connect(url, autocommit=True) as db:
        while time.monotonic() < until:
            waits = db.execute(
                "select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like 'copy%'"
            ).fetchone()
            if waits:
                return
            time.sleep(0.05)
    raise AssertionError("the move never came so far")


def test_rows_are_copied_in_a_table_of_words() -> None:
    assert shown([Copied("task", 1200), Copied("lease", 0)]) == (
        "table  rows   verified\ntask   1,200  every row\n1 table without rows"
    )
