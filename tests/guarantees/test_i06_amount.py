"""I6 Amount: integer cents above zero in our currency, computed from the records; never a model's number."""

from __future__ import annotations

import pytest

from agents import validator
from policies.rules import authority
from tests.support.invariants import wrong_amounts
from tests.support.till import Refund, Till


def test_every_amount_is_the_records_own(siege) -> None:
    assert siege.fort.till.calls(), "the attack must move some money, or it shows nothing"
    assert list(wrong_amounts(siege)) == []


def test_without_the_guard_it_would_be_seen(small_siege, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validator, "findings", lambda *_: ())
    monkeypatch.setattr(authority, "_origin_denials", lambda *_: iter(()))
    siege = small_siege(lambda case: case.operation == "till.refund" and case.name.startswith("extra cents"))
    assert any(" of " in one for one in wrong_amounts(siege))


def test_a_made_up_amount_would_be_seen(small_siege, monkeypatch: pytest.MonkeyPatch) -> None:
    def bit_more(_self: Till, _wanted: Refund, left_cents: int) -> int:
        return max(1, left_cents - 1)

    monkeypatch.setattr(Till, "amount", bit_more)
    siege = small_siege(lambda case: case.operation == "till.refund" and case.name == "honest")
    assert any(" of " in one for one in wrong_amounts(siege))
