"""Answers to customers: a template of the team, filled with facts, worded by a model, proposed as `mail.reply`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from agents.base import Brief, Tools
from agents.grounding import tidy
from agents.turns import REPLY
from core.contract.base import Risk
from core.contract.work import Argument, Evidence, Origin, Party, Proposal
from policies.rules import clarifying
from policies.schema import Policy

LONGEST_BODY = 20_000
_SUBJECT_MAX, _NAME_MAX = 150, 40
_SUBJECT = re.compile(r"^(?:\s*(?:re|aw|fwd?|wg)\s*:)+\s*", re.IGNORECASE)
_NAME_PART = re.compile(r"[^\W\d_a-z][^\W\d_]*(?:['’-][^\W\d_]+)*\.?")


@dataclass(frozen=True, slots=True)
class Draft:
    """A body, and whether its words are the team's own or a model's."""

    body: str
    origin: Origin
    template: str
    model: str
    call_id: str


@dataclass(frozen=True, slots=True)
class Answering:
    """What an agent says about the answer that it proposes."""

    agent: str
    reason: str
    evidence: tuple[Evidence, ...]
    confidence: float
    risk: Risk = "low"


def own_words(template: str, facts: Mapping[str, str]) -> str | None:
    """The template filled by code alone; None when a slot has no fact or the template cannot be filled."""
    try:
        return _compiled(template).render(dict(facts))
    except TemplateError:
        return None


@lru_cache(maxsize=256)
def _compiled(template: str) -> Template:
    return ImmutableSandboxedEnvironment(autoescape=False, undefined=StrictUndefined).from_string(template)


def same_words(one: str, other: str) -> bool:
    """Whether two texts differ in white space only."""
    return one.split() == other.split()


def slots(brief: Brief) -> dict[str, str]:
    """What fills a template's slots: from the task and policy alone, so that the same brief always fills them alike."""
    name = (brief.handoff.facts.get("name", "") if brief.handoff else "") or brief.event.sender
    return {
        "first_name": first_name(name), "subject_line": _bare(brief.event.subject),
        "company_name": brief.policy.company.name, "choices": clarifying.choices(brief.policy),
    }  # fmt: skip


def clipped(text: str, most: int) -> str:
    """At most so many characters, cut between two words."""
    return text if len(text) <= most else text[: most + 1].rpartition(" ")[0][:most] or text[:most]


def first_name(name: str) -> str:
    """How one greets this person; empty when that is not clear: a firm, an address, more than two words."""
    parts = tidy(name).split()
    fits = 1 <= len(parts) <= 2 and all(_NAME_PART.fullmatch(part) for part in parts)
    return parts[0] if fits and len(parts[0]) <= _NAME_MAX else ""


def titled(subject: str, policy: Policy) -> Argument:
    """The subject of an answer to a message with this subject."""
    bare = _bare(subject)
    return (
        Argument(value=f"Re: {bare}", origin="text") if bare else Argument(value=policy.company.name, origin="config")
    )


def _bare(subject: str) -> str:
    return clipped(_SUBJECT.sub("", tidy(subject)), _SUBJECT_MAX)


def draft(brief: Brief, tools: Tools, *, purpose: str, template: str, text: str) -> Draft | None:
    """The answer, in the template's words or a model's; None when there is no such template, a slot has no fact or the
    model could not. A body that says just what the template says counts as the team's own words."""
    rules = brief.policy.templates.get(template)
    if rules is None:
        return None
    facts = slots(brief)
    filled = {slot: facts[slot] for slot in rules.slots if slot in facts}
    own = own_words(rules.text, filled)
    if own is None:
        return None
    wording = tools.model.write(purpose=purpose, template=rules.text, facts=filled, text=text)
    if wording.text is None or not wording.text.strip() or len(wording.text) > LONGEST_BODY or _broken(wording.text):
        return None
    if same_words(own, wording.text):
        return Draft(own.strip(), "config", template, wording.model, wording.usage.call_id)
    return Draft(wording.text.strip(), "model", template, wording.model, wording.usage.call_id)


def _broken(text: str) -> bool:
    """Whether it holds halves of characters, which no row could keep and no mail could carry."""
    return any("\ud800" <= char <= "\udfff" for char in text)


def reply(brief: Brief, drafted: Draft, answering: Answering) -> Proposal | None:
    """`mail.reply` with the draft; None when there is no conversation to answer in."""
    if brief.contact is None:
        return None
    title = titled(brief.event.subject, brief.policy)
    return Proposal(
        gateway=REPLY.partition(".")[0], operation=REPLY,
        arguments={
            "conversation": Argument(value=brief.contact, origin="record"), "subject": title,
            "body": Argument(value=drafted.body, origin=drafted.origin),
            "template": Argument(value=drafted.template, origin="config"),
        },
        reason=answering.reason, evidence=answering.evidence, confidence=answering.confidence, risk=answering.risk,
        author=Party(kind="agent", name=answering.agent, role=answering.agent),
        message_class=brief.policy.templates[drafted.template].message_class,
    )  # fmt: skip
