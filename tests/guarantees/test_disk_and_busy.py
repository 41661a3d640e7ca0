"""The disk is full, somebody holds SQLite's lock for long, the anchor cannot be written: whoever asks hears it clearly and may
come again, nothing is lost or done twice, and all goes on by itself when there is room."""

from __future__ import annotations

import fcntl
import logging
import os
import resource
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from core.errors import BadSettings, Retry
from core.sqlite import SqliteDatabase
from tests.support.crew import Office, crew_of, gate, open_office, wait_at
from tests.support.hands import until
from tests.support.house import POLICIES, open_home
from tests.support.invariants import calls_without_effect, lost, twice
from tests.support.siege import Siege

pytestmark = pytest.mark.slow

COUNT = 4
SOON_MS = 100  # in place of the ten seconds that a writer waits for its turn
TROUBLE_S = 1.5


def holds(office: Office, count: int) -> None:
    """All is done, once; nobody had to be asked."""
    siege = Siege(office.fort, None)  # type: ignore[arg-type]
    assert list(twice(siege)) == [] and list(lost(siege)) == [] and list(calls_without_effect(siege)) == []
    assert len(office.paid()) == count
    assert office.sql("select 1 from request") == []
    assert office.fort.house.services.verify().faults == ()


def writer(office: Office) -> sqlite3.Connection:
    """The driver's connection that the ledger writes with."""
    return cast("SqliteDatabase", office.fort.ledger.database)._writer.raw


@contextmanager
def at_work(office: Office) -> Iterator[Callable[[], None]]:
    """The engine in this process, in the middle of turns that wait; called, they go on."""
    there = office.folder / "gate"
    office.clerk.during = lambda _: wait_at(there)
    engine = office.engine()
    with gate(office.folder):
        office.write(COUNT)
        engine.start()
        until(lambda: office.sql("select 1 from turn where agent = 'planner'"), "turns are under way")
        try:
            yield lambda: there.unlink(missing_ok=True)
            office.all_done(COUNT)
        finally:
            there.unlink(missing_ok=True)
            engine.stop()
    assert engine.is_running is False


@pytest.mark.sqlite
def test_somebody_holds_the_lock_for_long(tmp_path: Path) -> None:
    office = open_office(tmp_path)
    with at_work(office) as go_on:
        writer(office).execute(f"PRAGMA busy_timeout={SOON_MS}")
        other = sqlite3.connect(tmp_path / "baton.db", isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        go_on()
        with pytest.raises(Retry, match="database is locked"):
            office.write(1, first=COUNT)
        threading.Event().wait(TROUBLE_S)
        assert office.sql("select 1 from turn where agent = 'support'") == []
        other.execute("ROLLBACK")
        other.close()
    office.write(1, first=COUNT)
    office.fort.run()
    holds(office, COUNT + 1)


@pytest.mark.sqlite
def test_the_disk_is_full(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    logging.disable(logging.NOTSET)
    office = open_office(tmp_path)
    with at_work(office) as go_on:
        pages = int(writer(office).execute("PRAGMA page_count").fetchone()[0])
        writer(office).execute(f"PRAGMA max_page_count={pages}")
        with pytest.raises(Retry, match="disk is full"):
            office.write(1_000, first=1_000)
        office.sql("select 1")  # who only reads is not in trouble
        before = office.sql("select count(*) from event")[0][0]
        go_on()
        threading.Event().wait(TROUBLE_S)
        writer(office).execute(f"PRAGMA max_page_count={2**30}")
    office.fort.run()
    assert office.sql("select count(*) from event") == [(before,)]
    holds(office, before)
    said = [line for line in caplog.messages if "disk is full" in line]
    assert 0 < len(said) <= COUNT, "it is said, and not over and over"


@pytest.mark.sqlite
def test_a_process_that_can_write_nothing_any_more_goes_on_when_it_can(tmp_path: Path) -> None:
    """As above with the real thing: the kernel refuses every byte that would make a file longer."""
    office = open_office(tmp_path)
    with crew_of(tmp_path) as crew:
        with gate(tmp_path):
            (mate,) = crew.each([at_the_gate])
            office.write(COUNT)
            until(lambda: len(office.sql("select 1 from turn where agent = 'planner'")) > 1, "turns are under way")
            before = resource.prlimit(mate.pid, resource.RLIMIT_FSIZE)
            resource.prlimit(mate.pid, resource.RLIMIT_FSIZE, (1, before[1]))
        threading.Event().wait(TROUBLE_S)
        assert office.sql("select 1 from turn where agent = 'support'") == []
        resource.prlimit(mate.pid, resource.RLIMIT_FSIZE, before)
        office.all_done(COUNT)
        assert mate.leave() == 0
    holds(office, COUNT)


def at_the_gate(office: Office) -> None:
    office.clerk.during = lambda _: wait_at(office.folder / "gate")


# The anchor ----------------------------------------------------------------------------------------------------------


def test_work_goes_on_when_the_anchor_cannot_be_written_and_it_catches_up(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    logging.disable(logging.NOTSET)
    office = open_office(tmp_path)
    anchor = cast("Any", office.fort.ledger.anchor)
    kept = os.dup(anchor._file)
    read_only = os.open(office.fort.house.services.settings.anchor, os.O_RDONLY)
    with at_work(office) as go_on:
        os.dup2(read_only, anchor._file)
        go_on()
        office.all_done(COUNT)
        verified = office.fort.house.services.verify()
        assert verified.anchored < verified.rows
        os.dup2(kept, anchor._file)
    assert any("anchor cannot be written" in line for line in caplog.messages)
    office.write(1, first=COUNT)
    verified = office.fort.house.services.verify()
    assert verified.anchored == verified.rows and verified.faults == ()
    os.close(kept), os.close(read_only)


def test_who_stands_still_with_the_anchor_in_its_hands_holds_nobody_up(tmp_path: Path) -> None:
    office = open_office(tmp_path)
    with office.fort.house.services.settings.anchor.open() as in_its_hands:
        fcntl.flock(in_its_hands, fcntl.LOCK_EX)
        others = threading.Thread(target=office.write, args=(1,), daemon=True)
        others.start()
        others.join(20)
        assert not others.is_alive()
    office.write(1, first=1)
    verified = office.fort.house.services.verify()
    assert verified.anchored == verified.rows == 2 and verified.faults == ()


def test_a_place_where_the_anchor_can_never_be_is_said_in_one_clear_line(tmp_path: Path) -> None:
    home = open_home(tmp_path)
    anchor = home.house.services.settings.anchor
    home.house.close()
    anchor.unlink()
    anchor.mkdir()
    with pytest.raises(BadSettings, match=str(anchor)):
        open_home(tmp_path, policies=POLICIES)
