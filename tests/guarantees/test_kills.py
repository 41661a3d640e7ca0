"""I13 and I14 under kill -9: at every named point, and at random moments. Told again, the story comes to its end: nothing is
carried out twice, nothing is lost, and what nobody can know is before a person."""

from __future__ import annotations

import multiprocessing
import signal
from pathlib import Path

import pytest

from tests.support.databases import database_of
from tests.support.house import mail, open_home
from tests.support.invariants import calls_without_effect, lost, twice
from tests.support.siege import Siege
from tests.support.story import CENTS, open_fort, policies, some_delay, tell

POINTS = (  # the number says at which of the story's three effects, or at which commit
    "effect.before_claim:1", "effect.claimed:1", "effect.claimed:3", "effect.called:1", "effect.called:2",
    "effect.before_receipt:2", "effect.settled:3", "mail.call.logged", "mail.call.done", "crm.call.logged", "crm.call.done",
    "till.call.logged", "till.call.done", "ledger.before_commit:9", "ledger.after_commit:19",
)  # fmt: skip
BREAKS = (  # where an error that nobody foresaw is raised instead; the process lives on
    "effect.before_claim:2", "effect.claimed:3", "effect.called:1", "effect.called:3", "effect.before_receipt:2",
    "effect.settled:1", "mail.call.logged", "crm.call.done", "till.call.logged", "till.call.done", "ledger.before_commit:6",
    "ledger.after_commit:6",
)  # fmt: skip
RANDOM_KILLS, CUSTOMERS = 10, 9

processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["tests.support.story"])


def told(folder: Path, failpoint: str = "", customers: int = 3, die_after_s: float = 0.0) -> int:
    """The exit code of a process that tells the story."""
    database_of(folder)  # before the child looks for it
    process = processes.Process(target=tell, args=(str(folder), failpoint, customers, die_after_s))
    process.start()
    process.join(60)
    assert process.exitcode is not None, "the story hangs"
    return process.exitcode


def ended(folder: Path) -> Siege:
    """The installation after the story, read by somebody else."""
    fort, agents = open_fort(folder)
    return Siege(fort, agents)


def leads(siege: Siege) -> int:
    with siege.fort.house.systems.reading() as connection:
        return int(connection.exec_driver_sql("select count(*) from leads").scalar_one())


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_at_this_point_repeats_nothing_and_loses_nothing(tmp_path: Path, point: str) -> None:
    policies(tmp_path)
    assert told(tmp_path, point) == -signal.SIGKILL, "the point was never reached, so nothing was tried"
    assert told(tmp_path) == 0
    came_to_its_end(ended(tmp_path))


@pytest.mark.parametrize("point", BREAKS)
def test_an_unforeseen_error_at_this_point_repeats_nothing_and_loses_nothing(tmp_path: Path, point: str) -> None:
    policies(tmp_path)
    assert told(tmp_path, f"{point}=raise") == 0
    came_to_its_end(ended(tmp_path))


def test_an_anchor_that_cannot_be_written_holds_up_nothing(tmp_path: Path) -> None:
    """What is committed is worked off, whatever becomes of the line in the file beside it."""
    home = open_home(tmp_path)
    home.house.services.ledger.anchor.close()  # as if its disk were gone
    home.house.services.arrivals.mail(mail("When do you open?\n\nDana"))
    home.work()
    assert home.sql("select state, waiting_for from task") == [("waiting", "approval")]
    assert home.sql("select count(*) from job") == [(0,)]


def came_to_its_end(siege: Siege) -> None:
    """Each of the three effects happened once; of the till's, which cannot be asked, a person may have to say so."""
    assert list(twice(siege)) == [] and list(lost(siege)) == [] and list(calls_without_effect(siege)) == []
    assert len(siege.fort.mailbox.outbox()) == 1
    assert leads(siege) == 1
    states = dict(siege.sql("select operation, state from effect where state <> 'cancelled'"))
    assert states["mail.reply"] == states["crm.create_lead"] == "sent"
    paid = sum(call.paid_cents for call in siege.fort.till.calls())
    if states["till.refund"] == "unknown":
        asked = siege.sql("select count(*) from request where trigger = 'unknown_effect' and state = 'pending'")
        assert asked == [(1,)]
        assert paid in (0, CENTS)
    else:
        assert states["till.refund"] == "sent" and paid == CENTS
    assert siege.fort.house.services.verify().faults == ()


def test_a_story_without_a_kill_leaves_nothing_unknown(tmp_path: Path) -> None:
    policies(tmp_path)
    assert told(tmp_path) == 0
    siege = ended(tmp_path)
    assert siege.sql("select state, count(*) from effect group by 1") == [("sent", 3)]
    assert siege.sql("select state, count(*) from task group by 1") == [("done", 3)]


def test_kills_at_random_moments_repeat_nothing_and_lose_nothing(tmp_path: Path) -> None:
    policies(tmp_path)
    codes = [told(tmp_path, customers=CUSTOMERS, die_after_s=some_delay(seed)) for seed in range(RANDOM_KILLS)]
    assert -signal.SIGKILL in codes
    assert told(tmp_path, customers=CUSTOMERS) == 0
    siege = ended(tmp_path)
    assert list(twice(siege)) == [] and list(lost(siege)) == [] and list(calls_without_effect(siege)) == []
    assert siege.sql("select count(*) from task") == [(CUSTOMERS,)]
    assert len(siege.fort.mailbox.outbox()) == leads(siege) == CUSTOMERS // 3
    unknown = siege.sql("select count(*) from effect where state = 'unknown'")[0][0]
    asked = siege.sql("select count(*) from request where trigger = 'unknown_effect' and state = 'pending'")[0][0]
    assert unknown == asked
    assert siege.fort.house.services.verify().faults == ()
