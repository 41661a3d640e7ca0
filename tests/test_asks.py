"""What `docs/asks.md` says of itself: every number once, the counts, and that each test that it names is there."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PAGE = (TESTS.parent / "docs" / "asks.md").read_text()
ASKS = 59
_ROW = re.compile(r"^\| (\d+) \| .+ \| (built|partly|not) \| (.*) \| (.*) \|$", re.MULTILINE)
_NAMED = re.compile(r"`([\w/]+\.py|test_\w+)`")
ROWS = [(int(number), state, how, shown) for number, state, how, shown in _ROW.findall(PAGE)]


@cache
def defined(file: str) -> frozenset[str]:
    return frozenset(re.findall(r"^(?:async )?def (test_\w+)\(", (TESTS / file).read_text(), re.MULTILINE))


def test_every_ask_stands_there_once() -> None:
    assert [number for number, *_ in ROWS] == list(range(1, ASKS + 1))


def test_the_counts_at_the_top_are_those_of_the_rows() -> None:
    count = Counter(state for _, state, *_ in ROWS)
    assert f"**{count['built']} built, {count['partly']} partly, {count['not']} not.**" in PAGE


@pytest.mark.parametrize(("number", "state", "how", "shown"), ROWS)
def test_what_is_said_to_be_there_names_a_test_that_is(number: int, state: str, how: str, shown: str) -> None:
    file, found = "", 0
    for name in _NAMED.findall(shown):
        if name.endswith(".py"):
            file = name
        else:
            assert name in defined(file), f"{number}: {file} has no {name}"
            found += 1
    assert shown.count("test_") == shown.count("/test_") + found, f"{number}: a test without its backticks"
    assert bool(found) is (state != "not"), f"{number}: what is built is shown by a test, what is not by none"
    assert state != "partly" or "Missing" in how or "all but" in how, f"{number}: what is missing?"
