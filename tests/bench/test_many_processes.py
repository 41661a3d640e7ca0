"""What the benches of many processes make of what they saw, and `make bench` runs them. No time is asserted."""

from __future__ import annotations

import pytest

from tests.bench import clicks, growth
from tests.bench.clicks import Clicked
from tests.bench.growth import Run

pytestmark = pytest.mark.slow


def test_growth_is_said_against_the_first_run_on_the_same_database_and_against_waiting_alone() -> None:
    runs = [
        Run("bare", 20.0, 10),
        Run("postgresql, 1 process", 10.0, 10, 0.02),
        Run("postgresql, 2 processes", 15.0, 20, 0.02),
    ]
    lines = [line.split() for line in growth.table(runs).splitlines()[1:]]
    assert [line[-3:] for line in lines[1:]] == [["1.00", "50%", "20.0"], ["1.50", "38%", "20.0"]]


def test_the_lag_of_a_click_is_until_the_cards_next_update_and_no_earlier_one() -> None:
    found = Clicked(updates={"1.0": [9.0, 12.5, 10.25], "2.0": [1.0]})
    found.at |= {"1.0": [10.0, 12.0, 13.0], "2.0": [5.0]}
    assert sorted(found.lag_ms) == [250.0, 500.0], "the card's last click, and the card that never changed, have none"


def test_a_click_is_lost_when_no_decision_is_left_of_it_and_nobody_was_told() -> None:
    found = Clicked(clicked={("1.0", "A"), ("1.0", "B"), ("2.0", "A")}, decided={("1.0", "A")}, told={("1.0", "B")})
    assert (found.lost, found.refused) == (1, 1)


@pytest.mark.bench
@pytest.mark.postgresql
@pytest.mark.timeout(1200)
def test_growth_with_processes() -> None:
    print("\n" + growth.main([]))


@pytest.mark.bench
@pytest.mark.postgresql
@pytest.mark.timeout(1200)
def test_fifty_clicks_a_second_for_a_minute() -> None:
    print("\n" + clicks.main(["--minutes", "1"]))
