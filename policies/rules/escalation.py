"""When a person is called, who, and how fast. Deterministic: words call a person whatever a model thinks of them. Pure."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta
from functools import lru_cache

from policies.parts import EscalationClass, Rung, Trigger
from policies.rules import sla
from policies.schema import Policy

IMMEDIATE = timedelta(seconds=30)
SCHEDULED = timedelta(hours=2)
_APOSTROPHES = re.compile(r"(?<=\w)['’‘`´ʼ＇](?=\w)")
ORDER = ("immediate", "scheduled", "follow_up")
_UNSEEN_ASCII = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BETWEEN = re.compile(r"[\W_]+")
_AMOUNT = re.compile(
    r"(?:\$|usd\s?)\s?(?P<a>\d[\d,]{0,14}(?:\.\d{1,9})?)\s?(?P<ka>k|m|thousand|million)?\b"
    r"|(?<![\d.,])(?P<b>\d[\d,]{0,14}(?:\.\d{1,9})?)\s?(?P<kb>k|m|thousand|million)?\s?(?:usd|dollars?|bucks)\b"
)
_SCALE = {None: 1, "k": 1_000, "thousand": 1_000, "m": 1_000_000, "million": 1_000_000}


def trigger(policy: Policy, name: str) -> Trigger | None:
    """The trigger of this name, or None when policy has none; then it goes to people through the `default` failure."""
    return policy.escalation.triggers.get(name)


def queue_of(policy: Policy, name: str) -> str:
    """The queue that a trigger's task goes to; for an unknown trigger the queue for failures."""
    found = trigger(policy, name)
    return found.queue if found else policy.failures["default"].queue


def triggers_in(policy: Policy, text: str) -> tuple[str, ...]:
    """The names of all triggers whose phrases or amounts stand in the text, most urgent first, then as in the file.

    Capital letters, punctuation, line breaks, accents, width and invisible characters make no difference. An agent acts
    on the immediate ones always, on others where it names them under `escalates_when`."""
    rules = policy.escalation.triggers
    heard = _heard(tuple((name, rule.phrases, rule.over_cents) for name, rule in rules.items()), text)
    return tuple(sorted(heard, key=lambda name: ORDER.index(rules[name].escalation_class)))


@lru_cache(maxsize=256)
def _heard(rules: tuple[tuple[str, tuple[str, ...], int | None], ...], text: str) -> tuple[str, ...]:
    """A task's words are asked about several times in one turn, and always by the same rules."""
    plain, cents = normalised(text), _largest_amount(text)
    return tuple(
        name
        for name, phrases, over_cents in rules
        if (over_cents is not None and cents > over_cents) or (phrases and _pattern(phrases).search(plain))
    )


def due(policy: Policy, name: str, now: datetime) -> datetime:
    """By when a person must have been called, aware UTC. An unknown trigger is due at once."""
    found = trigger(policy, name)
    match found.escalation_class if found else "immediate":
        case "immediate":
            return now + IMMEDIATE
        case "scheduled":
            return now + SCHEDULED
        case "follow_up":
            return sla.next_opening(policy, now)


def class_of(policy: Policy, name: str) -> EscalationClass:
    """The class of a trigger; what policy does not know is scheduled."""
    found = trigger(policy, name)
    return found.escalation_class if found else "scheduled"


def rungs(policy: Policy, name: str, queue: str = "") -> tuple[Rung, ...]:
    """The ladder, in order. A trigger that policy does not know calls the people of `queue`, where the task waits."""
    found = trigger(policy, name)
    if found is not None and not found.begins_with_queue:
        return found.ladder
    first = Rung(role=policy.queues[queue if queue in policy.queues else queue_of(policy, name)].role, after_min=0)
    return (first, *(rung for rung in (found.ladder if found else ()) if rung.role != first.role))


def begins(policy: Policy, of: EscalationClass, now: datetime) -> datetime:
    """When the first rung is called, aware UTC: at once at any hour, or in business hours, or on the next business day."""
    match of:
        case "immediate":
            return now
        case "scheduled":
            return sla.opening(policy, now)
        case "follow_up":
            return sla.next_opening(policy, now)


def later(policy: Policy, of: EscalationClass, minutes: int, now: datetime) -> datetime:
    """So many minutes on, aware UTC; of what can wait only those count in which the company is open."""
    return now + timedelta(minutes=minutes) if of == "immediate" else sla.later(policy, minutes, now)


def ladder(policy: Policy, name: str, now: datetime, queue: str = "") -> tuple[tuple[str, datetime], ...]:
    """Who is called when, in order, when nobody answers: (role, time)."""
    of = class_of(policy, name)
    start = begins(policy, of, now)
    return tuple((rung.role, later(policy, of, rung.after_min, start)) for rung in rungs(policy, name, queue))


@lru_cache(maxsize=256)
def normalised(text: str) -> str:
    """Words in small letters with one space between: what phrases are looked for in."""
    wide = text if text.isascii() else unicodedata.normalize("NFKD", text)
    seen = (
        _UNSEEN_ASCII.sub("", wide)
        if wide.isascii()
        else "".join(char for char in wide if unicodedata.category(char) not in ("Cf", "Mn", "Cc") or char in "\n\t\r")
    )
    return " ".join(_BETWEEN.sub(" ", _APOSTROPHES.sub("", seen.casefold())).split())


@lru_cache(maxsize=256)
def _pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(rf"\b{_one(phrase)}\b" for phrase in phrases))


def _one(phrase: str) -> str:
    """`*` alone stands for up to three words, inside or at the end of a word for letters."""
    pattern = ""
    for number, word in enumerate(phrase.split()):
        if word == "*":
            pattern += r"(?: \w+){0,3}"
        else:
            space = " " if number else ""
            pattern += space + r"\w*".join(re.escape(normalised(part)) for part in word.split("*"))
    return pattern


@lru_cache(maxsize=256)
def _largest_amount(text: str) -> int:
    """The largest amount of money in the text, in cents; 0 when there is none."""
    found = 0
    for match in _AMOUNT.finditer(unicodedata.normalize("NFKC", text).casefold()):
        digits, scale = match["a"] or match["b"], match["ka"] or match["kb"]
        whole, _, part = digits.replace(",", "").partition(".")
        cents = (int(whole or 0) * 100 + int((part + "00")[:2])) * _SCALE[scale]
        if part[2:]:  # 1.125 million: what two digits cannot hold only ever makes the amount larger
            cents += _SCALE[scale]
        found = max(found, cents)
    return found
