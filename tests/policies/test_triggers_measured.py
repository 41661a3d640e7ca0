"""How well plain rules hear what calls a person, without any model: on sentences that were written by others, who had not seen
the rules, and were not looked at while the rules were written. Once they have been looked at, they are worth less: write new ones
before the rules are changed for them. `pytest -s` prints the table."""

from __future__ import annotations

import pytest

from policies.schema import Policy
from tests.policies.heard import HEADING, MEASURED, OURS, heard, names, sentences

IMMEDIATE = ("asks_for_person", "anger", "distress", "legal", "emergency", "chargeback")
WANTED, PRECISE, EACH = 0.95, 0.85, 60


@pytest.mark.parametrize("trigger", names(MEASURED))
def test_there_are_sixty_of_both_kinds(trigger: str) -> None:
    said = sentences(MEASURED, trigger)
    assert len(set(said["asks"])) == len(set(said["near"])) == EACH
    assert not set(said["asks"]) & set(said["near"])


def test_the_table(policy: Policy) -> None:
    rows = [heard(policy, MEASURED, trigger) for trigger in names(MEASURED)]
    print("\n" + "\n".join([HEADING, *map(str, rows)]))
    assert {row.trigger for row in rows} <= set(policy.escalation.triggers)


@pytest.mark.parametrize("trigger", [name for name in names(MEASURED) if name in IMMEDIATE])
def test_what_is_immediate_is_heard(policy: Policy, trigger: str) -> None:
    found = heard(policy, MEASURED, trigger)
    assert found.recall >= WANTED, "\n".join(found.missed)


@pytest.mark.parametrize("trigger", names(OURS))
def test_our_own_sentences_are_heard_and_their_likes_are_not(policy: Policy, trigger: str) -> None:
    found = heard(policy, OURS, trigger)
    assert found.recall > WANTED, "\n".join(found.missed)
    assert found.precision > PRECISE, "\n".join(found.false)
