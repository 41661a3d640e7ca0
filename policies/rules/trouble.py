"""When a gateway counts as away, and how long it is left alone. Pure; what went wrong is handed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from policies.parts import Failure
from policies.rules import failing
from policies.schema import Policy

Kind = Literal["unknown", "not_reached"]
Why = Literal["unknown", "not_reached", "errors"]
LONGEST = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Trouble:
    """One call of an effect that went wrong in a way that says something about its gateway."""

    effect: str
    kind: Kind
    at: datetime


def lately(policy: Policy) -> timedelta:
    """How long a trouble counts, and how soon after an outage more trouble counts as the same outage."""
    return timedelta(seconds=policy.limits.unknowns_window_s)


def away(policy: Policy, troubles: Sequence[Trouble], now: datetime) -> Why | None:
    """Why the gateway counts as away; None while it does not. `troubles`: since its last success, oldest first.

    Unknown ones count by effects. Calls that did not reach it count one by one, but of two effects at least: what goes wrong
    with one alone may be that one's fault."""
    recent = [each for each in troubles if each.at > now - lately(policy)]
    unknown = {each.effect for each in recent if each.kind == "unknown"}
    if len(unknown) >= policy.limits.unknowns_to_pause:
        return "unknown"
    missed = [each.effect for each in recent if each.kind == "not_reached"]
    if len(missed) >= policy.limits.not_reached_to_pause and len(set(missed)) > 1:
        return "not_reached"
    return None


def too_many_errors(policy: Policy, calls: int, errors: int) -> bool:
    """Whether the share of failed calls, the last one of each effect, within `errors.window_s` is above the threshold; with few
    calls a share says nothing."""
    rule = policy.limits.errors
    return calls >= rule.min_calls and errors * 100 > calls * rule.percent


def pause(policy: Policy, tries: int) -> timedelta:
    """How long the gateway is left alone after `tries` tries in vain: twice as long each time, five minutes at most."""
    first = timedelta(seconds=max(1, provider(policy).wait_s))
    return min(first * (1 << min(tries, 20)), LONGEST)


def provider(policy: Policy) -> Failure:
    """What the team says of systems that are away."""
    return failing.of(policy, "dead_api")
