"""What was done is taken back: once, in its time, by whoever may, and never said to be undone when it is not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from bot.render.approval import approval_card
from bot.render.scene import Scene
from bot.render.table import draw
from core.contract.authority import Refused
from core.errors import BadPolicy
from core.rows import NAMES
from tests.support.fort import Fort
from tests.support.hands import as_text
from tests.support.regrets import LEAD, WINDOW_S, done, no_answer, press, refuse, regretful, undo_rows
from workflows import history, views
from workflows.people import NotPossible
from workflows.undo import Undoing


@pytest.fixture
def fort(tmp_path: Path) -> Fort:
    return regretful(tmp_path)


def card(fort: Fort, kind: str = "approval") -> dict[str, Any]:
    rows = fort.sql(
        f"select {', '.join(NAMES['card'])} from card where kind = '{kind}' order by created_at desc, id desc"
    )
    row = dict(zip(NAMES["card"], rows[0], strict=True))
    drawn = draw(Scene(fort.ledger, fort.house.services.policy), row)
    return {**drawn.payload, "again_at": drawn.again_at}


def code(answer: Any) -> str:
    assert isinstance(answer, Refused), answer
    return answer.code


def lines(fort: Fort) -> str:
    return str(fort.sql("select detail from card where kind = 'timeline'"))


# It is taken back ----------------------------------------------------------------------------------------------------


def test_what_was_done_is_taken_back_by_an_effect_of_its_own(fort: Fort) -> None:
    effect = done(fort)
    before = fort.sql("select state, waiting_for, step from task")
    answer = press(fort, effect, note="Ines is a supplier.")
    assert isinstance(answer, Undoing)
    assert "Being undone" in as_text(card(fort)) and "It still stands" in as_text(card(fort))
    fort.run()
    assert undo_rows(fort) == [("crm.withdraw_lead", "sent", effect)]
    assert fort.calls("crm.") == ["crm.create_lead", "crm.withdraw_lead"]
    assert fort.sql("select state, waiting_for, step from task") == before, "an undo is no work for agents"
    assert fort.sql("select target_kind, target_id, person, verb, role, refusal from decision where verb = 'undo'") == [
        ("effect", effect, "U0SAM", "undo", "sales", "")
    ]
    assert fort.sql("select kind, person, confirmed from correction") == [("undo", "U0SAM", 0)]
    shown = as_text(card(fort))
    assert "Undone" in shown and "<@U0SAM> undid it" in shown and "Ines is a supplier." in shown
    assert "approval.undo" not in shown
    assert '"undone"' in lines(fort)


def test_a_second_press_takes_nothing_back_twice(fort: Fort) -> None:
    effect = done(fort, "till.refund", "U0PRIYA")
    assert isinstance(press(fort, effect, "U0PRIYA"), Undoing)
    assert code(press(fort, effect, "U0PRIYA")) == "already_decided"
    fort.run()
    assert code(press(fort, effect, "U0THEO")) == "already_decided"
    fort.run()
    assert len(fort.till.taken_back()) == 1  # type: ignore[attr-defined]


def test_of_many_who_press_at_once_one_counts(fort: Fort) -> None:
    effect = done(fort)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda who: press(fort, effect, who), ["U0SAM", "U0MAYA", "U0SAM", "U0MAYA"]))
    fort.run()
    assert sum(isinstance(each, Undoing) for each in answers) == 1
    assert len(undo_rows(fort)) == 1
    assert fort.calls("crm.withdraw") == ["crm.withdraw_lead"]


# Whoever may, in its time --------------------------------------------------------------------------------------------


def test_until_the_window_is_over_and_then_the_button_is_gone(fort: Fort) -> None:
    effect = done(fort, "till.refund", "U0PRIYA")
    shown = card(fort)
    assert "approval.undo" in as_text(shown) and '"danger"' in as_text(shown) and '"confirm"' in as_text(shown)
    assert (shown["again_at"] - fort.clock.now()).total_seconds() == WINDOW_S, "nothing takes the button away"
    fort.clock.pass_(seconds=WINDOW_S)
    assert "approval.undo" not in as_text(card(fort))
    assert code(press(fort, effect, "U0PRIYA")) == "undo_over"
    fort.run()
    assert undo_rows(fort) == []
    assert fort.sql("select verb, refusal from decision where verb = 'undo'") == [("undo", "undo_over")]


@pytest.mark.parametrize(("who", "why"), [("U0THEO", "not_the_role"), ("U0GUEST", "not_a_member")])
def test_whoever_may_not_changes_nothing(fort: Fort, who: str, why: str) -> None:
    effect = done(fort)
    assert code(press(fort, effect, who)) == why
    fort.run()
    assert undo_rows(fort) == []
    assert fort.sql("select person, refusal from decision where verb = 'undo'") == [(who, why)]


def test_a_role_that_is_removed_between_the_press_and_the_call_stops_it(fort: Fort) -> None:
    effect = done(fort)
    assert isinstance(press(fort, effect), Undoing)
    fort.directory.remove("U0SAM")
    fort.run()
    assert undo_rows(fort) == [("crm.withdraw_lead", "cancelled", effect)]
    assert fort.calls("crm.withdraw") == []
    assert "what was done still stands" in as_text(card(fort))
    assert isinstance(press(fort, effect, "U0MAYA"), Undoing), "somebody else can press"
    fort.run()
    assert fort.calls("crm.withdraw") == ["crm.withdraw_lead"]
    assert "<@U0MAYA> undid it" in as_text(card(fort))


def test_a_record_that_has_changed_since_the_press_stops_it(fort: Fort) -> None:
    effect = done(fort)
    assert isinstance(press(fort, effect), Undoing)
    fort.tamper("update proposal set digest = 'x' where operation = 'crm.withdraw_lead'",
                "update effect set digest = 'x' where operation = 'crm.withdraw_lead'")  # fmt: skip
    fort.run()
    assert fort.calls("crm.withdraw") == []
    assert "Not undone" in as_text(card(fort))


def test_what_has_no_way_back_says_so_before_and_has_no_button(fort: Fort) -> None:
    assert done(fort, "crm.log_activity")
    assert "approval.undo" not in as_text(card(fort))
    effect = fort.sql("select id from effect")[0][0]
    assert isinstance(press(fort, effect), NotPossible)
    assert undo_rows(fort) == []


# What it may meet ----------------------------------------------------------------------------------------------------


def test_an_undo_that_fails_is_called_so_and_can_be_pressed_again(fort: Fort) -> None:
    effect = done(fort, "till.refund", "U0PRIYA")
    fort.till.during = lambda _: refuse("The drawer is shut.")
    press(fort, effect, "U0PRIYA")
    fort.run()
    assert undo_rows(fort) == [("till.take_back", "failed", effect)]
    shown = as_text(card(fort))
    assert "Not undone" in shown and "The drawer is shut." in shown and "approval.undo" in shown
    assert "Undone:" not in shown
    assert '"not_undone"' in lines(fort) and '"called":["U0PRIYA"]' in lines(fort)
    assert fort.sql("select count(*) from request where kind = 'escalation'") == [(0,)]
    fort.till.during = lambda _: None
    assert isinstance(press(fort, effect, "U0PRIYA"), Undoing)
    fort.run()
    assert "<@U0PRIYA> undid it" in as_text(card(fort))


def test_an_undo_of_which_nobody_knows_is_asked_about_and_the_task_does_not_wait(fort: Fort) -> None:
    effect = done(fort, "till.refund", "U0PRIYA")
    before = fort.sql("select state, waiting_for, owner from task")
    fort.till.during = lambda _: no_answer()
    press(fort, effect, "U0PRIYA")
    fort.run()
    assert undo_rows(fort) == [("till.take_back", "unknown", effect)]
    shown = as_text(card(fort))
    assert "Not known if it was undone" in shown and "effect.mark_sent" in shown and "effect.mark_not_sent" not in shown
    assert fort.sql("select state, waiting_for, owner from task") == before
    assert code(press(fort, effect, "U0PRIYA")) == "already_decided"
    fort.clock.pass_(seconds=30)
    fort.run()
    undo_id = fort.sql("select id from effect where compensates_id is not null")[0][0]
    assert "effect.mark_not_sent" in as_text(card(fort))
    assert "effect.mark_sent" in as_text(card(fort, "escalation")), "nobody is called"
    assert fort.house.services.people.clear_up(undo_id, 1, True, fort.directory.people["U0PRIYA"])
    fort.run()
    shown = as_text(card(fort))
    assert "<@U0PRIYA> undid it" in shown and "has confirmed it" not in shown, "a person said so, not the till"
    assert fort.sql("select state from request where kind = 'escalation'") == [("closed",)]
    assert fort.sql("select state, waiting_for, owner from task") == before
    assert len(fort.till.taken_back()) == 1  # type: ignore[attr-defined]


def test_a_person_who_has_the_task_can_undo_and_handing_back_cancels_nothing(fort: Fort) -> None:
    effect = done(fort)
    task = fort.sql("select id from task")[0][0]
    sam = fort.directory.people["U0SAM"]
    fort.tamper("update task set state = 'open'")
    fort.house.services.takeover.take(task, sam, "card")
    press(fort, effect)
    fort.house.services.takeover.close(task, sam, "")
    fort.run()
    assert undo_rows(fort) == [("crm.withdraw_lead", "sent", effect)]


def test_a_paused_agents_deed_can_be_undone_but_a_full_stop_holds(fort: Fort) -> None:
    effect = done(fort)
    maya = fort.directory.people["U0MAYA"]
    fort.house.services.controls.pause("everything", maya, "wrong prices", None)
    press(fort, effect)
    fort.run()
    assert undo_rows(fort) == [("crm.withdraw_lead", "held", effect)]
    assert "Being undone" in as_text(card(fort)) and "paused" in as_text(card(fort))
    fort.house.services.controls.pause("qualification", maya, "wrong prices", None)
    fort.house.services.controls.resume("everything", maya)
    fort.house.services.controls.release()
    fort.run()
    assert undo_rows(fort) == [("crm.withdraw_lead", "sent", effect)]


def test_the_agents_are_told_that_it_was_taken_back(fort: Fort) -> None:
    press(fort, done(fort))
    fort.run()
    task = fort.sql("select id from task")[0][0]
    told = [(each.what, each.by.name) for each in history.completed(fort.ledger, task)]
    assert told == [("crm.create_lead", "U0SAM"), ("crm.withdraw_lead", "U0SAM")]


# Rules ---------------------------------------------------------------------------------------------------------------


def test_a_window_that_no_single_press_could_keep_is_refused_by_the_rules(tmp_path: Path) -> None:
    with pytest.raises(BadPolicy, match="needs several people"):
        regretful(tmp_path, take_back={"approval": [{"role": "finance"}, {"role": "owner"}]})


def test_before_the_decision_the_card_says_for_how_long(fort: Fort) -> None:
    done(fort)
    request = fort.sql("select id from request")[0][0]
    view = views.request_view(fort.ledger, request)
    assert view is not None and view.resolved is not None and view.resolved.operation == LEAD
    assert approval_card(Scene(fort.ledger, fort.house.services.policy), view).undo_words == (
        "Possible for 24 hours once added."
    )
