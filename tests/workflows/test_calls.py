"""Calls for a person: one at a time, and nothing that happens meanwhile is lost on the people who are called or have the task."""

from __future__ import annotations

import orjson

from core.contract.base import EffectId
from core.ledger import Job, Phase
from core.moment import to_us
from core.rows import NAMES
from tests.support.house import Home, mail
from workflows import requests
from workflows.requests import Added, Called


def _write(home: Home, text: str = "When do you open?\n\nDana", message_id: str = "first", references: str = "") -> str:
    opened = home.house.services.arrivals.mail(mail(text, message_id=message_id, references=references))
    return str(opened.task_id)


def _again(home: Home, text: str = "It is URGENT, cancel it!\n\nDana", message_id: str = "second") -> None:
    _write(home, text, message_id, references="first")


def _call(home: Home, task_id: str, trigger: str = "needs_answer", why: str = "What is the size?") -> Called | Added:
    with home.house.services.ledger.unit(task_id) as unit:
        return requests.escalate(unit, home.house.services.policy(), trigger, why, agent="support")


def _lines(home: Home) -> list[tuple[str, str]]:
    """What the lines in threads tell, each with the kind of the card in whose thread it stands."""
    rows = home.sql("select line.detail, root.kind from card line join card root on root.id = line.parent_id"
                    " order by line.created_at, line.id")  # fmt: skip
    return [(orjson.loads(detail)["what"], kind) for detail, kind in rows]


def _wanted(home: Home, kind: str) -> int:
    return int(home.sql(f"select max(wanted) from card where kind = '{kind}'")[0][0])


def _approved(home: Home) -> tuple[str, str, Job]:
    """A reply that is approved and ready to leave: its request, its effect and its job."""
    _write(home)
    home.work()
    ((request_id, _),) = home.pending()
    home.decide(request_id, "U0THEO")
    ((effect_id,),) = home.sql("select id from effect")
    (job,) = home.house.services.ledger.jobs()
    return request_id, effect_id, job


# One call at a time ---------------------------------------------------------------------------------------------------


def test_a_second_reason_stands_on_the_call_that_is_open_and_rings_in_its_thread(home: Home) -> None:
    task_id = _write(home)
    first = _call(home, task_id)
    assert isinstance(first, Called)
    home.clock.pass_(minutes=1)
    wanted = _wanted(home, "escalation")
    assert _call(home, task_id, "complaint", "The saddle is broken.") == Added(first.request_id)
    why = (home.house.services.ledger.row("request", "request.get", id=first.request_id) or {})["why"]
    assert why == "What is the size?\nThe saddle is broken."
    assert _lines(home) == [("added", "escalation")]
    assert _wanted(home, "escalation") > wanted
    assert home.sql("select owner, waiting_for from task") == [("triage", "person")]  # where people were called


def test_the_same_reason_over_and_over_is_said_once(home: Home) -> None:
    task_id = _write(home)
    for _ in range(40):
        _call(home, task_id)
        _call(home, task_id, "complaint", "The saddle is broken.")
        home.clock.pass_(minutes=1)
    assert home.sql("select count(*) from card where kind = 'escalation'") == [(1,)]
    assert len(_lines(home)) <= 1


def test_a_reason_that_cannot_wait_lets_the_open_call_not_wait_either(home: Home) -> None:
    task_id = _write(home)
    _call(home, task_id, "unsure", "What is this?")  # within two hours
    _call(home, task_id, "legal", "They write of a lawyer.")
    assert home.sql("select trigger, escalation_class from request") == [("legal", "immediate")]
    at = to_us(home.clock.now())
    assert home.sql("select role, state, at from rung order by number") == [
        ("front_desk", "called", at), ("owner", "called", at)]  # fmt: skip
    assert ("called", "escalation") in _lines(home)


def test_an_unknown_effect_is_asked_about_by_a_call_of_its_own_and_both_end_for_themselves(home: Home) -> None:
    _, effect_id, job = _approved(home)
    task_id, life = job.task_id, home.house.services.life
    other = _call(home, task_id)
    home.tamper(f"update effect set state = 'sending', attempts = 1, call_by = {to_us(home.clock.now())}")
    life.give_up(job, "it broke down")
    assert home.sql("select trigger, effect_id from request where state = 'pending' order by created_at, id") == [
        ("needs_answer", None), ("unknown_effect", effect_id)]  # fmt: skip
    home.clock.pass_(minutes=5)
    assert life.door_out.cleared_up(EffectId(effect_id), 1, True, "U0THEO", life)
    assert isinstance(other, Called)
    assert home.sql("select id from request where state = 'pending'") == [(other.request_id,)]
    assert home.sql("select state, waiting_for from task") == [("waiting", "person")]


def test_of_two_unknown_effects_the_one_that_is_cleared_up_ends_its_own_call(home: Home) -> None:
    _, effect_id, job = _approved(home)
    columns = NAMES["effect"]
    same = ", ".join("'ef_other'" if name == "id" else name for name in columns)
    home.tamper("update effect set state = 'unknown', attempts = 1, call_by = 0, reason = ''",
                f"insert into effect ({', '.join(columns)}) select {same} from effect")  # fmt: skip
    life, ledger = home.house.services.life, home.house.services.ledger
    with ledger.unit(job.task_id) as unit:
        for each in (effect_id, "ef_other", effect_id):
            life.unclear(unit, unit.row("effect", "effect.get", id=each) or {}, "cut off", "")
    assert len(home.pending("escalation")) == 2
    assert life.door_out.cleared_up(EffectId(effect_id), 1, True, "U0THEO", life)
    assert home.sql("select effect_id from request where kind = 'escalation' and state = 'pending'") == [("ef_other",)]
    assert life.door_out.cleared_up(EffectId("ef_other"), 1, True, "U0THEO", life)
    assert home.pending("escalation") == []
    assert home.sql("select state, owner from task") == [("open", "support")]


# New words while people have it ----------------------------------------------------------------------------------------


def test_new_words_stand_on_the_open_call_and_ring_in_its_thread(home: Home) -> None:
    task_id = _write(home)
    home.work()
    _call(home, task_id)
    wanted, turns = _wanted(home, "escalation"), home.sql("select count(*) from turn")
    _again(home)
    assert _lines(home) == [("joined", "escalation")]
    assert _wanted(home, "escalation") > wanted
    home.work()
    assert home.sql("select count(*) from turn") == turns


def test_new_words_to_a_task_that_a_person_has_reach_that_person(home: Home) -> None:
    _write(home)
    home.work()
    ((_, task_id),) = home.pending()
    home.house.services.takeover.take(task_id, home.directory.people["U0SAM"], "card")
    wanted = _wanted(home, "task")
    _again(home)
    assert _lines(home) == [("joined", "task")]
    assert _wanted(home, "task") > wanted
    ((detail,),) = home.sql("select detail from card where kind = 'timeline'")
    assert orjson.loads(detail)["holder"] == "U0SAM"


def test_new_words_reach_the_person_who_answered_the_call(home: Home) -> None:
    task_id = _write(home)
    _call(home, task_id)
    home.house.services.takeover.take(task_id, home.directory.people["U0SAM"], "card")
    wanted = _wanted(home, "escalation")
    _again(home)
    assert _lines(home) == [("joined", "escalation")]
    assert _wanted(home, "escalation") > wanted


def test_an_automatic_answer_rings_for_nobody(home: Home) -> None:
    task_id = _write(home)
    _call(home, task_id)
    raw = mail("I am away until Monday.", message_id="auto", references="first")
    home.house.services.arrivals.mail(b"Auto-Submitted: auto-replied\r\n" + raw)
    assert home.sql("select count(*) from event where source = 'mail'") == [(2,)]
    assert _lines(home) == []


# What an engine gives up -----------------------------------------------------------------------------------------------


def test_an_approved_reply_whose_job_is_given_up_has_failed_and_its_card_says_so(home: Home) -> None:
    request_id, effect_id, job = _approved(home)
    wanted = _wanted(home, "approval")
    home.house.services.life.give_up(job, "Slack is away")
    effect = home.house.services.ledger.row("effect", "effect.get", id=effect_id) or {}
    assert (effect["state"], effect["reason"], effect["settled_at"]) == (
        "failed",
        "Slack is away",
        to_us(home.clock.now()),
    )
    assert _wanted(home, "approval") > wanted
    assert home.sql("select trigger from request where state = 'pending'") == [("failed_effect",)]
    kinds = [row[0] for row in home.sql(f"select kind from audit where subject = '{job.task_id}' order by seq")]
    assert kinds[-3:] == ["job.given_up", "effect.settled", "task.escalated"]
    assert home.house.services.ledger.jobs() == []
    assert request_id


def test_a_call_whose_job_is_given_up_is_unknown_and_its_card_says_so(home: Home) -> None:
    _, effect_id, job = _approved(home)
    home.tamper(f"update effect set state = 'sending', attempts = 1, call_by = {to_us(home.clock.now())}")
    wanted = _wanted(home, "approval")
    home.house.services.life.give_up(job, "it broke down")
    assert home.sql("select state, settled_at from effect") == [("unknown", to_us(home.clock.now()))]
    assert _wanted(home, "approval") > wanted
    assert home.sql("select effect_id from request where trigger = 'unknown_effect'") == [(effect_id,)]
    kinds = [row[0] for row in home.sql(f"select kind from audit where subject = '{job.task_id}' order by seq")]
    assert kinds[-3:] == ["job.given_up", "effect.settled", "task.escalated"]


def test_a_tick_that_is_given_up_is_told_to_people_once_a_day(home: Home) -> None:
    life = home.house.services.life
    for minute in range(3):
        life.give_up(Job(Phase.TICK, "", 0, f"follow_up:2026-11-24T15:0{minute}Z"), "ValueError")
        home.clock.pass_(minutes=1)
    life.give_up(Job(Phase.TICK, "", 0, "digest:2026-11-24T22:30Z"), "KeyError")
    told = [
        orjson.loads(row[0])["text"]
        for row in home.sql("select detail from card where kind = 'told' order by created_at")
    ]
    assert len(told) == 2
    assert "follow_up" in told[0] and "ValueError" in told[0]
    assert "digest (the day in one message), due 2026-11-24T22:30Z" in told[1]
    home.clock.pass_(days=1)
    life.give_up(Job(Phase.TICK, "", 0, "follow_up:2026-11-25T15:00Z"), "ValueError")
    assert home.sql("select count(*), count(distinct purpose) from card where kind = 'told'") == [(3, 1)]
