"""How fast: deadlines in the company's open hours. Pure; the time is an argument."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from core.contract.base import Priority
from policies import days_off
from policies.parts import DAYS, Target
from policies.schema import Policy

_MINUTE = timedelta(minutes=1)
_LONGEST_DAYS = 3660


def target(policy: Policy, workflow: str, priority: Priority) -> Target:
    """What the team aims at: the workflow's own target, or the company's for this priority."""
    own = policy.sla.workflows.get(workflow, {})
    return own.get(priority) or policy.sla.default[priority]


def deadline(policy: Policy, workflow: str, priority: Priority, now: datetime) -> datetime:
    """When the first real answer is due, aware UTC."""
    aim = target(policy, workflow, priority)
    return _after(policy, aim.first_answer_min, now, business=aim.business_hours)


def approval_due(policy: Policy, operation: str, priority: Priority, now: datetime, *, workflow: str = "") -> datetime:
    """When an approval must be decided, aware UTC: the operation's minutes or the target's, whichever are fewer.

    An operation without a policy is due by the target alone; it will not be allowed anyway."""
    aim = target(policy, workflow, priority)
    rules = policy.operation(operation)
    minutes = min(aim.approval_min, rules.due_min) if rules else aim.approval_min
    return _after(policy, minutes, now, business=aim.business_hours)


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


def _after(policy: Policy, minutes: int, now: datetime, *, business: bool) -> datetime:
    left, at = minutes * _MINUTE, now.astimezone(UTC)
    if not business:
        return at + left
    first = now.astimezone(policy.company.zone).date()
    for ahead in range(_LONGEST_DAYS):
        day = first + timedelta(days=ahead)
        if not is_business_day(policy, day):
            continue
        opens, closes = _span(policy, day)
        start = max(at, opens)
        if start + left <= closes:
            return start + left
        left -= max(closes - start, timedelta(0))
    return at + minutes * _MINUTE


def _span(policy: Policy, day: date) -> tuple[datetime, datetime]:
    """Opening and closing as UTC, so that a day on which clocks change has its true length."""
    hours, zone = policy.sla.business_hours, policy.company.zone
    return (
        datetime.combine(day, hours.start, zone).astimezone(UTC),
        datetime.combine(day, hours.end, zone).astimezone(UTC),
    )
