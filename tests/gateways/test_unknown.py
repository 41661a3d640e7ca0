"""Effects of which nobody knows whether they went out: asked by key, looked up, said by a person. Never twice, always shown."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Literal

import pytest

from core.contract.effect import Call
from core.ledger import Phase
from tests.support.fort import raise_fort
from tests.support.unknown import SAFE, asked, effect_of, fails_claimed, go_on, kept, one, paid, says, state

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
