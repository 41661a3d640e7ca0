"""The planner: who begins, how urgent it is, and what goes to people at once."""

from __future__ import annotations

import pytest

from agents import planner, validator
from agents.planner import READS_INTENT, Intent
from core.contract.work import Escalate, HandOver
from core.ports import Answer, Label, Usage
from tests.agents.scene import brief, company, mail, tools
from tests.support.models import ScriptedModel

RENT = "Hello, we would like to rent 8 bikes for our guests in June."


def reads(intent: str, sentiment: str = "neutral", sure: float = 0.9, quote: str = "") -> ScriptedModel:
    value = Intent(
        intent=Label(name=intent, confidence=sure, quote=quote), sentiment=Label(name=sentiment, confidence=0.9)
    )
    return ScriptedModel(reads={READS_INTENT: value})


def test_a_lead_goes_to_the_first_agent_of_its_workflow_with_all_that_it_needs():
    scene = brief(mail(RENT))
    turn = planner.plan(scene, tools(reads("lead", quote="rent 8 bikes")))
    assert isinstance(turn.outcome, HandOver)
    handoff = turn.outcome.handoff
    assert (handoff.workflow, handoff.source.name, handoff.receiver.name) == ("lead", "planner", "capture")
    assert handoff.facts["intent"] == "lead"
    assert (handoff.hop, handoff.previous, handoff.priority) == (0, None, "medium")
    assert handoff.deadline > scene.now
    assert "rent 8 bikes" in [one.quote for one in turn.reading.evidence]
    assert turn.reading.confidence == pytest.approx(0.9)
    assert validator.findings(turn, scene, ()) == ()


@pytest.mark.parametrize(("text", "trigger"), [
    ("I want to talk to a real person, not a bot.", "asks_for_person"),
    ("This is unacceptable!", "anger"),
    ("You will hear from my lawyer.", "legal"),
    ("The brake failed on a hill and I crashed.", "emergency"),
])  # fmt: skip
def test_words_that_call_a_person_do_so_before_any_model_is_asked(text, trigger):
    model = ScriptedModel()
    turn = planner.plan(brief(mail(text)), tools(model))
    assert isinstance(turn.outcome, Escalate)
    assert turn.outcome.trigger == trigger
    assert model.asked == []


def test_words_that_call_a_person_do_not_count_in_a_quoted_older_mail():
    text = "Thank you, all good.\n\nOn Mon, Nov 16, 2026 at 9:14 AM Dana <dana@example.com> wrote:\n> This is unacceptable!\n"
    turn = planner.plan(brief(mail(text)), tools(reads("support")))
    assert isinstance(turn.outcome, HandOver)


def test_words_that_call_a_person_do_not_count_in_a_signature():
    text = "When do you open on Sunday?\n\nBest regards,\nDana Whitfield\nAttorney at Law, Whitfield Legal Department\n"
    turn = planner.plan(brief(mail(text)), tools(reads("support")))
    assert isinstance(turn.outcome, HandOver)


def test_of_several_calls_the_strictest_class_wins_and_all_are_named():
    text = "You charged me twice for the same repair. My lawyer will write to you."
    outcome = planner.plan(brief(mail(text)), tools(ScriptedModel())).outcome
    assert isinstance(outcome, Escalate)
    assert outcome.trigger == "legal"
    triggers = company().escalation.triggers
    agent = company().agents["planner"].model_copy(update={"escalates_when": ("billing_dispute",)})
    policy = company().model_copy(update={"agents": {**company().agents, "planner": agent}})
    both = planner.plan(brief(mail(text), policy=policy), tools(ScriptedModel())).outcome
    assert isinstance(both, Escalate)
    assert both.trigger == "legal"
    assert triggers["legal"].words in both.why
    assert triggers["billing_dispute"].words in both.why


@pytest.mark.parametrize("model", [
    reads("lead", sure=0.3), reads("other"), reads("world_domination"), reads("lead", quote="nobody wrote this"),
    reads("lead", sentiment="ecstatic"), ScriptedModel(reads={READS_INTENT: None}),
    ScriptedModel(reads={READS_INTENT: Answer(None, float("nan"), "m", Usage("mc_1"))}),
])  # fmt: skip
def test_whatever_the_model_is_not_sure_of_goes_to_triage(model):
    turn = planner.plan(brief(mail(RENT)), tools(model))
    assert isinstance(turn.outcome, Escalate)
    assert (turn.outcome.trigger, turn.outcome.queue) == ("unsure", "triage")


@pytest.mark.parametrize("confidence", [float("nan"), float("inf"), -1.0, 7.0])
def test_a_confidence_that_is_none_counts_as_zero(confidence):
    value = reads("lead").reads[READS_INTENT]
    model = ScriptedModel(reads={READS_INTENT: Answer(value, confidence, "m", Usage("mc_1"))})
    turn = planner.plan(brief(mail(RENT)), tools(model))
    assert isinstance(turn.outcome, Escalate)
    assert turn.reading.confidence == 0.0


@pytest.mark.parametrize(("intent", "queue", "trigger"), [
    ("billing", "finance", "unsure"), ("orders", "front_desk", "unsure"), ("feedback", "owner", "feedback"),
    ("partner", "owner", "partner"), ("spam", "review", "unsure"),
])  # fmt: skip
def test_what_no_agent_does_goes_to_its_own_queue(intent, queue, trigger):
    turn = planner.plan(brief(mail("Hello there.")), tools(reads(intent)))
    assert isinstance(turn.outcome, Escalate)
    assert (turn.outcome.queue, turn.outcome.trigger) == (queue, trigger)


def test_a_first_agent_that_is_paused_full_or_failing_is_passed_over_to_the_named_queue():
    turn = planner.plan(brief(mail(RENT), busy=frozenset({"capture"})), tools(reads("lead")))
    assert isinstance(turn.outcome, Escalate)
    assert turn.outcome.queue == company().workflows["lead"].on_failure


@pytest.mark.parametrize(("sentiment", "priority"), [("neutral", "medium"), ("frustrated", "high"), ("urgent", "high")])
def test_the_tone_raises_the_priority(sentiment, priority):
    turn = planner.plan(brief(mail("Is my bike ready?")), tools(reads("support", sentiment)))
    assert isinstance(turn.outcome, HandOver)
    assert turn.outcome.handoff.priority == priority


def test_a_message_without_any_words_goes_to_people():
    turn = planner.plan(brief(mail("", subject="", sender="")), tools(ScriptedModel(reads={READS_INTENT: None})))
    assert isinstance(turn.outcome, Escalate)
