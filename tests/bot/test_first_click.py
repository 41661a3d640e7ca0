"""A mail becomes a card, a person says yes, and the card tells what came of it."""

from __future__ import annotations

from bot.cards import ids
from tests.bot.conftest import Office


async def test_a_click_sends_exactly_what_the_card_showed(there: Office) -> None:
    task = await there.bring()
    card = await there.card("support-desk", ids.APPROVAL_APPROVE)
    assert task in str(card)
    answer = await there.slack.click("U0THEO", card, ids.APPROVAL_APPROVE)
    assert answer["ok"], answer
    await there.settled()
    now = (await there.slack.messages("support-desk"))[0]
    assert now["ts"] == card["ts"]
    assert "Sent" in str(now["blocks"][0]), now["blocks"][0]
    assert "<@U0THEO>" in str(now["blocks"])
