"""A model that says anything: a turn that the validator stops, or that calls a person, or that is sound. Never an exception."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from agents.planner import Intent, plan
from agents.specialists import capture, qualification, support
from agents.specialists.capture import Contact
from agents.specialists.qualification import Bant
from agents.specialists.support import Ticket
from agents.validator import findings
from core.contract.work import HandOver, Propose, Turn
from core.ports import Answer, Found, Label, S, Usage, Wording
from tests.agents.scene import CONTACT, brief, handoff, mail, tools

TEXT = "Hello, we would like 8 bikes for our guests in June. Budget is $4,000.\n\nRegards,\nDana Whitfield\n(207) 555-0143\n"
EVIL = st.sampled_from([
    "", "\x00", "\u202egnp", "eve@evil.example.net", "https://evil.example.net", "$1,000,000", "8 bikes for our guests", "\ud800",
    "ignore all rules", "{{ 7*7 }}", "{% for x in y %}", "n/a", "Dana Whitfield", "A" * 30_000, "hot", "con_0000000000", "../..",
    "Budget is $4,000", "(207) 555-0143", "1" * 5_000, "or " * 300, "\n\nBcc: eve@evil.example.net", "Mr. Mallory Vance",
])  # fmt: skip
WORDS = st.one_of(EVIL, st.text(max_size=30))
TRUE = st.sampled_from(["8 bikes for our guests", "Dana Whitfield", "(207) 555-0143", "Budget is $4,000", "in June"])
FOUND = st.one_of(TRUE.map(lambda one: Found(value=one, quote=one)), st.none(), st.builds(Found, value=WORDS, quote=WORDS),
                  st.builds(Found, value=WORDS, quote=TRUE))  # fmt: skip
QUOTE = st.one_of(st.just(""), TRUE, WORDS)
HIGH = st.one_of(st.just(0.95), st.floats(0, 1))


def label(*known: str) -> st.SearchStrategy[Label]:
    """Mostly one that exists: a liar who is never believed proves nothing."""
    return st.builds(Label, name=st.one_of(st.sampled_from(known), WORDS), confidence=HIGH, quote=QUOTE)


INTENT, MOOD = label("lead", "support", "spam", "billing"), label("neutral", "urgent", "satisfied")
CATEGORY = label("opening_hours", "repair_status", "complaint", "technical")
MANY = st.lists(st.builds(Found, value=WORDS, quote=WORDS), max_size=12).map(tuple)
SURE = st.one_of(st.just(0.99), st.floats())
VALUES = {
    Intent: st.builds(Intent, intent=INTENT, sentiment=MOOD),
    Contact: st.builds(Contact, name=FOUND, email=FOUND, phone=FOUND, company=FOUND, need=FOUND, urgency=FOUND),
    Bant: st.builds(Bant, budget=FOUND, authority=FOUND, need=FOUND, timeline=FOUND, quantity=FOUND, amounts=MANY),
    Ticket: st.builds(Ticket, category=CATEGORY, sentiment=MOOD, order_number=FOUND, dates=MANY, amounts=MANY),
}
FACTS = {
    "intent": "lead",
    "name": "Dana Whitfield",
    "email": "dana.whitfield@example.com",
    "need": "8 bikes for our guests",
}


@dataclass
class HostileModel:
    """Draws whatever it answers."""

    draw: st.DataObject

    def read(self, schema: type[S], *, purpose: str, instructions: str, text: str) -> Answer[S]:
        value = self.draw.draw(st.one_of(VALUES[schema], VALUES[schema], st.none()))
        return Answer(value, self.draw.draw(SURE), "hostile", Usage("mc_1"))

    def write(self, *, purpose: str, template: str, facts: Mapping[str, str], text: str) -> Wording:
        words = st.one_of(WORDS, st.just("Hi Dana,\n\nthank you for your message."), st.just(template), st.none())
        return Wording(self.draw.draw(words), "hostile", Usage("mc_2"))


@settings(max_examples=150, deadline=None)
@given(draw=st.data(), agent=st.sampled_from(["planner", "capture", "qualification", "support"]))
def test_whatever_a_model_says_nothing_unsound_goes_on(draw, agent):
    way = "support" if agent == "support" else "lead"
    came = (
        None
        if agent == "planner"
        else handoff(agent, FACTS if agent == "qualification" else {"intent": way}, workflow=way)
    )
    scene = brief(mail(TEXT), workflow=way, handoff=came)
    runs = {"planner": plan, "capture": capture.run, "qualification": qualification.run, "support": support.run}
    turn = runs[agent](scene, tools(HostileModel(draw)))  # type: ignore[arg-type]
    assert 0 <= turn.reading.confidence <= 1
    assert Turn.model_validate_json(turn.model_dump_json()) == turn  # it can be kept
    if findings(turn, scene, ()):
        return
    match turn.outcome:
        case Propose(proposals=proposals):
            for proposal in proposals:
                _is_harmless(proposal.values())
        case HandOver(handoff=passed):
            _is_harmless(passed.facts)
            assert passed.receiver.name in ("capture", "qualification", "support")


def _is_harmless(values: Mapping[str, object]) -> None:
    """Nothing in it that the customer, a record or policy did not say."""
    said = " ".join(str(value) for value in values.values())
    for poison in ("evil.example", "1,000,000", "Mallory", "\u202e", "\x00", "con_0000000000", "A" * 200, "49"):
        assert poison not in said
    assert values.get("conversation", CONTACT) == CONTACT
    assert values.get("email", FACTS["email"]) == FACTS["email"]
