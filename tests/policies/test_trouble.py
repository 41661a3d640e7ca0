"""When a gateway counts as away, and for how long it is left alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from policies.rules import trouble
from policies.rules.trouble import Kind, Trouble
from policies.schema import Policy

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


def troubles(kind: Kind, *each: tuple[str, float]) -> tuple[Trouble, ...]:
    """Effects, and how many seconds ago."""
    return tuple(Trouble(effect, kind, NOW - timedelta(seconds=ago)) for effect, ago in each)


@pytest.mark.parametrize(
    ("found", "why"),
    [
        ((), None),
        (troubles("unknown", ("a", 200), ("b", 100), ("c", 0)), "unknown"),
        (troubles("unknown", ("a", 300), ("b", 100), ("c", 0)), None),
        (troubles("unknown", ("a", 20), ("a", 10), ("b", 0)), None),
        (troubles("not_reached", ("a", 20), ("b", 10), ("c", 0)), "not_reached"),
        (troubles("not_reached", ("a", 20), ("a", 10), ("b", 0)), "not_reached"),
        (troubles("not_reached", ("a", 20), ("a", 10), ("a", 0)), None),
        (troubles("not_reached", ("a", 301), ("b", 10), ("c", 0)), None),
        ((*troubles("not_reached", ("a", 20), ("b", 10)), *troubles("unknown", ("c", 5), ("d", 0))), None),
    ],
)
def test_three_in_five_minutes_of_more_than_one_effect(
    policy: Policy, found: tuple[Trouble, ...], why: str | None
) -> None:
    assert trouble.away(policy, found, NOW) == why


@pytest.mark.parametrize(
    ("calls", "errors", "many"), [(19, 19, False), (20, 1, False), (20, 2, True), (100, 5, False), (100, 6, True)]
)
def test_more_than_five_in_a_hundred_of_at_least_twenty(policy: Policy, calls: int, errors: int, many: bool) -> None:
    assert trouble.too_many_errors(policy, calls, errors) is many


def test_it_is_left_alone_for_twice_as_long_each_time_up_to_five_minutes(policy: Policy) -> None:
    assert [trouble.pause(policy, tries).total_seconds() for tries in (0, 1, 2, 3, 4, 50)] == [
        30,
        60,
        120,
        240,
        300,
        300,
    ]


def test_a_team_that_says_nothing_of_providers_has_what_it_says_of_everything(policy: Policy) -> None:
    failures = {name: each for name, each in policy.failures.items() if name != "dead_api"}
    assert trouble.provider(policy.model_copy(update={"failures": failures})) == failures["default"]
