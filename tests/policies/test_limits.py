"""How much and how often."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from core.errors import Bug
from policies.rules.limits import Window, day_of, room, spend_room, windows
from policies.schema import Policy
from tests.policies.support import NOW, changed

HOUR = Window("email", 50, 3600, "gateway:mail")


def test_an_operation_counts_against_its_gateway_and_its_agent(policy: Policy) -> None:
    found = windows(
        policy, gateway="crm", agent="capture", names=["data_modifications", "crm_requests", "crm_requests"]
    )
    assert found == (
        Window("crm_requests", 100, 60, "gateway:crm"), Window("data_modifications", 50, 3600, "agent:capture"),
    )  # fmt: skip


def test_a_window_that_policy_lacks_lets_nothing_through(policy: Policy) -> None:
    with pytest.raises(Bug, match="no window"):
        windows(policy, gateway="crm", agent="capture", names=["crm_request"])


def test_the_last_one_fits_and_the_next_waits_until_the_oldest_is_out() -> None:
    oldest = NOW - timedelta(minutes=59)
    assert room(HOUR, 49, oldest, NOW) is None
    wait = room(HOUR, 50, oldest, NOW)
    assert wait is not None
    assert wait.rule == "limits.email"
    assert wait.until == oldest + timedelta(hours=1)


def test_a_full_window_never_sends_its_caller_into_a_busy_loop() -> None:
    for oldest in (None, NOW - timedelta(hours=9)):
        wait = room(HOUR, 50, oldest, NOW)
        assert wait is not None
        assert wait.until is not None
        assert wait.until > NOW


def test_the_day_is_spent_to_the_cent_and_never_over(policy: Policy) -> None:
    assert spend_room(policy, 49_999, 1, NOW) is None
    wait = spend_room(policy, 50_000, 1, NOW)
    assert wait is not None
    assert wait.until == datetime(2026, 11, 25, 5, 0, tzinfo=UTC)  # midnight in the shop
    assert spend_room(policy, 60_000, 0, NOW) is None  # what costs nothing is not held up


def test_more_than_a_whole_day_waits_for_a_person(policy: Policy) -> None:
    wait = spend_room(policy, 0, 50_001, NOW)
    assert wait is not None
    assert wait.until is None


@pytest.mark.parametrize(("spent", "asked"), [(-100, 50_050), (0, -1), (49_000, -5_000)])
def test_amounts_below_zero_make_no_room(policy: Policy, spent: int, asked: int) -> None:
    assert spend_room(policy, spent, asked, NOW) is not None


def test_the_day_is_the_companys_and_has_25_hours_when_clocks_go_back(policy: Policy) -> None:
    begin, end = day_of(policy, datetime(2026, 11, 1, 12, 0, tzinfo=UTC))
    assert end - begin == timedelta(hours=25)
    east = changed(policy, company={"time_zone": "Pacific/Auckland"})
    assert day_of(east, NOW)[0] == datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
