"""When a person is not to be rung: quiet hours, in the person's own time zone. Pure; the time is an argument."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from policies.parts import QuietHours
from policies.schema import Policy


def zone_of(policy: Policy, name: str) -> ZoneInfo:
    """The zone of this name; the company's for one that nobody knows."""
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        return policy.company.zone


def until(policy: Policy, mail: str, zone: ZoneInfo, now: datetime) -> datetime | None:
    """When the quiet hours of the person with this address end, aware UTC; None when they may be rung now."""
    person = policy.people.get(mail)
    hours = (person.quiet_hours if person else None) or policy.sla.quiet_hours
    return None if hours is None else _end(hours, zone, now)


def _end(hours: QuietHours, zone: ZoneInfo, now: datetime) -> datetime | None:
    local = now.astimezone(zone)
    at, day = local.time().replace(tzinfo=None), local.date()
    if hours.start < hours.end:
        if not hours.start <= at < hours.end:
            return None
    elif at >= hours.start:
        day += timedelta(days=1)
    elif at >= hours.end:
        return None
    ends = datetime.combine(day, hours.end, zone)  # an hour that comes twice, or never, as clocks change: its later end
    return max(ends.astimezone(UTC), ends.replace(fold=1).astimezone(UTC))
