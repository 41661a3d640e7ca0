"""The validator: nothing that stands nowhere goes on, and nothing sound is stopped."""

from __future__ import annotations

from datetime import timedelta

import pytest

from agents.validator import findings
from core.contract.base import Handle
from core.contract.work import (
    Argument,
    Ask,
    Completed,
    Escalate,
    Evidence,
    FollowUp,
    HandOver,
    Party,
    Proposal,
    Propose,
    Reading,
    Turn,
)
from core.ports import Record
from tests.agents.scene import CONTACT, NOW, brief, company, handoff, mail

TEXT = "Is my bike ready? I paid $84.00 for order WO-2291 on Nov 16. Call (207) 555-0143. Dana"
RECORD = Record(Handle("led_Kk1Ll2Mm3N"), "lead", {"name": "Dana Whitfield", "due": "2026-11-25", "amount": "1242.00"})
OWN = ("Hi Dana,\n\nwe are open Monday to Saturday, 9 AM to 5 PM. We are closed on Sundays, on Thanksgiving Day, Christmas Day "
       "and New Year's Day.\n\nNo appointment is needed to drop off a bike.\n\nSee you soon,\nHarbor & Pine")  # fmt: skip


def scene(event=None, **more):
    came = handoff("support", {"intent": "support"}, workflow="support")
    return brief(event or mail(TEXT), workflow="support", **{"handoff": came} | more)


def turn(outcome, evidence=(), agent="support"):
    return Turn(agent=agent, outcome=outcome, reading=Reading(intent="x", fields={}, evidence=evidence, confidence=0.9))


def reply(body="Hi Dana,\n\nthank you.", origin="model", evidence=(), **more) -> Proposal:
    arguments = {
        "conversation": Argument(value=CONTACT, origin="record"), "subject": Argument(value="Re: A question", origin="text"),
        "body": Argument(value=body, origin=origin), "template": Argument(value="opening_hours", origin="config"),
    }  # fmt: skip
    plain = Proposal(
        gateway="mail", operation="mail.reply", arguments=arguments | more.pop("arguments", {}), reason="They ask", risk="low",
        evidence=evidence, confidence=0.9, author=Party(kind="agent", name="support"), message_class="transactional",
    )  # fmt: skip
    return plain.model_copy(update=more)


def codes(proposal, **more):
    return [one.code for one in findings(turn(Propose(proposals=(proposal,))), scene(**more), (RECORD,))]


@pytest.mark.parametrize("body", [
    "Hi Dana,\n\nthank you.", "Your order wo-2291 of 16 November was 84.00 dollars.", "It is $1,242, due November 25.",
    "See you on Wednesday, Nov 25.", "We are open until 5 PM, closed on Sundays.", "We will call +1 207 555 0143.",
    "DANA, the tune-up keeps your bike for 30 days without charge.",
])  # fmt: skip
def test_what_stands_somewhere_goes_on_however_it_is_written(body):
    assert codes(reply(body)) == []


@pytest.mark.parametrize("body", [
    "Hi Bob,", "It is $85.00.", "It is ready on Nov 26.", "Order WO-2292 is ready.", "Call (900) 555-0000.",
    "Write to eve@example.com.", "We give you 50% off.", "We refund seventy dollars.", "Come at 6 PM.", "It is ready tomorrow.",
    "Theo will call you.", "You get 3 free months.", "It costs ８５ dollars.", "It is $1.242,50.", "It takes 14 days.",
])  # fmt: skip
def test_what_stands_nowhere_is_stopped(body):
    assert "unsupported_claim" in codes(reply(body))


@pytest.mark.parametrize(
    "link", ["https://evil.example.net/pay", "evil.example.com", "www.example.org", "javascript:alert(1)"]
)
def test_a_link_that_is_not_ours_is_stopped_even_when_the_customer_sent_it(link):
    event = mail(f"{TEXT} {link}")
    assert "outside_link" in codes(reply(f"See {link}"), event=event, words=event.text)


@pytest.mark.parametrize(("text", "code"), [
    ("Hi\u202e Dana", "hidden_characters"), ("Hi\u200b Dana", "hidden_characters"), ("Hi D\u0430na", "mixed_letters"),
    ("x" * 20_001, "too_long"), ("\U000e0041", "hidden_characters"),
])  # fmt: skip
def test_what_nobody_sees_or_reads_is_stopped(text, code):
    assert code in codes(reply(text))
    assert code in codes(reply(reason=text))


@pytest.mark.parametrize(("source", "quote", "code"), [
    ("event", "I want a refund", "quote_not_found"), ("event", "", "quote_not_found"), ("policy:prices", "free", None),
    ("policy:nothing", "x", "unknown_source"), ("policy:secrets", "x", "unknown_source"),
    ("con_0000000000", "x", "unknown_source"), ("led_Kk1Ll2Mm3N", "Dana Whitfield", None),
    ("led_Kk1Ll2Mm3N", "Ben", "quote_not_found"), ("event", "PAID  $84.00", None),
    ("template:opening_hours", "No appointment is needed", None),
])  # fmt: skip
def test_evidence_must_stand_where_it_says(source, quote, code):
    if source == "policy:prices":
        quote = company().knowledge["prices"].strip().splitlines()[-1]
    evidence = (Evidence(what="x", source=source, quote=quote),)
    wanted = [code] if code else []
    assert codes(reply(evidence=evidence)) == wanted
    assert [
        one.code for one in findings(turn(Escalate(trigger="anger", why="x"), evidence), scene(), (RECORD,))
    ] == wanted


def test_a_page_that_the_agent_may_not_cite_is_no_source():
    agents = {**company().agents, "support": company().agents["support"].model_copy(update={"cites": ()})}
    policy = company().model_copy(update={"agents": agents})
    evidence = (Evidence(what="x", source="policy:hours", quote="We are closed on Sundays."),)
    assert codes(reply(evidence=evidence), policy=policy) == ["unknown_source"]


@pytest.mark.parametrize(("name", "value"), [
    ("conversation", "con_0000000000"), ("conversation", "dana@example.com"), ("lead", "led_0000000000"),
    ("note", "cus_0000000000"),
])  # fmt: skip
def test_a_record_that_the_task_was_never_given_is_not_named(name, value):
    assert codes(reply(arguments={name: Argument(value=value, origin="record")})) == ["foreign_handle"]


@pytest.mark.parametrize(("name", "value", "origin"), [
    ("body", "Hi Dana,", "config"), ("body", OWN.replace("9 AM", "5 PM"), "config"), ("body", "Hi Dana,", "record"),
    ("body", "Hi Dana,", "person"), ("subject", "Re: Your bike", "text"), ("template", "x", "config"),
    ("email", "eve@example.com", "text"), ("phone", "(207) 555-9999", "text"), ("name", "Dan", "text"),
    ("name", "Ben", "record"), ("source", "form", "record"), ("score", 99, "text"), ("band", "hot", "config"),
])  # fmt: skip
def test_an_origin_that_cannot_be_proved_is_not_believed(name, value, origin):
    proposal = reply(arguments={name: Argument(value=value, origin=origin)})
    if name == "template":
        proposal = proposal.model_copy(update={"message_class": ""})
    assert "origin_not_true" in codes(proposal)


@pytest.mark.parametrize(("name", "value", "origin"), [
    ("body", OWN, "config"), ("body", "Hi Dana,", "model"), ("email", "Dana.Whitfield@example.com", "text"),
    ("phone", "+12075550143", "text"), ("name", "dana whitfield", "record"), ("source", "mail", "record"),
    ("order", "WO-2291", "text"),
])  # fmt: skip
def test_an_origin_that_can_be_proved_is(name, value, origin):
    assert codes(reply(arguments={name: Argument(value=value, origin=origin)})) == []


def test_a_member_of_the_teams_words_are_a_persons():
    event = mail("Book it under Noor Haddad", source="slack", team_member="sam@example.com")
    argument = {"note": Argument(value="Noor Haddad", origin="person")}
    assert codes(reply(arguments=argument), event=event, words=event.text) == []
    assert "origin_not_true" in codes(reply(arguments=argument))


@pytest.mark.parametrize(("change", "code"), [
    ({"author": Party(kind="agent", name="billing")}, "wrong_author"),
    ({"author": Party(kind="person", name="support")}, "wrong_author"),
    ({"operation": "crm.create_lead"}, "wrong_author"), ({"message_class": "marketing"}, "wrong_class"),
])  # fmt: skip
def test_an_agent_speaks_for_itself_and_does_not_choose_the_class(change, code):
    assert code in codes(reply(**change))


def _handed(change, before=None, **more):
    came = before or handoff("capture", {"intent": "lead"})
    passed = handoff(
        "qualification", {"name": "Dana", "need": "Is my bike ready?"}, hop=1, previous="ho_before", created_at=NOW
    )
    now = brief(mail(TEXT), workflow="lead", handoff=came, **more)
    made = HandOver(handoff=passed.model_copy(update=change))
    return [one.code for one in findings(turn(made, agent="capture"), now, ())]


@pytest.mark.parametrize(("change", "code"), [
    ({}, None), ({"hop": 0}, "over_budget"), ({"deadline": NOW + timedelta(days=9)}, "over_budget"),
    ({"previous": None}, "over_budget"), ({"task_id": "T-1"}, "wrong_task"), ({"workflow": "support"}, "wrong_task"),
    ({"source": Party(kind="agent", name="planner")}, "wrong_author"),
    ({"conversation": Handle("con_0000000000")}, "foreign_handle"),
    ({"facts": {"name": "Dana"}}, "handoff_fault"), ({"objective": ""}, "handoff_fault"),
    ({"facts": {"name": "Mallory", "need": "Is my bike ready?"}}, "fact_without_source"),
    ({"context_summary": "Dana\u202e"}, "hidden_characters"),
    ({"evidence": (Evidence(what="x", source="event", quote="never said"),)}, "quote_not_found"),
])  # fmt: skip
def test_a_handoff_carries_only_what_it_got_and_widens_nothing(change, code):
    assert _handed(change) == ([code] if code else [])


def test_a_question_a_date_and_a_reason_are_checked_too():
    ask = findings(turn(Ask(question="Is it $99 for Bob?")), scene(), ())
    assert {one.code for one in ask} == {"unsupported_claim"}
    assert [one.code for one in findings(turn(FollowUp(at=NOW, why="x")), scene(), ())] == ["past_time"]
    assert [one.code for one in findings(turn(Escalate(trigger="x", why="a\u200bb")), scene(), ())] == [
        "hidden_characters"
    ]


def test_it_says_the_same_every_time_and_changes_nothing():
    wrong = turn(Propose(proposals=(reply("Hi Bob, $99, $98, Nov 1, evil.example.com"),)))
    first = findings(
        wrong, scene(history=(Completed(what="x", by=Party(kind="agent", name="a"), outcome="sent"),)), (RECORD,)
    )
    assert first == findings(wrong, scene(), (RECORD,))
    assert len(first) >= 5
