"""I16 over all processes: an outage seen by three at once is one outage, tried by one of them at a time, with one card."""

from __future__ import annotations

import signal
from collections import Counter
from pathlib import Path

import pytest

from core.contract.effect import Call, NotSent, Receipt
from tests.support.crew import Office, crew_of, deadlocks, open_office
from tests.support.fort import change, loose_policies
from tests.support.hands import until
from tests.support.invariants import calls_without_effect, lost, twice
from tests.support.siege import Siege

pytestmark = pytest.mark.postgresql  # on SQLite one process runs the jobs
COUNT, CENTS = 30, 100


def away_for_a_while(office: Office) -> None:
    """A process for which the till cannot be reached as long as a file is there; the till writes each try down all the same."""

    def during(_: Call) -> Receipt | None:
        return NotSent(reason="no connection", again=True) if (office.folder / "away").exists() else None

    office.fort.till.during = during


def begun(folder: Path) -> Office:
    """An outage that is tried again after one second, two, four …"""
    rules = loose_policies(folder)
    change(rules / "failures.yml", lambda d: d["failures"]["dead_api"].update(wait_s=1))
    office = open_office(folder)
    (folder / "away").touch()
    office.write(COUNT, cents=CENTS)
    return office


def tried(office: Office, times: int) -> None:
    until(lambda: office.sql(f"select 1 from breaker where tries >= {times}"), f"{times} tries in vain", 60)


def over(office: Office) -> dict[str, int]:
    """Waits until nothing is left to do; in which states the effects ended. The other promises hold."""
    until(lambda: not office.sql("select 1 from job"), "nothing left to do", 90)
    siege = Siege(office.fort, None)  # type: ignore[arg-type]
    assert list(twice(siege)) == [] and list(lost(siege)) == [] and list(calls_without_effect(siege)) == []
    assert office.sql("select count(*) from card where kind = 'outage'") == [(1,)]
    assert office.fort.house.services.verify().faults == ()
    return office.states("effect")


def test_three_processes_try_one_at_a_time_and_everything_goes_out_once(tmp_path: Path) -> None:
    office = begun(tmp_path)
    with crew_of(tmp_path) as crew:
        crew.each([away_for_a_while] * 3)
        tried(office, 3)
        opened = [seq for (seq,) in office.sql("select seq from audit where kind = 'breaker.opened' order by seq")]
        after = office.sql(f"select kind, count(*) from audit where seq > {opened[1]} and kind in"
                           " ('breaker.tries', 'effect.claimed') group by 1")  # fmt: skip
        counted = dict(after)  # type: ignore[arg-type]
        assert counted["breaker.tries"] - counted["effect.claimed"] in (0, 1), (
            "one call for each try, the last may be under way"
        )
        assert office.sql("select count(*) from request") == [(0,)]
        (tmp_path / "away").unlink()
        assert over(office) == {"sent": COUNT}
    assert Counter(office.paid()).most_common(1)[0][1] == 1 and len(office.paid()) == COUNT
    assert deadlocks(office.fort.ledger.database.url) == 0


def test_processes_that_die_during_the_outage_lose_nothing_of_what_waits(tmp_path: Path) -> None:
    office = begun(tmp_path)
    with crew_of(tmp_path) as crew:
        first, second, _ = crew.each([away_for_a_while] * 3)
        tried(office, 1)
        first.signal(signal.SIGKILL)
        tried(office, 2)
        second.signal(signal.SIGKILL)
        (tmp_path / "away").unlink()
        ended = over(office)
    unknown = ended.get("unknown", 0)  # what the dead were at: the till cannot be asked, a person is
    assert ended.get("sent", 0) + unknown == COUNT and unknown <= 2
    assert office.sql("select count(*) from request where trigger = 'unknown_effect'") == [(unknown,)]
    assert Counter(office.paid()).most_common(1)[0][1] == 1
