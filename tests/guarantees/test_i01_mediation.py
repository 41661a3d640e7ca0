"""I1 Mediation: every provider call has exactly one effect row, and every effect that says "sent" has its call."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.contract.base import EffectId, TaskId
from core.contract.effect import Call, Sent
from core.contract.work import Resolved
from gateways import calling
from tests.support.invariants import calls_without_effect


def test_every_provider_call_has_its_effect_and_the_reverse(siege) -> None:
    assert len(siege.provider_calls()) > 50, "the attack must get something through, or it shows nothing"
    assert list(calls_without_effect(siege)) == []


def test_a_receipt_without_a_call_would_be_seen(small_siege, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "once", lambda *_: Sent(reference="trust me"))
    siege = small_siege(lambda case: case.operation == "crm.log_activity" and case.name == "honest")
    assert any("the provider knows nothing" in one for one in calls_without_effect(siege))


def test_a_call_past_the_door_would_be_seen(small_siege) -> None:
    siege = small_siege(lambda case: case.operation == "crm.log_activity" and case.name == "honest")
    assert list(calls_without_effect(siege)) == []
    _, adapter = siege.fort.house.registry.operation("crm.log_activity")
    resolved = Resolved(operation="crm.log_activity", lines=())
    adapter.call(Call(EffectId("ef_0000000000"), TaskId("T-1001"), "crm.log_activity", {"summary": "Past the door."}, resolved,
                      siege.fort.clock.now() + timedelta(seconds=5)))  # fmt: skip
    assert any("no effect says so" in one for one in calls_without_effect(siege))
