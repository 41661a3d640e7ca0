"""I4 Reference: every recipient, account and record was issued to that task. A handle of another task names nothing."""

from __future__ import annotations

import pytest

from agents import validator
from core.ledger import Ledger
from gateways import base, claims, handles
from gateways.adapter import Pointer
from tests.support.invariants import calls_with_strange_records, mails_to_others
from workflows import task


def test_no_record_of_another_task_is_touched(siege) -> None:
    assert list(calls_with_strange_records(siege)) == []


def _every_handle(ledger: Ledger, _task_id: str) -> dict[str, Pointer]:
    rows = ledger.database.reader().query("select id from task")
    return {handle: pointer for (task_id,) in rows for handle, pointer in handles.of_task(ledger, task_id).items()}


def test_without_the_guard_it_would_be_seen(small_siege, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validator, "findings", lambda *_: ())
    monkeypatch.setattr(base, "of_task", _every_handle)
    monkeypatch.setattr(claims, "of_task", _every_handle)
    monkeypatch.setattr(task, "of_task", _every_handle)
    siege = small_siege(lambda case: case.operation == "mail.reply" and case.name in (
        "honest", "handle of another task as conversation") and case.agent == "support")  # fmt: skip
    assert any("which is another task's" in one for one in calls_with_strange_records(siege))
    assert any("was answered to" in one for one in mails_to_others(siege))
