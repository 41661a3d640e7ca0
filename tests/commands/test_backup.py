"""`backup FILE`: all rows in one file that only its owner can read, with nothing in it that a thief could use."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from core import archive
from core.archive import Manifest
from core.crypto import Cipher, load_or_make_key
from tests.commands.conftest import Bench
from tests.support.backups import approve_all, writes
from tests.support.house import TEAM, mail


def work(bench: Bench) -> None:
    writes(bench.home, 1, 2, 3)
    bench.home.work()
    approve_all(bench.home)
    bench.home.work()
    writes(bench.home, 4)


def unpacked(bench: Bench, file: Path) -> tuple[Manifest, Path]:
    """What is in a backup, laid out."""
    folder = bench.folder / "unpacked"
    folder.mkdir()
    return archive.unpack(file, folder, Cipher(load_or_make_key(bench.folder / "baton.key"))), folder


def test_a_backup_says_what_is_in_it_and_that_the_key_is_not(bench: Bench) -> None:
    work(bench)
    found = bench.ask(f"backup {bench.folder}/one.backup")
    assert found.exit_code == 0, found.text
    assert found.data["rows"]["task"] == 4
    assert found.data["rows"]["systems.outbox"] == 3
    assert "The key is not in it" in found.text
    manifest, folder = unpacked(bench, bench.folder / "one.backup")
    assert manifest.rows == found.data["rows"]
    assert manifest.policy == bench.home.house.services.policy().version
    assert (
        set(archive.FILES)
        >= {path.name for path in folder.iterdir()}
        >= {archive.LEDGER, archive.SYSTEMS, archive.ANCHOR}
    )


def test_only_its_owner_can_read_a_backup_and_nothing_else_is_left(bench: Bench) -> None:
    work(bench)
    before = set(bench.folder.iterdir())
    bench.ask(f"backup {bench.folder}/one.backup")
    assert stat.S_IMODE((bench.folder / "one.backup").stat().st_mode) == 0o600
    assert {path.name for path in set(bench.folder.iterdir()) - before} <= {
        "one.backup",
        "baton-systems.db-wal",
        "baton-systems.db-shm",
    }


def test_a_backup_overwrites_nothing(bench: Bench) -> None:
    work(bench)
    (bench.folder / "one.backup").write_text("mine", encoding="utf-8")
    found = bench.ask(f"backup {bench.folder}/one.backup")
    assert found.exit_code == 2 and "there already" in found.text
    assert (bench.folder / "one.backup").read_text(encoding="utf-8") == "mine"


def test_what_customers_wrote_stays_sealed_in_a_backup(bench: Bench) -> None:
    secret = "violet lighthouse 4711"
    bench.home.house.services.arrivals.mail(
        mail(f"{secret}\nWhen do you open?", sender="Zaphira Quill <zq@canary.example.com>", subject=secret)
    )
    bench.home.work()
    bench.ask(f"backup {bench.folder}/one.backup")
    data = (bench.folder / "one.backup").read_bytes()
    key = (bench.folder / "baton.key").read_bytes().strip()
    assert all(word not in data for word in (secret.encode(), b"Zaphira", b"zq@canary", key))
    manifest, folder = unpacked(bench, bench.folder / "one.backup")
    assert manifest.rows["event"] == 1, "nothing was in it"
    assert all(secret.encode() not in path.read_bytes() for path in folder.iterdir())


def test_a_backup_of_nothing_is_not_made(bench: Bench) -> None:
    found = bench.ask(f"backup {bench.folder}/one.backup")
    assert found.exit_code == 2 and "nothing to back up" in found.text
    assert not (bench.folder / "one.backup").exists()


def test_a_place_that_is_not_there_is_one_clear_line(bench: Bench) -> None:
    work(bench)
    found = bench.ask(f"backup {bench.folder}/nowhere/one.backup")
    assert found.exit_code == 2
    assert found.text.count("\n") == 0 and "cannot be written to: No such file or directory" in found.text


def test_a_record_that_was_changed_is_backed_up_and_said(bench: Bench) -> None:
    """A backup of a broken record is better than none; but nobody may think that all is well."""
    work(bench)
    with bench.home.house.services.ledger.database.transaction() as connection:
        connection.query("update audit set actor = 'somebody else' where seq = 3 returning seq")
    found = bench.ask(f"backup {bench.folder}/one.backup")
    assert found.exit_code == 0
    assert "NOT as it was written" in found.text
    assert any("line 3" in fault for fault in found.data["faults"])


@pytest.mark.parametrize(
    "words", ["backup {to}/one.backup", "restore {to}/one.backup", "move --to sqlite:///{to}/x.db"]
)
def test_over_slack_nobody_copies_or_replaces_the_database(bench: Bench, words: str) -> None:
    work(bench)
    assert bench.ask(words.format(to=bench.folder), TEAM["U0MAYA"]).refused is not None
    assert not (bench.folder / "one.backup").exists() and not (bench.folder / "x.db").exists()
