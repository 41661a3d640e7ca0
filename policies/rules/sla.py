"""How fast: deadlines in the company's open hours, and in those of the people who decide. Pure; the time is an argument."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

from core.contract.base import Priority
from policies import days_off
from policies.parts import DAYS, Hours, Target
from policies.schema import Policy

_MINUTE = timedelta(minutes=1)
_LONGEST_DAYS = 3660
Roles = tuple[str, ...]
Span = tuple[datetime, datetime]  # from, until; aware UTC


def target(policy: Policy, workflow: str, priority: Priority) -> Target:
    """What the team aims at: the workflow's own target, or the company's for this priority."""
    own = policy.sla.workflows.get(workflow, {})
    return own.get(priority) or policy.sla.default[priority]


def deadline(policy: Policy, workflow: str, priority: Priority, now: datetime) -> datetime:
    """When the first real answer is due, aware UTC."""
    aim = target(policy, workflow, priority)
    return _after(policy, aim.first_answer_min, now, business=aim.business_hours)


def approval_due(
    policy: Policy, operation: str, priority: Priority, now: datetime, *, workflow: str = "", roles: Sequence[str] = ()
) -> datetime:
    """When an approval must be decided, aware UTC: the operation's minutes or the target's, whichever are fewer.

    `roles`: who has to sign. Where the target counts open hours, a minute counts while we are open and somebody of each role
    is at work. An operation without a policy is due by the target alone; it will not be allowed anyway."""
    aim = target(policy, workflow, priority)
    rules = policy.operation(operation)
    minutes = min(aim.approval_min, rules.due_min) if rules else aim.approval_min
    return _after(policy, minutes, now, business=aim.business_hours, roles=_at_work_sometimes(policy, roles))


def is_business_day(policy: Policy, day: date) -> bool:
    """Whether the company is open on this day at all."""
    return DAYS[day.weekday()] in policy.sla.business_hours.days and not is_holiday(policy, day)


def is_holiday(policy: Policy, day: date) -> bool:
    """Whether this is a day off: one of the company's own, or a public one that it keeps."""
    free = policy.sla.public_holidays
    is_public = free is not None and days_off.is_free(free.country, free.subdivision, free.open_on, day)
    return is_public or day in policy.sla.holidays


def opening(policy: Policy, now: datetime) -> datetime:
    """The first moment from now on at which the company is open, aware UTC; now itself while it is."""
    today = now.astimezone(policy.company.zone).date()
    if is_business_day(policy, today):
        opens, closes = _span(policy, today)
        if now < closes:
            return max(now.astimezone(UTC), opens)
    return next_opening(policy, now)


def opens(policy: Policy, now: datetime) -> datetime:
    """When the company opens the next time, aware UTC: today, where it has not yet."""
    start = opening(policy, now)
    return start if start > now else next_opening(policy, now)


def later(policy: Policy, minutes: int, now: datetime) -> datetime:
    """So many open minutes after now, aware UTC."""
    return _after(policy, minutes, opening(policy, now), business=True)


def next_opening(policy: Policy, now: datetime) -> datetime:
    """When the company opens on the next business day after today, aware UTC."""
    today = now.astimezone(policy.company.zone).date()
    for ahead in range(1, _LONGEST_DAYS):
        day = today + timedelta(days=ahead)
        if is_business_day(policy, day):
            return _span(policy, day)[0]
    return now.astimezone(UTC) + timedelta(days=1)  # a company that never opens still gets an answer


def _after(policy: Policy, minutes: int, now: datetime, *, business: bool, roles: Roles = ()) -> datetime:
    left, at = minutes * _MINUTE, now.astimezone(UTC)
    if not business:
        return at + left
    first = now.astimezone(policy.company.zone).date()
    for ahead in range(_LONGEST_DAYS):
        day = first + timedelta(days=ahead)
        if not is_business_day(policy, day):
            continue
        for opens, closes in _with_all(policy, day, roles):
            start = max(at, opens)
            if start + left <= closes:
                return start + left
            left -= max(closes - start, timedelta(0))
    return at + minutes * _MINUTE


def _at_work_sometimes(policy: Policy, roles: Sequence[str]) -> Roles:
    """Those of the roles for whom waiting makes sense: somebody who holds it works on one of our days."""
    ours = set(policy.sla.business_hours.days)
    held = [(each.roles, set(each.hours.days) if each.hours else ours) for each in policy.people.values()]
    return tuple(role for role in dict.fromkeys(roles) if any(role in of and days & ours for of, days in held))


def _with_all(policy: Policy, day: date, roles: Roles) -> list[Span]:
    """The times of a business day at which somebody of each role is at work."""
    open_now = [_span(policy, day)]
    for role in roles:
        there = [_of(each.hours, policy, day) for each in policy.people.values() if role in each.roles]
        open_now = [
            (max(a, c), min(b, d))
            for a, b in open_now
            for c, d in _joined(filter(None, there))
            if max(a, c) < min(b, d)
        ]
    return open_now


def _of(hours: Hours | None, policy: Policy, day: date) -> Span | None:
    """When somebody with these hours is at work on a business day; the company's for one who has none of their own."""
    if hours is None:
        return _span(policy, day)
    zone = policy.company.zone
    starts, ends = (datetime.combine(day, at, zone).astimezone(UTC) for at in (hours.start, hours.end))
    return (starts, ends) if DAYS[day.weekday()] in hours.days else None


def _joined(spans: Iterable[Span]) -> list[Span]:
    """The same times, in order and without overlaps."""
    made: list[Span] = []
    for starts, ends in sorted(spans):
        if made and starts <= made[-1][1]:
            made[-1] = (made[-1][0], max(made[-1][1], ends))
        else:
            made.append((starts, ends))
    return made


def _span(policy: Policy, day: date) -> Span:
    """Opening and closing as UTC, so that a day on which clocks change has its true length."""
    hours, zone = policy.sla.business_hours, policy.company.zone
    return (
        datetime.combine(day, hours.start, zone).astimezone(UTC),
        datetime.combine(day, hours.end, zone).astimezone(UTC),
    )
