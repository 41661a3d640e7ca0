"""The language of the trigger rules: what a pattern finds, and what it does not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from policies.listening import Ears, Listening, WordsFile
from policies.parts import Rung, Trigger
from policies.patterns import BadPattern, Compiler
from policies.rules import wording
from policies.rules.hearing import Hearing, hearing
from policies.rules.wording import largest_amount

GROUPS = {
    "want": ("want", "would like"),
    "speak": ("speak", "talk"),
    "person": ("person", "human", "somebody in charge"),
}


def ears(listening: Mapping[str, Any], over_cents: int | None = None, **words: Any) -> Hearing:
    trigger = Trigger.model_validate({"class": "immediate", "queue": "support", "words": "calls", "over_cents": over_cents,
                                      "ladder": (Rung(role="owner", after_min=0),)})  # fmt: skip
    part = Listening.model_validate({"description": "a test", **listening})
    shared = WordsFile.model_validate({"groups": GROUPS, **words})
    return hearing({"it": trigger}, Ears(words=shared, triggers={"it": part}))


def hears(text: str, *rules: Any, **more: Any) -> bool:
    words = {key: more.pop(key) for key in ("same_as", "spelt_right", "over_cents") if key in more}
    return ears({"rules": list(rules), **more}, **words).triggers_in(text) == ("it",)


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("<want> ..3 <speak> ..3 <person>", "I would like to TALK\nto a human!", True),
        ("<want> ..3 <speak> ..3 <person>", "I want one. To speak of a person: no.", False),
        ("<want> ..3 <speak> ..3 <person>", "a human would talk, I want to", False),
        ("<want> to speak", "i want to really speak", False),
        ("<want> to really? speak", "i want to speak", True),
        ("lawyer*/attorney", "my lawyers write", True),
        ("rip off / rips me off", "he rips me off", True),
        ("in_tears/crying", "I am in tears", True),
        ("can not", "I can't", True),
        ("can not", "i cant", False),
        ("why ?", "Tell me why?", True),
        ("why ?", "why? I know.", True),
        ("why ?", "I know why.", False),
        ("^ agent $", "Agent!", True),
        ("^ agent $", "my agent", False),
        ("third * writing", "third time I am writing", True),
    ],
)
def test_a_pattern_finds_words_in_their_order_and_within_one_sentence(pattern: str, text: str, found: bool) -> None:
    assert hears(text, pattern) is found


def test_together_is_in_any_order_and_near() -> None:
    rule = {"together": ["brake*", "fail*"], "within": 2}
    assert hears("the brakes just failed", rule)
    assert hears("failure of both brakes", rule)
    assert not hears("they failed to see that we had no brakes", rule)


def test_what_speaks_against_it_is_looked_for_in_the_same_sentence() -> None:
    rule = {"say": "lawyer", "unless": ["my neighbor"]}
    assert not hears("My neighbor is a lawyer.", rule)
    assert hears("My neighbor rides. I have a lawyer.", rule)
    assert not hears("I have a lawyer.", "lawyer", unless=["have"])
    assert not hears("I have a lawyer. It is settled.", "lawyer", unless_anywhere=["settled"])


def test_words_that_mean_something_else_are_taken_out() -> None:
    assert not hears("an emergency kit", "emergency", leave_out=["emergency kit"])
    assert hears("an emergency, and no kit", "emergency", leave_out=["emergency kit"])


def test_points_add_up_within_three_sentences_and_can_be_taken_away() -> None:
    weak = [{"say": "late", "points": 1}, {"say": "again", "points": 1}, {"say": "thanks", "points": -1}]
    assert not hears("You are late.", *weak)
    assert hears("You are late. Again.", *weak)
    assert not hears("You are late. Again. Thanks.", *weak)
    assert not hears("You are late. One. Two. Three. Again.", *weak)


def test_capitals_and_exclamations_count_only_beside_words() -> None:
    loud = {"rules": [{"say": "late", "points": 1}], "signals": {"capitals": 1, "exclamations": 1}}
    assert ears(loud).triggers_in("YOU ARE LATE") == ("it",)
    assert ears(loud).triggers_in("you are late!!") == ("it",)
    assert ears(loud).triggers_in("HAPPY BIRTHDAY TO YOU!!!") == ()


def test_the_longer_a_text_the_more_it_takes() -> None:
    assert hears("The lawyer. " + "Fine. " * 7, "lawyer")
    assert not hears("The lawyer. " + "Fine. " * 8, "lawyer")
    assert hears("The lawyer. " + "Fine. " * 8, {"say": "lawyer", "points": 3})


@pytest.mark.parametrize("slip", ["laywers", "lawyres", "lawers", "lawyyers"])
def test_a_slip_of_the_pen_inside_a_longer_word_is_put_right(slip: str) -> None:
    assert hears(f"my {slip} write", "lawyers")
    assert not hears(f"my {slip} write", "lawyers", spelt_right=[slip])


def test_how_people_write_in_a_hurry_is_written_out() -> None:
    assert hears("i wanna speak 2 u", "want to speak to you", same_as={"wanna": "want to", "2": "to", "u": "you"})


@pytest.mark.parametrize(
    ("text", "dollars"),
    [
        ("$12,500.00", 12_500), ("10k USD", 10_000), ("fifteen thousand dollars", 15_000), ("25 grand", 25_000),
        ("a hundred and twenty thousand", 120_000), ("half a million dollars", 500_000), ("1.5 million bucks", 1_500_000),
        ("a thirteen-thousand-dollar quote", 13_000), ("twenty-five thousand", 25_000), ("15 miles", 0),
    ],
)  # fmt: skip
def test_amounts_are_read_in_digits_and_in_words(text: str, dollars: int) -> None:
    assert largest_amount(text) == dollars * 100


def test_an_amount_above_the_threshold_is_a_word_of_its_own() -> None:
    rule = {"say": "<over>", "unless": ["insur*"]}
    assert hears("we spend $12,500", rule, over_cents=1_000_000)
    assert not hears("we spend $9,500", rule, over_cents=1_000_000)
    assert not hears("insured for $12,500", rule, over_cents=1_000_000)
    assert hears("a budget of 15k", "budget of <over_number>", over_cents=1_000_000)


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("<nobody>", 'no group "nobody"'), ("..3 word", "a gap stands between words"), ("word ..13 word", "1 to 12 words"),
        ("word?", "not every word can be missing"), ("wo!rd", "cannot read"), ("<me>", "contains itself"), ("", "empty pattern"),
    ],
)  # fmt: skip
def test_a_pattern_that_means_nothing_is_refused(pattern: str, said: str) -> None:
    with pytest.raises(BadPattern, match=said):
        Compiler({"me": ("<me>",)}, wording.plain_words).one(pattern)
