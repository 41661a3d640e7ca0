"""How much and how often: sliding windows and the day's spend. Pure; the counts come from the effects themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from core.contract.authority import Wait
from core.errors import Bug
from policies.schema import Policy


@dataclass(frozen=True, slots=True)
class Window:
    """At most `limit` in any `window_s` seconds. `scope` names whose effects count: `gateway:crm` or `agent:support`."""

    name: str
    limit: int
    window_s: int
    scope: str


def windows(policy: Policy, *, gateway: str, agent: str, names: Iterable[str]) -> tuple[Window, ...]:
    """The windows that an operation counts against, each once, in a fixed order (rows are locked in this order).

    Raises `Bug` for a name that `limits.yml` does not have: without its limit the operation must not go out."""
    found = []
    for name in sorted(set(names)):
        rule = policy.limits.windows.get(name)
        if rule is None:
            raise Bug(f'limits.yml has no window "{name}", but an operation of {gateway} counts against it')
        scope = f"gateway:{gateway}" if rule.scope == "gateway" else f"agent:{agent}"
        found.append(Window(name, rule.limit, rule.window_s, scope))
    return tuple(found)


def room(window: Window, used: int, oldest_at: datetime | None, now: datetime) -> Wait | None:
    """None when one more fits. Else a `Wait` until the oldest of the `used` ones leaves the window.

    `used` counts what was sent, is in flight or is unknown within the last `window_s` seconds; `oldest_at` is the first."""
    if used < window.limit:
        return None
    span = timedelta(seconds=window.window_s)
    until = max((oldest_at or now) + span, now + timedelta(seconds=1))
    reason = f"{window.scope} has reached {window.limit} in {window.window_s} s"
    return Wait(rule=f"limits.{window.name}", reason=reason, until=until)


def day_of(policy: Policy, now: datetime) -> tuple[datetime, datetime]:
    """Begin and end of the company's day, aware UTC: the span in which spend is summed."""
    zone = policy.company.zone
    today = now.astimezone(zone).date()
    begin = datetime.combine(today, time.min, zone)
    end = datetime.combine(today + timedelta(days=1), time.min, zone)
    return begin.astimezone(UTC), end.astimezone(UTC)


def spend_room(policy: Policy, spent_cents: int, asked_cents: int, now: datetime) -> Wait | None:
    """None when the sum stays within the daily cap, to the cent. Else a `Wait` until the next day in the company's zone,
    or for a person where a whole day's cap would not be enough, or the amounts make no sense.

    `spent_cents`: sent, in flight and unknown since the day began."""
    rule, cap = "limits.daily_spend_cents", policy.limits.daily_spend_cents
    if asked_cents < 0 or spent_cents < 0:
        return Wait(rule=rule, reason="an amount below zero is no amount", until=None)
    if spent_cents + asked_cents <= cap or asked_cents == 0:
        return None
    if asked_cents > cap:
        return Wait(rule=rule, reason=f"{asked_cents} cents are more than the {cap} of a whole day", until=None)
    reason = f"{spent_cents} of {cap} cents are spent today, {asked_cents} more do not fit"
    return Wait(rule=rule, reason=reason, until=day_of(policy, now)[1])
