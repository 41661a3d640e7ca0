"""What forms send back is read strictly; what Slack left out or somebody forged is refused."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from bot.cards import edit, ids, reject, replies, task
from bot.cards.difference import Change, difference, differences
from bot.cards.edit import EditField
from bot.cards.task import HandBackForm
from core.contract.authority import Refused
from core.errors import BadInput
from tests.bot.cards import samples as s


def filled(view: dict[str, Any], **answers: str) -> dict[str, Any]:
    """The view as Slack sends it back: each field as it was, but for `answers` by the last part of the block's id."""
    values: dict[str, Any] = {}
    for block in (block for block in view["blocks"] if block["type"] == "input"):
        element, name = block["element"], block["block_id"].rpartition(".")[2]
        kind = element["type"]
        if kind == "plain_text_input":
            state: dict[str, Any] = {"value": answers.get(name, element.get("initial_value"))}
        else:
            picked = next(
                (o for o in element["options"] if o["value"] == answers.get(name)), element.get("initial_option")
            )
            state = {"selected_option": picked}
        values[block["block_id"]] = {element["action_id"]: {"type": kind, **state}}
    return {**view, "state": {"values": values}}


def test_an_edit_brings_back_only_what_was_changed():
    view = edit.edit_modal(s.edit_form())
    found = edit.parse_edit(filled(view, body=s.EDITED, edit_note="Members pay less."))
    assert found == edit.EditAnswer(s.AP, {"body": s.EDITED}, "Members pay less.")


def test_a_form_sent_as_it_was_is_no_edit():
    text = "Hi\u200b Dana,  \r\nhello \n"
    view = edit.edit_modal(s.edit_form(fields=(EditField("body", "Text", text, True),)))
    answer = edit.parse_edit(filled(view))
    assert answer.changes == {}
    assert edit.nothing_changed(view)["errors"].keys() == {"approval.edit.body"}


def test_recipients_are_shown_and_cannot_be_edited():
    view = edit.edit_modal(s.edit_form())
    fields = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    assert fields == ["approval.edit.subject", "approval.edit.body", "approval.edit_note"]
    forged = filled(view)
    forged["state"]["values"]["approval.edit.to"] = {
        ids.FIELD: {"type": "plain_text_input", "value": "boss@example.com"}
    }
    assert edit.parse_edit(forged).changes == {}


def test_a_text_that_no_field_holds_is_refused_and_not_cut():
    with pytest.raises(BadInput, match="too long to be edited"):
        edit.edit_modal(s.edit_form(fields=(EditField("body", "Text", "x" * 3001, True),)))


def test_an_emptied_field_is_a_change():
    view = edit.edit_modal(s.edit_form(fields=(EditField("phone", "Phone", "555", optional=True),)))
    back = filled(view)
    back["state"]["values"]["approval.edit.phone"][ids.FIELD]["value"] = None
    assert edit.parse_edit(back).changes == {"phone": ""}


def test_the_second_step_carries_the_request_and_the_draft():
    view = edit.difference_modal(s.difference_form())
    assert edit.parse_edit_confirm(view) == (s.AP, "dr_0aB1cD2eF3")
    assert view["submit"]["text"] == "Approve and send"
    assert view["close"]["text"] == "Cancel"
    assert edit.difference_modal(s.difference_form(), pushed=True)["close"]["text"] == "Back"


def test_the_second_step_shows_the_whole_new_text():
    view = edit.difference_modal(s.difference_form())
    runs = [
        run["text"] for b in view["blocks"] if b["type"] == "rich_text" for e in b["elements"] for run in e["elements"]
    ]
    assert s.EDITED in "".join(runs)


@pytest.mark.parametrize("metadata", ["", "ap_6Jt0Qm4xRk:3", "ap_6Jt0Qm4xRk:3 ", "x dr_1", "ap_6Jt0Qm4xRk:3 dr;1"])
def test_a_forged_second_step_is_refused(metadata):
    with pytest.raises(BadInput):
        edit.parse_edit_confirm({"private_metadata": metadata})


def test_a_rejection_brings_back_reason_note_and_what_comes_next():
    view = reject.reject_modal(s.AP, "reply to Dana")
    found = reject.parse_reject(filled(view, reason="tone", note="Too stiff.", next="take_over"))
    assert found == reject.RejectAnswer(s.AP, "tone", "Too stiff.", "take_over")
    assert reject.parse_reject(filled(view, reason="facts")).next == "retry"


def test_a_rejection_without_a_reason_or_with_an_invented_one_is_refused():
    view = filled(reject.reject_modal(s.AP, "reply to Dana"))
    with pytest.raises(BadInput):
        reject.parse_reject(view)
    view["state"]["values"]["approval.reject.reason"][ids.REASON]["selected_option"] = {"value": "because"}
    with pytest.raises(BadInput):
        reject.parse_reject(view)


def test_reasons_are_labels_that_agents_learn_from_and_stay():
    assert list(reject.REASONS) == ["facts", "tone", "rules", "target", "done", "other"]
    assert list(reject.NEXTS) == ["retry", "take_over", "close"]


def test_handing_back_names_the_agent_or_closes():
    view = task.hand_back_modal(s.BACK)
    found = task.parse_hand_back(filled(view, did="Called Rosa.", next="agent.support", held="redraft"))
    assert found == task.HandBackAnswer(s.TK, "Called Rosa.", "support", "redraft")
    assert task.parse_hand_back(filled(view, did="Done.", next="close")).agent is None


def test_handing_back_to_an_agent_that_was_not_offered_is_refused():
    view = filled(task.hand_back_modal(s.BACK), did="Called.")
    view["state"]["values"]["task.hand_back.next"][ids.TASK_NEXT]["selected_option"] = {"value": "agent.root"}
    with pytest.raises(BadInput):
        task.parse_hand_back(view)


def test_without_a_held_text_nobody_is_asked_about_one():
    view = task.hand_back_modal(HandBackForm(s.TK, (("billing", "Billing agent"),)))
    assert "task.hand_back.held" not in [block["block_id"] for block in view["blocks"]]
    assert task.parse_hand_back(filled(view, did="Called.")).held == "discard"


@pytest.mark.parametrize(
    "view", [{}, {"state": None}, {"state": {"values": []}}, {"state": {"values": {"task.hand_back.did": 1}}}]
)
def test_a_broken_form_is_refused_with_words(view):
    for parse in (task.parse_hand_back, reject.parse_reject):
        with pytest.raises(BadInput):
            parse(view)


def test_a_difference_names_the_sentence_that_changed():
    assert difference("A is red. B is blue. C.", "A is red. B is green. C.") == (Change("B is blue.", "B is green."),)
    assert difference("One.\nTwo.", "One.\nTwo.\nThree.") == (Change("", "Three."),)
    assert difference("same", "same ") == ()


def test_a_price_is_not_torn_apart():
    assert difference("It is $38.00 now.", "It is $30.40 now.") == (Change("It is $38.00 now.", "It is $30.40 now."),)


def test_a_change_of_blanks_alone_is_told():
    assert difference("A.\n\nB.", "A.\nB.") == (Change("", "Only blanks or line breaks are others."),)


def test_several_fields_are_named():
    found = differences({"a": "x", "b": "y"}, {"a": "z", "b": "y"}, {"a": "Subject"})
    assert found == (Change("x", "z", "Subject"),)


@pytest.mark.parametrize("code", get_args(Refused.model_fields["code"].annotation))
def test_every_refusal_says_why_and_that_nothing_changed(code):
    payload = replies.refused(Refused(code=code, reason="Theo has it."))
    assert payload["response_type"] == "ephemeral"
    assert payload["text"].endswith("Your click changed nothing.")
    assert payload["blocks"][1]["elements"][0]["text"] == "Theo has it."
    assert (payload["blocks"][1]["elements"][0]["type"] == "plain_text") == (
        code not in ("claimed_by_other", "seen_already")
    )


def test_who_has_the_task_is_named_as_a_person_and_nothing_else_becomes_markup() -> None:
    reason = "<@U0THEO> has it already, says <https://example.com|me> *now*."
    payload = replies.refused(Refused(code="claimed_by_other", reason=reason))
    said = payload["blocks"][1]["elements"][0]["text"]
    assert said == "<@U0THEO> has it already, says &lt;https://example.com|me&gt; now."
