"""Calls that are late, by whatever clock, and receipts that the database cannot take: never twice, always shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest

from core.errors import Retry
from core.ledger import Phase
from core.moment import from_us
from gateways import calling
from tests.support.fort import Fort
from tests.support.unknown import SAFE, asked, go_on, kept, one, paid, says, state


def stopped(fort: Fort, wall: timedelta, steady_s: float) -> Fort:
    """The fort with a process that stands still between claim and call: so much passes on the wall and on the steady clock."""
    now = [0.0]
    door = replace(fort.life.door_out, steady=lambda: now[0])
    life = replace(fort.life, door_out=door)

    def stand_still(point: str) -> None:
        if point == "effect.claimed":
            fort.clock.at += wall
            now[0] += steady_s
            fort.ledger.reach = lambda _: None

    fort.ledger.reach = stand_still
    life.effect(fort.due(Phase.EFFECT)[0])
    return fort


@pytest.mark.parametrize(
    ("wall", "steady_s"),
    [(timedelta(seconds=10), 10.0), (timedelta(hours=-1), 3600.0), (timedelta(hours=3), 0.1), (timedelta(), 10.0)],
    ids=["stood still", "and the clock was set back", "the clock was set forward", "the clock stood still"],
)
def test_a_process_that_wakes_after_its_time_sends_nothing(tmp_path: Path, wall: timedelta, steady_s: float) -> None:
    siege, fort, till = one(tmp_path, "ask")
    stopped(fort, wall, steady_s)
    assert till.knocks == [] and state(fort) == "ready"
    assert fort.sql("select count(*) from breaker") == [(0,)], "the gateway had nothing to do with it"
    fort.clock.pass_(hours=2)
    fort.run()
    assert state(fort) == "sent" and paid(till) == 1
    kept(siege)


def test_a_process_that_wakes_in_time_sends(tmp_path: Path) -> None:
    _, fort, till = one(tmp_path, "ask")
    stopped(fort, timedelta(seconds=9), 9.0)
    assert len(till.knocks) == 1 and state(fort) == "sent"


def test_without_the_steady_clock_it_would_be_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def only_the_wall(self: calling.Deadline) -> bool:
        return self.clock.now() >= self.call.call_by

    monkeypatch.setattr(calling.Deadline, "has_passed", only_the_wall)
    _, fort, till = one(tmp_path, "ask")
    stopped(fort, timedelta(hours=-1), 3600.0)
    assert len(till.knocks) == 1


@pytest.mark.parametrize("ahead", [timedelta(hours=5), timedelta(hours=-5)], ids=["ahead", "behind"])
@pytest.mark.parametrize("after_crash", ["ask", "by_key", "look_up"])
def test_a_provider_whose_clock_is_hours_off_gets_nothing_twice(
    tmp_path: Path, ahead: timedelta, after_crash: Literal["ask", "by_key", "look_up"]
) -> None:
    siege, fort, till = one(tmp_path, after_crash, count=5)
    till.is_strict_about_time, till.ahead = True, ahead
    till.mood_of = lambda _: "loses_answers" if len(till.knocks) % 3 == 2 else None
    go_on(fort, 400)
    till.ahead = timedelta()
    go_on(fort, 700)
    states = dict(fort.sql("select state, count(*) from effect group by 1"))
    assert states.get("sent", 0) + states.get("unknown", 0) == 5
    assert asked(fort) == states.get("unknown", 0)
    assert paid(till) == 5 if after_crash != "ask" else paid(till) >= states.get("sent", 0)
    kept(siege)


def test_what_our_own_clock_says_decides_and_not_the_providers(tmp_path: Path) -> None:
    """`safe_from` is counted from our claim: a provider cannot open the answer earlier."""
    _, fort, till = one(tmp_path, "ask")
    till.mood, till.ahead = "silent", timedelta(hours=5)
    fort.run()
    claimed = from_us(fort.sql("select claimed_at from effect")[0][0])
    fort.clock.at = claimed + SAFE
    assert not says(fort, went_out=False)
    fort.clock.pass_(seconds=1)
    assert says(fort, went_out=False)


# Approvals that no longer hold ---------------------------------------------------------------------------------------


def test_nobody_outside_is_asked_while_a_claim_holds_its_locks(tmp_path: Path) -> None:
    siege, fort, till = one(tmp_path, "ask")
    rules = fort.rules[0]  # type: ignore[attr-defined]
    stricter = {**rules.rollout.agents, "support": "supervised"}
    fort.rules[0] = rules.model_copy(  # type: ignore[attr-defined]
        update={"rollout": rules.rollout.model_copy(update={"agents": stricter}), "version": "stricter"}
    )
    seen: list[int] = []
    honest = till.resolve

    def counted(*args: object) -> object:
        seen.append(1)
        return honest(*args)  # type: ignore[arg-type]

    till.resolve = counted  # type: ignore[method-assign, assignment]
    fort.run()
    assert len(fort.pending()) == 1 and till.knocks == []
    assert seen == [1], "once before the claim, and never in it"
    kept(siege)


# The database is away --------------------------------------------------------------------------------------------------


def test_a_receipt_outlives_a_database_that_is_away_for_a_moment(tmp_path: Path) -> None:
    siege, fort, till = one(tmp_path, "ask")
    waited: list[float] = []
    door = replace(fort.life.door_out, pause=waited.append)

    def away(point: str) -> None:
        if point == "effect.before_receipt" and len(waited) < 3:
            raise Retry("the database is away")

    fort.ledger.reach = away
    replace(fort.life, door_out=door).effect(fort.due(Phase.EFFECT)[0])
    assert len(waited) == 3 and state(fort) == "sent" and paid(till) == 1
    fort.run()
    kept(siege)


def test_a_database_that_stays_away_leaves_an_unknown_effect_and_no_second_call(tmp_path: Path) -> None:
    siege, fort, till = one(tmp_path, "ask")
    door = replace(fort.life.door_out, pause=lambda _: None)

    def away(point: str) -> None:
        if point == "effect.before_receipt":
            raise Retry("the database is away")

    fort.ledger.reach = away
    with pytest.raises(Retry):
        replace(fort.life, door_out=door).effect(fort.due(Phase.EFFECT)[0])
    fort.ledger.reach = lambda _: None
    go_on(fort, 30)
    assert state(fort) == "unknown" and asked(fort) == 1 and len(till.knocks) == 1
    kept(siege)
