"""I2 Authority: an agent does what the policy on the row grants it; everything else is denied."""

from __future__ import annotations

import pytest

from core.contract.authority import Allow
from gateways.checks import Checks
from tests.support.invariants import calls_without_right


def test_no_agent_does_what_policy_does_not_grant(siege) -> None:
    assert list(calls_without_right(siege)) == []


def test_what_nobody_declares_is_never_an_effect(siege) -> None:
    declared = siege.fort.house.registry.operations
    assert {operation for (operation,) in siege.sql("select distinct operation from effect")} <= declared
    assert {operation for _, operation, _ in siege.provider_calls()} <= declared


def test_without_the_verdict_it_would_be_seen(small_siege, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Checks, "verdict", lambda *_: Allow(rule="none"))
    siege = small_siege(lambda case: case.operation == "crm.create_task" and case.name == "honest")
    assert any("did crm.create_task" in one for one in calls_without_right(siege))
