"""I16 Trip: a gateway that is away, gives no clear answers or fails too often is left alone. What waits for it is kept and goes
out once; one card stands for all of it; one call at a time finds out whether it answers again."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from core.contract.effect import Call
from core.ledger import Phase
from gateways import breaker
from gateways.breaker import Breaker, News
from tests.support.outage import at, cards, go_on, kept, paid, states, waiting, words

# One outage ----------------------------------------------------------------------------------------------------------


def test_an_outage_of_ten_minutes_makes_one_card_and_all_forty_go_out_once(tmp_path: Path) -> None:
    siege, till = waiting(tmp_path, 40)
    till.mood = "away"
    assert at(go_on(siege.fort, 600)) == {0: 3, 30: 1, 90: 1, 210: 1, 450: 1}
    assert cards(siege, "outage") == ["till:1"]
    assert siege.sql("select count(*) from request") == [(0,)]
    assert states(siege) == {"ready": 40}
    assert "40 wait" in words(siege)
    till.mood = "well"
    go_on(siege.fort, 400)
    assert states(siege) == {"sent": 40}
    assert len(paid(till)) == 40 and set(paid(till).values()) == {1}
    assert cards(siege, "outage") == ["till:1"] and cards(siege, "escalation") == []
    assert siege.sql("select distinct state from task") == [("done",)]
    text = words(siege)
    assert "answers again" in text and "40 went out" in text and "outage.try_now" not in text
    kept(siege)


def test_what_waits_costs_nothing_and_fills_no_window(tmp_path: Path) -> None:
    siege, till = waiting(tmp_path, 40, windows=True)
    till.mood = "away"
    go_on(siege.fort, 600)
    now = siege.fort.ledger
    assert now.rows("spend.since", since=0)[0][0] == 0
    used = now.rows("window.agent", name="support", since=0, window=",external_calls,")[0][0]
    assert used == len(till.knocks) <= 8


def test_it_is_tried_by_one_at_a_time_after_waits_that_double_up_to_five_minutes(tmp_path: Path) -> None:
    siege, till = waiting(tmp_path, 5)
    till.mood = "away"
    tried = at(go_on(siege.fort, 1_800))
    gaps = [after - before for before, after in pairwise(tried)]
    assert list(tried.values()) == [3] + [1] * len(gaps)
    assert all(0 <= gap - wait <= 5 for gap, wait in zip(gaps, [30, 60, 120, 240] + [300] * 20, strict=False))
    assert len(gaps) == 8
    assert set(Counter(till.knocks).values()) <= {2, 3}, "each has its turn"


def test_when_it_answers_again_all_that_waits_goes_within_seconds(tmp_path: Path) -> None:
    siege, till = waiting(tmp_path, 30)
    till.mood = "away"
    go_on(siege.fort, 20)
    till.mood = "well"
    tried = at(go_on(siege.fort, 60))
    assert max(tried) <= 20 and sum(tried.values()) == 30
    assert states(siege) == {"sent": 30}


def test_what_is_decided_during_the_outage_waits_without_a_call(tmp_path: Path) -> None:
    siege, till = waiting(tmp_path, 6)
    jobs = siege.fort.due(Phase.EFFECT)
    till.mood = "away"
    for job in jobs[:3]:
        siege.fort.runner().run(job)
    before = len(till.knocks)
    for job in jobs[3:]:
        siege.fort.runner().run(job)
    assert len(till.knocks) == before
    assert siege.sql("select attempts, state from effect order by attempts") == [(0, "ready")] * 3 + [(1, "ready")] * 3
    kept(siege)


def test_a_gateway_that_cannot_even_be_read_is_the_same_outage(tmp_path: Path) -> None:
    siege, till = waiting(tmp_path, 12)
    till.can_be_read = False
    go_on(siege.fort, 600)
    assert cards(siege, "outage") == ["till:1"] and siege.sql("select count(*) from request") == [(0,)]
    till.can_be_read = True
    go_on(siege.fort, 400)
    assert states(siege) == {"sent": 12}
    kept(siege)


def test_an_effect_that_was_tried_often_during_the_outage_does_not_fail_right_after_it(tmp_path: Path) -> None:
    siege, till = waiting(tmp_path, 2)
    till.mood = "away"
    go_on(siege.fort, 1_500)
    assert siege.sql("select max(attempts) from effect")[0][0] >= 4
    late = {key for (key,) in siege.sql("select id from effect where attempts >= 3")}
    till.mood_of = lambda call: "away" if call.effect_id in late and len(till.knocks) % 2 else None
    till.mood = "well"
    go_on(siege.fort, 600)
    assert states(siege) == {"sent": 2}
    assert siege.sql("select count(*) from request") == [(0,)]


def test_trouble_soon_after_it_closed_is_the_same_outage_with_the_same_card(tmp_path: Path) -> None:
    siege, till = waiting(tmp_path, 30)
    till.mood = "away"
    go_on(siege.fort, 20)
    answered = [0]

    def now_and_then(call: Call) -> str | None:  # one call goes through, then it is away again
        answered[0] += 1
        return "well" if answered[0] % 4 == 1 else None

    till.mood_of = now_and_then  # type: ignore[assignment]
    go_on(siege.fort, 300)
    assert siege.sql("select count(*) from audit where kind = 'breaker.closed'")[0][0] > 1
    assert cards(siege, "outage") == ["till:1"]
    till.mood_of, till.mood = (lambda _: None), "well"
    go_on(siege.fort, 700)
    assert states(siege) == {"sent": 30}
    assert cards(siege, "outage") == ["till:1"]
    kept(siege)


def test_another_outage_later_has_a_card_of_its_own(tmp_path: Path) -> None:
    siege, till = waiting(tmp_path, 8)
    jobs = siege.fort.due(Phase.EFFECT)
    later = [job.subject_id for job in jobs[4:]]
    with siege.fort.ledger.unit() as unit:
        for effect_id in later:
            unit.move_effect(effect_id, "ready", "held", "kept for later")
    till.mood = "away"
    go_on(siege.fort, 20)
    till.mood = "well"
    go_on(siege.fort, 900)
    for effect_id in later:
        task = siege.sql(f"select task_id from effect where id = '{effect_id}'")[0][0]
        with siege.fort.ledger.unit(task) as unit:
            siege.fort.house.services.people.release(unit, effect_id)
    till.mood = "away"
    go_on(siege.fort, 20)
    assert cards(siege, "outage") == ["till:1", "till:2"]
    till.mood = "well"
    go_on(siege.fort, 200)
    assert states(siege) == {"sent": 8}


def test_a_person_who_takes_a_task_during_the_outage_stops_its_effect(tmp_path: Path) -> None:
    siege, till = waiting(tmp_path, 4)
    till.mood = "away"
    go_on(siege.fort, 20)
    task, effect_id = siege.sql("select task_id, id from effect order by id limit 1")[0]
    siege.fort.house.services.takeover.take(task, siege.fort.directory.people["U0SAM"], "card")
    till.mood = "well"
    go_on(siege.fort, 120)
    assert states(siege) == {"held": 1, "sent": 3}
    assert effect_id not in paid(till)


def test_a_person_can_let_one_try_at_once(tmp_path: Path) -> None:
    siege, till = waiting(tmp_path, 4)
    people, directory = siege.fort.house.services.people, siege.fort.directory.people
    till.mood = "away"
    go_on(siege.fort, 10)
    till.mood = "well"
    assert not people.try_gateway("till", directory["U0GUEST"])
    assert people.try_gateway("till", directory["U0SAM"])
    siege.fort.run()
    siege.fort.clock.pass_(seconds=1)
    siege.fort.run()
    assert states(siege) == {"sent": 4}
    assert not people.try_gateway("till", directory["U0SAM"])
    assert siege.sql("select actor from audit where kind = 'breaker.asked_to_try'") == [("person:U0SAM",)]


# What opens it -------------------------------------------------------------------------------------------------------


def test_one_effect_that_fails_over_and_over_does_not_stop_the_others(tmp_path: Path) -> None:
    siege, till = waiting(tmp_path, 1)
    till.mood = "away"
    go_on(siege.fort, 200)
    assert cards(siege, "outage") == []
    assert states(siege) == {"failed": 1}
    assert siege.sql("select trigger from request where state = 'pending'") == [("failed_effect",)]


def test_a_success_in_between_ends_the_run(tmp_path: Path) -> None:
    siege, till = waiting(tmp_path, 12)
    order = {job.subject_id: place for place, job in enumerate(siege.fort.due(Phase.EFFECT))}
    first: set[str] = set()

    def every_other_first_try(call: Call) -> str | None:
        new = call.effect_id not in first
        first.add(call.effect_id)
        return "away" if new and order[call.effect_id] % 2 else None

    till.mood_of = every_other_first_try  # type: ignore[assignment]
    go_on(siege.fort, 60)
    assert cards(siege, "outage") == []
    assert states(siege) == {"sent": 12}


def test_too_many_errors_among_many_calls_stop_it_until_a_try_goes_well(tmp_path: Path) -> None:
    siege, till = waiting(tmp_path, 40)
    order = {job.subject_id: place for place, job in enumerate(siege.fort.due(Phase.EFFECT))}
    till.mood_of = lambda call: "refuses" if order[call.effect_id] in (3, 24) else None
    siege.fort.run()
    assert siege.sql("select state, why from breaker") == [("open", "errors")]
    assert states(siege) == {"sent": 23, "failed": 2, "ready": 15}  # two of twenty-five are more than five in a hundred
    assert cards(siege, "outage") == ["till:1"] and "fails too often" in words(siege)
    go_on(siege.fort, 60)
    assert states(siege) == {"sent": 38, "failed": 2}
    kept(siege)


def test_what_was_tried_in_vain_during_the_outage_is_no_error_after_it(tmp_path: Path) -> None:
    siege, till = waiting(tmp_path, 40)
    till.mood = "away"
    go_on(siege.fort, 600)
    before = len(till.knocks)
    till.mood, till.mood_of = "well", lambda _: "refuses" if len(till.knocks) == before + 40 else None
    go_on(siege.fort, 400)
    assert siege.sql("select kind, count(*) from audit where kind like 'breaker.%ed' group by 1 order by 1") == [
        ("breaker.closed", 1),
        ("breaker.opened", 5),
    ]  # fmt: skip  once, and at each try in vain
    assert states(siege) == {"sent": 39, "failed": 1}
    kept(siege)


def test_a_few_errors_among_few_calls_say_nothing(tmp_path: Path) -> None:
    siege, till = waiting(tmp_path, 10)
    order = {job.subject_id: place for place, job in enumerate(siege.fort.due(Phase.EFFECT))}
    till.mood_of = lambda call: "refuses" if order[call.effect_id] < 3 else None
    siege.fort.run()
    assert states(siege) == {"sent": 7, "failed": 3} and cards(siege, "outage") == []


def test_three_calls_without_a_clear_answer_stop_it_and_the_rest_stays_ready(tmp_path: Path) -> None:
    siege, till = waiting(tmp_path, 10)
    till.mood = "loses_answers"
    siege.fort.run()
    assert states(siege) == {"unknown": 3, "ready": 7}
    assert siege.sql("select state, why from breaker") == [("open", "unknown")]
    till.mood = "well"
    go_on(siege.fort, 60)
    assert states(siege) == {"unknown": 3, "sent": 7}
    assert len(till.knocks) == 10
    kept(siege)


def test_calls_that_were_cut_off_by_our_own_end_are_no_fault_of_the_gateway(tmp_path: Path) -> None:
    siege, till = waiting(tmp_path, 6)
    fort = siege.fort

    def dies(point: str) -> None:
        if point == "effect.claimed":
            raise KeyboardInterrupt

    fort.ledger.reach = dies
    for job in fort.due(Phase.EFFECT)[:4]:
        with pytest.raises(KeyboardInterrupt):
            fort.runner().run(job)
    fort.ledger.reach, fort.ledger.run = (lambda _: None), "run_of_the_next_process"
    fort.run()
    assert states(siege) == {"unknown": 4, "sent": 2}
    assert cards(siege, "outage") == [] and len(cards(siege, "escalation")) == 4
    assert till.knocks and len(till.knocks) == 2


# Without it ----------------------------------------------------------------------------------------------------------


def test_without_the_guard_it_would_be_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaker, "heard", lambda _u, _p, gateway, *_: News(Breaker(gateway)))
    siege, till = waiting(tmp_path, 10)
    till.mood = "away"
    go_on(siege.fort, 600)
    assert len(cards(siege, "escalation")) == 10 and len(till.knocks) == 50


def test_without_the_lock_on_the_turn_it_would_be_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaker, "turn", lambda *_: None)
    monkeypatch.setattr(breaker, "claimed", lambda *_: None)
    siege, till = waiting(tmp_path, 10)
    till.mood = "away"
    siege.fort.run()
    assert len(till.knocks) > 3
