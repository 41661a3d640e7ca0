"""The clock: a tick runs once for each of its times, however often it is asked for, and what was missed is made up or skipped."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.errors import Away, BadPolicy
from tests.support.fort import Fort, change, loose_policies, raise_fort
from workflows.calendar import Clockwork, calendar

NOON = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)


@pytest.fixture
def fort(tmp_path: Path) -> Fort:
    return raise_fort(tmp_path, loose_policies(tmp_path))


def _ticks(fort: Fort, name: str) -> list[str]:
    keys = f"select source_key from event where source = 'clock' and source_key like '{name}:%' order by 1"
    return [row[0] for row in fort.sql(keys)]


def test_a_tick_that_is_asked_for_twice_runs_once(fort: Fort) -> None:
    for _ in range(3):
        fort.schedule.tick("digest", NOON)
    assert fort.run() == 1
    fort.schedule.tick("digest", NOON)  # another replica, later
    assert fort.run() == 0
    assert fort.sql("select count(*) from card where kind = 'digest'") == [(1,)]


def test_a_tick_whose_process_died_runs_in_the_next(tmp_path: Path, fort: Fort) -> None:
    fort.schedule.tick("digest", NOON)
    again = raise_fort(tmp_path, tmp_path / "policies")
    assert again.run() == 1
    assert again.sql("select count(*) from card where kind = 'digest'") == [(1,)]


def test_a_digest_that_runs_twice_is_one_message(fort: Fort) -> None:
    fort.schedule.digest(NOON)
    fort.schedule.digest(NOON)
    assert fort.sql("select count(*) from card where kind = 'digest'") == [(1,)]


@pytest.mark.parametrize(("missed", "ran"), [("run_once", 2), ("skip", 1)])
def test_what_was_missed_runs_once_or_is_skipped_and_said(tmp_path: Path, missed: str, ran: int) -> None:
    rules = loose_policies(tmp_path)
    change(rules / "schedule.yml", lambda d: d["jobs"]["digest"].update(missed=missed))
    fort = raise_fort(tmp_path, rules)
    fort.schedule.tick("digest", fort.clock.now() - timedelta(days=1))
    fort.run()
    fort.clock.pass_(days=3)  # three evenings went by
    for _ in range(2):  # two processes, or one that starts again
        calendar(fort.schedule)
    fort.run()
    assert fort.sql("select count(*) from card where kind = 'digest'") == [(ran,)]
    skipped = fort.sql("select count(*) from audit where kind = 'tick.skipped' and subject = 'clock:digest'")
    assert skipped == [(0 if missed == "run_once" else 1,)]


def test_processes_with_the_same_tick_in_the_same_moment_run_it_once(fort: Fort) -> None:
    together, failed = threading.Barrier(6), []

    def tick() -> None:
        together.wait()
        try:
            fort.schedule.tick("digest", NOON)
        except BaseException as error:  # noqa: BLE001
            failed.append(error)

    threads = [threading.Thread(target=tick) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert _ticks(fort, "digest") == ["digest:2026-11-24T17:00Z"]
    assert fort.sql("select count(*) from job where phase = 'clock.tick.v1'") == [(1,)]


def test_a_tick_that_comes_while_the_database_is_away_is_made_up_for(fort: Fort) -> None:
    clockwork = Clockwork(fort.schedule)

    def away(point: str) -> None:
        if point == "ledger.before_commit":
            raise Away("the database is away")

    fort.clock.at = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)  # half past five in the shop
    fort.ledger.reach = away
    clockwork.strike("digest", fort.clock.now())
    assert _ticks(fort, "digest") == []
    fort.ledger.reach = lambda _: None
    fort.clock.pass_(minutes=3)
    clockwork.strike("follow_up", fort.clock.now())
    assert _ticks(fort, "digest") == ["digest:2026-11-24T22:30Z"]


def test_a_new_installation_has_missed_nothing(fort: Fort) -> None:
    calendar(fort.schedule)
    assert fort.sql("select count(*) from event") == [(0,)]


def test_a_job_that_nobody_knows_is_refused_by_name(tmp_path: Path) -> None:
    rules = loose_policies(tmp_path)
    change(
        rules / "schedule.yml",
        lambda d: d["jobs"].update(lottery={"description": "x", "every": "hour", "missed": "skip"}),
    )
    with pytest.raises(BadPolicy, match="lottery"):
        calendar(raise_fort(tmp_path, rules).schedule)


def test_old_ticks_are_forgotten_and_new_ones_are_not(fort: Fort) -> None:
    fort.schedule.tick("follow_up", fort.clock.now())
    fort.run()
    fort.clock.pass_(days=8)
    fort.schedule.tick("follow_up", fort.clock.now())
    fort.run()
    assert len(_ticks(fort, "follow_up")) == 1
