"""Effects of which nobody knows whether they went out: asked by key, looked up, said by a person. Never twice, always shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Literal

import pytest

from core.contract.base import EffectId
from core.contract.effect import Call
from core.errors import Retry
from core.ledger import Phase
from core.moment import from_us
from gateways import calling
from gateways.calling import CALL_WITHIN
from tests.support.fort import Fort, raise_fort
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


# By key --------------------------------------------------------------------------------------------------------------


def test_by_key_the_same_call_is_made_again_and_the_answer_counts(tmp_path: Path) -> None:
    siege, fort, till = one(tmp_path, "by_key")
    till.mood_of = lambda _: "loses_answers" if len(till.knocks) == 1 else None
    fort.run()
    assert state(fort) == "unknown" and asked(fort) == 0
    go_on(fort, 10)
    assert state(fort) == "sent" and paid(till) == 1
    assert len(till.knocks) == 2 and len(set(till.knocks)) == 1
    assert fort.sql("select state from task") == [("done",)]
    kept(siege)


def test_by_key_what_was_never_carried_out_is_carried_out_once(tmp_path: Path) -> None:
    siege, fort, till = one(tmp_path, "by_key")
    till.mood_of = lambda _: "silent" if len(till.knocks) < 3 else None
    go_on(fort, 40)
    assert state(fort) == "sent" and paid(till) == 1 and len(till.knocks) == 3
    kept(siege)


def test_by_key_not_reached_the_second_time_says_nothing_about_the_first(tmp_path: Path) -> None:
    siege, fort, till = one(tmp_path, "by_key")
    till.mood_of = lambda _: "loses_answers" if len(till.knocks) == 1 else "away"
    go_on(fort, 55)
    assert state(fort) == "unknown" and asked(fort) == 0
    go_on(fort, 60)
    assert state(fort) == "unknown" and asked(fort) == 1, "after a minute a person is asked too"
    till.mood_of = lambda _: None
    go_on(fort, 300)
    assert state(fort) == "sent" and paid(till) == 1
    assert asked(fort) == 0 and fort.sql("select state from task") == [("done",)]
    kept(siege)


def test_by_key_nothing_is_repeated_while_its_agent_is_paused_or_a_person_has_the_task(tmp_path: Path) -> None:
    siege, fort, till = one(tmp_path, "by_key")
    till.mood_of = lambda _: "silent" if len(till.knocks) == 1 else None
    fort.run()
    controls, people = fort.house.services.controls, fort.directory.people
    controls.pause("support", people["U0SAM"], "stop", None)
    go_on(fort, 400)
    assert len(till.knocks) == 1 and state(fort) == "unknown"
    fort.house.services.takeover.take(effect_of(fort)[2], people["U0SAM"], "card")
    controls.resume("support", people["U0SAM"])
    go_on(fort, 400)
    assert len(till.knocks) == 1 and state(fort) == "unknown"
    kept(siege)


# Look up -------------------------------------------------------------------------------------------------------------


def test_a_look_up_waits_until_nothing_can_be_on_its_way_any_more(tmp_path: Path) -> None:
    siege, fort, till = one(tmp_path, "look_up")
    till.mood = "loses_answers"
    begun = fort.clock.now()
    fort.run()
    while not till.questions:
        go_on(fort, 1)
        assert fort.clock.now() < begun + timedelta(minutes=1)
    assert fort.clock.now() > begun + SAFE
    assert state(fort) == "sent" and paid(till) == 1 and len(till.knocks) == 1
    kept(siege)


def test_a_look_up_that_closes_is_asked_at_once_and_what_never_came_in_goes_again(tmp_path: Path) -> None:
    siege, fort, till = one(tmp_path, "look_up", closes=True)
    till.mood_of = lambda _: "answers_late" if len(till.knocks) == 1 else None
    fort.run()
    go_on(fort, 8)
    assert len(till.questions) == 1
    till.arrive()
    assert state(fort) == "sent" and paid(till) == 1 and len(till.knocks) == 2
    kept(siege)


def test_a_look_up_that_fails_says_nothing(tmp_path: Path) -> None:
    """Once it was taken for `it never came in`, and the call was made again."""
    siege, fort, till = one(tmp_path, "look_up", closes=True)
    till.mood_of = lambda _: "loses_answers" if len(till.knocks) == 1 else None
    till.answers_questions = False
    go_on(fort, 90)
    assert state(fort) == "unknown" and asked(fort) == 1
    assert len(till.questions) > 2 and len(till.knocks) == 1
    till.answers_questions = True
    go_on(fort, 300)
    assert state(fort) == "sent" and paid(till) == 1 and len(till.knocks) == 1
    kept(siege)


def test_a_call_that_arrives_long_after_it_was_given_up_is_carried_out_once(tmp_path: Path) -> None:
    """The provider keeps keys, so that the one that arrives last finds the first."""
    siege, fort, till = one(tmp_path, "look_up")
    till.mood_of = lambda _: "answers_late" if len(till.knocks) == 1 else None
    go_on(fort, 60)
    assert state(fort) == "sent" and len(till.knocks) == 2
    till.arrive()
    assert paid(till) == 1
    kept(siege)


@pytest.mark.parametrize(("after_crash", "closes"), [("by_key", False), ("look_up", False), ("look_up", True)])
def test_a_call_that_was_cut_off_is_found_out_without_a_person(
    tmp_path: Path, after_crash: Literal["by_key", "look_up"], closes: bool
) -> None:
    siege, fort, till = one(tmp_path, after_crash, closes=closes)
    fails_claimed(fort)
    go_on(fort, 40)
    assert state(fort) == "sent" and paid(till) == 1 and asked(fort) == 0
    kept(siege)


# Ask -----------------------------------------------------------------------------------------------------------------


def test_it_did_not_go_out_can_be_said_when_nothing_can_be_on_its_way_and_not_before(tmp_path: Path) -> None:
    siege, fort, till = one(tmp_path, "ask")
    till.mood_of = lambda _: "silent" if len(till.knocks) == 1 else None
    fort.run()
    assert state(fort) == "unknown" and asked(fort) == 1
    go_on(fort, 20)
    assert not says(fort, went_out=False)
    fort.clock.pass_(seconds=1)
    assert says(fort, went_out=False)
    fort.run()
    assert state(fort) == "sent" and paid(till) == 1
    assert till.knocks[0] == till.knocks[1], "the same effect, the same key"
    assert asked(fort) == 0 and fort.sql("select state from task") == [("done",)]
    kept(siege)


def test_it_went_out_can_be_said_at_once(tmp_path: Path) -> None:
    siege, fort, till = one(tmp_path, "ask")
    till.mood = "loses_answers"
    fort.run()
    assert says(fort, went_out=True)
    fort.run()
    assert state(fort) == "sent" and len(till.knocks) == 1 and asked(fort) == 0
    assert fort.sql("select verb, person, target_kind from decision") == [("went_out", "U0SAM", "effect")]
    assert fort.sql("select actor from audit where kind = 'effect.cleared_up'") == [("person:U0SAM",)]
    kept(siege)


def test_of_two_people_at_once_one_counts(tmp_path: Path) -> None:
    _, fort, till = one(tmp_path, "ask")
    till.mood_of = lambda _: "silent" if len(till.knocks) == 1 else None
    go_on(fort, 22)
    together, counted = Barrier(6), []

    def say(person: str, went_out: bool) -> None:
        together.wait()
        counted.append(says(fort, went_out, person, attempt=1))

    team = ("U0SAM", "U0MAYA", "U0THEO", "U0PRIYA", "U0JO", "U0SAM")
    threads = [Thread(target=say, args=(person, n % 2 == 0)) for n, person in enumerate(team)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(counted) == [False] * 5 + [True]
    assert fort.sql("select count(*) from audit where kind = 'effect.cleared_up'") == [(1,)]
    fort.run()
    assert paid(till) <= 1 and state(fort) == "sent"


def test_a_guest_cannot_say_anything(tmp_path: Path) -> None:
    _, fort, till = one(tmp_path, "ask")
    till.mood = "silent"
    go_on(fort, 30)
    assert not says(fort, went_out=True, person="U0GUEST") and not says(fort, went_out=False, person="U0GUEST")
    assert state(fort) == "unknown"


def test_an_answer_to_an_older_call_does_not_count_for_the_newest(tmp_path: Path) -> None:
    _, fort, till = one(tmp_path, "ask")
    till.mood = "silent"
    go_on(fort, 30)
    assert says(fort, went_out=False)
    go_on(fort, 30)
    assert state(fort) == "unknown" and effect_of(fort)[1] == 2
    assert not says(fort, went_out=False, attempt=1) and not says(fort, went_out=True, attempt=1)
    assert len(till.knocks) == 2


def test_after_a_restart_the_answer_opens_at_its_time_and_the_card_is_drawn_again(tmp_path: Path) -> None:
    siege, fort, till = one(tmp_path, "ask")
    till.mood_of = lambda _: "silent" if len(till.knocks) == 1 else None
    fort.run()
    next_run = raise_fort(tmp_path, fort.house.services.settings.policies, agents=siege.adversary, clock=fort.clock,
                          directory=fort.directory, till_of=lambda *_: till)  # fmt: skip
    card = "select wanted from card where kind = 'escalation'"
    before = next_run.sql(card)[0][0]
    go_on(next_run, 19)
    assert next_run.sql(card)[0][0] == before and not says(next_run, went_out=False)
    go_on(next_run, 3)
    assert next_run.sql(card)[0][0] > before, "nothing kept in memory decides when the card opens"
    assert says(next_run, went_out=False)
    next_run.run()
    assert paid(till) == 1
    next_run.house.close()


def test_a_call_that_its_process_is_still_at_is_not_taken_for_cut_off(tmp_path: Path) -> None:
    siege, fort, till = one(tmp_path, "ask")
    job = fort.due(Phase.EFFECT)[0]
    seen: list[tuple[str, bool]] = []

    def meanwhile(_: Call) -> None:  # the job comes a second time while the first is in its call
        fort.runner().run(job)
        seen.append((state(fort), says(fort, went_out=False)))

    till.at_the_door = meanwhile
    fort.runner().run(job)
    assert seen == [("sending", False)]
    assert state(fort) == "sent" and paid(till) == 1
    kept(siege)


@pytest.mark.parametrize("after_crash", ["ask", "by_key", "look_up"])
def test_a_caller_that_comes_back_late_with_a_receipt_is_believed(
    tmp_path: Path, after_crash: Literal["ask", "by_key", "look_up"]
) -> None:
    """It stood still in the middle of its call; others gave it up, and a person even said that it did not go out."""
    siege, fort, till = one(tmp_path, after_crash)
    job = fort.due(Phase.EFFECT)[0]
    first = [True]

    def stands_still(_: Call) -> None:
        if not first.pop() if first else True:
            return
        fort.clock.pass_(minutes=1)
        fort.ledger.run = "run_of_another_process"
        till.mood = "silent"
        till.answers_questions = False
        fort.run()
        assert state(fort) == "unknown"
        if after_crash == "ask":
            assert says(fort, went_out=False)
        till.mood = "well"

    till.at_the_door = stands_still
    fort.runner().run(job)
    till.at_the_door, till.answers_questions = (lambda _: None), True
    assert state(fort) == "sent"
    go_on(fort, 60)
    assert state(fort) == "sent" and paid(till) == 1
    kept(siege)


# Clocks --------------------------------------------------------------------------------------------------------------


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
