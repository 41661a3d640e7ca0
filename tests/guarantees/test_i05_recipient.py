"""I5 Recipient: each address is the one on the record, that is the one from which this task's customer wrote."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes

import pytest

from gateways.mail.store import MailStore
from tests.support.invariants import mails_to_others


def test_every_mail_goes_to_whoever_wrote(siege) -> None:
    assert len(siege.sent_mails()) > 20
    assert list(mails_to_others(siege)) == []


def test_an_attackers_address_is_in_no_header(siege) -> None:
    for mail in siege.fort.mailbox.outbox():
        headers = message_from_bytes(mail.raw)
        for name in ("To", "Cc", "Bcc", "From", "Reply-To", "Sender", "Return-Path"):
            assert "attacker" not in str(headers[name]).lower()


def test_without_the_guard_it_would_be_seen(small_siege, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = MailStore.thread

    def written_by_a_model(self, connection, key):  # type: ignore[no-untyped-def]
        thread = honest(self, connection, key)
        return thread and replace(thread, address="evil@attacker.example.com")

    monkeypatch.setattr(MailStore, "thread", written_by_a_model)
    siege = small_siege(
        lambda case: case.operation == "mail.reply" and case.name == "honest" and case.agent == "support"
    )
    assert any("attacker" in one for one in mails_to_others(siege))
