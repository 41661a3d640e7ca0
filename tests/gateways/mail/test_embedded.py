"""The embedded mail system beyond the contract: its log, its file, what a cut-off call leaves."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from core.contract.effect import NotSent, Sent
from core.crypto import Cipher
from core.errors import BadSettings, Bug
from core.moment import RandomIds
from gateways.adapter import Pointer
from gateways.crm.tables import METADATA as CRM_TABLES
from gateways.mail.embedded import EmbeddedMail
from gateways.mail.inbox import MailInbox
from gateways.mail.tables import METADATA as MAIL_TABLES
from gateways.systems import METADATA as SYSTEM_TABLES
from gateways.systems import Outcome, Systems, arguments_sha256
from tests.contracts.outside import FixedClock, claimed

ROOT = Path(__file__).parents[3]
GOOD = {"conversation": "con_1", "subject": "Re: Is my bike ready?", "body": "Yes, on Wednesday."}
INCOMING = b"From: Dana Whitfield <dana@example.com>\r\nMessage-ID: <a1@example.com>\r\nSubject: Ready?\r\n\r\nIs it ready?\r\n"


def die_at(folder: Path, conversation: str, point: str) -> None:
    run = subprocess.run(
        [sys.executable, str(Path(__file__).parent / "dies.py"), str(folder), conversation, point],
        cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, timeout=60, check=False, capture_output=True,
    )  # fmt: skip
    assert run.returncode == 9, run.stderr.decode()


def test_a_call_cut_off_before_the_work_is_in_the_log_and_sent_nothing(
    tmp_path: Path, systems: Systems, adapter: EmbeddedMail, inbox: MailInbox, clock: FixedClock
) -> None:
    conversation = Pointer("conversation", inbox.open_thread("dana@example.com", "Dana", "Ready?"))
    die_at(tmp_path, conversation.key, "mail.call.logged")
    assert [call.outcome for call in systems.calls("eff_1")] == [Outcome.RECEIVED]
    truth = adapter.look_up("mail.reply", "eff_1")
    assert isinstance(truth, NotSent)
    assert truth.again
    assert adapter.outbox() == ()
    again = adapter.call(claimed(adapter, clock, "eff_1", "mail.reply", GOOD, {"con_1": conversation}))
    assert isinstance(again, Sent)
    assert len(adapter.outbox()) == 1
    assert [call.outcome for call in systems.calls("eff_1")] == [Outcome.CUT_OFF, Outcome.DONE]


def test_a_call_cut_off_after_the_work_is_found_and_not_sent_again(
    tmp_path: Path, systems: Systems, adapter: EmbeddedMail, inbox: MailInbox, clock: FixedClock
) -> None:
    conversation = Pointer("conversation", inbox.open_thread("dana@example.com", "Dana", "Ready?"))
    die_at(tmp_path, conversation.key, "mail.call.done")
    assert adapter.look_up("mail.reply", "eff_1") == Sent(reference="<eff_1@example.com>")
    again = adapter.call(claimed(adapter, clock, "eff_1", "mail.reply", GOOD, {"con_1": conversation}))
    assert again == Sent(reference="<eff_1@example.com>")
    assert [mail.message_id for mail in adapter.outbox()] == ["<eff_1@example.com>"]
    assert [call.outcome for call in systems.calls("eff_1")] == [Outcome.DONE, Outcome.REPLAYED]


def test_a_call_that_a_look_up_has_closed_can_no_longer_send(
    systems: Systems, inbox: MailInbox, clock: FixedClock
) -> None:
    """The look-up says "not sent" while the call is on its way: that must stay true."""
    looked = []

    def reach(point: str) -> None:
        if point == "mail.call.logged":
            looked.append(adapter.look_up("mail.reply", "eff_1"))

    adapter = EmbeddedMail(systems, from_address="workshop@example.com", company_name="Harbor & Pine", reach=reach)
    conversation = Pointer("conversation", inbox.open_thread("dana@example.com", "Dana", "Ready?"))
    receipt = adapter.call(claimed(adapter, clock, "eff_1", "mail.reply", GOOD, {"con_1": conversation}))
    assert isinstance(looked[0], NotSent)
    assert isinstance(receipt, NotSent)
    assert receipt.again
    assert adapter.outbox() == ()


def test_time_that_runs_out_between_arrival_and_work_stops_the_mail(
    systems: Systems, inbox: MailInbox, clock: FixedClock
) -> None:
    adapter = EmbeddedMail(
        systems, from_address="workshop@example.com", company_name="Harbor & Pine",
        reach=lambda point: clock.forward(seconds=10) if point == "mail.call.logged" else None,
    )  # fmt: skip
    conversation = Pointer("conversation", inbox.open_thread("dana@example.com", "Dana", "Ready?"))
    receipt = adapter.call(claimed(adapter, clock, "eff_1", "mail.reply", GOOD, {"con_1": conversation}))
    assert isinstance(receipt, NotSent)
    assert adapter.outbox() == ()
    assert [call.outcome for call in systems.calls()] == [Outcome.TOO_LATE]


def test_every_call_that_arrives_leaves_one_row_in_the_log(
    systems: Systems, adapter: EmbeddedMail, inbox: MailInbox, clock: FixedClock
) -> None:
    conversation = Pointer("conversation", inbox.open_thread("dana@example.com", "Dana", "Ready?"))
    call = claimed(adapter, clock, "eff_1", "mail.reply", GOOD, {"con_1": conversation})
    adapter.call(call)
    adapter.call(call)
    inbox.suppress("dana@example.com", "wrote stop")
    adapter.call(type(call)("eff_2", call.task_id, call.operation, call.arguments, call.resolved, call.call_by))
    rows = systems.calls()
    assert [(row.key, row.outcome) for row in rows] == [
        ("eff_1", Outcome.DONE), ("eff_1", Outcome.REPLAYED), ("eff_2", Outcome.REFUSED),
    ]  # fmt: skip
    assert {row.arguments_sha256 for row in rows} == {arguments_sha256(call.arguments)}
    assert {row.operation for row in rows} == {"mail.reply"}
    assert {row.at for row in rows} == {clock.now()}


def test_the_exact_bytes_are_kept_and_answer_the_customers_mail(
    adapter: EmbeddedMail, inbox: MailInbox, clock: FixedClock
) -> None:
    received = inbox.receive(INCOMING)
    words = GOOD | {"subject": "Re: Größe, bitte", "body": "Grüße aus dem Hafen\n.\nFrom us\n" + "lang " * 400}
    handles = {"con_1": Pointer("conversation", received.thread_key)}
    call = claimed(adapter, clock, "eff_1", "mail.reply", words, handles)
    adapter.call(call)
    (mail,) = adapter.outbox()
    assert hashlib.sha256(mail.raw).hexdigest() == mail.raw_sha256
    assert mail.raw.isascii()
    assert b"\n" not in mail.raw.replace(b"\r\n", b"")
    read = message_from_bytes(mail.raw, policy=policy.default)
    assert read["Subject"] == "Re: Größe, bitte"
    assert read.get_content().replace("\r\n", "\n") == call.resolved.body + "\n"
    assert read["In-Reply-To"] == "<a1@example.com>"
    assert str(read["References"]) == "<a1@example.com>"
    assert "<workshop+" in str(read["Reply-To"])


def test_long_message_ids_of_others_travel_unbroken(adapter: EmbeddedMail, inbox: MailInbox, clock: FixedClock) -> None:
    long = f"<{'a' * 180}@example.com>"
    received = inbox.receive(INCOMING.replace(b"<a1@example.com>", long.encode()))
    handles = {"con_1": Pointer("conversation", received.thread_key)}
    adapter.call(claimed(adapter, clock, "eff_1", "mail.reply", GOOD, handles))
    assert f"In-Reply-To: {long}\r\n".encode() in adapter.outbox()[0].raw


def test_no_personal_word_can_be_read_in_the_file(
    tmp_path: Path, systems: Systems, adapter: EmbeddedMail, inbox: MailInbox, clock: FixedClock
) -> None:
    canaries = [
        "canary.dana",
        "Canarywoman",
        "canary-subject",
        "canary-body",
        "canary-answer",
        "canary-id",
        "canary-reason",
    ]
    received = inbox.receive(
        b"From: Canarywoman <canary.dana@example.com>\r\nMessage-ID: <canary-id@example.com>\r\n"
        b"Subject: canary-subject\r\n\r\ncanary-body\r\n"
    )
    handles = {"con_1": Pointer("conversation", received.thread_key)}
    words = {"conversation": "con_1", "subject": "Re: canary-subject", "body": "canary-answer"}
    assert isinstance(adapter.call(claimed(adapter, clock, "eff_1", "mail.reply", words, handles)), Sent)
    inbox.suppress("canary.dana@example.com", "canary-reason")
    systems.close()
    files = list(tmp_path.glob("harbor-systems.db*"))
    content = b"".join(file.read_bytes() for file in files)
    assert b"eff_1" in content
    assert [canary for canary in canaries if canary.encode() in content] == []


def test_another_key_opens_nothing(tmp_path: Path, systems: Systems, inbox: MailInbox, clock: FixedClock) -> None:
    thread = inbox.open_thread("dana@example.com", "Dana", "Ready?")
    thief = Systems(f"sqlite:///{tmp_path / 'harbor-systems.db'}", Cipher(bytes(32)), clock, RandomIds())
    with pytest.raises(Bug):
        MailInbox(thief, from_address="workshop@example.com").address_of(thread)
    thief.close()
    assert inbox.address_of(thread) == "dana@example.com"


def test_the_file_is_written_for_keeps(systems: Systems) -> None:
    with systems.writing() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "secure_delete", "busy_timeout")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "busy_timeout": 5_000}


def test_the_tables_are_valid_on_postgresql_and_names_do_not_clash() -> None:
    tables = [table for metadata in (SYSTEM_TABLES, MAIL_TABLES, CRM_TABLES) for table in metadata.sorted_tables]
    assert len({table.name for table in tables}) == len(tables)
    for table in tables:
        assert f"CREATE TABLE {table.name}" in str(CreateTable(table).compile(dialect=postgresql.dialect()))


def test_names_on_disk_are_frozen() -> None:
    assert {one.value for one in Outcome} == {"received", "done", "replayed", "refused", "too_late", "cut_off"}
    assert {table.name for table in MAIL_TABLES.sorted_tables} == {"threads", "inbox", "outbox", "suppressions"}
    assert {table.name for table in CRM_TABLES.sorted_tables} == {
        "companies", "contacts", "leads", "deals", "activities", "tasks",
    }  # fmt: skip


def test_a_sender_that_is_no_address_is_refused_at_the_start(systems: Systems) -> None:
    with pytest.raises(BadSettings):
        EmbeddedMail(systems, from_address="workshop\r\nBcc: x@example.com", company_name="Harbor & Pine")
