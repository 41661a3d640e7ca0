"""Support: the team's own words for everyday questions, a person for everything else."""

from __future__ import annotations

import pytest

from agents import validator
from agents.specialists import support
from agents.specialists.support import ALWAYS_A_PERSON, READS_TICKET, WRITES_REPLY, Ticket
from core.contract.work import Clarify, Escalate, Finished, Propose
from core.ports import Found, Label
from tests.agents.scene import brief, company, done, handoff, mail, tools
from tests.support.models import ScriptedModel

TEXT = "When do you open on Saturday?"


def model(category="opening_hours", sure=0.9, words=None, quote="", **more) -> ScriptedModel:
    ticket = Ticket(
        category=Label(name=category, confidence=sure, quote=quote),
        sentiment=Label(name="neutral", confidence=0.9),
        **more,
    )
    return ScriptedModel(reads={READS_TICKET: ticket}, writes={WRITES_REPLY: words})


def scene(text=TEXT, **more):
    came = handoff("support", {"intent": "support"}, workflow="support")
    return brief(mail(text), workflow="support", **{"handoff": came} | more)


@pytest.mark.parametrize("category", ["opening_hours", "rental_question", "membership", "repair_status", "technical"])
def test_an_everyday_question_is_answered_with_the_teams_own_words(category):
    turn = support.run(scene(), tools(model(category, quote="open on Saturday")))
    assert isinstance(turn.outcome, Propose)
    (reply,) = turn.outcome.proposals
    assert reply.arguments["template"].value == category
    assert reply.arguments["body"].origin == "config"
    assert str(reply.arguments["subject"].value) == "Re: A question"
    assert validator.findings(turn, scene(), ()) == ()


@pytest.mark.parametrize("category", ALWAYS_A_PERSON)
def test_complaints_disputes_and_account_changes_always_go_to_a_person(category):
    turn = support.run(scene(), tools(model(category, sure=1.0)))
    assert isinstance(turn.outcome, Escalate)
    assert turn.outcome.trigger == category


def test_the_words_that_policy_names_call_a_person_before_any_model():
    turn = support.run(scene("You charged me twice for the repair."), tools(ScriptedModel()))
    assert isinstance(turn.outcome, Escalate)
    assert turn.outcome.trigger == "billing_dispute"


@pytest.mark.parametrize("script", [
    model(sure=0.5), model("weather"), model(quote="nobody said that"), ScriptedModel(reads={READS_TICKET: None}),
])  # fmt: skip
def test_what_the_model_is_not_sure_of_goes_to_a_person(script):
    turn = support.run(scene(), tools(script))
    assert isinstance(turn.outcome, Escalate)
    assert turn.outcome.queue == "support"


def test_a_category_without_an_answer_of_ours_goes_to_a_person():
    templates = {name: one for name, one in company().templates.items() if name != "technical"}
    turn = support.run(scene(policy=company().model_copy(update={"templates": templates})), tools(model("technical")))
    assert isinstance(turn.outcome, Escalate)
    assert turn.outcome.trigger == "technical_beyond"


def test_a_question_of_a_team_member_goes_to_a_person_with_what_is_known():
    event = mail(TEXT, source="slack", team_member="sam@example.com", address="")
    came = handoff("support", {"intent": "support"}, workflow="support")
    turn = support.run(brief(event, workflow="support", handoff=came, contact=None), tools(model()))
    assert isinstance(turn.outcome, Escalate)
    assert "sam@example.com" in turn.outcome.why
    assert "opening_hours" in turn.outcome.why


def test_found_numbers_are_kept_only_when_they_were_written():
    text = "Is WO-2291 ready? I paid $84.00 on Nov 16."
    found = {
        "order_number": Found(value="WO-2291", quote="WO-2291"),
        "amounts": (Found(value="84.00 USD", quote="$84.00"), Found(value="99.00 USD", quote="$84.00")),
        "dates": (Found(value="2026-11-16", quote="Nov 16"), Found(value="2026-12-24", quote="Christmas")),
    }
    turn = support.run(scene(text), tools(model("repair_status", **found)))
    assert turn.reading.fields["order_number"] == "WO-2291"
    assert turn.reading.fields["amounts"] == "84.00 USD; $84.00"
    assert "12-24" not in str(turn.reading.fields["dates"])


def test_a_sent_answer_ends_the_task_unless_it_promised_a_person():
    settled = {"history": (done("mail.reply"),)}
    assert isinstance(support.run(scene(**settled), tools(model())).outcome, Finished)
    promised = support.run(scene(**settled), tools(model("repair_status"))).outcome
    assert isinstance(promised, Escalate)
    assert "workshop" in promised.why


def test_a_rejected_answer_goes_to_a_person_and_is_never_written_again():
    history = (done("mail.reply", "rejected", "too short"),)
    turn = support.run(scene(history=history), tools(ScriptedModel()))
    assert isinstance(turn.outcome, Escalate)
    assert "too short" in turn.outcome.why
    back = handoff(
        "support", {"intent": "support"}, workflow="support", message_type="hand_back", completed_actions=history
    )
    assert isinstance(support.run(scene(handoff=back, history=history), tools(model())).outcome, Escalate)


def test_an_incomplete_handoff_goes_back():
    turn = support.run(scene(handoff=handoff("support", {}, workflow="support")), tools(ScriptedModel()))
    assert turn.outcome == Clarify(missing=("intent",))
