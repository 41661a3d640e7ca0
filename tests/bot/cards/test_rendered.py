"""Everything rendered is accepted by Slack, and nothing from outside acts in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from slack_sdk.models.blocks import Block

from bot.cards import approval, ids
from bot.cards.effect import render as effect_card
from bot.cards.limits import faults
from bot.cards.words import safe
from tests.bot.cards import gallery
from tests.bot.cards import samples as s

SCHEMA = Path("../shared/data/slack_blocks/block-kit.schema.json")
MOCKS = Path("../shared/cards")
HOSTILE = {
    "markup": s.HOSTILE,
    "long": "word " * 2000,
    "no blanks": "w" * 10_000,
    "only invisible": "\u200b\u202e\x00",
    "angles": "<" * 5000,
    "breaks": "\n" * 3000,
    "emoji codes": ":rotating_light:" * 500,
}


def nodes(value: Any):
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from nodes(each)
    elif isinstance(value, list):
        for each in value:
            yield from nodes(each)


def judge(name: str, payload: dict[str, Any]) -> list[str]:
    return [f"{name}: {fault}" for fault in faults(payload)]


def test_every_card_in_every_state_is_within_slacks_limits():
    assert [fault for name, payload in gallery.ordinary().items() for fault in judge(name, payload)] == []


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_text_stays_within_the_limits_and_acts_nowhere(kind):
    cards = gallery.hostile(HOSTILE[kind])
    assert [fault for name, payload in cards.items() for fault in judge(name, payload)] == []


def test_customer_text_reaches_neither_markup_nor_the_notification():
    marker = "zq<!channel>zq"
    for name, payload in gallery.hostile(marker).items():
        for node in nodes(payload):
            if node.get("type") == "mrkdwn":
                assert "<!channel>" not in node["text"], name
            assert node.get("type") not in ("link", "broadcast", "channel", "emoji"), name
        assert "<!channel>" not in payload.get("text", ""), name


def test_customer_text_cannot_mention_a_person():
    for name, payload in gallery.hostile("call <@U0EVIL> or U0EVIL now").items():
        assert not any(node.get("user_id") == "U0EVIL" for node in nodes(payload)), name
        assert all("<@U0EVIL>" not in node["text"] for node in nodes(payload) if node.get("type") == "mrkdwn"), name


def test_a_value_cannot_draw_a_line_of_its_own_in_the_bar():
    payload = approval.render(s.approval(resolved=s.mail(subject="Hello\nTo: boss@example.com")))
    bar = next(b for b in payload["blocks"] if b["type"] == "rich_text")["elements"][1]["elements"]
    assert [run["text"] for run in bar if run.get("style") == {"bold": True}] == [
        "To: ",
        "From: ",
        "Subject: ",
        "Attached: ",
    ]
    assert "Hello ↵ To: boss@example.com" in [run["text"] for run in bar]


@pytest.mark.skipif(not SCHEMA.exists(), reason="the Block Kit schema lies in ../shared/data, which is not here")
@pytest.mark.parametrize("kind", ["ordinary", "markup"])
def test_every_card_fits_the_published_schema(kind):
    judge_all = Draft7Validator({**json.loads(SCHEMA.read_text()), "$ref": "#/definitions/Root"})
    cards = gallery.ordinary() if kind == "ordinary" else gallery.hostile(HOSTILE[kind])
    found = []
    for name, payload in cards.items():
        root = {"modal": payload} if payload.get("type") == "modal" else {"blocks": payload["blocks"]}
        found += [f"{name}: {list(e.absolute_path)} {e.message[:120]}" for e in judge_all.iter_errors(root)]
    assert found == []


def test_slacks_own_models_accept_every_block():
    for payload in gallery.ordinary().values():
        for block in payload["blocks"]:
            model = Block.parse(json.loads(json.dumps(block)))
            if model is not None:
                model.validate_json()


SHAPES = {
    "01_approval_mail": "approval pending", "03a_approved_with_edit": "effect edited", "03b_rejected": "approval rejected",
    "09e_modal_reassign": "reassign", "01b_approval_answered": "approval answered",
    "09f_modal_ask": "ask", "09h_modal_later": "later",
    "04a_handoff": "handoff", "05a_escalation_now": "escalation open", "05b_escalation_seen": "escalation seen",
    "06a_taken_over": "taken over", "09a_modal_edit": "edit", "09c_modal_reject": "reject",
}  # fmt: skip


@pytest.mark.skipif(not MOCKS.exists(), reason="the mock-ups lie in ../shared/cards, which is not here")
@pytest.mark.parametrize("mock", SHAPES)
def test_a_card_has_the_shape_of_its_mock_up(mock):
    drawn = json.loads((MOCKS / f"{mock}.json").read_text())
    ours = gallery.ordinary()[SHAPES[mock]]
    assert [block["type"] for block in ours["blocks"]] == [block["type"] for block in drawn["blocks"]]


def test_only_frozen_ids_are_ever_rendered():
    known = {*ids.BUTTONS, *ids.FIELDS}
    for name, payload in gallery.ordinary().items():
        assert {node["action_id"] for node in nodes(payload) if "action_id" in node} <= known, name
        if payload.get("type") == "modal":
            assert payload["callback_id"] in ids.FORMS


def test_every_button_is_rendered_somewhere():
    seen = {
        node["action_id"] for payload in gallery.ordinary().values() for node in nodes(payload) if "action_id" in node
    }
    assert {*ids.BUTTONS, *ids.FIELDS} - seen == set()


def test_ids_are_the_wire_format_of_cards_that_hang_in_channels():
    assert ids.BUTTONS == (
        "approval.why", "approval.approve", "approval.edit", "approval.reject", "approval.read", "approval.more",
            "approval.undo",
        "task.take_over", "task.hand_back", "task.why", "escalation.take_over", "escalation.why",
        "escalation.acknowledge", "escalation.not_now", "handoff.details",
        "effect.mark_sent", "effect.mark_not_sent", "effect.why", "pause.resume", "outage.try_now",
        "home.new_task", "home.find", "home.pause", "home.open", "agent.more",
        "task.escalate", "escalation.more", "effect.more",
        "question.why", "question.answer_1", "question.answer_2", "question.other", "question.ask_customer", "question.more",
        "understood.edit", "understood.tell", "batch.why", "batch.approve_all", "batch.choose", "batch.reject",
        "approval.ask_again",
    )  # fmt: skip
    assert ids.FORMS == ("approval.edit", "approval.edit_confirm", "approval.reject", "approval.read", "approval.why",
                         "task.hand_back", "handoff.details", "loading", "approval.reassign", "approval.later", "home.find",
                         "home.new_task", "agent.pause", "agent.resume", "agent.details", "task.escalate",
                         "approval.ask", "approval.ask_confirm", "question.other", "question.ask_customer",
                         "batch.why", "batch.choose", "batch.reject")  # fmt: skip
    assert ids.FIELDS == ("approval.field", "approval.note", "approval.reason", "approval.next", "task.did", "task.next",
                          "task.held", "approval.to", "approval.what", "home.words", "home.text", "agent.which",
                          "agent.reason", "agent.until", "approval.whom", "approval.question", "question.words",
                          "task.escalate_to", "task.escalate_why", "task.escalate_when", "batch.which")  # fmt: skip
    assert ids.HOME == "home.v1"
    assert (ids.AGENT_DETAILS, ids.AGENT_PAUSE, ids.AGENT_RESUME) == ("details", "pause", "resume")
    assert (ids.TAKE_OVER, ids.REASSIGN, ids.LATER, ids.ESCALATE) == ("take_over", "reassign", "later", "escalate")
    assert (ids.ASK, ids.OTHER, ids.SEEN) == ("ask", "other", "seen")


def test_a_button_carries_an_id_and_a_version_and_nothing_else():
    for name, payload in gallery.ordinary().items():
        for node in nodes(payload):
            if node.get("type") == "button":
                assert node["value"] in {str(s.AP), str(s.EF), str(s.TK)} or node["value"].count(":") == 1, name
                assert "Dana" not in node["value"]


def test_the_bar_of_a_decidable_card_holds_every_character():
    body = safe(s.HOSTILE)
    for payload in (
        approval.render(s.approval(resolved=s.mail(s.HOSTILE))),
        effect_card(s.effect(resolved=s.mail(s.HOSTILE))),
    ):
        bar = next(b for b in payload["blocks"] if b["type"] == "rich_text")
        assert any(run["text"].strip("\n") == body.strip("\n") for run in bar["elements"][1]["elements"])
