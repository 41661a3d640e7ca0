"""Two texts that mean the same claim the same; anything else is noticed."""

from __future__ import annotations

import pytest

from agents.claims import claims, unsupported
from agents.plain import hidden, mixed_script, squeezed

SAME = [
    ("$1,242", "1242.00"), ("$1,242.00", "USD 1242"), ("1.242,00 €", "€1242"), ("$10k", "10,000 dollars"),
    ("fifty dollars", "$50"), ("one hundred and twenty dollars", "$120.00"), ("Nov 25", "25 November"),
    ("November 25, 2026", "2026-11-25"), ("Nov. 25th", "2026-11-25T15:00:00Z"), ("Wednesday", "see you Wed"),
    ("Wednesday", "2026-11-25"), ("3 PM", "15:00"), ("3:00 p.m.", "at 3pm"), ("noon", "12:00"),
    ("(207) 555-0143", "+1 207 555 0143"), ("207.555.0143", "2075550143"), ("#4411", "order 4411"), ("Q-310", "q310"),
    ("wo-2291", "WO 2291 or WO-2291"), ("Dana.W@Example.com", "dana.w@example.com"), ("20 %", "20 percent"),
    ("DANA", "dana whitfield"), ("５０ dollars", "$50"), ("https://www.example.com/a/", "http://EXAMPLE.com/a"),
]  # fmt: skip
DIFFERENT = [
    ("$1,242", "$1,243"), ("$50", "50 bikes"), ("€50", "$50"), ("$1.242", "$1.24"), ("Nov 25", "Nov 26"),
    ("November 25, 2026", "November 25, 2025"), ("3/4", "April 3"), ("3 PM", "3 AM"), ("Thursday", "2026-11-25"),
    ("tomorrow", "Friday"), ("(207) 555-0143", "(207) 555-0144"), ("Q-310", "Q-311"), ("#4411", "#4412"),
    ("eve@example.com", "dana@example.com"), ("50%", "50"), ("www.example.com/a", "www.example.com/b"),
    ("for Bob", "for Dana"), ("Eve will call you.", "Dana"), ("five hundred dollars", "$50"), ("24 rentals", "42 rentals"),
]  # fmt: skip


@pytest.mark.parametrize(("draft", "source"), SAME)
def test_what_means_the_same_is_supported(draft, source):
    assert unsupported(draft, (source,), 2026) == ()


@pytest.mark.parametrize(("draft", "source"), DIFFERENT)
def test_what_means_something_else_is_noticed(draft, source):
    assert unsupported(draft, (source,), 2026) != ()


def test_an_everyday_letter_claims_nothing():
    letter = (
        "Hi,\n\nthank you for your message. We have it, and a person will answer you.\n\nGreat news: your bike looks fine. "
        "If that leaves something open, just reply.\n\nBest regards,\nYour team"
    )
    assert claims(letter) == frozenset()


@pytest.mark.parametrize("text", [
    "1" * 20_000, "a-" * 10_000, "a." * 10_000, "(" * 20_000, " " * 20_000, "#a" * 10_000, "a@" * 10_000, "fifty " * 3_000,
    "1 " * 10_000, "Nov " * 5_000, "$1," * 6_000, "A" * 20_000, "A'" * 10_000,
])  # fmt: skip
@pytest.mark.timeout(30)  # a runaway pattern takes minutes
def test_no_text_can_be_made_to_take_for_ever(text):
    assert len(claims(text)) < len(text)


def test_hidden_characters_and_mixed_alphabets_are_found():
    assert [char for char in "a\u202eb\u200bc\U000e0041\n" if hidden(char)] == ["\u202e", "\u200b", "\U000e0041"]
    assert mixed_script("Please pay P\u0430yPal") == "P\u0430yPal"
    assert mixed_script("Zürich and Łódź and Київ") == ""
    assert squeezed("  It\u2019s\u00a0 OK ") == "it's ok"
