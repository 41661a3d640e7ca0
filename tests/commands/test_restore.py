"""`restore FILE`: what is refused, what is kept, and that a failure leaves everything as it was. What a restored system then does
and does not do is under tests/guarantees."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from core import archive
from core.archive import Manifest
from core.crypto import Cipher, load_or_make_key
from core.schema import MIGRATIONS
from tests.commands.conftest import Bench
from tests.support.backups import address, approve_all, home_at, mails_sent, wipe, writes
from tests.support.databases import on_postgres
from tests.support.house import open_home


@pytest.fixture
def backed_up(bench: Bench) -> Iterator[Bench]:
    """Three customers were answered, one more was read; the backup is `one.backup`, and the house is closed."""
    writes(bench.home, 1, 2, 3)
    bench.home.work()
    approve_all(bench.home)
    bench.home.work()
    writes(bench.home, 4)
    bench.home.clock.pass_(minutes=1)
    found = bench.ask(f"backup {bench.folder}/one.backup")
    assert found.exit_code == 0, found.text
    bench.home.house.close()
    yield bench
    bench.home = open_home(bench.folder)  # for the fixture below, which closes it


def restore(bench: Bench, *words: str) -> tuple[int, str]:
    found = bench.ask(" ".join(["restore", f"{bench.folder}/one.backup", *words]))
    return found.exit_code, found.text


def cipher(bench: Bench) -> Cipher:
    return Cipher(load_or_make_key(bench.folder / "baton.key"))


def repacked(bench: Bench, change: Callable[[Manifest, Path], Manifest]) -> None:
    """`one.backup` with something changed by somebody who has the key."""
    folder = bench.folder / "opened"
    folder.mkdir()
    manifest = change(archive.unpack(bench.folder / "one.backup", folder, cipher(bench)), folder)
    (bench.folder / "one.backup").unlink()
    archive.pack(folder, bench.folder / "one.backup", manifest, cipher(bench))


def tasks(bench: Bench) -> list[tuple[object, ...]]:
    home = open_home(bench.folder)
    try:
        return home.sql("select id, state from task order by id")
    finally:
        home.house.close()


# Refused -------------------------------------------------------------------------------------------------------------


def test_a_database_with_rows_is_not_replaced(backed_up: Bench) -> None:
    before = tasks(backed_up)
    code, said = restore(backed_up)
    assert code == 2 and ("--to" if on_postgres() else "--aside") in said
    assert tasks(backed_up) == before
    assert open_and_count(backed_up, "select count(*) from control") == 0


def open_and_count(bench: Bench, query: str) -> int:
    home = open_home(bench.folder)
    try:
        return int(home.sql(query)[0][0])
    finally:
        home.house.close()


def test_without_its_key_a_backup_is_not_restored_and_no_key_is_made(backed_up: Bench) -> None:
    wipe(backed_up.folder, systems=True)
    (backed_up.folder / "baton.key").unlink()
    code, said = restore(backed_up)
    assert code == 2 and "There is no key" in said
    assert not (backed_up.folder / "baton.key").exists()


def test_with_another_key_it_is_refused_and_both_are_named(backed_up: Bench) -> None:
    wipe(backed_up.folder, systems=True)
    mine = cipher(backed_up).key_id
    (backed_up.folder / "baton.key").unlink()
    other = cipher(backed_up).key_id
    code, said = restore(backed_up)
    assert code == 2 and "another key" in said and mine in said and other in said


@pytest.mark.parametrize("harm", ["a byte", "the end", "everything"])
def test_a_damaged_backup_is_refused(backed_up: Bench, harm: str) -> None:
    wipe(backed_up.folder, systems=True)
    file = backed_up.folder / "one.backup"
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 0xFF
    harmed = {"a byte": bytes(data), "the end": file.read_bytes()[: len(data) // 2], "everything": b"hello"}
    file.write_bytes(harmed[harm])
    code, said = restore(backed_up)
    assert code == 2 and ("damaged" in said or "no backup of Baton" in said)
    assert said.count("\n") == 0


def test_a_list_of_contents_that_was_changed_is_refused(backed_up: Bench) -> None:
    """The time of the backup decides what may have gone out since: nobody may move it."""
    wipe(backed_up.folder, systems=True)
    file = backed_up.folder / "one.backup"
    data = file.read_bytes()
    taken = str(archive.unpack(file, _made(backed_up.folder / "look"), cipher(backed_up)).taken_at).encode()
    file.write_bytes(data.replace(taken, str(int(taken) + 1).encode(), 1))
    code, said = restore(backed_up)
    assert code == 2 and "was changed" in said


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_a_backup_of_a_newer_baton_is_refused(backed_up: Bench) -> None:
    wipe(backed_up.folder, systems=True)
    repacked(backed_up, lambda manifest, _: replace(manifest, revision="9999"))
    code, said = restore(backed_up)
    assert code == 2 and "9999" in said and "newer" in said


@pytest.mark.sqlite
def test_beside_a_running_baton_nothing_is_restored(backed_up: Bench) -> None:
    lock = backed_up.lock
    assert lock.take()
    code, said = restore(backed_up, "--aside")
    lock.release()
    assert code == 2 and "Stop it first" in said
    assert not list(backed_up.folder.glob("*.before-*"))


def test_a_record_that_was_changed_is_restored_only_when_somebody_insists(backed_up: Bench) -> None:
    wipe(backed_up.folder, systems=True)

    def tampered(manifest: Manifest, folder: Path) -> Manifest:
        with closing(sqlite3.connect(folder / archive.LEDGER)) as db:
            db.execute("update audit set actor = 'somebody else' where seq = 3")
            db.commit()
        return manifest

    repacked(backed_up, tampered)
    code, said = restore(backed_up)
    assert code == 2 and "not sound" in said and "line 3" in said
    code, said = restore(backed_up, "--unsound")
    assert code == 0 and "NOT as it was written" in said
    assert len(tasks(backed_up)) == 4


# Kept ----------------------------------------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_the_old_database_is_kept_under_a_name_with_the_date(backed_up: Bench) -> None:
    home = open_home(backed_up.folder)
    writes(home, 5)
    home.house.close()
    code, said = restore(backed_up, "--aside")
    assert code == 0, said
    assert len(tasks(backed_up)) == 4
    kept = backed_up.folder / "baton.before-20261124-150100.db"
    assert str(kept) in said
    with sqlite3.connect(kept) as db:
        assert db.execute("select count(*) from task").fetchone() == (5,)
    assert (backed_up.folder / "baton.before-20261124-150100.anchor").exists()


@pytest.mark.sqlite
def test_a_failure_half_way_puts_the_old_database_back(backed_up: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    before = tasks(backed_up)

    def fails(*_: object, **__: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(archive, "put_in_place", fails)
    code, said = restore(backed_up, "--aside")
    assert code == 2 and "No space left on device" in said
    assert tasks(backed_up) == before
    assert {path.name for path in backed_up.folder.iterdir() if path.is_dir()} <= {"policies", "models"}
    assert open_and_count(backed_up, "select count(*) from control") == 0


def test_the_world_is_not_rolled_back_unless_it_is_asked_for(backed_up: Bench) -> None:
    """The embedded systems stand for providers, and a provider forgets nothing because our ledger did."""
    home = open_home(backed_up.folder)
    home.clock.pass_(minutes=2)
    home.work()
    approve_all(home)
    home.work()
    assert len(mails_sent(home)) == 4
    home.house.close()
    wipe(backed_up.folder, systems=False)
    code, said = restore(backed_up)
    assert code == 0 and "left as it was" in said and "1 call in the embedded systems' own log: 1 mail.reply" in said
    home = open_home(backed_up.folder)
    assert len(mails_sent(home)) == 4
    home.house.close()


@pytest.mark.sqlite
def test_the_systems_are_rolled_back_when_it_is_asked_for_and_kept_aside(backed_up: Bench) -> None:
    home = open_home(backed_up.folder)
    home.work()
    approve_all(home)
    home.work()
    home.house.close()
    code, said = restore(backed_up, "--aside", "--systems")
    assert code == 0, said
    home = open_home(backed_up.folder)
    assert len(mails_sent(home)) == 3
    home.house.close()
    with sqlite3.connect(backed_up.folder / "baton-systems.before-20261124-150100.db") as db:
        assert db.execute("select count(*) from outbox").fetchone() == (4,)


# Other kinds and versions --------------------------------------------------------------------------------------------


def test_a_backup_of_an_older_schema_is_brought_up_to_date(backed_up: Bench) -> None:
    wipe(backed_up.folder, systems=True)
    repacked(backed_up, _as_of_0001)
    code, said = restore(backed_up)
    assert code == 0, said
    assert "schema 0001" in said
    assert len(tasks(backed_up)) == 4
    home = open_home(backed_up.folder)
    assert home.house.services.verify().faults == ()
    assert home.sql("select count(*) from effect where run = ''") == [(3,)]  # a column that 0001 did not have
    home.house.close()


def _as_of_0001(manifest: Manifest, folder: Path) -> Manifest:
    """The same rows, as the first version of Baton kept them."""
    old = folder / "old.db"
    engine = create_engine(f"sqlite:///{old}")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()
    with closing(sqlite3.connect(old)) as db:
        db.execute("attach ? as new", (str(folder / archive.LEDGER),))
        names = [row[0] for row in db.execute("select name from main.sqlite_master where type = 'table'")]
        names.remove("alembic_version")
        for name in names:
            columns = ", ".join(f'"{row[1]}"' for row in db.execute(f'pragma main.table_info("{name}")'))
            db.execute(f'insert into main."{name}" ({columns}) select {columns} from new."{name}"')
        db.commit()
    (folder / archive.LEDGER).unlink()
    old.rename(folder / archive.LEDGER)
    rows = {name: rows for name, rows in manifest.rows.items() if name in names or name.startswith("systems.")}
    return replace(manifest, revision="0001", rows=rows)


@pytest.mark.postgresql
@pytest.mark.parametrize(("was", "becomes"), [("sqlite", "postgresql"), ("postgresql", "sqlite")])
def test_a_backup_of_one_kind_is_restored_to_the_other(tmp_path: Path, was: str, becomes: str) -> None:
    bench = Bench(home_at(tmp_path, address(was, tmp_path, "old")), tmp_path)
    writes(bench.home, 1, 2)
    bench.home.work()
    approve_all(bench.home)
    bench.home.work()
    writes(bench.home, 3)
    sent = mails_sent(bench.home)
    assert bench.ask(f"backup {tmp_path}/one.backup").exit_code == 0
    bench.home.house.close()
    url = address(becomes, tmp_path, "new")
    code, said = restore(bench, f"--to {url}")
    assert code == 0, said
    assert "Set BATON_DATABASE_URL" in said
    home = home_at(tmp_path, url)
    assert home.sql("select count(*) from task") == [(3,)]
    assert home.sql("select scope from control where lifted_at is null") == [("all",)]
    assert home.house.services.verify().faults == ()
    home.work()
    assert mails_sent(home) == sent
    home.house.close()
    assert restore(bench, f"--to {url}")[0] == 2, "it is not empty any more"


def test_the_manifests_names_are_frozen(backed_up: Bench) -> None:
    """Backups lie around for years."""
    manifest = archive.unpack(backed_up.folder / "one.backup", _made(backed_up.folder / "look"), cipher(backed_up))
    assert list(asdict(manifest)) == [
        "format", "baton", "revision", "database", "key_id", "policy", "taken_at", "audit_seq", "audit_hash", "rows", "files",
    ]  # fmt: skip
    assert json.loads(json.dumps(asdict(manifest)))["format"] == 1
    assert archive.FILES == ("ledger.db", "ledger-systems.db", "ledger.anchor", "ledger.history")
