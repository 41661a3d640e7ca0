"""What a card of an approval or an effect says and offers in each state."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.cards import approval, effect, operations
from bot.cards.approval import ApprovalState, Signature
from bot.cards.blocks import Ref
from core.contract.authority import Step
from core.contract.effect import EffectState
from core.contract.work import Resolved
from core.errors import BadInput
from tests.bot.cards import gallery
from tests.bot.cards import samples as s

LONG = "Every word of this matters. " * 400


def buttons(payload: dict[str, Any]) -> list[str]:
    return [e["action_id"] for block in payload["blocks"] if block["type"] == "actions" for e in block["elements"]]


def words(payload: dict[str, Any]) -> str:
    found: list[str] = []

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            found.extend(value[key] for key in ("text",) if isinstance(value.get(key), str))
            for each in value.values():
                walk(each)
        elif isinstance(value, list):
            for each in value:
                walk(each)

    walk(payload["blocks"])
    return "\n".join(found)


def headline(payload: dict[str, Any]) -> str:
    return next(block["text"]["text"] for block in payload["blocks"] if block["type"] == "header")


def test_a_pending_card_asks_shows_all_of_it_and_offers_every_way_on():
    payload = approval.render(s.approval())
    assert headline(payload) == "Send this reply to Dana Whitfield?"
    assert s.DRAFT in words(payload)
    assert buttons(payload) == ["approval.approve", "approval.edit", "approval.reject", "approval.more"]
    assert payload["text"] == (
        "Support agent asks: send this reply to Dana Whitfield? Decide by Tue Nov 24, 4:21 PM EST. T-1042"
    )


def test_the_buttons_come_after_the_content():
    blocks = [block["type"] for block in approval.render(s.approval())["blocks"]]
    assert blocks.index("actions") > blocks.index("rich_text")


def test_what_is_not_shown_whole_cannot_be_approved_on_the_card():
    payload = approval.render(s.approval(resolved=s.mail(LONG)))
    assert buttons(payload) == ["approval.read", "approval.reject", "approval.more"]
    assert "This is not all of it" in words(payload)
    assert f"of {operations.length(s.mail(LONG)):,} characters" in words(payload)


def test_the_form_of_a_long_text_holds_every_character_and_approves_at_its_end():
    view = approval.read_modal(s.approval(resolved=s.mail(LONG)))
    assert view is not None
    quotes = [
        e
        for block in view["blocks"]
        if block["type"] == "rich_text"
        for e in block["elements"]
        if e["type"] == "rich_text_quote"
    ]
    assert "".join(run["text"] for quote in quotes[1:] for run in quote["elements"]) == LONG
    assert view["submit"]["text"] == "Approve and send"
    assert view["private_metadata"] == str(s.AP)


def test_what_no_form_can_hold_cannot_be_approved_in_slack_and_the_card_says_so():
    card = s.approval(resolved=s.mail(LONG * 100))
    assert approval.read_modal(card) is None
    assert not approval.decidable(card)
    payload = approval.render(card)
    assert buttons(payload) == ["approval.reject", "approval.more"]
    assert "cannot be approved here" in words(payload)


def test_wide_letters_count_by_their_bytes_when_a_form_is_judged():
    assert approval.read_modal(s.approval(resolved=s.mail("語" * 90_000))) is None


def test_a_hidden_character_is_admitted_on_the_card():
    assert "2 characters that nobody can see" in words(
        approval.render(s.approval(resolved=s.mail("pay\u200b\u202e me")))
    )


def test_two_signatures_show_who_gave_one_and_who_is_missing():
    steps = (Step(role="support_lead"), Step(role="finance"))
    payload = approval.render(s.approval(steps=steps, signatures=(Signature("support_lead", "U0THEO", s.NOW),)))
    text = words(payload)
    assert "1 of 2 approvals" in text
    assert ":white_check_mark: <@U0THEO> for support lead" in text
    assert ":hourglass_flowing_sand: 1 from finance" in text


def test_money_is_named_on_the_button_and_asked_once_more():
    button = approval.render(s.approval(resolved=gallery.money()))["blocks"][-1]["elements"][0]
    assert button["text"]["text"] == "Approve $84.00"
    assert button["confirm"]["confirm"]["text"] == "Approve $84.00"
    assert "confirm" not in approval.render(s.approval())["blocks"][-1]["elements"][0]


@pytest.mark.parametrize(
    ("state", "mark", "fact"),
    [
        (ApprovalState.REJECTED, ":white_circle: Rejected, not sent", "Rejected: reply to Dana Whitfield"),
        (ApprovalState.EXPIRED, ":white_circle: Expired, not sent", "Nobody decided in time: reply to Dana Whitfield"),
        (
            ApprovalState.SUPERSEDED,
            ":white_circle: Replaced, not sent",
            "A newer version replaces it: reply to Dana Whitfield",
        ),
        (ApprovalState.WITHDRAWN, ":white_circle: Withdrawn, not sent", "No longer needed: reply to Dana Whitfield"),
        (
            ApprovalState.TAKEN,
            ":raised_hand: Taken over, not sent",
            "A person looks after it now: reply to Dana Whitfield",
        ),
    ],
)
def test_an_ended_card_says_that_nothing_was_sent_and_cannot_be_decided(state, mark, fact):
    payload = approval.render(s.ended(state))
    assert mark in words(payload)
    assert headline(payload) == fact
    assert "Nothing was sent." in words(payload)
    assert "What was proposed, not sent" in words(payload)
    assert not {"approval.approve", "approval.edit", "approval.reject"} & set(buttons(payload))


def test_an_approved_card_is_on_its_way_until_its_effect_is_known():
    payload = approval.render(s.approval(ApprovalState.APPROVED, decided_by="U0THEO", decided_at=s.NOW))
    assert headline(payload) == "Sending the reply to Dana Whitfield"
    assert buttons(payload) == ["task.escalate", "approval.why"]
    sent = approval.render(s.approval(ApprovalState.APPROVED, effect=s.effect()))
    assert headline(sent) == "Reply sent to Dana Whitfield"
    assert "This mail went out" in words(sent)


def test_an_edited_card_shows_what_was_changed():
    text = words(effect.render(s.edited()))
    assert "Sent, with an edit" in text
    assert "New pads, fitted, are $38.00 for the pair." in text
    assert "New pads, fitted, are $30.40 with your plan for the pair." in text
    assert s.EDITED in text


def test_a_held_effect_says_why_it_waits_and_when_it_goes_on():
    payload = effect.render(s.effect(EffectState.READY, waits_words="50 mails an hour are used up", waits_until=s.DUE))
    assert "Waits:* 50 mails an hour are used up. Goes on at <!date^" in words(payload)
    assert "4:21 PM EST" in words(payload)


def test_an_unknown_effect_asks_a_person_and_each_answer_asks_once_more():
    payload = effect.render(s.effect(EffectState.UNKNOWN))
    assert buttons(payload) == ["effect.mark_sent", "effect.mark_not_sent", "approval.why", "effect.more"]
    assert all("confirm" in e for e in payload["blocks"][-1]["elements"][:2])
    assert "may have gone out" in words(payload)


def test_it_cannot_be_called_unsent_while_it_may_still_be_on_its_way():
    payload = effect.render(s.effect(EffectState.UNKNOWN, answers_from=s.DUE))
    assert buttons(payload) == ["effect.mark_sent", "approval.why", "effect.more"]
    assert "It may still be on its way" in words(payload)


def test_a_failed_effect_says_that_nothing_happened_and_lets_a_person_take_over():
    payload = effect.render(s.effect(EffectState.FAILED, reason="mailbox full"))
    assert buttons(payload) == ["task.take_over", "task.escalate", "approval.why"]
    assert "Nothing was sent." in words(payload)
    assert "did not go out" in words(payload)


def test_what_nobody_approved_says_which_rule_allowed_it():
    card = s.effect(approval_ref=None, decided_by=(), rule_words="Notes go by themselves", resolved=s.lead())
    payload = effect.render(card)
    assert "Allowed without asking: Notes go by themselves." in words(payload)
    assert headline(payload) == "Ines Abara was added as a lead"
    assert buttons(payload) == ["task.escalate", "effect.why"]


@pytest.mark.parametrize(
    ("operation", "who", "question", "fact"),
    [
        ("mail.reply", "Dana", "Send this reply to Dana?", "Reply sent to Dana"),
        ("mail.reply", "", "Send this reply?", "Reply sent"),
        ("crm.create_lead", "Ines", "Add Ines as a new lead?", "Ines was added as a lead"),
        ("crm.update_lead", "Ines", "Change the lead Ines?", "The lead Ines was changed"),
        ("crm.update_lead", "", "Change the lead?", "The lead was changed"),
        ("shop.merge_orders", "Ines", "Carry out “merge orders” for Ines?", "“merge orders” was carried out for Ines"),
        ("shop.merge_orders", "", "Carry out “merge orders”?", "“merge orders” was carried out"),
    ],
)
def test_each_operation_is_spoken_of_in_plain_words(operation, who, question, fact):
    said = operations.speech(Resolved(operation=operation, lines=(), counterparty=who))
    assert (said.question, said.done) == (question, fact)


def test_every_known_operation_reads_well_without_a_counterparty():
    for operation in operations.WORDINGS:
        said = operations.speech(Resolved(operation=operation, lines=()))
        for sentence in (said.question, said.done, said.doing, said.noun):
            assert "{" not in sentence
            assert "  " not in sentence


def test_a_very_long_name_is_cut_in_the_headline_and_whole_in_the_bar():
    who = "Count Maximilian " * 20
    payload = approval.render(s.approval(resolved=s.mail(who=who)))
    assert len(headline(payload)) <= 150
    assert f"{who}, dana@example.com" in words(payload)


def test_the_menu_has_one_verb_and_refuses_another():
    assert approval.parse_more("ap_6Jt0Qm4xRk:3:take_over") == Ref("ap_6Jt0Qm4xRk", 3)
    with pytest.raises(BadInput):
        approval.parse_more("ap_6Jt0Qm4xRk:3:approve")


def test_a_newer_version_of_a_card_has_a_new_row_of_buttons():
    old, new = (
        approval.render(replace(s.approval(), ref=Ref("ap_6Jt0Qm4xRk", n)))["blocks"][-1]["block_id"] for n in (3, 4)
    )
    assert old != new
