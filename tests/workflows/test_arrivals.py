"""Whatever comes in becomes a task or is refused with a sentence that helps; nothing breaks, and a repeat is the same event."""

from __future__ import annotations

import pytest

from core.errors import BadInput
from tests.support.house import Home, mail

BROKEN = (
    b"From: Dana <dana@example.com>\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary=zz\r\n\r\n--zz\r\nno end",
    b"From: Dana <dana@example.com>\r\nContent-Type: text/plain; charset=no-such-charset\r\n\r\nWhen do you open?",
    b"From: Dana <dana@example.com>\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!not base64!!!",
    b"From: Dana <dana@example.com>\r\nSubject: =?utf-8?q?=ZZ?=\r\nContent-Type: text/html\r\n\r\n<p>When <b>do you open?",
    b"From: Dana <dana@example.com>\n\nlines end oddly\rhere\n",
    b"From: Dana <dana@example.com>\r\nMessage-ID: <a b c>\r\n\r\nWhen?",
    "From: Dana <dana@example.com>\r\n\r\nÄ € 漢字 \U0001f6b2".encode(),
    b"From: Dana <dana@example.com>\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n"
    + b"--a\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n" * 200,
)
UNANSWERABLE = (
    b"just some words", b"Subject: nobody\r\n\r\nWho am I?", b"From: a@example.com, b@example.com\r\n\r\nTwo of us.",
    b"From: <not an address>\r\n\r\nHello?",
)  # fmt: skip


@pytest.mark.parametrize("raw", [b"", b"   \r\n\t ", b"\x00\x01\x02 binary", b"PK\x03\x04\x00\x00zip"])
def test_what_is_no_mail_is_refused_with_a_sentence_that_helps(home: Home, raw: bytes) -> None:
    with pytest.raises(BadInput) as error:
        home.house.services.arrivals.mail(raw)
    assert str(error.value).endswith(".")
    assert home.sql("select count(*) from task") == [(0,)]


@pytest.mark.parametrize("raw", BROKEN)
def test_a_mail_that_is_badly_built_becomes_a_task_all_the_same(home: Home, raw: bytes) -> None:
    assert home.house.services.arrivals.mail(raw).is_new
    assert home.sql("select count(*) from task") == [(1,)]


@pytest.mark.parametrize("raw", UNANSWERABLE)
def test_a_mail_that_nobody_can_answer_is_before_a_person(home: Home, raw: bytes) -> None:
    assert home.house.services.arrivals.mail(raw).is_new
    home.work()
    assert home.pending("escalation") != []
    assert home.pending() == []


def test_a_mail_of_twenty_megabytes_is_read_or_refused_in_words(home: Home) -> None:
    head = b"From: Dana <dana@example.com>\r\nMessage-ID: <big@example.com>\r\n\r\nWhen do you open?\r\n"
    assert home.house.services.arrivals.mail(head + b"x" * (19_000_000 - len(head))).is_new
    with pytest.raises(BadInput, match="20 MB"):
        home.house.services.arrivals.mail(head + b"x" * 20_000_001)
    assert home.sql("select count(*) from task") == [(1,)]
    assert home.sql("select max(length(body)) from event")[0][0] < 250_000  # a person reads no more than that


def test_the_same_mail_twice_is_one_event(home: Home) -> None:
    first = home.house.services.arrivals.mail(mail("When do you open?"))
    second = home.house.services.arrivals.mail(mail("When do you open?"))
    assert (second.task_id, second.is_new) == (first.task_id, False)
    assert home.sql("select count(*) from event") == [(1,)]


def test_the_same_mail_after_a_death_between_mailbox_and_ledger_still_opens_its_task(home: Home) -> None:
    raw = mail("When do you open?")
    home.house.services.arrivals.inbox.receive(raw)  # filed, and then the process died
    assert home.house.services.arrivals.mail(raw).is_new
    assert home.sql("select count(*) from task") == [(1,)]


def test_a_machines_mail_is_kept_and_answered_by_nobody(home: Home) -> None:
    raw = mail("I am out of the office.").replace(b"Subject:", b"Auto-Submitted: auto-replied\r\nSubject:")
    home.house.services.arrivals.mail(raw)
    home.work()
    assert home.sql("select state from task") == [("done",)]
    assert home.sql("select count(*) from turn") == [(0,)]


# Forms and chat -------------------------------------------------------------------------------------------------------


def test_a_form_may_have_any_fields(home: Home) -> None:
    fields = {"message": "When do you open?", "email": "dana@example.com", "utm_source": "x" * 500_000, "weird key " * 50: "1",
              "": "nothing", "empty": " "}  # fmt: skip
    assert home.house.services.arrivals.form(fields).is_new
    home.work()
    assert len(home.pending()) == 1


def test_a_form_without_an_address_is_before_a_person(home: Home) -> None:
    home.house.services.arrivals.form({"message": "When do you open?", "name": "Dana"})
    home.work()
    assert home.pending() == []
    assert len(home.pending("escalation")) == 1


def test_a_form_with_an_address_that_takes_no_mail_is_before_a_person(home: Home) -> None:
    home.house.services.arrivals.form({"message": "When do you open?", "email": "dana at example"})
    home.work()
    assert len(home.pending("escalation")) == 1


def test_a_form_without_a_message_says_which_field_is_missing(home: Home) -> None:
    with pytest.raises(BadInput, match="message"):
        home.house.services.arrivals.form({"email": "dana@example.com", "message": "  "})


def test_the_same_form_twice_is_one_event(home: Home) -> None:
    fields = {"message": "When do you open?", "email": "dana@example.com"}
    assert home.house.services.arrivals.form(fields).is_new
    assert not home.house.services.arrivals.form(fields).is_new
    assert home.sql("select count(*) from task") == [(1,)]


@pytest.mark.parametrize(
    "text", ["half a letter \ud800 here", "\x00 nothing \x07", "\u202e backwards", "x" * 2_000_000]
)
def test_letters_that_are_none_break_nothing(home: Home, text: str) -> None:
    arrivals = home.house.services.arrivals
    assert arrivals.form({"message": text, "email": "dana@example.com", "name": text[:50]}).is_new
    assert arrivals.chat(text, "dana@example.com", "Dana").is_new
    assert arrivals.slack(text, "U0SAM", "Sam", "s1", "C0DESK:1.0").is_new
    home.work()
    assert home.sql("select count(*) from job") == [(0,)]


def test_an_empty_chat_line_is_refused(home: Home) -> None:
    with pytest.raises(BadInput):
        home.house.services.arrivals.chat("  \n ")
