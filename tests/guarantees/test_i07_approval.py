"""I7 Approval: what needs one has one, over exactly that digest, in time, used once, by people who may and did not ask."""

from __future__ import annotations

import pytest

from core.contract.authority import Approved
from policies.rules import authority
from tests.support.invariants import false_approvals


def test_no_approval_counts_that_should_not(siege) -> None:
    assert siege.clicks["Approved"] > 3 and siege.clicks["Refused"] > 50, "people must have clicked rightly and wrongly"
    assert list(false_approvals(siege)) == []


def test_what_was_rejected_or_expired_never_went_out(siege) -> None:
    out = ("select 1 from effect e join request r on r.id = e.request_id"
           " where r.state in ('rejected', 'expired', 'closed') and e.state = 'sent'")  # fmt: skip
    assert siege.sql(out) == []


def test_without_the_guard_it_would_be_seen(small_siege, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authority, "standing", lambda *_, **__: Approved())
    monkeypatch.setattr("gateways.checks.Checks._signatures", lambda *_: None)
    siege = small_siege(lambda case: case.operation in ("mail.reply", "crm.log_activity") and case.name == "risk high")
    assert any("could not approve it" in one or "signatures are missing" in one for one in false_approvals(siege))
