"""Public holidays, business hours of what can wait, and quiet hours in each person's own zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from policies.parts import PublicHolidays
from policies.rules import escalation, quiet, sla
from policies.schema import Policy
from tests.policies.support import NOW, changed

NIGHT = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)  # Tuesday, 11 PM in the shop


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"country": "USA1"}, '"USA1" is no country'),
        ({"country": "US", "subdivision": "MEE"}, '"MEE" is no subdivision of US; did you mean ME?'),
        ({"country": "US", "open_on": ("Thanksgivin Day",)}, "did you mean Thanksgiving Day?"),
    ],
)
def test_a_place_or_a_day_that_nobody_knows_is_refused_with_what_is_allowed(
    given: dict[str, object], said: str
) -> None:
    with pytest.raises(ValidationError) as raised:
        PublicHolidays.model_validate(given)
    assert said in str(raised.value)


def test_the_countrys_days_and_our_own_are_off_but_not_those_on_which_we_open(policy: Policy) -> None:
    ours = changed(policy, sla={"holidays": [date(2026, 12, 24)]})
    days = {
        day: sla.is_business_day(ours, date(2026, *day)) for day in ((11, 11), (11, 26), (12, 24), (12, 25), (12, 28))
    }
    assert days == {(11, 11): True, (11, 26): False, (12, 24): False, (12, 25): False, (12, 28): True}


def test_a_state_has_days_that_the_country_has_not(policy: Policy) -> None:
    patriots = date(2026, 4, 20)
    closed = changed(policy, sla={"public_holidays": {"open_on": ()}})
    assert not sla.is_business_day(closed, patriots)
    assert sla.is_business_day(changed(closed, sla={"public_holidays": {"subdivision": "NY"}}), patriots)


def test_what_is_immediate_begins_at_any_hour_and_what_can_wait_does_when_we_open(policy: Policy) -> None:
    opens = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)
    assert [escalation.begins(policy, of, NIGHT) for of in escalation.ORDER] == [NIGHT, opens, opens]
    before_thanksgiving = datetime(2026, 11, 25, 22, 30, tzinfo=UTC)
    assert escalation.begins(policy, "scheduled", before_thanksgiving) == datetime(2026, 11, 27, 14, 0, tzinfo=UTC)


def test_the_closing_minute_is_closed(policy: Policy) -> None:
    assert sla.opening(policy, datetime(2026, 11, 24, 22, 0, tzinfo=UTC)) == datetime(2026, 11, 25, 14, 0, tzinfo=UTC)
    assert sla.opening(policy, NOW) == NOW


def test_minutes_of_what_can_wait_only_count_while_we_are_open(policy: Policy) -> None:
    almost = datetime(2026, 11, 24, 21, 30, tzinfo=UTC)
    assert escalation.later(policy, "scheduled", 60, almost) == datetime(2026, 11, 25, 14, 30, tzinfo=UTC)
    assert escalation.later(policy, "immediate", 60, almost) == almost + timedelta(hours=1)


# Quiet hours ---------------------------------------------------------------------------------------------------------


def test_quiet_hours_go_over_midnight_and_end_in_the_persons_own_morning(policy: Policy) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert quiet.until(policy, "sam@example.com", berlin, NOW) == datetime(2026, 11, 25, 7, 0, tzinfo=UTC)  # 8 PM there
    assert quiet.until(policy, "sam@example.com", policy.company.zone, NOW) is None
    early = datetime(2026, 11, 25, 5, 0, tzinfo=UTC)
    assert quiet.until(policy, "sam@example.com", berlin, early) == datetime(2026, 11, 25, 7, 0, tzinfo=UTC)
    assert quiet.until(policy, "sam@example.com", berlin, datetime(2026, 11, 25, 7, 0, tzinfo=UTC)) is None


def test_a_person_has_quiet_hours_of_their_own(policy: Policy) -> None:
    evening = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)  # 6:30 PM
    assert quiet.until(policy, "sam@example.com", policy.company.zone, evening) is None
    assert quiet.until(policy, "priya@example.com", policy.company.zone, evening) == datetime(
        2026, 11, 25, 13, 30, tzinfo=UTC
    )


def test_quiet_hours_over_the_change_of_clocks_end_by_the_clock_on_the_wall(policy: Policy) -> None:
    before = datetime(2026, 11, 1, 3, 0, tzinfo=UTC)  # Saturday, 11 PM in summer time; the night has an hour more
    assert quiet.until(policy, "sam@example.com", policy.company.zone, before) == datetime(
        2026, 11, 1, 13, 0, tzinfo=UTC
    )


def test_a_zone_that_nobody_knows_is_the_companys(policy: Policy) -> None:
    assert quiet.zone_of(policy, "Mars/Olympus") == policy.company.zone


def test_a_company_without_quiet_hours_rings_always(policy: Policy) -> None:
    assert (
        quiet.until(changed(policy, sla={"quiet_hours": None}), "sam@example.com", policy.company.zone, NIGHT) is None
    )
