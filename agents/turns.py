"""What all agents' turns have in common: calls for a person, what is already settled, and the typed end of a turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from agents.base import Brief, Tools
from agents.grounding import EVENT
from agents.texts import Heard
from core.contract.base import Sentiment
from core.contract.work import Completed, Escalate, Evidence, Handoff, Outcome, Reading, Turn
from core.errors import Bug
from core.ports import Record
from policies.rules import escalation

FIND_CONTACT, REPLY = "crm.find_contact", "mail.reply"
WELL = frozenset({"sent", "done"})
WITHDRAWN = "edited"  # replaced by another draft: nothing was sent, nothing was refused
UNSURE, TRIAGE = "unsure", "triage"
_QUOTED = 200  # characters of a message that go on a card as its beginning


@dataclass(frozen=True, slots=True)
class Read:
    """What came of an agent's reading; with an outcome it is a turn."""

    agent: str
    intent: str
    fields: Mapping[str, str | int | bool]
    evidence: tuple[Evidence, ...]
    confidence: float
    sentiment: Sentiment = "neutral"
    model: str = ""
    call_ids: tuple[str, ...] = ()

    def turn(self, outcome: Outcome) -> Turn:
        """The finished turn."""
        return Turn(agent=self.agent, outcome=outcome, reading=Reading(
            intent=self.intent, fields=dict(self.fields), evidence=self.evidence, confidence=self.confidence,
            sentiment=self.sentiment, model=self.model, call_ids=tuple(one for one in self.call_ids if one),
        ))  # fmt: skip


def sure_of(agent: str, intent: str, evidence: tuple[Evidence, ...] = ()) -> Read:
    """A reading that took no model: plain code over the task's own rows."""
    return Read(agent=agent, intent=intent, fields={}, evidence=evidence, confidence=1.0)


def handed(brief: Brief) -> Handoff:
    """The handoff that a specialist's turn begins with. Raises `Bug`: only the planner begins without one."""
    if brief.handoff is None:
        raise Bug(f"{brief.task_id}: a specialist's turn begins with a handoff")
    return brief.handoff


def opening(heard: Heard) -> tuple[Evidence, ...]:
    """The beginning of what was said, as evidence."""
    said = (heard.visible or heard.said).strip()[:_QUOTED]
    return (Evidence(what="said", source=EVENT, quote=said),) if said else ()


# Calls for a person --------------------------------------------------------------------------------------------------


def called(brief: Brief, agent: str, heard: Heard, also: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The triggers that call a person now, most urgent first: immediate ones, those that the agent's policy names, and `also`.
    Words count, signatures and quoted mails do not.

    What a person handed back was seen by a person: the same message does not call again."""
    came = brief.handoff
    if came is not None and came.message_type == "hand_back" and brief.event.at <= came.created_at:
        return ()
    rules = brief.policy.agents.get(agent)
    own = (*(rules.escalates_when if rules else ()), *also)
    heard_now = escalation.triggers_in(brief.policy, heard.said)
    return tuple(name for name in heard_now if name in own or escalation.class_of(brief.policy, name) == "immediate")


def call_for(brief: Brief, triggers: tuple[str, ...]) -> Escalate:
    """A call for a person by the most urgent of these triggers; the others are named in its reason."""
    first, *others = triggers
    rules = [rule for name in others if (rule := escalation.trigger(brief.policy, name))]
    words = "".join(f" The customer also {rule.words}." for rule in rules)
    plain = call(brief, first)
    return plain.model_copy(update={"why": f"{plain.why}{words}"})


def call(brief: Brief, trigger: str, why: str = "", queue: str = "") -> Escalate:
    """A call for a person. Without a reason the trigger's own words stand; a queue that policy lacks is left to the trigger."""
    rule = escalation.trigger(brief.policy, trigger)
    return Escalate(
        trigger=trigger,
        why=why or (f"The customer {rule.words}." if rule else "A person is needed."),
        queue=queue if queue in brief.policy.queues else "",
    )


def no_answer(why: str) -> str:
    """Words for a reading that the model did not give."""
    return f"The model gave no sure answer. {why[:1].upper()}{why[1:]}." if why else "The model gave no answer."


# What is already settled ---------------------------------------------------------------------------------------------


def about(brief: Brief, operation: str) -> tuple[Completed, ...]:
    """All that was settled about an operation on this task, oldest first. An entry's `what` is the operation's name."""
    return tuple(one for one in brief.history if one.what == operation and one.outcome != WITHDRAWN)


def since(brief: Brief, operations: tuple[str, ...]) -> tuple[Completed, ...]:
    """What was settled about these operations since the handoff came."""
    before = len(handed(brief).completed_actions)
    new = brief.history[before:]
    return tuple(one for one in new if one.what in operations and one.outcome != WITHDRAWN)


def refused(brief: Brief, operation: str) -> bool:
    """Whether a person rejected this operation on this task, ever. It is not proposed again."""
    return any(one.outcome == "rejected" for one in about(brief, operation))


def went_wrong(brief: Brief, settled: tuple[Completed, ...], queue: str) -> Escalate | None:
    """A call for a person when something was rejected, failed, ran out of time or is unknown; None when all went well."""
    bad = next((one for one in settled if one.outcome not in WELL), None)
    if bad is None:
        return None
    what = _NOUNS.get(bad.what) or f"“{bad.what.rpartition('.')[2].replace('_', ' ')}”"
    reason = f" {bad.note}" if bad.note else ""
    return call(brief, UNSURE, f"{what} was {_PLAIN[bad.outcome]}.{reason}", queue)


_NOUNS = {REPLY: "The reply", "mail.question": "The question to the customer", "crm.create_lead": "The new lead"}
_PLAIN = {"rejected": "rejected by a person", "failed": "not carried out", "unknown": "sent, and nobody knows if it arrived",
          "expired": "not decided in time"}  # fmt: skip


# What the systems know -----------------------------------------------------------------------------------------------


def contact_records(brief: Brief, tools: Tools) -> tuple[Record, ...]:
    """What the CRM knows of whoever wrote; nothing when there is no conversation."""
    if brief.contact is None:
        return ()
    return tools.reader.read(FIND_CONTACT, conversation=brief.contact)


def known(records: tuple[Record, ...], names: tuple[str, ...]) -> dict[str, str]:
    """The named facts of the contact, as far as the CRM has them. A lead's or deal's facts are not the contact's."""
    for record in records:
        if record.kind == "contact":
            return {name: record.facts[name] for name in names if record.facts.get(name)}
    return {}
