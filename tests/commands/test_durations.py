"""Lengths of time are understood as typed, or asked for again with an example."""

from __future__ import annotations

from datetime import timedelta

import pytest

from commands import durations
from core.errors import BadInput


@pytest.mark.parametrize(("text", "minutes"), [
    ("30m", 30), ("2h", 120), ("1d", 1440), ("1h30m", 90), ("90 min", 90), ("2 Hours", 120), ("1D", 1440), ("3 days", 4320),
])  # fmt: skip
def test_a_length_of_time_as_people_type_it(text: str, minutes: int) -> None:
    assert durations.parse(text) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "text", ["", "2", "h", "2hh", "1.5h", "two hours", "-2h", "2w", "0m", "91d", "99999d", "2h tomorrow"]
)
def test_what_is_no_length_of_time_is_answered_with_how_to_write_one(text: str) -> None:
    with pytest.raises(BadInput) as error:
        durations.parse(text)
    assert "Write 30m" in str(error.value) or "Leave it out" in str(error.value)


@pytest.mark.parametrize(("words", "length", "reason"), [
    ("", None, ""), ("stock taking", None, "stock taking"), ("for 2h", timedelta(hours=2), ""),
    ("for 2h stock taking", timedelta(hours=2), "stock taking"), ("FOR 2 hours stock", timedelta(hours=2), "stock"),
])  # fmt: skip
def test_a_length_and_a_reason_are_told_apart(words: str, length: timedelta | None, reason: str) -> None:
    assert durations.split(words.split()) == (length, reason)


@pytest.mark.parametrize("words", ["for", "for lunch", "for 2 lunches", "for 2x lunch"])
def test_for_without_a_length_never_becomes_a_pause_without_end(words: str) -> None:
    with pytest.raises(BadInput, match="Write 30m"):
        durations.split(words.split())
