"""The handoff contract: what does not travel, how complete it is, and where it may not go."""

from __future__ import annotations

from datetime import timedelta

import pytest

from agents import handoffs
from agents.handoffs import Passing, allowed, bounced, completeness, faults, make_handoff
from core.contract.work import Clarify
from core.errors import Bug
from tests.agents.scene import NOW, brief, company, done, handoff, mail, tools
from tests.support.models import ScriptedModel

PASSING = Passing(objective="Weigh it", summary="Dana wants bikes", facts={"name": "Dana", "need": "8 bikes"},
                  next_action="Score", confidence=0.8)  # fmt: skip


@pytest.mark.parametrize(
    "value", ["", "  ", "n/a", "N/A", "see above", "Unknown", "tbd", "-", "???", "not known", "\u200b"]
)
def test_what_says_nothing_does_not_count(value):
    assert faults(handoff("qualification", {"name": value, "need": "8 bikes"}), ("name", "need")) == ("name",)
    assert completeness(handoff("qualification", {"name": value}), {"name": "Dana"}, ("name",)) == 0.0


@pytest.mark.parametrize(("name", "value"), [
    ("email", "dana at example"), ("email", "a@example.com or b@example.com"), ("phone", "12"),
    ("phone", "(207) 555-0143 or (207) 555-0199"), ("deadline", "Friday"), ("deadline", "3/4"), ("deadline", "the 25th"),
    ("amount", "$5 to $10"), ("order_number", "WO-1 or WO-2"), ("name", "Dana or Ines"),
])  # fmt: skip
def test_a_malformed_or_ambiguous_field_is_named(name, value):
    assert faults(handoff("qualification", {name: value}), (name,)) == (name,)


@pytest.mark.parametrize(("name", "value"), [
    ("email", "dana@example.com"), ("phone", "+1 (207) 555-0143"), ("deadline", "November 27, 2026"), ("amount", "$1,242.00"),
    ("name", "Dana Orr"), ("need", "8 bikes or 9 bikes, whichever fits?"),
])  # fmt: skip
def test_a_sound_field_travels(name, value):
    assert faults(handoff("qualification", {name: value}), (name,)) == ()


def test_a_handoff_to_itself_or_without_aim_is_faulty():
    itself = handoff("capture", {}, objective=" ").model_copy(update={"receiver": handoff("capture", {}).source})
    assert faults(itself, ()) == ("objective", "receiver")


def test_completeness_counts_only_what_the_receiver_needs_and_the_task_knows():
    known = {"name": "Dana", "need": "8 bikes", "phone": "n/a"}
    assert completeness(handoff("qualification", {"name": "Dana"}), known, ("name", "need", "phone", "email")) == 0.5
    assert completeness(handoff("qualification", {}), {}, ("name",)) == 1.0


def test_a_new_handoff_goes_on_from_the_one_before_and_resets_no_budget():
    before = handoff("capture", {"intent": "lead"}, hop=3, deadline=NOW + timedelta(minutes=7))
    scene = brief(mail("Hi"), workflow="lead", handoff=before, history=(done("mail.reply"),))
    made = make_handoff(scene, tools(ScriptedModel()), "capture", "qualification", PASSING)
    assert (made.hop, made.previous, made.deadline) == (4, "ho_before", before.deadline)
    assert made.completed_actions == scene.history
    assert made.escalation_rule == company().workflows["lead"].on_failure
    assert faults(made, ("name", "need")) == ()


def test_a_handoff_in_a_workflow_that_nobody_knows_is_our_own_bug():
    with pytest.raises(Bug):
        make_handoff(brief(mail("Hi"), workflow="nowhere"), tools(ScriptedModel()), "a", "b", PASSING)


def test_an_incomplete_handoff_is_bounced_with_its_fields_and_what_a_person_hands_back_is_not():
    came = handoff("qualification", {"name": "Dana"})
    scene = brief(mail("Hi"), workflow="lead", handoff=came)
    assert bounced(scene, "qualification") == Clarify(missing=("need",))
    back = came.model_copy(update={"message_type": "hand_back"})
    assert bounced(brief(mail("Hi"), workflow="lead", handoff=back), "qualification") is None


def test_an_answer_to_a_clarification_carries_its_retries_on():
    came = handoff("qualification", {})
    back = came.model_copy(update={
        "message_type": "clarification", "source": came.receiver, "receiver": came.source, "retry_count": 1, "hop": 2,
    })  # fmt: skip
    scene = brief(mail("Hi"), workflow="lead", handoff=back)
    again = make_handoff(scene, tools(ScriptedModel()), "capture", "qualification", PASSING)
    assert (again.retry_count, again.hop) == (1, 3)


@pytest.mark.parametrize(("source", "receiver", "hop", "trail", "code"), [
    ("capture", "capture", 1, ("planner", "capture"), "to_itself"),
    ("capture", "support", 1, ("planner", "capture"), "not_in_workflow"),
    ("qualification", "capture", 2, ("planner", "capture", "qualification"), "not_in_workflow"),
    ("planner", "qualification", 0, ("planner",), "not_in_workflow"),
    ("capture", "qualification", 7, ("planner", "capture"), "too_many_hops"),
    ("capture", "qualification", 3, ("planner", "capture", "qualification", "capture"), "ping_pong"),
])  # fmt: skip
def test_a_handoff_that_the_workflow_does_not_know_stops_with_a_reason(source, receiver, hop, trail, code):
    stopped = allowed(company(), "lead", source, receiver, hop, trail)
    assert stopped is not None
    assert stopped.code == code
    assert stopped.reason.endswith(".")


def test_the_workflows_own_way_is_open():
    assert allowed(company(), "lead", "planner", "capture", 0, ("planner",)) is None
    assert allowed(company(), "lead", "capture", "qualification", 1, ("planner", "capture")) is None
    assert allowed(company(), "nowhere", "a", "b", 0, ("a",)) == handoffs.NotPassed(
        "unknown_workflow", "The rules know no such workflow."
    )
