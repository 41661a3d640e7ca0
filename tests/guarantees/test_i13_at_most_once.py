"""I13 At most once: for one effect the provider carries out at most one call, whatever repeats, crashes or clicks twice."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from threading import Barrier, Thread

import pytest

from core.contract.effect import Call, Unknown
from core.ledger import Phase
from gateways.claims import proposal_of
from gateways.handles import of_task
from tests.support import till
from tests.support.fort import Fort
from tests.support.invariants import twice
from tests.support.siege import Siege, refunds


def test_nothing_is_carried_out_twice(siege) -> None:
    assert list(twice(siege)) == []


def test_a_job_that_runs_again_and_again_pays_once(tmp_path: Path) -> None:
    siege = refunds(tmp_path, 3)
    siege.fort.run(Phase.PLAN, Phase.TURN)
    jobs = siege.fort.due(Phase.EFFECT)
    for job in jobs * 4:
        siege.fort.runner().run(job)
    assert len(siege.fort.till.calls()) == 3
    assert list(twice(siege)) == []


def test_a_job_that_runs_in_eight_threads_pays_once(tmp_path: Path) -> None:
    siege = refunds(tmp_path, 2)
    siege.fort.run(Phase.PLAN, Phase.TURN)
    for job in siege.fort.due(Phase.EFFECT):
        together = Barrier(8)

        def go(job=job, together=together) -> None:  # type: ignore[no-untyped-def]
            together.wait()
            siege.fort.runner().run(job)

        threads = [Thread(target=go) for _ in range(8)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
    assert sum(call.paid_cents > 0 for call in siege.fort.till.calls()) == 2
    assert list(twice(siege)) == []


def _cut_off(siege: Siege) -> Fort:
    """The money moved, and Baton never heard of it: the claim stands, the receipt is missing."""

    def paid_but_lost(_: Call) -> Unknown:
        return Unknown(reason="cut off")

    fort = siege.fort
    fort.till.during = paid_but_lost
    fort.run(Phase.PLAN, Phase.TURN)
    job = fort.due(Phase.EFFECT)[0]
    door = fort.life.door_out
    effect = fort.ledger.row("effect", "effect.get", id=job.subject_id) or {}
    operation, adapter = fort.house.registry.operation("till.refund")  # type: ignore[misc]
    proposal = proposal_of(fort.ledger, effect)
    resolved = door.resolve(proposal, of_task(fort.ledger, effect["task_id"]))
    claimed = door._claim(job, effect, proposal, resolved, operation, fort.life)
    adapter.call(claimed.call)  # type: ignore[union-attr]
    fort.till.during = lambda _: None
    fort.ledger.run = "run_of_the_next_process"
    return fort


def test_a_payment_without_its_receipt_is_shown_and_not_repeated(tmp_path: Path) -> None:
    siege = refunds(tmp_path, 1)
    fort = _cut_off(siege)
    fort.run()
    assert sum(call.paid_cents > 0 for call in fort.till.calls()) == 1
    assert fort.sql("select state from effect") == [("unknown",)]
    assert fort.sql("select trigger from request where state = 'pending'") == [("unknown_effect",)]


def test_without_the_guard_it_would_be_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(till, "REFUND", replace(till.REFUND, after_crash="by_key"))  # the till promises no such thing
    siege = refunds(tmp_path, 1)
    fort = _cut_off(siege)
    fort.till.add("P-more", "x@example.com", 1)
    with fort.till._open() as db:
        db.execute("update payment set cents = cents * 2")  # so that the till itself does not stop it
    fort.run()
    assert list(twice(siege)) != []
