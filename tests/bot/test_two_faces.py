"""Several faces over one database: whatever reaches which of them, it counts once, and every card stands once."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson
import pytest

from bot.cards import ids
from core.ledger import Ledger
from core.moment import to_us
from tests.bot.conftest import Office, face
from tests.bot.test_talk import answers, event
from tests.bot.test_who import dispatch, pressed
from tests.support.databases import TEMPLATE, server
from tests.support.slack import Workspace, until

pytestmark = pytest.mark.postgresql
DESK = "support-desk"


@dataclass
class Pair:
    """Two faces; the first one runs the jobs too, where a test needs some."""

    first: Office
    second: Office

    @property
    def both(self) -> tuple[Office, Office]:
        return self.first, self.second


@asynccontextmanager
async def pair(folder: Path, slack: Workspace, *, works: bool = False) -> AsyncIterator[Pair]:
    url = await asyncio.to_thread(lambda: server().create(template=TEMPLATE))
    async with face(folder, slack, url, works=works) as first, face(folder, slack, url) as second:
        yield Pair(first, second)


@pytest.fixture
async def two(tmp_path: Path, slack: Workspace) -> AsyncIterator[Pair]:
    async with pair(tmp_path, slack) as made:
        yield made


@pytest.fixture
async def busy(tmp_path: Path, slack: Workspace) -> AsyncIterator[Pair]:
    async with pair(tmp_path, slack, works=True) as made:
        yield made


def write(ledger: Ledger, channel: str, *texts: str) -> None:
    """Cards of our own words, in one go."""
    with ledger.unit() as unit:
        for text in texts:
            unit.card("told", text, channel, detail=orjson.dumps({"text": text}).decode())


async def keys(slack: Workspace, channel: str) -> Counter[str]:
    """How often each of our cards stands in a channel."""
    found = [message.get("metadata") or {} for message in await slack.messages(channel)]
    return Counter(one["event_payload"]["key"] for one in found if one)


async def shown_once(there: Office, channel: str, count: int) -> None:
    await there.shown()
    found = await keys(there.slack, channel)
    assert len(found) == count
    assert set(found.values()) == {1}


def die(there: Office) -> None:
    """What a face leaves behind that is killed: its leases, and nothing more is done."""
    for task in [*there.bot.desk._loops, *(task for _, task in there.bot.desk._running.values())]:
        task.cancel()
    there.ledger.poke = lambda: None
    there.bot.desk._deaf()


async def held(there: Office) -> tuple[str, ...]:
    return there.bot.desk.lanes_held


# Cards ---------------------------------------------------------------------------------------------------------------


async def test_each_channel_is_posted_to_by_one_of_them_and_every_card_stands_once(two: Pair) -> None:
    for number in range(12):
        writer = two.both[number % 2]
        await asyncio.to_thread(write, writer.ledger, "sales", f"line {number}")
    await shown_once(two.first, "sales", 12)
    has_it = [each for each in two.both if "sales" in each.bot.desk.lanes_held]
    assert len(has_it) == 1


async def test_who_stops_gives_its_channels_back_and_the_other_goes_on_at_once(two: Pair) -> None:
    await asyncio.to_thread(write, two.first.ledger, "sales", "one")
    await two.first.shown()
    holder, other = two.both if "sales" in two.first.bot.desk.lanes_held else two.both[::-1]
    looked_up = len(await two.first.slack.calls("conversations.history"))
    await holder.bot.stop()
    await asyncio.to_thread(write, holder.ledger, "sales", "two")
    await until(lambda: held(other), "the other has the channel")
    await shown_once(other, "sales", 2)
    assert len(await other.slack.calls("conversations.history")) == looked_up, "nothing was in doubt"


async def test_who_takes_over_from_the_dead_looks_before_it_posts(two: Pair) -> None:
    reached: list[str] = []

    def dies(point: str) -> None:
        if point == "desk.after_post":
            reached.append(point)
            die(two.first)
            raise asyncio.CancelledError

    two.first.ledger.reach = dies
    die(two.second)
    await two.second.bot.desk.stop()
    await asyncio.to_thread(write, two.first.ledger, "sales", "posted, and nobody wrote it down")
    await until(lambda: reached, "the first has died")
    assert two.first.sql("select ts from card") == [("",)]
    await two.second.bot.desk.start()
    await shown_once(two.second, "sales", 1)
    assert two.second.sql("select ts <> '' from card") == [(True,)]


async def test_who_has_lost_a_channel_posts_nothing_to_it(two: Pair) -> None:
    taken: list[str] = []

    def stands_still(point: str) -> None:
        """The process stands still just before it posts, for longer than its lease lasts; meanwhile the other takes over."""
        if point == "desk.before_post" and not taken:
            taken.append(point)
            two.first.bot.desk.lanes._until.clear()
            with two.first.ledger.database.transaction() as connection:
                connection.run("lease.leave", {"by": two.first.bot.desk.leases._holder})

    two.first.ledger.reach = stands_still
    await two.second.bot.desk.stop()
    await asyncio.to_thread(write, two.first.ledger, "sales", "a line")
    await until(lambda: taken, "the first is about to post")
    await two.first.bot.desk.stop()
    assert await two.first.slack.messages("sales") == []
    await two.second.bot.desk.start()
    await shown_once(two.second, "sales", 1)


async def test_a_card_that_two_have_posted_after_all_stands_once_in_the_end(two: Pair) -> None:
    """The one gap: a process that stands still between its last question and its call."""
    await two.second.bot.desk.stop()

    def other_one_placed_it(point: str) -> None:
        if point == "desk.after_post":
            with two.first.ledger.unit() as unit:
                card = unit.all("card.behind")[0]
                unit.change(
                    "card.placed", key=card[0], channel="C0SALES", ts="1.000001", at=unit.at, shown=1, again_at=None
                )

    two.first.ledger.reach = other_one_placed_it
    await asyncio.to_thread(write, two.first.ledger, "sales", "a line")
    await until(lambda: two.first.slack.calls("chat.delete"), "the second one is taken away")
    assert await two.first.slack.messages("sales") == []
    assert two.first.sql("select ts from card") == [("1.000001",)]


async def test_a_card_that_changes_by_itself_does_so_also_when_its_face_has_died(two: Pair) -> None:
    await asyncio.to_thread(write, two.first.ledger, "sales", "a line")
    await two.first.shown()
    holder, other = two.both if "sales" in two.first.bot.desk.lanes_held else two.both[::-1]
    due = to_us(holder.clock.now()) + 300_000

    def alarm() -> None:
        with holder.ledger.unit() as unit:
            unit.change(
                "card.shown", key=unit.one("card.of_subject", subject="a line", kind="told")[0], shown=1, again_at=due
            )

    await asyncio.to_thread(alarm)
    die(holder)
    await until(lambda: other.sql("select shown from card") == [(2,)], "it was drawn anew")
    assert other.sql("select again_at from card") == [(None,)]


# What Slack sends ----------------------------------------------------------------------------------------------------


async def test_a_click_that_reaches_both_counts_once_and_is_answered_as_once(busy: Pair) -> None:
    await busy.first.bring()
    card = await busy.first.card(DESK, ids.APPROVAL_APPROVE)
    body = pressed(card, "U0THEO")
    found = await asyncio.gather(*(dispatch(each, body) for each in busy.both))
    assert [each.status for each in found] == [200, 200]
    await busy.first.settled()
    assert busy.first.sql("select verb from decision") == [("approve",)]
    assert await busy.first.slack.whispers("U0THEO") == []


async def test_a_click_that_is_pressed_again_is_no_repeat(busy: Pair) -> None:
    await busy.first.bring()
    card = await busy.first.card(DESK, ids.APPROVAL_APPROVE)
    await dispatch(busy.first, pressed(card, "U0PRIYA"))
    await dispatch(busy.second, {**pressed(card, "U0PRIYA"), "trigger_id": "9.9.9"})
    await until(lambda: busy.first.sql("select count(*) from decision") == [(2,)], "both are on record")


async def test_details_read_at_one_face_are_known_at_the_other(busy: Pair) -> None:
    await busy.first.bring()
    card = await busy.first.card(DESK, ids.APPROVAL_APPROVE)
    await asyncio.to_thread(busy.first.bot.face.note_read, "U0THEO", busy.first.sql("select id from request")[0][0])
    await dispatch(busy.second, pressed(card, "U0THEO"))
    assert busy.first.sql("select details_opened from decision") == [(True,)]


async def test_a_command_that_reaches_both_is_carried_out_once(two: Pair) -> None:
    body = {"command": "/baton", "text": "pause support", "user_id": "U0MAYA", "team_id": "T0HARBOR", "channel_id": "C0SALES",
            "trigger_id": "1.2.3", "response_url": "http://127.0.0.1:1/"}  # fmt: skip
    await asyncio.gather(*(dispatch(each, body) for each in two.both))
    assert two.first.asked + two.second.asked == [(["pause", "support"], "U0MAYA")]


async def test_words_that_reach_both_are_one_task_and_answered_once(two: Pair) -> None:
    channel = (await two.first.bot.face.client.conversations_open(users="U0SAM"))["channel"]["id"]
    body = event("U0SAM", channel, "Please call Dana", "1795180000.000100")
    found = [each.status for each in await asyncio.gather(*(dispatch(each, body) for each in two.both))]
    if 500 in found:  # the loser of the race was not acknowledged: Slack brings it again
        found = [(await dispatch(each, body)).status for each in two.both]
    assert found == [200, 200]
    assert two.first.sql("select count(*) from task") == [(1,)]
    assert two.first.sql("select count(*) from card where kind = 'ack'") == [(1,)]


async def test_a_verb_that_reaches_both_is_answered_once(two: Pair) -> None:
    said = await two.first.slack.say("U0SAM", "sales", "hello")
    body = event("U0SAM", "C0SALES", "<@U0BATON> status", said["ts"])
    body["event"] |= {"type": "app_mention"}
    await asyncio.gather(*(dispatch(each, body) for each in two.both))
    assert [(await dispatch(each, body)).status for each in two.both] == [200, 200]
    found = await until(lambda: answers(two.first.slack, "sales", said["ts"]), "an answer")
    assert found == ["You asked for status."]
    assert len(two.first.asked + two.second.asked) == 1


async def test_two_faces_that_see_somebody_for_the_first_time_know_them_both(two: Pair) -> None:
    found = await asyncio.gather(*(asyncio.to_thread(each.house.services.directory.fresh, "U0JO") for each in two.both))
    assert {each.mail for each in found} == {"jo@example.com"}
    assert two.first.sql("select count(*) from person where user_id = 'U0JO'") == [(1,)]
