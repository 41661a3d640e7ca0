"""Incoming mail: filed once, in the right conversation, whatever it looks like."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.contract.work import Resolved
from core.errors import BadInput
from gateways.adapter import Pointer
from gateways.mail.embedded import EmbeddedMail
from gateways.mail.inbox import MailInbox
from gateways.mail.incoming import MailFields, read_mail
from tests.contracts.outside import FixedClock, claimed

DATA = Path(__file__).parents[4] / "shared" / "data"
WORDS = {"conversation": "con_1", "subject": "Re: Ready?", "body": "Yes."}


def mail(
    message_id: str, sender: str = "Dana Whitfield <dana@example.com>", text: str = "Is it ready?", **headers: str
) -> bytes:
    lines = [f"From: {sender}", f"Message-ID: {message_id}", "Subject: Ready?"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", text, ""]).encode()


def answer(adapter: EmbeddedMail, clock: FixedClock, thread: str) -> str:
    """The Message-ID of our answer in this thread."""
    clock.forward(seconds=1)
    handles = {"con_1": Pointer("conversation", thread)}
    adapter.call(claimed(adapter, clock, "eff_1", "mail.reply", WORDS, handles))
    return adapter.outbox()[-1].message_id


def test_a_first_mail_opens_a_thread(inbox: MailInbox) -> None:
    received = inbox.receive(mail("<a1@example.com>"))
    assert received.is_new
    assert not received.repeat
    assert (received.address, received.name, received.subject) == ("dana@example.com", "Dana Whitfield", "Ready?")
    assert received.text.strip() == "Is it ready?"
    assert inbox.address_of(received.thread_key) == "dana@example.com"


def test_the_same_mail_twice_is_one_mail_and_one_event(inbox: MailInbox, adapter: EmbeddedMail) -> None:
    first, second = inbox.receive(mail("<a1@example.com>")), inbox.receive(mail("<a1@example.com>"))
    assert second.repeat
    assert (second.thread_key, second.source_id) == (first.thread_key, first.source_id)
    records = adapter.read("mail.thread", {"conversation": "c"}, {"c": Pointer("conversation", first.thread_key)})
    assert len(records) == 1


def test_a_strangers_mail_with_the_same_id_does_not_swallow_the_customers(inbox: MailInbox) -> None:
    stranger = inbox.receive(mail("<a1@example.com>", sender="thief@example.com"))
    customer = inbox.receive(mail("<a1@example.com>"))
    assert not customer.repeat
    assert customer.thread_key != stranger.thread_key
    assert customer.source_id != stranger.source_id


@pytest.mark.parametrize("header", ["In_Reply_To", "References"])
def test_an_answer_joins_the_thread_of_our_mail(
    inbox: MailInbox, adapter: EmbeddedMail, clock: FixedClock, header: str
) -> None:
    thread = inbox.receive(mail("<a1@example.com>")).thread_key
    ours = answer(adapter, clock, thread)
    received = inbox.receive(mail("<a2@example.com>", **{header: ours}))
    assert received.thread_key == thread
    assert not received.is_new
    assert received.references == (ours,)
    assert inbox.thread_of(("<unknown@example.com>", ours)) == thread
    assert inbox.thread_of(("<unknown@example.com>",)) is None


def test_an_answer_without_references_joins_by_the_plus_address(
    inbox: MailInbox, adapter: EmbeddedMail, clock: FixedClock
) -> None:
    thread = inbox.receive(mail("<a1@example.com>")).thread_key
    answer(adapter, clock, thread)
    to = adapter.outbox()[0].raw.decode().split("Reply-To: ")[1].split("\r\n")[0]
    assert inbox.receive(mail("<a2@example.com>", To=to)).thread_key == thread
    assert inbox.receive(mail("<a3@example.com>", Delivered_To=to.split("<")[1].strip(">"))).thread_key == thread


def test_nobody_gets_into_anothers_conversation_by_quoting_it(
    inbox: MailInbox, adapter: EmbeddedMail, clock: FixedClock
) -> None:
    thread = inbox.receive(mail("<a1@example.com>")).thread_key
    ours = answer(adapter, clock, thread)
    to = adapter.outbox()[0].raw.decode().split("Reply-To: ")[1].split("\r\n")[0]
    thief = inbox.receive(mail("<t1@example.com>", sender="thief@example.com", In_Reply_To=ours, To=to))
    assert thief.is_new
    assert thief.thread_key != thread
    assert inbox.address_of(thread) == "dana@example.com"


def test_a_display_name_is_not_an_address(inbox: MailInbox) -> None:
    received = inbox.receive(mail("<a1@example.com>", sender='"dana@example.com" <thief@example.com>'))
    assert received.address == "thief@example.com"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe",
        b"From: \r\n\r\nx",
        b"From: nobody\r\n\r\nx",
        b"From: a@example.com, b@example.com\r\n\r\nx",
        b"From: workshop@example.com\r\nMessage-ID: <x@example.com>\r\n\r\nx",
        b"From: Workshop+abc@example.com\r\nMessage-ID: <x@example.com>\r\n\r\nx",
    ],
)
def test_a_mail_that_nobody_could_answer_is_refused_with_a_reason(inbox: MailInbox, raw: bytes) -> None:
    with pytest.raises(BadInput):
        inbox.receive(raw)


def test_a_mail_without_an_id_is_still_one_mail(inbox: MailInbox) -> None:
    raw = b"From: dana@example.com\r\n\r\nIs it ready?"
    assert inbox.receive(raw).source_id == inbox.receive(raw).source_id


def test_markup_and_invisible_characters_do_not_come_in(inbox: MailInbox) -> None:
    page = "<p>Hi<br>there</p><script>steal()</script><p>2 &lt; 3 \u202e\u200b\U000e0041</p>"
    raw = mail("<a1@example.com>", text=page, Content_Type='text/html; charset="utf-8"')
    assert inbox.receive(raw).text.split() == ["Hi", "there", "2", "<", "3"]


@pytest.mark.parametrize(
    ("headers", "automatic"),
    [
        ({}, False),
        ({"Auto_Submitted": "no"}, False),
        ({"Auto_Submitted": "auto-replied"}, True),
        ({"Precedence": "bulk"}, True),
    ],
)
def test_what_a_machine_wrote_is_marked(inbox: MailInbox, headers: dict[str, str], automatic: bool) -> None:
    assert inbox.receive(mail("<a1@example.com>", **headers)).automatic is automatic


def test_fields_come_in_like_a_mail(inbox: MailInbox) -> None:
    fields = MailFields("<a1@example.com>", "dana@example.com", "Dana\nWhitfield", "Ready?", "Please stop emailing me")
    received = inbox.receive(fields)
    assert received.name == "Dana Whitfield"
    assert received.asks_to_stop
    assert inbox.receive(fields).repeat


def test_an_answer_to_the_longest_subject_still_fits(inbox: MailInbox, adapter: EmbeddedMail) -> None:
    received = inbox.receive(mail("<a1@example.com>").replace(b"Ready?", b"Ready? " * 100))
    handles = {"con_1": Pointer("conversation", received.thread_key)}
    answer = adapter.resolve("mail.reply", WORDS | {"subject": f"Re: {received.subject}"}, handles)
    assert isinstance(answer, Resolved)


@pytest.mark.parametrize("bad", ["", "no", "a@b", "dana@example.com\r\nBcc: thief@example.com"])
def test_a_form_with_a_useless_address_opens_no_thread(inbox: MailInbox, bad: str) -> None:
    with pytest.raises(BadInput):
        inbox.open_thread(bad, "Dana", "Ready?")
    with pytest.raises(BadInput):
        inbox.suppress(bad, "wrote stop")


def test_a_lifted_suppression_lets_answers_through(inbox: MailInbox, adapter: EmbeddedMail, clock: FixedClock) -> None:
    thread = inbox.receive(mail("<a1@example.com>")).thread_key
    inbox.suppress("dana@example.com", "wrote stop")
    inbox.suppress("dana@example.com", "wrote stop again")
    inbox.lift("dana@example.com")
    assert answer(adapter, clock, thread) == "<eff_1@example.com>"


def _real_mails() -> list[bytes]:
    if not DATA.is_dir():
        return []
    folders = [DATA / name for name in ("spamassassin", "sisimai", "forge", "talon", "gherp", "mikel")]
    return [path.read_bytes() for folder in folders for path in folder.rglob("*.eml")]


def test_real_mails_are_read_or_refused_and_never_break(inbox: MailInbox) -> None:
    mails = _real_mails()
    if not mails:
        pytest.skip("../shared/data is not here: there are no real mails to read")
    read = 0
    for raw in mails:
        try:
            read += bool(read_mail(raw).address)
        except BadInput:
            continue
    assert read > len(mails) // 2
