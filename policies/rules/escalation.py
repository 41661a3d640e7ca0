"""When a person is called, who, and how fast. Deterministic: words call a person whatever a model thinks of them. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache

from policies.parts import EscalationClass, Rung, Trigger
from policies.rules import sla
from policies.rules.hearing import Hearing, hearing
from policies.schema import Policy

IMMEDIATE = timedelta(seconds=30)
SCHEDULED = timedelta(hours=2)
ORDER = ("immediate", "scheduled", "follow_up")


def trigger(policy: Policy, name: str) -> Trigger | None:
    """The trigger of this name, or None when policy has none; then it goes to people through the `default` failure."""
    return policy.escalation.triggers.get(name)


def queue_of(policy: Policy, name: str) -> str:
    """The queue that a trigger's task goes to; for an unknown trigger the queue for failures."""
    found = trigger(policy, name)
    return found.queue if found else policy.failures["default"].queue


def triggers_in(policy: Policy, text: str) -> tuple[str, ...]:
    """The names of all triggers whose rules, phrases or amounts find something in the text: most urgent first, then as in
    the file.

    Capital letters, punctuation, line breaks, accents, width and invisible characters make no difference. An agent acts
    on the immediate ones always, on others where it names them under `escalates_when`."""
    rules = policy.escalation.triggers
    heard = _heard(hearing(rules, policy.ears), text)
    return tuple(sorted(heard, key=lambda name: ORDER.index(rules[name].escalation_class)))


@lru_cache(maxsize=256)
def _heard(rules: Hearing, text: str) -> tuple[str, ...]:
    """A task's words are asked about several times in one turn, and always by the same rules."""
    return rules.triggers_in(text)


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
