"""A refund whose call nobody knows the end of, and hands to go on from there."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from core.contract.base import EffectId
from core.ledger import Phase
from gateways.calling import CALL_WITHIN
from tests.support.fort import Fort
from tests.support.invariants import calls_without_effect, lost, twice
from tests.support.moods import MoodyTill, moody
from tests.support.siege import Siege, refunds

SAFE = 2 * CALL_WITHIN  # after the claim, until a call can no longer be on its way


def one(
    folder: Path, after_crash: Literal["by_key", "look_up", "ask"], *, closes: bool = False, count: int = 1
) -> tuple[Siege, Fort, MoodyTill]:
    """A refund that is ready to leave, to a till that keeps this promise."""
    siege = refunds(folder, count, 100, moody(after_crash, closes))
    siege.fort.run(Phase.PLAN, Phase.TURN)
    assert isinstance(siege.fort.till, MoodyTill)
    return siege, siege.fort, siege.fort.till


def go_on(fort: Fort, seconds: int) -> None:
    for _ in range(seconds):
        fort.run()
        fort.clock.pass_(seconds=1)
    fort.run()


def state(fort: Fort) -> str:
    return str(fort.sql("select state from effect")[0][0])


def asked(fort: Fort) -> int:
    """How many people are asked to clear something up."""
    return int(fort.sql("select count(*) from request where state = 'pending' and trigger = 'unknown_effect'")[0][0])


def paid(till: MoodyTill) -> int:
    return sum(call.paid_cents > 0 for call in till.calls())


def effect_of(fort: Fort) -> tuple[EffectId, int, str]:
    effect_id, attempts, task = fort.sql("select id, attempts, task_id from effect")[0]
    return EffectId(effect_id), attempts, task


def says(fort: Fort, went_out: bool, person: str = "U0SAM", attempt: int | None = None) -> bool:
    effect_id, attempts, _ = effect_of(fort)
    number = attempts if attempt is None else attempt
    return fort.house.services.people.clear_up(effect_id, number, went_out, fort.directory.people[person])


def kept(siege: Siege) -> None:
    assert list(twice(siege)) == [] and list(lost(siege)) == [] and list(calls_without_effect(siege)) == []
    assert siege.fort.house.services.verify().faults == ()


def fails_claimed(fort: Fort) -> None:
    """The process ends between the claim and the call; another one goes on."""

    def dies(point: str) -> None:
        if point == "effect.claimed":
            raise KeyboardInterrupt

    fort.ledger.reach = dies
    with pytest.raises(KeyboardInterrupt):
        fort.run()
    fort.ledger.reach, fort.ledger.run = (lambda _: None), "run_of_the_next_process"
