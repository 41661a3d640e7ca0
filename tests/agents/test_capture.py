"""Capture: only what was said travels, and nobody is asked for what is known."""

from __future__ import annotations

from dataclasses import replace

from agents import validator
from agents.specialists import capture
from agents.specialists.capture import READS_CONTACT, Contact
from core.contract.base import Handle
from core.contract.work import Answered, Ask, Clarify, Escalate, HandOver
from core.ports import Found, Record
from tests.agents.scene import CONTACT, NOW, brief, handoff, mail, tools
from tests.support.models import ScriptedModel

TEXT = "Hello, we would like to rent 24 bikes on May 14.\n\nBest regards,\nInes Abara\nCove Street School\n(207) 555-0162\n"
CAME = handoff("capture", {"intent": "lead"})


def found(**pieces: str) -> ScriptedModel:
    return ScriptedModel(reads={READS_CONTACT: Contact(**{k: Found(value=v, quote=v) for k, v in pieces.items()})})


def lead(text=TEXT, **more):
    event = mail(text, sender="Ines Abara", address="office@covestreet.example.com")
    return brief(event, workflow="lead", **{"handoff": CAME} | more)


def test_the_whole_contract_goes_to_qualification():
    scene = lead()
    kit = tools(
        found(name="Ines Abara", company="Cove Street School", phone="(207) 555-0162", need="rent 24 bikes on May 14")
    )
    turn = capture.run(scene, kit)
    assert isinstance(turn.outcome, HandOver)
    passed = turn.outcome.handoff
    assert passed.receiver.name == "qualification"
    assert passed.facts == {
        "intent": "lead", "name": "Ines Abara", "email": "office@covestreet.example.com", "phone": "(207) 555-0162",
        "company": "Cove Street School", "need": "rent 24 bikes on May 14",
    }  # fmt: skip
    assert passed.open_questions == ("urgency",)
    assert validator.findings(turn, scene, ()) == ()


def test_what_the_model_made_up_does_not_travel():
    scene = replace(lead(), event=mail(TEXT, sender=""))
    turn = capture.run(
        scene, tools(found(name="Mallory Vance", need="rent 24 bikes on May 14", phone="(900) 555-0000"))
    )
    assert isinstance(turn.outcome, Ask)
    assert "their name" in turn.outcome.question
    assert "Mallory" not in str(turn)
    assert "555-0000" not in str(turn)


def test_a_need_that_stands_only_in_the_signature_or_the_quoted_mail_is_none():
    text = TEXT + "\nOn Mon, Nov 16, 2026 at 9:14 AM Shop <shop@example.com> wrote:\n> We sell tandems cheap\n"
    for need in ("Cove Street School", "We sell tandems cheap"):
        turn = capture.run(lead(text), tools(found(name="Ines Abara", need=need)))
        assert isinstance(turn.outcome, Ask)


def test_form_fields_are_taken_as_typed_and_need_no_model():
    form = {"Name": "Ben Ashby", "E-Mail": "ben.ashby@example.com", "Message": "A cargo bike for two kids"}
    event = mail("", source="form", form=form, sender="", address="")
    scene = brief(event, workflow="lead", handoff=CAME, contact=None)
    turn = capture.run(scene, tools(ScriptedModel(reads={READS_CONTACT: None})))
    assert isinstance(turn.outcome, HandOver)
    assert turn.outcome.handoff.facts["need"] == "A cargo bike for two kids"
    assert turn.reading.confidence == 1.0
    assert validator.findings(turn, scene, ()) == ()


def test_what_the_crm_knows_is_not_asked_again():
    record = Record(Handle("con_Zz9Yy8Xx7W"), "contact", {"name": "Ines Abara", "phone": "+12075550162"})
    kit = tools(found(need="rent 24 bikes on May 14"), (record,))
    turn = capture.run(lead(), kit)
    assert isinstance(turn.outcome, HandOver)
    assert turn.outcome.handoff.facts["name"] == "Ines Abara"
    assert kit.reader.asked == [("crm.find_contact", {"conversation": CONTACT})]
    assert validator.findings(turn, lead(), (record,)) == ()


def test_without_any_way_to_answer_a_person_gets_it():
    event = mail("I want 8 bikes. Ben Ashby", source="chat", address="")
    scene = brief(event, workflow="lead", handoff=CAME, contact=None)
    turn = capture.run(scene, tools(found(name="Ben Ashby", need="I want 8 bikes")))
    assert isinstance(turn.outcome, Escalate)
    assert turn.outcome.queue == "sales"


def test_after_a_person_handed_it_back_the_same_question_is_not_asked_again():
    back = CAME.model_copy(update={"message_type": "hand_back"})
    turn = capture.run(lead(handoff=back), tools(found()))
    assert isinstance(turn.outcome, Escalate)


def answered(text: str, *, missing: str = "their name") -> Answered:
    return Answered(question=f"We do not know {missing}.", text=text, person="U0SAM", at=NOW)


def test_what_a_member_of_the_team_answered_is_a_fact_in_their_name():
    scene = lead(answers=(answered("Ines Abara"),))
    scene = replace(scene, event=mail(TEXT, sender=""))
    turn = capture.run(scene, tools(found(need="rent 24 bikes on May 14")))
    assert isinstance(turn.outcome, HandOver)
    passed = turn.outcome.handoff
    assert passed.facts["name"] == "Ines Abara"
    assert [one.source for one in passed.evidence if one.what == "name"] == ["person:U0SAM"]
    assert validator.findings(turn, scene, ()) == ()


def test_an_answer_that_does_not_say_it_calls_a_person_and_asks_no_second_time():
    scene = replace(lead(answers=(answered("No idea.\nLook into the till."),)), event=mail(TEXT, sender=""))
    turn = capture.run(scene, tools(found(need="rent 24 bikes on May 14")))
    assert isinstance(turn.outcome, Escalate)
    assert "name" in turn.outcome.why


def test_nobody_can_put_words_into_a_persons_mouth():
    scene = replace(lead(answers=(answered("Ines Abara"),)), event=mail(TEXT, sender=""))
    turn = capture.run(scene, tools(found(need="rent 24 bikes on May 14")))
    other = replace(scene, answers=(answered("Somebody else"),))
    assert {one.code for one in validator.findings(turn, other, ())} >= {"quote_not_found"}


def test_an_unsure_reading_goes_to_a_person():
    model = found(name="Ines Abara", need="rent 24 bikes on May 14")
    model.confidence = 0.4
    turn = capture.run(lead(), tools(model))
    assert isinstance(turn.outcome, Escalate)
    assert turn.reading.confidence == 0.4


def test_anger_calls_a_person_and_an_incomplete_handoff_goes_back():
    angry = capture.run(lead("This is unacceptable. We wanted 10 bikes."), tools(ScriptedModel()))
    assert isinstance(angry.outcome, Escalate)
    assert angry.outcome.trigger == "anger"
    bounced = capture.run(lead(handoff=handoff("capture", {})), tools(ScriptedModel()))
    assert bounced.outcome == Clarify(missing=("intent",))


def test_a_busy_next_agent_is_passed_over_to_people():
    model = found(name="Ines Abara", need="rent 24 bikes on May 14")
    turn = capture.run(lead(busy=frozenset({"qualification"})), tools(model))
    assert isinstance(turn.outcome, Escalate)
    assert turn.outcome.queue == "sales"
