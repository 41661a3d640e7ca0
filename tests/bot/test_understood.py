"""Words that sound like a decision are known as such, and no others."""

from __future__ import annotations

import pytest

from bot.cards.understood import understood


@pytest.mark.parametrize(
    ("text", "heard", "besides"),
    [
        ("yes", "yes", ""),
        ("Yes!", "yes", ""),
        ("yes, but with the member price of $30.40.", "yes", "with the member price of $30.40."),
        ("approve", "yes", ""),
        ("Approved, and please say that we close at five", "yes", "say that we close at five"),
        ("ok", "yes", ""),
        (":+1:", "yes", ""),
        ("👍", "yes", ""),
        ("go ahead", "yes", ""),
        ("no", "no", ""),
        ("No, that is too dear", "no", "that is too dear"),
        ("don't send this", "no", "send this"),
        ("reject it: wrong customer", "no", "wrong customer"),
    ],
)
def test_a_yes_and_a_no_are_known_with_what_is_said_besides(text: str, heard: str, besides: str) -> None:
    assert understood(text) == (heard, besides)


OTHER = ("yesterday Dana called", "nobody answers her", "Okafor has it", "surely not", "", "Please say yes", "notes for Dana",
         "approvals are slow today")  # fmt: skip


@pytest.mark.parametrize("text", OTHER)
def test_other_words_are_no_decision(text: str) -> None:
    assert understood(text) is None
