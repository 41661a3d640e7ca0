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


async def test_nothing_is_asked_of_slack_before_the_ack_of_a_click(there: Office) -> None:
    await there.bring()
    card = await there.card("support-desk", ids.APPROVAL_APPROVE)
    await there.shown()
    reached, go_on = threading.Event(), threading.Event()

    def stand_still(point: str) -> None:
        if point == "click.before_ack":
            reached.set()
            go_on.wait(30)

    before = len(await there.slack.calls("users.info")) + len(await there.slack.calls("chat.postEphemeral"))
    there.ledger.reach = stand_still
    click = asyncio.create_task(there.slack.click("U0PRIYA", card, ids.APPROVAL_APPROVE))
    await asyncio.to_thread(reached.wait, 30)
    assert len(await there.slack.calls("users.info")) + len(await there.slack.calls("chat.postEphemeral")) == before
    go_on.set()
    assert (await click)["ok"]


async def test_a_form_opens_before_anything_is_read_for_it(there: Office) -> None:
    await there.bring()
    card = await there.card("support-desk", ids.APPROVAL_APPROVE)
    await there.shown()
    go_on = threading.Event()
    blocked = [there.bot.face.clicks.submit(go_on.wait, 30) for _ in range(8)]  # every thread that could read is taken
    answer = await there.slack.click("U0THEO", card, ids.APPROVAL_WHY)
    assert answer["ok"], answer
    view = await there.slack.view("U0THEO")
    assert view is not None
    assert view["callback_id"] == ids.LOADING_FORM
    go_on.set()
    assert all(each.result() for each in blocked)
    await until(lambda: filled(there))


async def filled(there: Office) -> bool:
    return "How sure" in str(await there.slack.view("U0THEO"))


async def test_the_points_around_the_ack_come_in_their_order(there: Office) -> None:
    await there.bring()
    card = await there.card("support-desk", ids.APPROVAL_APPROVE)
    await there.shown()
    points: list[str] = []
    there.ledger.reach = points.append
    await there.slack.click("U0THEO", card, ids.APPROVAL_APPROVE)
    await until(lambda: "click.after_ack" in points)
    mine = [point for point in points if point.startswith(("click.", "ledger.after_commit"))]
    assert mine.index("ledger.after_commit") < mine.index("click.before_ack") < mine.index("click.after_ack")
