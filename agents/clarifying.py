"""A message that says too little to be placed: one question to the customer, once, and then a person.

The planner may write to nobody, so it hands the task to an agent that may. That agent proposes the team's own question, word
for word; what the customer answers the planner reads anew."""

from __future__ import annotations

from dataclasses import replace

from agents import drafts, handoffs, turns
from agents.base import Brief, Tools
from agents.claims import claims
from agents.drafts import Answering, Draft
from agents.grounding import tidy
from agents.handoffs import PLANNER, Passing
from agents.plain import words
from agents.texts import Heard, heard
from core.contract.work import Customer, Escalate, Handoff, HandOver, Propose, Turn
from policies.rules import clarifying, escalation
from policies.schema import Policy

QUESTION = "mail.question"  # a mail that only asks: what is settled about it goes by this name
_CHOOSES = 6  # words; whoever writes more says something else besides, and that is for a model or a person to read
_QUOTED = 200  # characters of the message in the reason
_SMALL = 3  # letters of "a", "an", "or"
_CALM = ("neutral", "satisfied")


def helps(brief: Brief, said: Heard, read: turns.Read) -> bool:
    """Whether a question is better than a person now: a first mail that can be answered, of a few calm words that name nothing
    which calls a person, and that look like none of a machine: who wrote has a name, and nothing is linked."""
    rules, event = clarifying.rules(brief.policy), brief.event
    if rules is None or brief.contact is None or event.source != "mail" or event.team_member:
        return False
    is_first = not (brief.handoff or brief.history or brief.answers or event.thread) and brief.words == event.text
    is_short = any(words(said.visible)) and len(list(words(said.said))) <= rules.up_to_words
    guessed = read.intent == clarifying.OTHER or read.intent in rules.choices
    calls = escalation.triggers_in(brief.policy, said.signed)
    by_human = bool(tidy(event.sender)) and not any(one.kind == "link" for one in claims(said.signed))
    is_free = rules.agent not in brief.busy
    return is_first and is_short and guessed and by_human and is_free and not calls and read.sentiment in _CALM


def pass_on(brief: Brief, tools: Tools, said: Heard, read: turns.Read, why: str) -> HandOver:
    """The handoff to the agent that asks; `why` the planner cannot place the message."""
    rules, name = clarifying.rules(brief.policy), tidy(brief.event.sender)
    receiver = rules.agent if rules else ""
    passing = Passing(
        objective="Ask the customer what it is about", summary=f"{name or 'Somebody'} wrote: {tidy(said.said)}",
        facts={"intent": read.intent}, next_action="Ask one question, once; then the planner reads the answer",
        confidence=read.confidence, evidence=read.evidence, open_questions=(why,), sentiment=read.sentiment,
        customer=Customer(name=name, contact=brief.contact),
    )  # fmt: skip
    brief = replace(brief, workflow=clarifying.workflow(brief.policy))
    return HandOver(handoff=handoffs.make_handoff(brief, tools, PLANNER, receiver, passing))


def is_asked_for(policy: Policy, handoff: Handoff) -> bool:
    """Whether this handoff asks its receiver for a question to the customer: no agent begins in that workflow otherwise."""
    rules = clarifying.rules(policy)
    return (
        rules is not None and handoff.message_type == "handoff" and handoff.workflow == clarifying.workflow(policy)
        and (handoff.source.name, handoff.receiver.name) == (PLANNER, rules.agent)
    )  # fmt: skip


def chosen(brief: Brief, said: Heard) -> str:
    """The intent that the customer named of our question's choices ("Renting, please"); empty where they were not asked, said
    more than a few words, or named none or several."""
    rules = clarifying.rules(brief.policy)
    own = list(words(said.visible))
    if (
        rules is None
        or not asked_before(brief)
        or len(own) > _CHOOSES
        or escalation.triggers_in(brief.policy, said.signed)
    ):
        return ""
    named = [
        intent for intent, text in rules.choices.items()
        if any(word.startswith(_stem(each)) for each in words(text) if len(each) >= _SMALL for word in own)
    ]  # fmt: skip
    return named[0] if len(named) == 1 else ""


def _stem(word: str) -> str:
    """What is left of a choice's word in all its forms: `rent` of "renting", "rental" and "rents"."""
    bare = word.removesuffix("ing")
    return bare if len(bare) >= _SMALL else word


def asked_before(brief: Brief) -> str:
    """What to say of a question that the customer got and whose answer did not help; empty where they got none."""
    if not any(one.what == QUESTION and one.outcome in turns.WELL for one in brief.history):
        return ""
    return " The customer was asked what they mean already, and what came back does not say it. Nobody asks them again."


def turn(brief: Brief, agent: str) -> Turn:
    """The question as a proposal; a person where it did not go out or nobody answered it."""
    said, came = heard(brief.event), turns.handed(brief)
    read = turns.Read(agent=agent, intent=came.facts.get("intent", clarifying.OTHER), fields={}, confidence=1.0,
                      evidence=turns.opening(said), sentiment=came.sentiment)  # fmt: skip
    settled = turns.since(brief, (turns.REPLY, QUESTION))
    if settled:
        return read.turn(turns.went_wrong(brief, settled, turns.TRIAGE) or _no_answer(brief))
    if triggers := turns.called(brief, agent, said):
        return read.turn(turns.call_for(brief, triggers))
    return read.turn(
        _proposed(brief, agent, read) or turns.call(brief, turns.UNSURE, _reason(brief, came), turns.TRIAGE)
    )


def _proposed(brief: Brief, agent: str, read: turns.Read) -> Propose | None:
    """The team's own words, filled by code alone: no model has a say in what a stranger is asked."""
    rules, came = clarifying.rules(brief.policy), turns.handed(brief)
    template = rules.template if rules else ""
    own = drafts.own_words(brief.policy.templates[template].text, drafts.slots(brief)) if rules else None
    if own is None:
        return None
    reason = (
        f"This asks the customer what they mean, once. {_reason(brief, came)} If the answer does not help, or none comes by "
        "the next business day, a person gets the task."
    )
    answering = Answering(agent, reason, read.evidence, read.confidence)
    proposal = drafts.reply(brief, Draft(own.strip(), "config", template, "", ""), answering)
    return Propose(proposals=(proposal,)) if proposal else None


def _no_answer(brief: Brief) -> Escalate:
    asked = clarifying.question(brief.policy)
    why = f"The message says too little. The customer was asked “{asked}”, and no answer came by the next business day."
    return turns.call(brief, turns.UNSURE, why, turns.TRIAGE)


def _reason(brief: Brief, came: Handoff) -> str:
    said = drafts.clipped(tidy(heard(brief.event).visible), _QUOTED)
    return " ".join((f"The message says too little to place it: “{said}”", *came.open_questions))
