"""An outage in Slack: one card for all that waits, its buttons, and what it says at the end."""

from __future__ import annotations

import asyncio

from bot.cards import ids
from core.contract.effect import NotSent
from tests.bot.conftest import Office, office
from tests.bot.test_true import broken, only_people_know
from tests.support.slack import Json, Workspace, buttons, until

DESK, ORDERS = "support-desk", "orders"


async def approve(there: Office, count: int, first: int = 1) -> None:
    """So many replies, each to another mail, approved one after the other."""
    for number in range(first, first + count):
        await there.bring(number=number, sender=f"Dana Whitfield <dana{number}@example.com>")
    await there.settled()
    for card in await there.slack.messages(DESK):
        if ids.APPROVAL_APPROVE in buttons(card):
            await there.slack.click("U0THEO", card, ids.APPROVAL_APPROVE)
            await there.settled()


async def outage(there: Office) -> Json:
    """The one card of the outage."""
    await there.settled()
    found = [each for each in await there.slack.messages(ORDERS) if each["text"].startswith("The shop's mailbox")]
    assert len(found) == 1
    return found[0]


async def having(there: Office, button: str) -> Json:
    """The card of the outage, once it has this button."""

    async def look() -> Json | None:
        card = await outage(there)
        return card if button in buttons(card) else None

    return await until(look, f"{button} on the outage's card")


def away(there: Office) -> None:
    mailer = there.house.registry.operation("mail.reply")[1]
    mailer._honest = mailer.call
    mailer.call = lambda _: NotSent(reason="no connection", again=True)


async def test_what_waits_for_a_system_that_is_away_stands_on_one_card(there: Office) -> None:
    away(there)
    await approve(there, 5)
    there.clock.move(seconds=11)  # those that were tried before it was clear come again, and wait too
    await until(lambda: there.sql("select count(*) from audit where kind = 'effect.waits'") == [(5,)], "all five wait")
    card = await outage(there)
    assert "The shop's mailbox does not answer: 5 wait" in str(card["blocks"])
    assert buttons(card) == [ids.OUTAGE_TRY_NOW]
    waiting = [each for each in await there.slack.messages(DESK) if "does not answer as it should" in str(each)]
    assert len(waiting) == 5, "each task's own card says what it waits for"
    mailer = there.house.registry.operation("mail.reply")[1]
    mailer.call = mailer._honest
    await there.slack.click("U0SAM", card, ids.OUTAGE_TRY_NOW)
    there.clock.move(seconds=3)
    await until(lambda: there.sql("select count(*) from effect where state = 'sent'") == [(5,)], "all five are sent")
    card = await outage(there)
    assert "answers again" in str(card["blocks"]) and "5 went out" in str(card["blocks"]) and buttons(card) == []
    assert there.sql("select count(*) from request where kind = 'escalation'") == [(0,)]
    assert len([c for c in there.house.systems.calls() if c.operation == "mail.reply"]) == 5


async def test_what_is_not_known_is_cleared_up_on_the_outages_card_or_on_the_tasks_own(there: Office) -> None:
    mailer = only_people_know(there)
    mailer._reach = broken
    await approve(there, 4)
    assert there.sql("select state, count(*) from effect group by 1 order by 1") == [("ready", 1), ("unknown", 3)]
    card = await outage(there)
    assert buttons(card).count(ids.EFFECT_MARK_SENT) == 3 and ids.EFFECT_MARK_NOT_SENT not in buttons(card)
    there.clock.move(seconds=21)
    card = await having(there, ids.EFFECT_MARK_NOT_SENT)
    own = next(each for each in await there.slack.messages(DESK) if ids.EFFECT_MARK_SENT in buttons(each))
    await there.slack.click("U0PRIYA", own, ids.EFFECT_MARK_SENT)
    await until(lambda: there.sql("select count(*) from effect where state = 'unknown'") == [(2,)], "one is cleared up")
    card = await outage(there)
    assert buttons(card).count(ids.EFFECT_MARK_SENT) == 2
    mailer._reach = lambda _: None
    await there.slack.click("U0JO", card, ids.EFFECT_MARK_NOT_SENT)
    there.clock.move(minutes=1)
    await until(
        lambda: there.sql("select count(*) from effect where state = 'sent'") == [(3,)], "it and the waiting one go"
    )
    card = await outage(there)
    assert "answers again" in str(card["blocks"]) and buttons(card).count(ids.EFFECT_MARK_SENT) == 1


async def test_after_a_restart_the_card_goes_on_and_its_answers_open(tmp_path, slack: Workspace) -> None:  # type: ignore[no-untyped-def]
    async with office(tmp_path, slack) as there:
        mailer = only_people_know(there)
        mailer._reach = broken
        await approve(there, 3)
        first = await outage(there)
        assert ids.EFFECT_MARK_NOT_SENT not in buttons(first)
        ahead = there.clock.ahead
    async with office(tmp_path, slack) as there:
        only_people_know(there)
        there.clock.ahead = ahead
        there.clock.move(seconds=25)
        card = await having(there, ids.EFFECT_MARK_NOT_SENT)
        assert card["ts"] == first["ts"]
        await asyncio.to_thread(there.engine.at_rest, 10)
        assert len([c for c in there.house.systems.calls() if c.operation == "mail.reply"]) == 3
