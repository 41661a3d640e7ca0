"""When a person is called, whatever a model thinks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from policies.rules.escalation import due, ladder, queue_of, trigger, triggers_in
from policies.schema import Policy
from tests.policies.support import NOW

CALLS = [
    ("I want to talk to a real person today, not a bot.", "asks_for_person"),
    ("i WANT to SPEAK   with\na human!!!", "asks_for_person"),
    ("Can I talk to the shop's owner?", "asks_for_person"),
    ("talk to a re\u200bal per\u00adson", "asks_for_person"),
    ("ｒｅａｌ ｐｅｒｓｏｎ please", "asks_for_person"),
    ("give me a *real* **person**", "asks_for_person"),
    ("This is UNACCEPTABLE.", "anger"),
    ("This is the third time I'm writing", "anger"),
    ("This is the third time I’m writing", "anger"),
    ("This is the third time we have been writing", "anger"),
    ("My mother passed away, please cancel", "distress"),
    ("my lawyers will write to you", "legal"),
    ("we take legal action", "legal"),
    ("under the GDPR, delete my data", "legal"),
    ("the brakes failed", "emergency"),
    ("the battery started to smoke", "emergency"),
    ("I had a bad accident", "emergency"),
    ("I'll start a charge-back", "chargeback"),
    ("I will dispute this charge with my bank", "chargeback"),
    ("you charged me twice", "billing_dispute"),
    ("could you match their price", "custom_pricing"),
    ("we want to negotiate", "custom_pricing"),
    ("our budget is $12,500.00", "high_value_deal"),
    ("about 15k USD", "high_value_deal"),
    ("it is worth 1.5 million dollars", "high_value_deal"),
]
CALM = [
    "When do you open on Saturday?", "I ordered this by accident", "Do you sell personal bike lights?",
    "A bike for a person of 6 ft", "Our budget is $10,000", "ticket 15000", "Is a courtesy bike included?",
    "My issue is the chain", "What a pleasure", "", "The humane society rents bikes", "We pursue a green fleet",
]  # fmt: skip


@pytest.mark.parametrize(("text", "name"), CALLS)
def test_these_words_always_call_a_person(policy: Policy, text: str, name: str) -> None:
    assert name in triggers_in(policy, text)


@pytest.mark.parametrize("text", CALM)
def test_everyday_words_call_nobody(policy: Policy, text: str) -> None:
    assert triggers_in(policy, text) == ()


def test_the_most_urgent_comes_first(policy: Policy) -> None:
    assert triggers_in(policy, "You charged me twice, I will call my lawyer") == ("legal", "billing_dispute")


def test_a_very_long_text_is_read_to_its_end(policy: Policy) -> None:
    assert triggers_in(policy, "bike " * 40_000 + "you hear from my lawyer") == ("legal",)
    assert triggers_in(policy, "9" * 50_000 + "$" * 50_000) == ()


def test_each_class_has_its_time(policy: Policy) -> None:
    assert due(policy, "anger", NOW) == NOW + timedelta(seconds=30)
    assert due(policy, "custom_pricing", NOW) == NOW + timedelta(hours=2)
    assert due(policy, "partner", NOW) == datetime(2026, 11, 25, 14, 0, tzinfo=UTC)  # Wednesday, 9:00 in the shop


def test_a_follow_up_skips_sundays_and_holidays(policy: Policy) -> None:
    saturday = datetime(2026, 11, 28, 15, 0, tzinfo=UTC)
    assert due(policy, "feedback", saturday) == datetime(2026, 11, 30, 14, 0, tzinfo=UTC)
    before_thanksgiving = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)
    assert due(policy, "feedback", before_thanksgiving) == datetime(2026, 11, 27, 14, 0, tzinfo=UTC)


def test_the_ladder_climbs_from_now(policy: Policy) -> None:
    assert ladder(policy, "asks_for_person", NOW) == (
        ("front_desk", NOW), ("support_lead", NOW + timedelta(minutes=5)), ("owner", NOW + timedelta(minutes=15)),
    )  # fmt: skip
    assert ladder(policy, "partner", NOW) == (("owner", due(policy, "partner", NOW)),)


def test_a_trigger_that_nobody_knows_still_reaches_people_at_once(policy: Policy) -> None:
    assert trigger(policy, "made_up") is None
    assert queue_of(policy, "made_up") == "triage"
    assert ladder(policy, "made_up", NOW) == (("front_desk", NOW),)
    assert due(policy, "made_up", NOW) == NOW + timedelta(seconds=30)
