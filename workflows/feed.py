"""What the whole team is told of Baton itself, where no task's card could say it: a line in the feed's channel."""

from __future__ import annotations

import orjson

from core.errors import Cause
from core.ledger import Unit
from policies.rules import failing
from policies.schema import Policy

TOLD = "told"


def tell(unit: Unit, policy: Policy, subject: str, text: str) -> None:
    """One line in our own words; the same `subject` is told once."""
    if not unit.one("card.of_subject", subject=subject, kind=TOLD):
        unit.card(TOLD, subject, policy.channels["feed"], task_id=None, detail=orjson.dumps({"text": text}).decode())


def tell_of_failure(unit: Unit, policy: Policy, cause: Cause, task_id: str) -> None:
    """One line in the channel that failures.yml names for this cause, once for each task; nothing where it names none. The reason
    stands on the task's own card: it may quote a customer."""
    rule, subject = failing.of(policy, cause), f"{task_id}:{cause}"
    if rule.tell and not unit.one("card.of_subject", subject=subject, kind=TOLD):
        text = f"{task_id} needs people: {rule.description[:1].lower()}{rule.description[1:]}. Its card says why."
        unit.card(TOLD, subject, policy.channels[rule.tell], task_id=None, detail=orjson.dumps({"text": text}).decode())


def tick_given_up(unit: Unit, policy: Policy, tick: str, reason: str) -> None:
    """A job of the calendar could not be done. Once a day for each, also where it fails every minute."""
    name, _, due = tick.partition(":")
    job = policy.schedule.jobs.get(name)
    what = f"{name} ({job.description[:1].lower()}{job.description[1:]})" if job else name
    text = f"A job of the calendar could not be done: {what}, due {due}. Reason: {reason}. The log says more."
    tell(unit, policy, f"{name}:given_up:{unit.now:%Y-%m-%d}", text)
