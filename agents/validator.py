"""Holds a turn's outcome against its evidence and the contract, before anything else happens. Pure.

A model may be wrong or hostile; what it says must stand somewhere that can be read again: in the customer's words, a record,
the team's pages or the template. Each finding stops the outcome and is kept with the turn.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, assert_never

from agents import bant, drafts, handoffs, origins
from agents.bant import PARTS
from agents.base import Brief
from agents.claims import Kind, claims, link_of, unsupported
from agents.grounding import EVENT, stands
from agents.plain import mixed_script, without_hidden
from agents.texts import all_said
from core.contract.work import (
    Argument,
    Ask,
    Clarify,
    Escalate,
    Evidence,
    Finished,
    FollowUp,
    Handoff,
    HandOver,
    Proposal,
    Propose,
    Turn,
)  # fmt: skip
from core.ports import Record

Code = Literal[
    "foreign_handle", "fact_without_source", "handoff_fault", "hidden_characters", "mixed_letters",
    "origin_not_true", "outside_link", "quote_not_found", "too_long", "unknown_source", "unsupported_claim", "wrong_author",
    "wrong_class", "wrong_task", "over_budget", "past_time",
]  # fmt: skip
HANDLES = frozenset({"conversation", "contact", "customer", "lead", "deal", "invoice"})  # arguments that take a handle
DRAFTS = frozenset({"subject", "body", "title", "summary"})  # arguments that people will read as our words
DERIVED = frozenset({"score", "band"})  # computed by code from quoted evidence
_HANDLE = re.compile(r"[a-z]{2,4}_[A-Za-z0-9]{10}")
_LONGEST = 20_000
_NAMES: dict[Kind, str] = {
    "amount": "an amount", "percent": "a percentage", "date": "a date", "weekday": "a day", "time": "a time",
    "number": "a number", "link": "a link", "address": "a mail address", "phone": "a phone number",
    "code": "an order number", "name": "a name",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong. `code` is a frozen name, `what` a sentence for the card."""

    code: Code
    what: str


def findings(turn: Turn, brief: Brief, records: tuple[Record, ...]) -> tuple[Finding, ...]:
    """All that is wrong with a turn, in a fixed order; empty when its outcome may go on.

    `records` are those that the turn read or that were issued to the task before."""
    return tuple(dict.fromkeys(_findings(_Check(turn, brief, records))))


@dataclass(frozen=True, slots=True)
class _Check:
    turn: Turn
    brief: Brief
    records: tuple[Record, ...]


def _findings(check: _Check) -> Iterator[Finding]:
    yield from _evidence(check, check.turn.reading.evidence)
    outcome = check.turn.outcome
    match outcome:
        case Propose(proposals=proposals):
            for proposal in proposals:
                yield from _proposal(check, proposal)
        case HandOver(handoff=handoff):
            yield from _handoff(check, handoff)
        case Ask():
            yield from _question(check, outcome)
        case Escalate(why=text) | Finished(summary=text):
            yield from _seen("reason", text)
        case FollowUp(at=at):
            if at <= check.brief.now:
                yield Finding("past_time", "The follow-up is due in the past.")
        case Clarify():
            if check.brief.handoff is None:
                yield Finding("handoff_fault", "There is no handoff to send back.")
        case _:
            assert_never(outcome)


def _question(check: _Check, asked: Ask) -> Iterator[Finding]:
    """What an agent asks the team, and the answers that it offers as buttons."""
    for text in (asked.question, *asked.options):
        yield from _seen("question", text)
        yield from _draft(check, "question", text, "")


# Evidence ------------------------------------------------------------------------------------------------------------


def _evidence(check: _Check, evidence: tuple[Evidence, ...]) -> Iterator[Finding]:
    for one in evidence:
        texts = _cited(check, one.source)
        if texts is None:
            yield Finding("unknown_source", f'Evidence for "{one.what}" names a source that does not exist.')
        elif not any(stands(one.quote, text) for text in texts):
            yield Finding("quote_not_found", f'The quote for "{one.what}" does not stand where it is said to.')


def _cited(check: _Check, source: str) -> tuple[str, ...] | None:
    """The texts of a source that evidence names; None when there is no such source."""
    if source == EVENT:
        return origins.words_of(check.brief)
    kind, _, name = source.partition(":")
    if kind == "policy" and name in _pages(check):
        return (check.brief.policy.knowledge[name],)
    if kind == "template" and name in check.brief.policy.templates:
        return (check.brief.policy.templates[name].text,)
    if kind == "person":
        return tuple(one.text for one in check.brief.answers if one.person == name) or None
    found = tuple(fact for record in check.records if record.handle == source for fact in record.facts.values())
    return found or None


def _pages(check: _Check) -> tuple[str, ...]:
    """The pages that this agent may cite."""
    rules = check.brief.policy.agents.get(check.turn.agent)
    return tuple(page for page in (rules.cites if rules else ()) if page in check.brief.policy.knowledge)


# Proposals -----------------------------------------------------------------------------------------------------------


def _proposal(check: _Check, proposal: Proposal) -> Iterator[Finding]:
    if proposal.author.kind != "agent" or proposal.author.name != check.turn.agent:
        yield Finding("wrong_author", f"The proposal says it is by {proposal.author.name}.")
    if proposal.operation.partition(".")[0] != proposal.gateway:
        yield Finding("wrong_author", f"{proposal.operation} is no operation of {proposal.gateway}.")
    yield from _seen("reason", proposal.reason)
    yield from _evidence(check, proposal.evidence)
    yield from _message_class(check, proposal)
    template = str(proposal.values().get("template", ""))
    for name, argument in proposal.arguments.items():
        yield from _argument(check, name, argument, template)


def _message_class(check: _Check, proposal: Proposal) -> Iterator[Finding]:
    """The class of a message is its template's, never the agent's choice."""
    rules = check.brief.policy.templates.get(str(proposal.values().get("template", "")))
    if proposal.message_class != (rules.message_class if rules else ""):
        yield Finding("wrong_class", "The message's class is not that of its template.")


def _argument(check: _Check, name: str, argument: Argument, template: str) -> Iterator[Finding]:
    value = argument.value
    issued = origins.issued(check.brief, check.records)
    if (name in HANDLES and value != "") or (isinstance(value, str) and _HANDLE.fullmatch(value)):
        if value not in issued:
            yield Finding("foreign_handle", f'"{name}" names a record that this task was never given.')
        return
    if isinstance(value, str):
        yield from _seen(name, value)
        if name in DRAFTS:
            yield from _draft(check, name, value, template)
    if not _origin_holds(check, name, argument, template):
        yield Finding("origin_not_true", f'"{name}" does not come from where it is said to ({argument.origin}).')


def _origin_holds(check: _Check, name: str, argument: Argument, template: str) -> bool:
    value, brief = argument.value, check.brief
    if name in DERIVED:
        return _derived(check, name) == value
    text = str(value)
    match argument.origin:
        case "model":
            return True
        case "text":
            return origins.in_words(text.removeprefix("Re: ") if name == "subject" else text, brief)
        case "record":
            return origins.in_records(text, brief, check.records)
        case "config":
            return origins.in_config(text, brief.policy) or _own_words(brief, template, text)
        case "person":
            return _typed_by_person(brief, text)
        case _:
            assert_never(argument.origin)


def _derived(check: _Check, name: str) -> int | str:
    """Score and band once more, from the customer's words and the quotes that stand in them."""
    text = all_said(check.brief.event, check.brief.words)
    quotes = {
        part: [one.quote for one in check.turn.reading.evidence if one.what == part and stands(one.quote, text)]
        for part in PARTS
    }
    total = bant.score(text, quotes).total
    rules = check.brief.policy.agents.get(check.turn.agent)
    band = bant.band(total, rules.bands if rules else ())
    return total if name == "score" else (band.name if band else "")


def _own_words(brief: Brief, template: str, body: str) -> bool:
    """Whether the body is just the template, filled from the task itself."""
    rules = brief.policy.templates.get(template)
    if rules is None:
        return False
    own = drafts.own_words(rules.text, drafts.slots(brief))
    return own is not None and drafts.same_words(own, body)


def _typed_by_person(brief: Brief, text: str) -> bool:
    """Whether a member of the team typed it, in this event or when handing the task back."""
    came = brief.handoff
    if came is not None and came.source.kind == "person" and text in came.facts.values():
        return True
    if origins.was_answered(text, brief):
        return True
    return bool(brief.event.team_member) and origins.in_words(text, brief)


# Words ---------------------------------------------------------------------------------------------------------------


def _seen(name: str, text: str) -> Iterator[Finding]:
    """What a person could not see, or would see as something else."""
    if len(text) > _LONGEST:
        yield Finding("too_long", f'"{name}" is longer than anybody would read.')
    if without_hidden(text) != text:
        yield Finding("hidden_characters", f'"{name}" holds characters that nobody sees.')
    if mixed_script(text[:_LONGEST]):
        yield Finding("mixed_letters", f'"{name}" mixes letters of two alphabets in one word.')


def _draft(check: _Check, name: str, text: str, template: str) -> Iterator[Finding]:
    if len(text) > _LONGEST:
        return  # `too_long` was said already, and nothing of it goes out
    for link in sorted(claim.value for claim in claims(text) if claim.kind == "link"):
        if link not in _our_links(check):
            yield Finding("outside_link", f'"{name}" links to {link}, which is no link of ours.')
    for claim in unsupported(text, _sources(check, template), check.brief.now.year):
        if claim.kind != "link":
            yield Finding("unsupported_claim", f'"{name}" says {_NAMES[claim.kind]} that stands nowhere: {claim.quote}')


def _our_links(check: _Check) -> frozenset[str]:
    """Links that the team's own pages and templates have."""
    policy = check.brief.policy
    texts = (*policy.knowledge.values(), *(template.text for template in policy.templates.values()))
    return frozenset(link_of(claim.value) for text in texts for claim in claims(text) if claim.kind == "link")


def _sources(check: _Check, template: str) -> tuple[str, ...]:
    """Everything that a draft may repeat, the greeting and the team's own texts first: most drafts say no more."""
    policy, brief = check.brief.policy, check.brief
    facts = tuple(fact for record in check.records for fact in record.facts.values())
    own = policy.templates.get(template)
    typed = brief.handoff.facts.values() if brief.handoff and brief.handoff.source.kind == "person" else ()
    pages = (policy.knowledge[page] for page in _pages(check))
    return (
        *((re.sub(r"\{[{%#].*?[}%#]\}", " ", own.text),) if own else ()), policy.company.name, policy.company.mail_from,
        brief.event.sender, *pages, *facts, *typed, *(one.text for one in brief.answers), *origins.words_of(brief),
    )  # fmt: skip


# Handoffs ------------------------------------------------------------------------------------------------------------


def _handoff(check: _Check, handoff: Handoff) -> Iterator[Finding]:
    brief = check.brief
    receiver = brief.policy.agents.get(handoff.receiver.name)
    for name in handoffs.faults(handoff, receiver.needs if receiver else ()):
        yield Finding("handoff_fault", f'The handoff\'s "{name}" is missing, malformed or ambiguous.')
    if handoff.source.name != check.turn.agent:
        yield Finding("wrong_author", f"The handoff says it is from {handoff.source.name}.")
    if handoff.task_id != brief.task_id or (brief.handoff is not None and handoff.workflow != brief.workflow):
        yield Finding("wrong_task", "The handoff speaks of another task or workflow.")
    yield from _budget(brief, handoff)
    handles = {handoff.conversation, handoff.customer.contact} - {None}
    if not handles <= origins.issued(brief, check.records):
        yield Finding("foreign_handle", "The handoff names a record that this task was never given.")
    yield from _evidence(check, handoff.evidence)
    for name, text in (("objective", handoff.objective), ("summary", handoff.context_summary), *handoff.facts.items()):
        yield from _seen(name, text)
    for name, value in handoff.facts.items():
        if not _known(check, value):
            yield Finding("fact_without_source", f'The fact "{name}" stands nowhere.')


def _budget(brief: Brief, handoff: Handoff) -> Iterator[Finding]:
    """A handoff never resets hops or widens the time."""
    before = brief.handoff
    if before is None:
        return
    if handoff.hop != before.hop + 1 or handoff.previous != before.handoff_id or handoff.deadline > before.deadline:
        yield Finding("over_budget", "The handoff gives itself more hops or time than it has.")


def _known(check: _Check, value: str) -> bool:
    """Whether a fact is the customer's, a record's, an earlier handoff's, or a label of this reading."""
    before = check.brief.handoff
    earlier = set(before.facts.values()) if before else set()
    labels = {check.turn.reading.intent, check.turn.reading.sentiment, check.brief.event.source}
    if value in earlier | labels:
        return True
    if origins.was_answered(value, check.brief):
        return True
    return origins.in_words(value, check.brief) or origins.in_records(value, check.brief, check.records)
