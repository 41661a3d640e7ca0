"""Where a value really came from. Agents label their arguments with it, and the validator asks it again."""

from __future__ import annotations

import re

from agents.base import Brief
from agents.claims import unsupported
from agents.plain import squeezed
from core.contract.base import Handle
from core.contract.work import Origin
from core.ports import Record
from policies.schema import Policy


def issued(brief: Brief, records: tuple[Record, ...]) -> frozenset[Handle]:
    """All handles that this task may name now."""
    came = brief.handoff
    earlier = (came.conversation, came.customer.contact) if came else ()
    return frozenset(
        one for one in (brief.contact, *earlier, *(record.handle for record in records)) if one is not None
    )


def origin_of(value: str, brief: Brief, records: tuple[Record, ...]) -> Origin:
    """The best origin that the value can prove: a record, the team's own typed words, the customer's words, else a model."""
    if in_records(value, brief, records):
        return "record"
    if in_words(value, brief):
        return "person" if brief.event.team_member and _in(value, brief.event.text) else "text"
    return "person" if was_answered(value, brief) else "model"


def in_records(value: str, brief: Brief, records: tuple[Record, ...]) -> bool:
    """Whether a record says it, or it is a handle that was issued, or the task's own source."""
    if value in issued(brief, records) or value == brief.event.source:
        return True
    return any(_same(value, fact) for record in records for fact in record.facts.values())


def was_answered(value: str, brief: Brief) -> bool:
    """Whether a member of the team said it when an agent asked."""
    return any(_in(value, one.text) for one in brief.answers)


def in_words(value: str, brief: Brief) -> bool:
    """Whether the customer wrote it, in a message, a form or as sender."""
    return any(_in(value, part) for part in words_of(brief))


def in_config(value: str, policy: Policy) -> bool:
    """Whether the team's policy says just this: a name of ours, a template or its text, a queue, a line of a page."""
    names = {policy.company.name, policy.company.mail_from, *policy.templates, *policy.queues, *policy.roles}
    texts = (template.text for template in policy.templates.values())
    if value in names or any(_same(value, text) for text in texts):
        return True
    return any(_in(value, page) for page in policy.knowledge.values())


def words_of(brief: Brief) -> tuple[str, ...]:
    """Everything that came from outside on this task, in parts."""
    event = brief.event
    parts = (event.subject, event.text, brief.words, event.sender, event.address, *event.form.values())
    return tuple(part for part in parts if part)


def _same(one: str, other: str) -> bool:
    return bool(squeezed(one)) and (squeezed(one) == squeezed(other) or _digits(one) == _digits(other) != "")


def _in(value: str, text: str) -> bool:
    """Whether the value stands in the text as whole words, or is a number or date of it that is written otherwise."""
    wanted, there = squeezed(value), squeezed(text)
    if not wanted:
        return False
    if wanted in there and re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", there):
        return True
    return bool(_digits(value)) and not unsupported(value, (text,), 0)


def _digits(text: str) -> str:
    """The digits of a number or phone, nothing of anything that has letters."""
    return "" if re.search(r"[^\W\d_]", text) else re.sub(r"\D", "", squeezed(text))
