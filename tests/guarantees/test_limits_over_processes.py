"""Limits, spend, pause and the order of locks hold over all processes, whoever counts at once; by the providers' own logs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest

from core.errors import Retry
from gateways import checks
from tests.support.crew import REFUND, REPLY, Office, crew_of, deadlocks, no_spell, open_office
from tests.support.fort import change, loose_policies
from tests.support.hands import until
from tests.support.invariants import calls_without_effect, lost, twice
from tests.support.siege import Siege
from tests.support.till import FEE_CENTS
from workflows.control import Paused

pytestmark = pytest.mark.postgresql  # on SQLite one process runs the jobs
CREW = 3
LETTERS, AN_HOUR = 26, 15
CAP_CENTS, EACH_CENTS = 50_000, 5_000 - FEE_CENTS
CUSTOMERS = 40
LOAD_S = 5.0


def rest(office: Office, count: int) -> None:
    """Waits until each effect has gone out or was told to wait."""
    waits = "select count(*) from effect where state = 'sent' or not_before is not null"
    until(lambda: office.sql(waits) == [(count,)] and not office.sql("select 1 from job where phase like 'task%'"),
          "all have gone out or wait", 60)  # fmt: skip


def letters(folder: Path, *spells: Callable[[Office], None]) -> int:
    """Many processes, many letters, room for few of them: how many left the mailbox."""
    rules = loose_policies(folder)
    change(rules / "limits.yml", lambda d: d["windows"]["email"].update(limit=AN_HOUR))
    office = open_office(folder)
    office.write(LETTERS, REPLY)
    with crew_of(folder) as crew:
        for spell in spells:
            crew.begin(spell)
        rest(office, LETTERS)
    return len(office.fort.mailbox.outbox())


def test_a_window_holds_over_all_processes(tmp_path: Path) -> None:
    assert letters(tmp_path, *[no_spell] * CREW) == AN_HOUR


def uncounted(_: Office) -> None:
    """A process that does not lock what it counts."""
    checks.lock_claim = lambda *_, **__: None  # type: ignore[assignment]
    seen = checks.room

    def late(*given: object, **named: object) -> object:
        wait = seen(*given, **named)  # type: ignore[arg-type]
        time.sleep(0.3)
        return wait

    checks.room = late  # type: ignore[assignment]


def test_without_the_locks_it_would_be_seen(tmp_path: Path) -> None:
    assert letters(tmp_path, *[uncounted] * CREW) > AN_HOUR


def test_the_days_spend_holds_over_all_processes_to_the_cent(tmp_path: Path) -> None:
    office = open_office(tmp_path)
    fit, more = CAP_CENTS // 5_000, 5
    office.write(fit + more, cents=EACH_CENTS)
    with crew_of(tmp_path) as crew:
        crew.each([no_spell] * CREW)
        rest(office, fit + more)
    paid = [call.paid_cents + FEE_CENTS for call in office.fort.till.calls() if call.paid_cents]
    assert sum(paid) == CAP_CENTS
    assert office.sql("select count(*) from effect where state = 'ready' and not_before is not null") == [(more,)]


# Pause ---------------------------------------------------------------------------------------------------------------


def claims_in_a_pause(office: Office) -> Iterator[str]:
    """Claims whose line in the audit, which is in the order of the commits, stands between a pause and its end."""
    paused = False
    for kind, facts in office.sql("select kind, facts from audit order by seq"):
        if kind in ("control.paused", "control.resumed"):
            paused = kind == "control.paused"
        elif kind == "effect.claimed" and paused:
            yield facts


def slow_till(office: Office) -> None:
    """A call takes a moment, so that some are always under way."""
    office.fort.till.during = lambda _: time.sleep(0.3)


def paused_again_and_again(office: Office) -> int:
    """Processes work while everything is paused and resumed; how often it was paused with calls under way."""
    controls, caught = office.fort.house.services.controls, 0
    with crew_of(office.folder) as crew:
        crew.each([slow_till] * CREW)
        office.write(CUSTOMERS, cents=500)
        while office.states().get("done", 0) < CUSTOMERS // 2:
            until(lambda: office.states("effect").get("sending"), "a call under way")
            paused = _surely(lambda: controls.pause("everything", None, "enough", None))
            assert isinstance(paused, Paused)
            caught += bool(paused.in_flight)
            time.sleep(0.1)
            _surely(lambda: controls.resume("everything", None))
        office.all_done(CUSTOMERS)
    return caught


def _surely(what: Callable[[], object]) -> object:
    while True:
        try:
            return what()
        except Retry:
            time.sleep(0.05)


def test_after_a_pause_has_committed_no_process_claims(tmp_path: Path) -> None:
    office = open_office(tmp_path)
    assert paused_again_and_again(office) > 0, "nothing was under way at any pause"
    assert list(claims_in_a_pause(office)) == []
    assert len(office.paid()) == len(set(office.paid())) == CUSTOMERS


# The order of locks --------------------------------------------------------------------------------------------------


def busy(office: Office) -> None:
    """A process in which all happens at once that takes locks, beside its jobs."""
    for act in (_opens, _decides, _pauses, _takes, _draws, _sweeps):
        Thread(target=_on_and_on, args=(office, act), daemon=True).start()


def _on_and_on(office: Office, act: Callable[[Office, int], object]) -> None:
    turn = 0
    while not (office.folder / "enough").exists():
        turn += 1
        try:
            act(office, turn)
        except Retry:
            continue
        except Exception as error:
            (office.folder / "broken").write_text(f"{act.__name__}: {type(error).__name__} {error}")
            raise
        time.sleep(0.01)


def _opens(office: Office, turn: int) -> None:
    number = hash((id(office), turn)) % 10_000_000
    office.write(1, REPLY if turn % 2 else REFUND, first=number, cents=100)
    time.sleep(0.1)


def _decides(office: Office, turn: int) -> None:
    for request_id, _ in office.fort.pending()[:10]:
        office.fort.decide(request_id, ("U0THEO", "U0MAYA", "U0SAM", "U0PRIYA")[turn % 4],
                           "reject" if turn % 5 == 0 else "approve", reason="wrong_facts")  # fmt: skip


def _pauses(office: Office, turn: int) -> None:
    time.sleep(0.5)
    controls = office.fort.house.services.controls
    name = ("everything", "support")[turn % 2]
    controls.pause(name, None, "enough", None)
    controls.resume(name, None)


def _takes(office: Office, turn: int) -> None:
    tasks = office.sql("select id from task where state <> 'done' and id like '%3' order by created_at desc limit 2")
    takeover, theo = office.fort.house.services.takeover, office.fort.directory.people["U0THEO"]
    for (task_id,) in tasks[turn % 2 :]:
        takeover.take(task_id, theo, "card")
        takeover.hand_back(task_id, theo, "I looked at it.", "support", "discard")
    time.sleep(0.1)


def _draws(office: Office, turn: int) -> None:
    for card_id, subject in office.sql("select id, subject_id from card order by created_at desc limit 5"):
        with office.fort.ledger.unit() as unit:
            unit.change("card.noted", key=card_id, error="")
            unit.want(subject)
            unit.audit("card.drawn", "system", card=card_id, turn=turn)


def _sweeps(office: Office, _turn: int) -> None:
    office.fort.schedule.follow_up(office.clock.now())
    office.fort.house.services.controls.lift_expired()
    time.sleep(0.05)


def test_a_mixed_load_of_many_processes_never_waits_for_itself(tmp_path: Path) -> None:
    loose_policies(tmp_path, stage="supervised")
    office = open_office(tmp_path)
    url = (tmp_path / "database.url").read_text(encoding="utf-8")
    with crew_of(tmp_path) as crew:
        crew.each([busy] * 4)
        for _ in range(int(LOAD_S * 2)):
            time.sleep(0.5)
            office.clock.move(60.0)  # what waits for a time comes too
        (tmp_path / "enough").touch()
        for name in ("everything", "support"):
            _surely(lambda name=name: office.fort.house.services.controls.resume(name, None))  # type: ignore[misc]
        until(lambda: office.fort.due() == [], "all that is due is done", 60)
        assert [mate.leave() for mate in crew.mates] == [0] * 4
    assert not (tmp_path / "broken").exists(), (tmp_path / "broken").read_text()
    assert deadlocks(url) == 0
    done = office.states("effect")
    assert done.get("sent", 0) > 10, f"there was no load: {done}"
    siege = Siege(office.fort, None)  # type: ignore[arg-type]
    assert list(twice(siege)) == [] and list(lost(siege)) == [] and list(calls_without_effect(siege)) == []
    assert office.sql("select 1 from audit where kind = 'job.given_up'") == []
    assert office.fort.house.services.verify().faults == ()
