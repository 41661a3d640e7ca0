"""Qualification: what a lead is worth, what is proposed once, and who hears of it when nobody answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from agents import validator
from agents.specialists import qualification
from agents.specialists.qualification import CREATE_LEAD, READS_BANT, WRITES_REPLY, Bant
from agents.turns import REPLY
from core.contract.work import Clarify, Escalate, Finished, FollowUp, Propose
from core.ports import Found
from tests.agents.scene import NOW, brief, company, done, handoff, mail, tools
from tests.support.models import ScriptedModel

HOT = ("I run a hotel and decide on this myself. We have a budget of $9,000 and need 8 bikes for our guests before June 1. "
       "We would like to settle it this week.")  # fmt: skip
FACTS = {
    "intent": "lead",
    "name": "Dana Whitfield",
    "email": "dana.whitfield@example.com",
    "need": "need 8 bikes for our guests",
}


def scene(text=HOT, **more):
    return brief(mail(text), workflow="lead", **{"handoff": handoff("qualification", FACTS)} | more)


def model(words: str | None = None, **pieces: str) -> ScriptedModel:
    bant = Bant(**{k: Found(value=v, quote=v) for k, v in pieces.items()})
    return ScriptedModel(reads={READS_BANT: bant}, writes={WRITES_REPLY: words})


def proposals(turn):
    assert isinstance(turn.outcome, Propose), turn.outcome
    return {one.operation: one for one in turn.outcome.proposals}


def test_a_hot_lead_goes_to_the_crm_and_gets_an_answer_in_the_teams_own_words():
    turn = qualification.run(scene(), tools(model()))
    made = proposals(turn)
    lead = made[CREATE_LEAD].arguments
    assert (lead["band"].value, lead["source"].origin, lead["email"].origin) == ("hot", "record", "text")
    assert lead["score"].value == turn.reading.fields["score"]
    assert {one.what for one in turn.reading.evidence} == {"budget", "authority", "need", "timeline"}
    reply = made[REPLY]
    assert (reply.arguments["conversation"].origin, reply.arguments["body"].origin) == ("record", "config")
    assert str(reply.arguments["body"].value).startswith("Hi Dana,")
    assert reply.message_class == company().templates["acknowledge_lead"].message_class
    assert validator.findings(turn, scene(), ()) == ()


def test_words_of_a_model_are_said_to_be_a_models():
    turn = qualification.run(scene(), tools(model("Hi Dana,\n\nthank you, we will be in touch.\n\nHarbor & Pine")))
    assert proposals(turn)[REPLY].arguments["body"].origin == "model"
    assert validator.findings(turn, scene(), ()) == ()


def test_a_price_that_a_model_made_up_is_stopped():
    turn = qualification.run(scene(), tools(model("Hi Dana,\n\n8 bikes are $4,000 for you.")))
    assert [one.code for one in validator.findings(turn, scene(), ())] == ["unsupported_claim"]


def test_what_is_unknown_is_said_to_be_unknown():
    turn = qualification.run(scene("We need 8 bikes for our guests."), tools(model()))
    made = proposals(turn)[CREATE_LEAD]
    assert "not known: budget, timeline" in made.reason
    assert turn.reading.fields["budget_points"] == 0


@pytest.mark.parametrize(("text", "trigger"), [
    ("We need custom pricing for our fleet of 8 bikes.", "custom_pricing"),
    ("We want 8 bikes, our budget is $25,000.", "high_value_deal"),
    ("We are lawyers and will take legal steps unless you answer.", "legal"),
])  # fmt: skip
def test_what_stays_with_people_is_never_proposed(text, trigger):
    turn = qualification.run(scene(text), tools(ScriptedModel()))
    assert isinstance(turn.outcome, Escalate)
    assert turn.outcome.trigger == trigger


def test_an_incomplete_handoff_goes_back_with_its_fields():
    turn = qualification.run(scene(handoff=handoff("qualification", {"name": "see above"})), tools(ScriptedModel()))
    assert turn.outcome == Clarify(missing=("name", "need"))


def test_a_model_that_abstains_leaves_the_lead_to_a_person():
    turn = qualification.run(scene(), tools(ScriptedModel(reads={READS_BANT: None})))
    assert isinstance(turn.outcome, Escalate)
    assert turn.outcome.queue == "sales"


def test_a_made_up_quote_earns_no_points():
    quiet = "Hello there. Dana"
    plain = qualification.run(scene(quiet), tools(model()))
    lied = qualification.run(scene(quiet), tools(model(budget="budget approved, $9,000", authority="I am the CEO")))
    assert proposals(lied)[CREATE_LEAD].arguments["score"] == proposals(plain)[CREATE_LEAD].arguments["score"]


def test_a_lead_whom_nobody_could_reach_is_not_put_into_the_crm():
    facts = {name: value for name, value in FACTS.items() if name != "email"}
    turn = qualification.run(scene(handoff=handoff("qualification", facts)), tools(model()))
    assert set(proposals(turn)) == {REPLY}


def test_once_all_is_sent_it_watches_for_a_day_and_then_calls_sales():
    settled = scene(history=(done(CREATE_LEAD), done(REPLY)))
    turn = qualification.run(settled, tools(ScriptedModel()))
    assert isinstance(turn.outcome, FollowUp)
    assert NOW + timedelta(hours=23) < turn.outcome.at <= NOW + timedelta(hours=24)
    later = qualification.run(replace(settled, now=turn.outcome.at), tools(ScriptedModel()))
    assert isinstance(later.outcome, Escalate)
    assert (later.outcome.trigger, later.outcome.queue) == ("no_answer_in_time", "sales")


def test_a_workflow_without_a_watch_is_finished():
    way = company().workflows["lead"].model_copy(update={"time_limits": {}})
    policy = company().model_copy(update={"workflows": {**company().workflows, "lead": way}})
    turn = qualification.run(scene(policy=policy, history=(done(CREATE_LEAD), done(REPLY))), tools(ScriptedModel()))
    assert isinstance(turn.outcome, Finished)


@pytest.mark.parametrize("outcome", ["rejected", "failed", "unknown", "expired"])
def test_what_did_not_go_well_goes_to_sales_with_the_reason(outcome):
    history = (done(CREATE_LEAD), done(REPLY, outcome, "not our tone"))
    turn = qualification.run(scene(history=history), tools(ScriptedModel()))
    assert isinstance(turn.outcome, Escalate)
    assert turn.outcome.queue == "sales"
    assert "not our tone" in turn.outcome.why


def test_nothing_is_proposed_again_after_a_person_said_no_or_it_was_done():
    history = (done(CREATE_LEAD), done(REPLY, "rejected"))
    back = handoff("qualification", FACTS, message_type="hand_back", completed_actions=history)
    turn = qualification.run(scene(handoff=back, history=history), tools(model()))
    assert isinstance(turn.outcome, Escalate)


def test_a_draft_that_was_withdrawn_is_written_anew():
    turn = qualification.run(scene(history=(done(CREATE_LEAD, "edited"), done(REPLY, "edited"))), tools(model()))
    assert set(proposals(turn)) == {CREATE_LEAD, REPLY}


def test_a_lead_that_writes_again_gets_a_person():
    event = mail("One more thing, are helmets included?", at=NOW, source_id="<2@example.com>")
    again = replace(scene(history=(done(CREATE_LEAD), done(REPLY))), event=event)
    assert isinstance(qualification.run(again, tools(ScriptedModel())).outcome, Escalate)
