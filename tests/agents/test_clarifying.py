"""What says too little is asked about, once, in our own words. Everything else that is unclear goes to a person at once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agents import clarifying, planner, validator
from agents.planner import READS_INTENT
from agents.specialists import support
from core.contract.base import Handle
from core.contract.work import Answered, Completed, Escalate, Handoff, HandOver, Party, Propose
from policies.schema import Policy
from tests.agents.scene import CONTACT, NOW, brief, company, mail, tools
from tests.agents.test_planner import reads
from tests.support.models import ScriptedModel

SHORT = "Hi, I have a quick question."


def unsure() -> ScriptedModel:
    return ScriptedModel(reads={READS_INTENT: None})


def plan(text: str = SHORT, model: ScriptedModel | None = None, event: dict[str, object] | None = None, **more: object):
    return planner.plan(brief(mail(text, **{"subject": "Hello", **(event or {})}), **more), tools(model or unsure()))


def handed(text: str = SHORT) -> Handoff:
    outcome = plan(text).outcome
    assert isinstance(outcome, HandOver)
    return outcome.handoff


def asks(**more: object):
    scene = brief(mail(SHORT, subject="Hello"), workflow="inbox", **{"handoff": handed(), **more})
    return scene, support.run(scene, tools(ScriptedModel()))


def done(outcome: str = "sent", what: str = clarifying.QUESTION) -> Completed:
    return Completed.model_validate(
        {"what": what, "by": Party(kind="person", name="U0THEO"), "outcome": outcome, "note": ""}
    )


@pytest.mark.parametrize("model", [unsure(), reads("lead", sure=0.4), reads("other", sure=0.4)])
def test_a_few_words_that_nobody_can_place_go_to_the_agent_that_may_ask(model):
    scene = brief(mail(SHORT, subject="Hello"))
    turn = planner.plan(scene, tools(model))
    assert isinstance(turn.outcome, HandOver)
    passed = turn.outcome.handoff
    assert (passed.workflow, passed.receiver.name) == ("inbox", "support")
    assert clarifying.is_asked_for(company(), passed)
    assert validator.findings(turn, scene, ()) == ()


@pytest.mark.parametrize(("text", "event", "more"), [
    ("Hi, I have a quick question about the thing that we talked about last week at yours.", {}, {}),  # says what it wants
    ("", {"subject": ""}, {}),
    ("A quick question about sales tax.", {}, {}),  # names something that calls a person, if not at once
    (SHORT, {"source": "chat"}, {}),
    (SHORT, {"sender": ""}, {}),  # forms and machines have no name
    ("Hi, look at https://prizes.example.com", {}, {}),
    (SHORT, {}, {"contact": None}),  # nobody may answer there
    (SHORT, {"thread": ("<0@example.com>",)}, {}),  # answers something that we do not have
    (SHORT, {}, {"words": f"Earlier words\n\n{SHORT}"}),  # not the first of this conversation
    (SHORT, {}, {"history": (done(),)}),
    (SHORT, {}, {"history": (done("rejected"),)}),
    (SHORT, {}, {"history": (done("sent", "mail.reply"),)}),
    (SHORT, {}, {"answers": (Answered(question="Who?", text="Dana", person="U0SAM", at=NOW),)}),
    (SHORT, {}, {"busy": frozenset({"support"})}),
])  # fmt: skip
def test_else_a_person_gets_it_at_once(text, event, more):
    outcome = plan(text, None, event, **more).outcome
    assert isinstance(outcome, Escalate)
    assert (outcome.trigger, outcome.queue) == ("unsure", "triage") or "tax" in text


@pytest.mark.parametrize("text", ["I want a real person.", "My lawyer.", "This is unacceptable", "The brake failed"])
def test_words_that_call_a_person_are_never_answered_with_a_question(text):
    assert isinstance(plan(text).outcome, Escalate)


@pytest.mark.parametrize("model", [
    reads("spam", sure=0.4), reads("feedback", sure=0.4), reads("lead", "frustrated", sure=0.4),
    reads("lead", "urgent", sure=0.4), reads("lead", sure=0.4, quote="nobody wrote this"),
])  # fmt: skip
def test_what_smells_of_anything_else_is_not_asked_about(model):
    assert isinstance(plan(model=model).outcome, Escalate)


def test_policy_can_send_all_of_them_to_people():
    way = company().workflows["inbox"]
    assert way.clarify is not None
    for clarify in (None, way.clarify.model_copy(update={"ask_customer": False})):
        ways = {**company().workflows, "inbox": way.model_copy(update={"clarify": clarify})}
        policy: Policy = company().model_copy(update={"workflows": ways})
        assert isinstance(plan(policy=policy).outcome, Escalate)


def test_the_question_is_the_teams_own_words_with_the_teams_own_choices_and_says_why():
    scene, turn = asks()
    assert isinstance(turn.outcome, Propose)
    (proposal,) = turn.outcome.proposals
    values = proposal.values()
    assert (proposal.operation, values["conversation"], values["template"]) == ("mail.reply", CONTACT, "clarify")
    body = str(values["body"])
    assert body.count("?") == 1, "one question"
    assert (
        "a bike or a repair, renting or buying, an order or a booking, an invoice or a payment, or something else?"
        in body
    )
    assert proposal.reason.startswith("This asks the customer what they mean, once. The message says too little")
    assert "a person gets the task" in proposal.reason
    assert validator.findings(turn, scene, ()) == ()


def test_the_agent_that_asks_reads_nothing_and_no_model_words_it():
    model = ScriptedModel()
    support.run(brief(mail(SHORT), workflow="inbox", handoff=handed()), tools(model))
    assert model.asked == []


def test_silence_until_its_next_turn_leads_to_a_person_who_reads_what_was_asked():
    _, turn = asks(history=(done(),))
    assert isinstance(turn.outcome, Escalate)
    assert (turn.outcome.trigger, turn.outcome.queue) == ("unsure", "triage")
    assert "“What is it about: a bike or a repair, " in turn.outcome.why
    assert "no answer came by the next business day" in turn.outcome.why


@pytest.mark.parametrize(("outcome", "says"), [("rejected", "rejected by a person"), ("failed", "not carried out")])
def test_a_question_that_did_not_go_out_is_not_proposed_again(outcome, says):
    _, turn = asks(history=(done(outcome),))
    assert isinstance(turn.outcome, Escalate)
    assert says in turn.outcome.why
    assert turn.outcome.why.startswith("The question to the customer")


def test_an_answer_that_does_not_help_goes_to_a_person_with_what_was_asked():
    outcome = plan("Well, you know.", None, None, words=f"{SHORT}\n\nWell, you know.", history=(done(),)).outcome
    assert isinstance(outcome, Escalate)
    assert "was asked what they mean already" in outcome.why


def test_a_handoff_of_a_person_to_the_same_agent_asks_nobody():
    came = handed()
    back = came.model_copy(update={"message_type": "hand_back", "source": Party(kind="person", name="U0SAM")})
    assert not clarifying.is_asked_for(company(), back)
    assert not clarifying.is_asked_for(company(), came.model_copy(update={"workflow": "support"}))


def test_whoever_cannot_be_written_to_is_not_asked_after_all():
    scene, turn = asks(contact=None)
    assert isinstance(turn.outcome, Escalate)
    other = replace(scene, contact=Handle("con_Zz9Yy8Xx7W"))
    assert validator.findings(support.run(other, tools(ScriptedModel())), scene, ())


@pytest.mark.parametrize(("text", "workflow"), [
    ("Renting", "lead"), ("A rental please", "lead"), ("It's about renting, for six people", "lead"), ("my repair", "support"),
])  # fmt: skip
def test_whoever_answers_with_one_of_our_choices_is_understood_without_a_model(text, workflow):
    scene = brief(mail(text, subject="Re: Hello"), words=f"{SHORT}\n\n{text}", history=(done(),))
    turn = planner.plan(scene, tools(unsure()))
    assert isinstance(turn.outcome, HandOver)
    assert (turn.outcome.handoff.workflow, turn.reading.confidence) == (workflow, 1.0)
    assert validator.findings(turn, scene, ()) == ()


def test_a_choice_that_no_agent_does_goes_to_its_own_queue():
    outcome = plan("An invoice", history=(done(),), words=f"{SHORT}\n\nAn invoice").outcome
    assert isinstance(outcome, Escalate)
    assert outcome.queue == "finance"


@pytest.mark.parametrize("text", [
    "Renting a bike", "Neither, it is about your dog", "It is about the rental that I brought back late", "The rental, furious",
])  # fmt: skip
def test_two_choices_none_or_more_than_a_choice_go_to_a_person(text):
    assert isinstance(plan(text, history=(done(),), words=f"{SHORT}\n\n{text}").outcome, Escalate)


def test_nobody_chooses_who_was_not_asked():
    outcome = plan("Renting").outcome
    assert isinstance(outcome, HandOver)
    assert outcome.handoff.workflow == "inbox"
