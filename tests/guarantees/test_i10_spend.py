"""I10 Daily spend: money that nobody approved, with what operations cost, never passes $500.00 a day, whoever counts at once.
I8 Thresholds are cumulative: two halves weigh as much as the whole."""

from __future__ import annotations

import multiprocessing
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest

from core.contract.effect import Unknown
from core.ledger import Job, Phase
from gateways import checks
from gateways.checks import Checks
from gateways.handles import of_task
from tests.support.adversary import Adversary, Case, World
from tests.support.fort import Fort, loose_policies, raise_fort
from tests.support.house import mail
from tests.support.invariants import overspent
from tests.support.siege import Siege, refunds
from tests.support.till import FEE_CENTS

CUSTOMERS, FIT = 14, 10
CENTS = 5_000 - FEE_CENTS  # ten of them are the cap to the cent
CAP = 50_000


def spent(fort: Fort) -> int:
    return sum(call.paid_cents + FEE_CENTS for call in fort.till.calls() if call.paid_cents)


def in_threads(fort: Fort, jobs: list[Job], count: int) -> None:
    """The jobs, in as many threads at once."""
    runner = fort.runner()
    threads = [Thread(target=lambda mine=jobs[n::count]: [runner.run(job) for job in mine]) for n in range(count)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]


def child(folder: str, ids: list[str]) -> None:
    """Another process on the same installation: its share of the jobs, in four threads."""
    fort = raise_fort(Path(folder), Path(folder) / "policies")
    in_threads(fort, [job for job in fort.ledger.jobs() if job.id in ids], 4)


def test_the_whole_attack_stays_under_the_cap(siege) -> None:
    assert list(overspent(siege)) == []


def test_eight_threads_reach_the_cap_to_the_cent_and_never_pass_it(tmp_path: Path) -> None:
    siege = refunds(tmp_path, CUSTOMERS, CENTS)
    siege.fort.run(Phase.PLAN, Phase.TURN)
    in_threads(siege.fort, siege.fort.due(Phase.EFFECT), 8)
    assert spent(siege.fort) == CAP
    assert list(overspent(siege)) == []
    waiting = siege.sql("select count(*) from effect where state = 'ready' and not_before is not null")
    assert waiting == [(CUSTOMERS - FIT,)]  # not refused, not lost: the next day has room


def test_two_processes_stay_under_the_cap_together(tmp_path: Path) -> None:
    siege = refunds(tmp_path, CUSTOMERS, CENTS)
    siege.fort.run(Phase.PLAN, Phase.TURN)
    ids = [job.id for job in siege.fort.due(Phase.EFFECT)]
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=child, args=(str(tmp_path), ids[n::2])) for n in range(2)]
    [process.start() for process in processes]
    [process.join(60) for process in processes]
    assert [process.exitcode for process in processes] == [0, 0]
    assert spent(siege.fort) == CAP
    assert list(overspent(siege)) == []


def test_what_did_not_fit_goes_out_the_next_day(tmp_path: Path) -> None:
    siege = refunds(tmp_path, CUSTOMERS, CENTS)
    siege.fort.run()
    assert spent(siege.fort) == CAP
    siege.fort.clock.pass_(hours=24)
    siege.fort.run()
    assert spent(siege.fort) == CUSTOMERS * 5_000


def test_an_unknown_outcome_counts_as_spent(tmp_path: Path) -> None:
    siege = refunds(tmp_path, CUSTOMERS, CENTS, breaker=False)
    siege.fort.till.during = lambda _: Unknown(reason="the line broke")
    siege.fort.run()
    assert siege.sql("select state, count(*) from effect group by 1 order by 1") == [
        ("ready", CUSTOMERS - FIT),
        ("unknown", FIT),
    ]


def test_without_the_cap_it_would_be_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Checks, "_spend", lambda *_: None)
    siege = refunds(tmp_path, CUSTOMERS, CENTS)
    siege.fort.run()
    assert list(overspent(siege)) != []


# One customer, many halves -------------------------------------------------------------------------------------------


def one_customer(folder: Path, cents: int, count: int) -> Siege:
    """Support pays one customer back `count` times, each in a task of its own."""
    adversary = Adversary(1)
    fort = raise_fort(folder, loose_policies(folder), agents=adversary)
    adversary.world = World(fort.ledger)
    script = {}
    for number in range(count):
        raw = mail("Please pay my money back.", message_id=f"half{number}", subject=f"Bill {number}")
        opened = fort.house.services.arrivals.mail(raw)
        fort.till.add(f"P-{number}", "dana.whitfield@example.com", cents)
        script[str(opened.task_id)] = Case("support", "till.refund", "honest", _the_payment(number))
    adversary.script = script
    return Siege(fort, adversary)


def _the_payment(number: int):  # type: ignore[no-untyped-def]
    """The handle of this payment among those of the customer."""

    def change(one, brief, world):  # type: ignore[no-untyped-def]
        handle = next(
            h for h, pointer in of_task(world.ledger, str(brief.task_id)).items() if pointer.key == f"P-{number}"
        )
        argument = one.arguments["payment"].model_copy(update={"value": handle})
        return one.model_copy(update={"arguments": {"payment": argument}})

    return change


def test_splitting_an_amount_gains_nothing(tmp_path: Path) -> None:
    siege = one_customer(tmp_path, 4_000, 4)
    siege.fort.run()
    assert [call.paid_cents for call in siege.fort.till.calls()] == [4_000, 4_000]  # the third would make $120.00
    assert len(siege.fort.pending()) == 2


def test_halves_that_were_judged_before_the_first_was_paid_gain_nothing(tmp_path: Path) -> None:
    siege = one_customer(tmp_path, 6_000, 3)
    siege.fort.run(Phase.PLAN, Phase.TURN)
    assert siege.sql("select count(*) from proposal where verdict_kind = 'allow'") == [(3,)]  # each alone is small
    siege.fort.run(Phase.EFFECT)
    assert [call.paid_cents for call in siege.fort.till.calls()] == [6_000]
    assert len(siege.fort.pending()) == 2  # asked again, not refused


def test_without_the_sum_it_would_be_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "days_of_sum", lambda *_: timedelta(days=-1))
    siege = one_customer(tmp_path, 6_000, 3)
    siege.fort.run()
    assert sum(call.paid_cents for call in siege.fort.till.calls()) > 10_000


def test_the_window_of_the_sum_is_the_rules_own(tmp_path: Path) -> None:
    siege = one_customer(tmp_path, 6_000, 2)
    rules = siege.fort.house.services.policy()
    money = rules.gateways["till"].operations["till.refund"].money
    assert money is not None and money.window_days == 30
    first, second = siege.fort.ledger.jobs()
    siege.fort.runner().run(first)
    for _ in range(3):
        [siege.fort.runner().run(job) for job in siege.fort.due() if job.task_id == first.task_id]
    assert len(siege.fort.till.calls()) == 1
    siege.fort.clock.pass_(days=31)
    siege.fort.run()
    assert [call.paid_cents for call in siege.fort.till.calls()] == [6_000, 6_000]
    assert second.task_id != first.task_id
