"""Every click is acknowledged in time, whatever the core is doing."""

from __future__ import annotations

import asyncio
import threading

from bot.cards import ids
from tests.bot.conftest import Office
from tests.support.slack import until


async def test_a_busy_writer_does_not_starve_a_click(there: Office) -> None:
    """The writer never pauses; the click is served in between, and Slack has its answer while the writer still writes."""
    await there.bring()
    card = await there.card("support-desk", ids.APPROVAL_APPROVE)
    await there.shown()
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            with there.ledger.unit() as unit:
                unit.audit("test.busy", "system")

    writers = [threading.Thread(target=write) for _ in range(3)]
    for writer in writers:
        writer.start()
    try:
        answer = await there.slack.click("U0THEO", card, ids.APPROVAL_APPROVE)
        at_answer = there.sql("select max(seq) from audit")[0][0]
        await until(lambda: there.sql("select max(seq) from audit")[0][0] > at_answer, "the writer writes on")
    finally:
        stop.set()
        for writer in writers:
            await asyncio.to_thread(writer.join)
    assert answer["ok"], answer
    decided = there.sql("select seq from audit where kind = 'decision.made'")[0][0]
    assert decided <= at_answer


async def test_a_click_is_acknowledged_while_the_core_still_works_and_told_afterwards(there: Office) -> None:
    await there.bring()
    card = await there.card("support-desk", ids.APPROVAL_APPROVE)
    await there.shown()
    go_on = threading.Event()
    there.ledger.reach = lambda point: go_on.wait(30) if point == "click.before_ack" else None
    answer = await there.slack.click("U0PRIYA", card, ids.APPROVAL_APPROVE)
    assert answer["ok"], answer
    assert await there.slack.whispers("U0PRIYA") == []
    go_on.set()
    assert await until(lambda: there.slack.whispers("U0PRIYA"))


async def test_a_core_that_fails_is_answered_and_the_bot_lives_on(there: Office) -> None:
    await there.bring()
    card = await there.card("support-desk", ids.APPROVAL_APPROVE)
    await there.shown()

    def fail(point: str) -> None:
        if point == "click.before_ack":
            raise RuntimeError("Dana Whitfield")

    there.ledger.reach = fail
    assert (await there.slack.click("U0PRIYA", card, ids.APPROVAL_APPROVE))["ok"]
    found = await until(lambda: there.slack.whispers("U0PRIYA"))
    assert "Something went wrong" in found[0]
    assert "Dana" not in found[0]
    there.ledger.reach = lambda _: None
    assert (await there.slack.click("U0THEO", card, ids.APPROVAL_APPROVE))["ok"]
    await there.settled()
    assert there.sql("select state from request") == [("approved",)]


async def test_a_dropped_socket_comes_back_and_clicks_go_on(there: Office) -> None:
    await there.bring()
    card = await there.card("support-desk", ids.APPROVAL_APPROVE)
    await there.slack.trouble(kind="disconnect", reason="refresh_requested")
    await until(lambda: connected(there), "a new socket")
    assert (await there.slack.click("U0THEO", card, ids.APPROVAL_APPROVE))["ok"]


async def connected(there: Office) -> bool:
    async with there.slack.http.get(f"{there.slack.base}/_control/status") as answer:
        return (await answer.json())["sockets"] > 0


async def test_nothing_is_asked_of_slack_before_the_ack_but_the_opening_of_a_form(there: Office) -> None:
    await there.bring()
    card = await there.card("support-desk", ids.APPROVAL_APPROVE)
    await there.shown()
    await there.slack.click("U0THEO", card, ids.APPROVAL_WHY)
    before = len(await there.slack.calls())
    await there.slack.click("U0THEO", card, ids.APPROVAL_WHY)
    calls = [call["method"] for call in (await there.slack.calls())[before:]]
    assert calls[0] == "views.open"
    assert set(calls) <= {"views.open", "views.update"}
