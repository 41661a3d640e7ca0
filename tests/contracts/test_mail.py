"""What every mail adapter promises."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from core.contract.effect import NotSent, Receipt, Sent
from core.errors import BadInput
from gateways.adapter import NotResolved, Pointer
from tests.contracts.conftest import MailBench, changed
from tests.contracts.outside import resolved

GOOD = {"conversation": "con_1", "subject": "Re: your bike", "body": "It is ready."}


def test_every_argument_says_where_it_may_come_from(mail: MailBench) -> None:
    for operation in mail.adapter.operations:
        assert set(operation.accepts) == set(operation.arguments.model_fields)
        assert operation.handles <= set(operation.accepts)
        assert operation.gateway == "mail"


def test_no_argument_of_a_reply_names_a_recipient_and_text_cannot_pick_the_conversation(mail: MailBench) -> None:
    (reply,) = mail.adapter.operations
    assert set(reply.arguments.model_fields) == {"conversation", "subject", "body", "template"}
    assert reply.accepts["conversation"] == {"record"}
    assert reply.accepts["template"] == {"config"}


def test_a_reply_goes_to_the_conversations_counterparty_and_to_nobody_else(mail: MailBench) -> None:
    dana, _other = mail.conversation(), mail.conversation("kofi@example.com", "Kofi Mensah")
    receipt = mail.adapter.call(mail.reply("eff_1", dana))
    (sent,) = mail.sent()
    assert receipt == Sent(reference=sent.message_id)
    assert sent.to == "Dana Whitfield <dana.whitfield@example.com>"
    assert sent.body == "Yes, on Wednesday.\n"
    assert not {"Cc", "Bcc", "Resent-To"} & set(sent.headers)


def test_the_card_shows_exactly_what_goes_out(mail: MailBench) -> None:
    exact = resolved(mail.adapter, "mail.reply", GOOD, {"con_1": mail.conversation()})
    assert exact.lines == (
        ("To", "Dana Whitfield, dana.whitfield@example.com"),
        ("From", "Harbor & Pine, workshop@example.com"),
        ("Subject", "Re: your bike"),
        ("Attached", "Nothing"),
    )
    assert exact.body == "It is ready."
    assert exact.counterparty
    assert exact.record_count == 1


def test_the_counterparty_is_the_same_in_all_conversations_with_one_person(mail: MailBench) -> None:
    first = resolved(mail.adapter, "mail.reply", GOOD, {"con_1": mail.conversation()})
    second = resolved(
        mail.adapter, "mail.reply", GOOD, {"con_1": mail.conversation("DANA.whitfield@Example.com", "D.")}
    )
    other = resolved(mail.adapter, "mail.reply", GOOD, {"con_1": mail.conversation("kofi@example.com", "Kofi")})
    assert first.counterparty == second.counterparty != other.counterparty


@pytest.mark.parametrize(
    "handles", [{}, {"con_1": Pointer("contact", "C-1")}, {"con_1": Pointer("conversation", "M-none")}]
)
def test_a_handle_that_is_not_this_tasks_conversation_resolves_to_nothing(
    mail: MailBench, handles: dict[str, Pointer]
) -> None:
    assert isinstance(mail.adapter.resolve("mail.reply", GOOD, handles), NotResolved)


def test_another_conversations_own_key_is_no_handle(mail: MailBench) -> None:
    mine, other = mail.conversation(), mail.conversation("kofi@example.com", "Kofi Mensah")
    answer = mail.adapter.resolve("mail.reply", GOOD | {"conversation": other.key}, {"con_1": mine})
    assert isinstance(answer, NotResolved)


def test_a_call_for_another_conversation_than_was_decided_sends_nothing(mail: MailBench) -> None:
    mine, other = mail.conversation(), mail.conversation("kofi@example.com", "Kofi Mensah")
    receipt = mail.adapter.call(changed(mail.reply("eff_1", mine), conversation=other.key))
    assert isinstance(receipt, NotSent)
    assert not receipt.again
    assert mail.sent() == []


def test_a_call_with_other_words_than_were_decided_sends_nothing(mail: MailBench) -> None:
    receipt = mail.adapter.call(changed(mail.reply("eff_1", mail.conversation()), body="Yes, and it is free."))
    assert isinstance(receipt, NotSent)
    assert mail.sent() == []


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "Hello\r\nBcc: thief@example.com"},
        {"subject": "Hello\nBcc: thief@example.com"},
        {"subject": "Hello\rBcc: thief@example.com"},
        {"subject": "Hello\u2028Bcc: thief@example.com"},
        {"subject": "Hello\x00"},
        {"subject": ""},
        {"subject": "  "},
        {"subject": "x" * 201},
        {"body": ""},
        {"body": " \n\n "},
        {"body": "x" * 20_001},
        {"body": "pay \u202e00.1$"},
        {"body": "in\u200bvisible"},
        {"body": 7},
        {"to": "thief@example.com"},
        {"cc": "thief@example.com"},
        {"template": "no/such"},
        {"template": "support/answer\r\nBcc: thief@example.com"},
    ],
)
def test_what_a_strict_provider_refuses_is_not_resolved_and_not_sent(mail: MailBench, change: dict) -> None:
    conversation = mail.conversation()
    assert isinstance(mail.adapter.resolve("mail.reply", GOOD | change, {"con_1": conversation}), NotResolved)
    receipt = mail.adapter.call(changed(mail.reply("eff_1", conversation), **change))
    assert isinstance(receipt, NotSent)
    assert not receipt.again
    assert mail.sent() == []


def test_a_missing_argument_and_an_unknown_operation_are_refused(mail: MailBench) -> None:
    handles = {"con_1": mail.conversation()}
    assert isinstance(mail.adapter.resolve("mail.reply", {"conversation": "con_1"}, handles), NotResolved)
    assert isinstance(mail.adapter.resolve("mail.delete", GOOD, handles), NotResolved)
    receipt = mail.adapter.call(replace(mail.reply("eff_1", handles["con_1"]), operation="mail.delete"))
    assert isinstance(receipt, NotSent)
    assert mail.sent() == []


def test_a_name_with_header_marks_in_it_reaches_one_recipient_only(mail: MailBench) -> None:
    conversation = mail.conversation("dana@example.com", 'Dana" <thief@example.com>,\r\nBcc: thief@example.com, "')
    mail.adapter.call(mail.reply("eff_1", conversation))
    (sent,) = mail.sent()
    assert sent.to.endswith("<dana@example.com>")
    assert "Bcc" not in sent.headers


def test_the_same_key_again_sends_nothing_and_answers_the_same(mail: MailBench) -> None:
    call = mail.reply("eff_1", mail.conversation())
    first, second = mail.adapter.call(call), mail.adapter.call(call)
    assert first == second
    assert len(mail.sent()) == 1


def test_the_same_key_after_its_time_still_tells_the_first_answer(mail: MailBench) -> None:
    call = mail.reply("eff_1", mail.conversation())
    first = mail.adapter.call(call)
    mail.clock.forward(minutes=5)
    assert mail.adapter.call(call) == first


def test_a_key_used_for_other_words_is_refused(mail: MailBench) -> None:
    conversation = mail.conversation()
    mail.adapter.call(mail.reply("eff_1", conversation))
    receipt = mail.adapter.call(mail.reply("eff_1", conversation, body="No, on Friday."))
    assert receipt == NotSent(reason="key reused", again=False)
    assert [sent.body for sent in mail.sent()] == ["Yes, on Wednesday.\n"]


def test_a_call_at_or_after_its_time_sends_nothing_and_may_be_tried_again(mail: MailBench) -> None:
    conversation = mail.conversation()
    call = mail.reply("eff_1", conversation)
    mail.clock.forward(seconds=10)
    receipt = mail.adapter.call(call)
    assert isinstance(receipt, NotSent)
    assert receipt.again
    assert mail.sent() == []
    assert isinstance(mail.adapter.call(mail.reply("eff_1", conversation)), Sent)


def test_look_up_tells_what_is_true(mail: MailBench) -> None:
    never = mail.adapter.look_up("mail.reply", "eff_1")
    assert isinstance(never, NotSent)
    assert never.again
    sent = mail.adapter.call(mail.reply("eff_1", mail.conversation()))
    assert mail.adapter.look_up("mail.reply", "eff_1") == sent


def test_every_try_of_one_effect_has_the_same_message_id(mail: MailBench) -> None:
    mail.adapter.call(mail.reply("eff_1", mail.conversation()))
    assert mail.sent()[0].message_id == "<eff_1@example.com>"


def test_who_asked_not_to_be_written_to_is_not_whatever_was_approved(mail: MailBench) -> None:
    conversation = mail.conversation()
    call = mail.reply("eff_1", conversation)
    mail.inbox.suppress("Dana.Whitfield+bikes@example.com", "wrote stop")
    receipt = mail.adapter.call(call)
    assert isinstance(receipt, NotSent)
    assert not receipt.again
    assert mail.sent() == []
    refusal = mail.adapter.resolve("mail.reply", GOOD, {"con_1": conversation})
    assert refusal == NotResolved("Dana Whitfield asked not to be written to.")


def test_who_unsubscribed_from_marketing_still_gets_answers(mail: MailBench) -> None:
    conversation = mail.conversation()
    mail.inbox.suppress("dana.whitfield@example.com", "unsubscribed", scope="marketing")
    refused = mail.adapter.resolve("mail.reply", GOOD | {"template": "marketing/winter"}, {"con_1": conversation})
    assert isinstance(refused, NotResolved)
    assert isinstance(mail.adapter.call(mail.reply("eff_1", conversation, template="support/answer")), Sent)


def test_a_marketing_mail_says_who_sent_it_and_how_to_stop_it_and_the_card_shows_that(mail: MailBench) -> None:
    call = mail.reply("eff_1", mail.conversation(), template="marketing/winter")
    mail.adapter.call(call)
    (sent,) = mail.sent()
    assert sent.body == call.resolved.body + "\n"
    assert "1 Quay Road" in sent.body
    assert "unsubscribe" in sent.body
    assert "List-Unsubscribe" in sent.headers


def test_threads_at_once_with_one_key_give_one_mail(mail: MailBench) -> None:
    call = mail.reply("eff_1", mail.conversation())
    receipts: list[Receipt] = []
    threads = [threading.Thread(target=lambda: receipts.append(mail.adapter.call(call))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert receipts == [Sent(reference="<eff_1@example.com>")] * 8
    assert len(mail.sent()) == 1


def test_threads_at_once_with_their_own_keys_all_get_through(mail: MailBench) -> None:
    conversation = mail.conversation()
    calls = [mail.reply(f"eff_{number}", conversation) for number in range(8)]
    threads = [threading.Thread(target=mail.adapter.call, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {sent.message_id for sent in mail.sent()} == {f"<eff_{number}@example.com>" for number in range(8)}


def test_a_thread_is_read_with_who_when_and_what(mail: MailBench) -> None:
    conversation = mail.conversation()
    mail.adapter.call(mail.reply("eff_1", conversation, body="x" * 5_000))
    (record,) = mail.adapter.read("mail.thread", {"conversation": "con_1"}, {"con_1": conversation})
    assert record.pointer == Pointer("message", "eff_1")
    assert record.facts["who"] == "Harbor & Pine"
    assert record.facts["when"] == mail.clock.now().isoformat()
    assert len(record.facts["text"]) == 1_000


@pytest.mark.parametrize(
    ("operation", "query"),
    [
        ("mail.search", {"conversation": "con_1"}),
        ("mail.thread", {}),
        ("mail.thread", {"conversation": "con_1", "address": "kofi@example.com"}),
        ("mail.thread", {"address": "kofi@example.com"}),
        ("mail.thread", {"conversation": "con_2"}),
        ("mail.thread", {"conversation": "contact"}),
    ],
)
def test_nothing_else_can_be_read(mail: MailBench, operation: str, query: dict[str, str]) -> None:
    handles = {"con_1": mail.conversation(), "contact": Pointer("contact", "C-1")}
    with pytest.raises(BadInput):
        mail.adapter.read(operation, query, handles)
