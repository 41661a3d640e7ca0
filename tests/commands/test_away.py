"""`away` and `back`: until when, in whose place, and by whom."""

from __future__ import annotations

import pytest

from tests.commands.conftest import Bench
from tests.support.house import TEAM


@pytest.mark.parametrize(
    ("line", "until"),
    [
        ("away for 3d", "Fri Nov 27, 10:00 AM EST"),
        ("away for 2 hours", "Tue Nov 24, 12:00 PM EST"),
        ("away until tomorrow", "Wed Nov 25, 9:00 AM EST"),
        ("away until Monday", "Mon Nov 30, 9:00 AM EST"),
        ("away until 2026-12-01", "Tue Dec 1, 9:00 AM EST"),
    ],
)
def test_until_when_is_said_in_several_ways(bench: Bench, line: str, until: str) -> None:
    bench.home.meet()
    assert (
        f"Theo Okafor is away until {until}. Until then Sam Whitlock is called" in bench.ask(line, TEAM["U0THEO"]).text
    )
    assert f"Theo Okafor is away until {until}: Sam Whitlock is called." in bench.ask("away", TEAM["U0SAM"]).text


@pytest.mark.parametrize(
    "line", ["away until never", "away until 2020-01-01", "away for", "away now", "away until 2028-01-01"]
)
def test_what_is_no_time_changes_nothing(bench: Bench, line: str) -> None:
    bench.home.meet()
    assert bench.ask(line, TEAM["U0THEO"]).exit_code == 2
    assert bench.ask("away").text == "Nobody is away."


def test_the_owner_and_the_command_line_may_say_it_of_anybody(bench: Bench) -> None:
    bench.home.meet()
    assert bench.ask("away theo@example.com for 2d", TEAM["U0MAYA"]).exit_code == 0
    assert "Jo Marsh is called" in bench.ask("away sam@example.com for 2d").text
    assert "of others only the owner" in bench.ask("away jo@example.com for 2d", TEAM["U0THEO"]).text
    assert bench.ask("back theo@example.com").data == {"back": "Theo Okafor"}
    assert bench.ask("back theo@example.com").exit_code == 1
    assert "nobody with the address" in bench.ask("away nobody@example.com for 2d").text
