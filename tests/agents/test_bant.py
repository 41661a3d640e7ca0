"""The score: quotes what it counts, knows what it does not know, and never falls when more is known."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents import bant
from agents.bant import PARTS, score
from agents.plain import squeezed
from tests.agents.scene import company

PHRASES = st.sampled_from([
    "Our budget is approved.", "We can spend up to $4,000.", "I am the owner.", "I'm the office manager of a hotel.",
    "Owner, Bay Hotel", "We need 8 bikes for our guests.", "Could you send a quote?", "We start on June 1.", "asap please",
    "Maybe next year.", "No rush.", "What does it cost?", "My boss asked me to look around.", "In three weeks.", "Hello!",
    "not the owner", "no budget at all", "We are a school.", "$12k", "Thanks", "1", "?", "the ship's owners",
])  # fmt: skip
TEXT = st.one_of(PHRASES, st.text(max_size=40))
QUOTES = st.dictionaries(st.sampled_from(PARTS), st.lists(TEXT, max_size=3), max_size=4)


@settings(max_examples=300, deadline=None)
@given(
    before=st.lists(TEXT, max_size=6), more=st.lists(TEXT, max_size=4), first=st.booleans(), quotes=QUOTES, extra=QUOTES
)
def test_more_text_and_more_evidence_never_lower_a_part(before, more, first, quotes, extra):
    old = score("\n".join(before), quotes)
    lines = [*more, *before] if first else [*before, *more]
    both = {part: [*quotes.get(part, []), *extra.get(part, [])] for part in PARTS}
    new = score("\n".join(lines), both)
    for part in PARTS:
        assert new.parts[part].points >= old.parts[part].points


@settings(max_examples=200, deadline=None)
@given(lines=st.lists(TEXT, max_size=6))
def test_every_part_quotes_the_text_or_is_unknown_and_the_total_is_0_to_100(lines):
    text = "\n".join(lines)
    found = score(text, {})
    assert 0 <= found.total <= 100
    for part in PARTS:
        scored = found.parts[part]
        assert 0 <= scored.points <= 25
        assert (scored.points == 0) == (part in found.unknown)
        if scored.points:
            assert squeezed(scored.quote) in squeezed(text)


def test_what_only_a_model_found_counts_as_a_little():
    found = score("We ride a lot.", {"need": ["We ride a lot."]})
    assert (found.parts["need"].points, found.parts["need"].quote) == (9, "We ride a lot.")
    assert found.unknown == ("budget", "authority", "timeline")


@pytest.mark.parametrize(("total", "band"), [
    (100, "hot"), (80, "hot"), (79, "warm"), (60, "warm"), (59, "cold"), (40, "cold"), (39, "unqualified"), (0, "unqualified"),
])  # fmt: skip
def test_the_bands_are_the_policys(total, band):
    found = bant.band(total, company().agents["qualification"].bands)
    assert found is not None
    assert found.name == band


def test_without_a_band_that_low_there_is_none():
    assert bant.band(10, company().agents["qualification"].bands[:2]) is None


@pytest.mark.parametrize("example", [one for one in company().agents["qualification"].examples if "band" in one.expect])
def test_the_policys_own_examples_score_as_it_says(example):
    found = bant.band(score(example.text, {}).total, company().agents["qualification"].bands)
    assert found is not None
    assert found.name == example.expect["band"]
