"""I13 and I14 after a backup was restored: the world is ahead of the ledger, so nothing is sent again, and a person sees all that
nobody knows any more. The oracle is the mail system's own outbox and call log, which live on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from core.contract.base import EffectId
from tests.commands.conftest import Bench
from tests.support.backups import KEPT_FOR_EVER, approve_all, mails_sent, roomy, rows_of, under_load, wipe, writes
from tests.support.house import Home, open_home
from workflows.restored import Restored

pytestmark = pytest.mark.slow  # a drill under load; `tests/commands/test_restore.py` looks at each step

LATER = timedelta(hours=2, minutes=50)
BEFORE = 9  # customers who had written before the backup


class Killed(BaseException):
    """The process dies here."""


def dies_in_the_middle_of_a_call(home: Home) -> None:
    """Claims one effect, and never says what came of it."""

    def reach(point: str) -> None:
        if point == "effect.claimed":
            raise Killed

    ledger = home.house.services.ledger
    job = next(job for job in ledger.jobs() if job.phase == "effect.send.v1")
    ledger.reach = reach
    with pytest.raises(Killed):
        home.house.services.life.effect(job)
    ledger.reach = lambda _: None


class Drill:
    """Seeded, backed up while customers write, worked on, wiped, restored."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = open_home(folder, policies=roomy(folder))
        self.bench = Bench(self.home, folder)

    def run(self, *, systems: bool) -> None:
        home = self.home
        self._seed()
        with under_load(home, first=100) as self.came:
            self.taken = self.bench.ask(f"backup {self.folder}/one.backup")
        self.counted = dict(home.sql("select state, count(*) from effect group by 1"))
        home.clock.pass_(minutes=10)
        home.work()
        approve_all(home)
        home.work()
        home.clock.at += LATER
        self.live = rows_of(home, *KEPT_FOR_EVER, "audit", "task")
        self.sent, self.calls = mails_sent(home), len(home.calls())
        self._reopen(systems)

    def _seed(self) -> None:
        """Three are answered; one is in the middle of its call; two are approved; two wait for approval; one just came in."""
        home = self.home
        writes(home, 1, 2, 3)
        home.work()
        approve_all(home)
        home.work()
        writes(home, 4, 5, 6, 7, 8)
        home.work()
        for request_id, _ in home.pending()[:3]:
            home.decide(request_id, "U0THEO")
        dies_in_the_middle_of_a_call(home)
        writes(home, 9)

    def _reopen(self, systems: bool) -> None:
        self.home.house.close()
        wipe(self.folder, systems=systems)
        self.restored = self.bench.ask(f"restore {self.folder}/one.backup")
        assert self.restored.exit_code == 0, self.restored.text
        at = self.home.clock.at
        self.home = open_home(self.folder, policies=self.folder / "policies")
        self.home.clock.at = at
        self.bench = Bench(self.home, self.folder)


def drilled(folder: Path) -> Iterator[Drill]:
    drill = Drill(folder)
    drill.run(systems=False)
    yield drill
    drill.home.house.close()


@pytest.fixture
def drill(tmp_path: Path) -> Iterator[Drill]:
    """A restored installation of the test's own."""
    yield from drilled(tmp_path)


@pytest.fixture(scope="module")
def looked_at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drill]:
    """A restored installation for tests that change nothing."""
    yield from drilled(tmp_path_factory.mktemp("drill"))


def test_what_was_restored_is_what_was_there(looked_at: Drill) -> None:
    assert looked_at.taken.exit_code == 0, looked_at.taken.text
    rows = looked_at.restored.data["rows"]
    assert rows["task"] >= BEFORE and rows["effect"] == 6
    restored = rows_of(looked_at.home, *KEPT_FOR_EVER, "audit", "task")
    for table in KEPT_FOR_EVER:
        assert restored[table] <= looked_at.live[table], table
        assert len(restored[table]) == rows[table]
    lines = {row for row in restored["audit"] if row[0] <= rows["audit"]}
    assert lines <= looked_at.live["audit"] and len(lines) == rows["audit"]
    assert looked_at.home.house.services.verify().faults == ()
    assert {row[0] for row in restored["task"]} <= {row[0] for row in looked_at.live["task"]}


def test_a_restored_system_stands_still_and_says_why(looked_at: Drill) -> None:
    controls = looked_at.home.sql("select scope, name, lifted_at from control")
    assert controls == [("all", "everything", None)]
    assert looked_at.home.sql("select kind from card where kind = 'paused'") == [("paused",)]
    row = looked_at.home.sql("select id from control")[0]
    reason = (looked_at.home.house.services.ledger.row("control", "control.get", id=row[0]) or {})["reason"]
    assert "Nov 24, 10:00 AM EST" in reason and "Nov 24, 1:00 PM EST" in reason  # the time that is not in it
    assert looked_at.home.sql("select value from counter where name = 'kill_epoch'") == [(1,)]
    assert looked_at.home.sql("select count(*) from audit where kind = 'ledger.restored'") == [(1,)]
    looked_at.home.work()
    assert (mails_sent(looked_at.home), len(looked_at.home.calls())) == (looked_at.sent, looked_at.calls)


def test_whatever_may_have_gone_out_is_unknown_and_a_person_is_asked(looked_at: Drill) -> None:
    assert looked_at.counted == {"sent": 3, "sending": 1, "ready": 2}
    assert dict(looked_at.home.sql("select state, count(*) from effect group by 1")) == {"sent": 3, "unknown": 3}
    unknown = {task for (task,) in looked_at.home.sql("select task_id from effect where state = 'unknown'")}
    asked = looked_at.home.sql("select task_id from request where trigger = 'unknown_effect' and state = 'pending'")
    assert sorted(asked) == sorted((task,) for task in unknown)
    assert {each["log"] for each in looked_at.restored.data["unknown"]} == {
        "done"
    }  # the mail system knows better than we do


def test_every_open_task_is_before_a_person(looked_at: Drill) -> None:
    """None goes on by itself: what its agents did after the backup is not known."""
    states = looked_at.home.sql("select state, waiting_for, count(*) from task group by 1, 2")
    assert {(state, waits) for state, waits, _ in states} == {
        ("done", ""),
        ("waiting", "person"),
        ("waiting", "approval"),
    }
    assert looked_at.home.sql(
        "select count(*) from job where phase in ('effect.send.v1', 'task.plan.v1', 'task.turn.v1')"
    ) == [(0,)]
    again = looked_at.home.sql("select id from request where kind = 'approval' and state = 'pending'")
    whys = [
        (looked_at.home.house.services.ledger.row("request", "request.get", id=one) or {})["why"] for (one,) in again
    ]
    assert len(whys) == 2 and all("may have been approved and carried out since" in why for why in whys)
    without = looked_at.home.sql(
        "select count(*) from task where state = 'waiting' and id not in (select task_id from request where state = 'pending')"
    )
    assert without == [(0,)]


def test_nothing_is_sent_twice_after_everything_was_resumed(drill: Drill) -> None:
    home = drill.home
    assert drill.bench.ask("resume everything").exit_code == 0
    home.work()
    assert (mails_sent(home), len(home.calls())) == (drill.sent, drill.calls)
    assert dict(home.sql("select state, count(*) from effect group by 1")) == {"sent": 3, "unknown": 3}


def test_a_new_task_goes_its_way_after_a_restore(drill: Drill) -> None:
    home = drill.home
    writes(home, 500)
    home.work()
    newest = max(home.sql("select id from task"), key=lambda row: int(row[0][2:]))[0]
    assert newest not in {row[0] for row in drill.live["task"]}, "a number is used twice"
    assert home.sql(f"select waiting_for from task where id = '{newest}'") == [("agent:planner",)]
    drill.bench.ask("resume everything")
    home.work()
    request = next(request for request, task in home.pending() if task == newest)
    home.decide(request, "U0THEO")
    home.work()
    assert len(mails_sent(home)) == len(drill.sent) + 1
    assert set(Counter(mails_sent(home)).values()) == {1}, "somebody was written to twice"
    assert home.house.services.verify().faults == ()


def test_a_person_clears_up_what_nobody_knows_and_that_calls_nobody(drill: Drill) -> None:
    home, services = drill.home, drill.home.house.services
    rows = home.sql("select id, attempts from effect where state = 'unknown' order by attempts")
    for effect_id, attempts in rows:
        assert services.people.door_out.settling.cleared_up(
            EffectId(effect_id), attempts, True, "U0THEO", services.life
        )
    drill.bench.ask("resume everything")
    home.work()
    assert dict(home.sql("select state, count(*) from effect group by 1")) == {"sent": 6}
    assert (mails_sent(home), len(home.calls())) == (drill.sent, drill.calls)
    assert home.sql("select count(*) from request where trigger = 'unknown_effect' and state = 'pending'") == [(0,)]


def test_sent_again_by_a_persons_word_it_is_the_same_call(drill: Drill) -> None:
    """The mail system has it by that key: it gives its first answer, and no second mail goes out."""
    home, services = drill.home, drill.home.house.services
    drill.bench.ask("resume everything")
    effect_id, attempts = home.sql("select id, attempts from effect where state = 'unknown' order by id")[0]
    assert services.people.door_out.settling.cleared_up(EffectId(effect_id), attempts, False, "U0THEO", services.life)
    home.work()
    assert home.sql(f"select state from effect where id = '{effect_id}'") == [("sent",)]
    assert mails_sent(home) == drill.sent


def test_with_the_systems_gone_too_nothing_is_sent_by_itself(tmp_path: Path) -> None:
    drill = Drill(tmp_path)
    drill.run(systems=True)
    before = mails_sent(drill.home)
    assert len(before) == 3  # as of the backup
    drill.bench.ask("resume everything")
    drill.home.work()
    assert mails_sent(drill.home) == before
    assert dict(drill.home.sql("select state, count(*) from effect group by 1")) == {"sent": 3, "unknown": 3}
    drill.home.house.close()


def test_a_second_mail_would_be_seen(drill: Drill) -> None:
    """The check can fail: somebody approves what is asked again without having looked."""
    home = drill.home
    drill.bench.ask("resume everything")
    approve_all(home)
    home.work()
    assert max(Counter(mails_sent(home)).values()) == 2


def test_without_the_marks_an_answered_customer_would_be_written_to_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the marks are for: a ledger that is only paused goes on where it was, and sends what went out long ago."""
    monkeypatch.setattr(Restored, "_ask_again", lambda *_: False)
    monkeypatch.setattr(Restored, "_to_a_person", lambda *_: False)
    monkeypatch.setattr(Restored, "_unknown", lambda *_: None)
    drill = Drill(tmp_path)
    drill.run(systems=False)
    drill.bench.ask("resume everything")
    drill.home.work()
    approve_all(drill.home)
    drill.home.work()
    assert max(Counter(mails_sent(drill.home)).values()) == 2
    drill.home.house.close()
