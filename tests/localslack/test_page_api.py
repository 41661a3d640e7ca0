"""What the page asks the workspace for: complete, in pages, and only for those who may see it."""

import asyncio
import json
from typing import Any

import pytest

from localslack.state import packed
from localslack.team import changes
from tests.localslack.support import Local, running


async def _say(local: Local, text: str, me: str = "U0THEO", channel: str = "C0SUPPORT", **more: Any) -> str:
    local.clock.move(1)
    seen = await local.act(do="say", me=me, channel=channel, text=text, **more)
    assert seen["ok"], seen
    return str(seen["ts"])


async def _many(local: Local, n: int) -> list[str]:
    return [await _say(local, f"line {number}") for number in range(n)]


def _texts(answer: dict[str, Any]) -> list[str]:
    return [message["text"] for message in answer["messages"]]


async def test_a_conversation_is_read_in_pages_from_either_end(local: Local) -> None:
    stamps = await _many(local, 9)
    where = "/_page/channel?me=U0THEO&channel=C0SUPPORT&limit=4"
    last = await local.get(where)
    assert _texts(last) == ["line 5", "line 6", "line 7", "line 8"]
    assert (last["older"], last["newer"]) == (True, False)
    before = await local.get(f"{where}&before={last['messages'][0]['ts']}")
    assert _texts(before) == ["line 1", "line 2", "line 3", "line 4"]
    assert (before["older"], before["newer"]) == (True, True)
    first = await local.get(f"{where}&before={before['messages'][0]['ts']}")
    assert (_texts(first), first["older"]) == (["line 0"], False)
    after = await local.get(f"{where}&after={stamps[6]}")
    assert (_texts(after), after["older"], after["newer"]) == (["line 7", "line 8"], True, False)


async def test_around_a_message_there_is_what_was_before_and_after_it(local: Local) -> None:
    stamps = await _many(local, 9)
    reply = await _say(local, "a reply", thread_ts=stamps[4])
    for ts in (stamps[4], reply):
        found = await local.get(f"/_page/around?me=U0THEO&channel=C0SUPPORT&ts={ts}&limit=4")
        assert _texts(found) == ["line 3", "line 4", "line 5", "line 6"]
        assert (found["ts"], found["thread_ts"], found["found"]) == (stamps[4], stamps[4], True)
        assert (found["older"], found["newer"]) == (True, True)


async def test_a_thread_begins_with_its_newest_replies_and_always_has_its_root(local: Local) -> None:
    root = await _say(local, "root")
    replies = [await _say(local, f"reply {n}", thread_ts=root) for n in range(5)]
    where = f"/_page/thread?me=U0THEO&channel=C0SUPPORT&ts={root}&limit=2"
    last = await local.get(where)
    assert (_texts(last), last["root"]["text"], last["older"]) == (["reply 3", "reply 4"], "root", True)
    before = await local.get(f"{where}&before={replies[1]}")
    assert (_texts(before), before["older"], before["newer"]) == (["reply 0"], False, True)
    after = await local.get(f"{where}&after={replies[0]}")
    assert (_texts(after), after["newer"]) == (["reply 1", "reply 2"], True)


async def test_what_one_person_sees_comes_only_with_their_pages(local: Local) -> None:
    await local.call("chat.postEphemeral", channel="C0SUPPORT", user="U0THEO", text="psst")
    where = "/_page/channel?channel=C0SUPPORT&me="
    assert [each["text"] for each in (await local.get(f"{where}U0THEO"))["ephemerals"]] == ["psst"]
    assert (await local.get(f"{where}U0SAM"))["ephemerals"] == []


async def test_boot_says_who_and_what_is_there_and_no_message(local: Local) -> None:
    await _say(local, "a secret only messages tell <@U0SAM>")
    found = await local.get("/_page/boot?me=U0SAM")
    assert "a secret" not in json.dumps(found)
    room = next(each for each in found["rooms"] if each["id"] == "C0SUPPORT")
    assert (room["unread"], room["mentions"], room["members"], room["private"]) == (1, 1, 7, False)
    assert {each["id"]: each["role"] for each in found["people"]}["U0GUEST"] == "guest"
    assert found["connected"] == 0 and found["groups"][0]["handle"] == "support"


async def test_reading_is_noted_forwards_only_and_told_to_the_persons_other_windows(local: Local) -> None:
    first, second = await _say(local, "one"), await _say(local, "two")
    with local.workspace.feed.reader("U0SAM") as news:
        for ts in (second, first):
            status, _ = await local.post("/_page/read", {"me": "U0SAM", "channel": "C0SUPPORT", "ts": ts})
            assert status == 200
        assert news.get_nowait()["kind"] == "read"
    room = next(each for each in (await local.get("/_page/boot?me=U0SAM"))["rooms"] if each["id"] == "C0SUPPORT")
    assert (room["unread"], room["read"]) == (0, second)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/_page/boot", 400),
        ("/_page/boot?me=U0NOBODY", 400),
        ("/_page/channel?me=U0GUEST&channel=C0SALES", 404),
        ("/_page/channel?me=U0THEO&channel=C0NOWHERE", 404),
        ("/_page/channel?me=U0THEO&channel=C0SUPPORT&before=yesterday", 400),
        ("/_page/channel?me=U0THEO&channel=C0SUPPORT&limit=many", 400),
        ("/_page/channel?me=U0THEO&channel=C0SUPPORT&limit=100000", 400),
        ("/_page/around?me=U0THEO&channel=C0SUPPORT", 400),
        ("/_page/around?me=U0GUEST&channel=C0SALES&ts=1795549500.000100", 404),
        ("/_page/thread?me=U0GUEST&channel=C0SALES&ts=1795549500.000100", 404),
        ("/_page/members?me=U0GUEST&channel=C0SALES", 404),
        ("/_page/pins?me=U0GUEST&channel=C0SALES", 404),
        ("/_page/bookmarks?me=U0GUEST&channel=C0SALES", 404),
        ("/_page/room?me=U0GUEST&channel=C0SALES", 404),
        ("/_page/search?me=U0NOBODY&q=x", 400),
        ("/_page/calls", 400),
        ("/_page/stream", 400),
    ],
)
async def test_what_is_not_for_this_person_or_makes_no_sense_is_refused_as_json(
    local: Local, path: str, status: int
) -> None:
    async with local.http.get(local.base + path) as answer:
        assert answer.status == status
        body = await answer.json()
    assert body["ok"] is False and body["error"]


@pytest.mark.parametrize(
    "body", ["[]", "nothing", '{"me": "U0THEO"}', '{"me": 7}', '{"me": "U0THEO", "channel": "C0SUPPORT", "ts": 5}']
)
async def test_a_malformed_act_is_refused_as_json(local: Local, body: str) -> None:
    headers = {"Content-Type": "application/json"}
    for path in ("/_page/act", "/_page/read"):
        async with local.http.post(local.base + path, data=body, headers=headers) as answer:
            assert 400 <= answer.status < 500
            assert (await answer.json())["ok"] is False


async def test_public_channels_can_be_looked_into_and_private_ones_are_not_there(local: Local) -> None:
    made = await local.act(do="create", me="U0MAYA", name="hiring", private=True)
    await local.act(do="create", me="U0MAYA", name="lunch")
    await _say(local, "soup", me="U0MAYA", channel="lunch")
    names = {each["name"]: each for each in (await local.get("/_page/browse?me=U0THEO"))["rooms"]}
    assert names["lunch"]["member"] is False and names["sales"]["member"] is True and "hiring" not in names
    lunch = await local.get(f"/_page/channel?me=U0THEO&channel={names['lunch']['id']}")
    assert "soup" in _texts(lunch)
    async with local.http.get(f"{local.base}/_page/channel?me=U0THEO&channel={made['channel']}") as answer:
        assert answer.status == 404
    assert (await local.get("/_page/browse?me=U0GUEST"))["rooms"] == []


async def test_search_finds_what_is_read_not_what_is_stored_and_only_where_one_may_look(local: Local) -> None:
    saltire = await _say(local, "the Saltire is ready for <@U0SAM>")
    await _say(local, "Saltire again", me="U0SAM", channel="C0SALES")
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "A *saltire* on a card"}}]
    await local.call("chat.postMessage", channel="C0SUPPORT", text="fallback", blocks=blocks)
    await local.act(do="say", me="U0SAM", channel="U0PRIYA", text="saltire in private")

    async def hits(me: str, line: str) -> list[str]:
        async with local.http.get(f"{local.base}/_page/search", params={"me": me, "q": line}) as answer:
            return [each["excerpt"] for each in (await answer.json())["hits"]]

    assert len(await hits("U0THEO", "saltire")) == 3
    assert await hits("U0GUEST", "saltire") == ["A *saltire* on a card", "the Saltire is ready for @Sam Whitlock"]
    assert await hits("U0PRIYA", "saltire private") == ["saltire in private"]
    assert await hits("U0THEO", "from:theo saltire") == ["the Saltire is ready for @Sam Whitlock"]
    assert await hits("U0THEO", "in:#sales saltire") == ["Saltire again"]
    assert await hits("U0THEO", 'from:"sam whitlock" in:sales') == ["Saltire again"]
    assert await hits("U0THEO", '"is ready"') == ["the Saltire is ready for @Sam Whitlock"]
    assert await hits("U0THEO", "U0SAM") == [] and await hits("U0THEO", "rich_text") == []
    assert await hits("U0THEO", "") == [] and await hits("U0THEO", "from:nobody saltire") == []
    found = await local.get("/_page/search?me=U0THEO&q=ready")
    assert (found["hits"][0]["channel"], found["hits"][0]["message"]["ts"]) == ("C0SUPPORT", saltire)


async def test_visitors_know_whom_they_share_a_channel_with(local: Local) -> None:
    await local.act(do="leave", me="U0JO", channel="C0SUPPORT")
    changes.exit_room(local.workspace, local.workspace.rooms.named("general"), "U0JO")
    near = {each["id"] for each in (await local.get("/_page/boot?me=U0GUEST"))["people"] if each["near"]}
    assert "U0THEO" in near and "U0JO" not in near
    assert (await local.get("/_page/boot?me=U0GUEST"))["public"] == {}


async def test_the_apps_log_shows_calls_failures_and_what_waits(local: Local) -> None:
    await local.call("auth.test")
    await local.call("chat.postMessage", channel="C0NOWHERE", text="x" * 5000)
    found = await local.get("/_page/calls?me=U0THEO")
    assert [(each["method"], each["error"]) for each in found["calls"]] == [
        ("chat.postMessage", "channel_not_found"),
        ("auth.test", None),
    ]
    assert len(found["calls"][0]["detail"]["args"]["text"]) < 1000 and "token" not in json.dumps(found)
    assert (await local.get("/_page/boot?me=U0THEO"))["failure"]["error"] == "channel_not_found"
    newest = found["calls"][0]["id"]
    assert (await local.get(f"/_page/calls?me=U0THEO&after={newest}"))["calls"] == []
    await local.call("auth.test")
    failures = await local.get("/_page/calls?me=U0THEO&failed=1")
    assert [each["error"] for each in failures["calls"]] == ["channel_not_found"]
    assert (await local.get("/_page/boot?me=U0THEO"))["failure"] is None


class Stream:
    """The news of one page, read as a browser reads them."""

    def __init__(self, local: Local, me: str, last_id: str = "") -> None:
        self.local, self.me, self.last_id = local, me, last_id

    async def __aenter__(self) -> "Stream":
        headers = {"Last-Event-ID": self.last_id} if self.last_id else {}
        self.answer = await self.local.http.get(f"{self.local.base}/_page/stream?me={self.me}", headers=headers)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.answer.close()

    async def next(self) -> dict[str, Any]:
        async with asyncio.timeout(5):
            async for line in self.answer.content:
                if line.startswith(b"id: "):
                    self.last_id = line[4:].strip().decode()
                if line.startswith(b"data: "):
                    found: dict[str, Any] = json.loads(line[6:])
                    return found
        raise AssertionError("the stream ended")


async def test_a_page_that_was_away_hears_what_it_missed_and_nothing_of_others(local: Local) -> None:
    async with Stream(local, "U0SAM") as page:
        assert await page.next() == {"kind": "hello", "number": local.workspace.feed.number, "resumed": False}
        await _say(local, "heard")
        assert (await page.next())["message"]["text"] == "heard"
        heard = page.last_id
    await _say(local, "missed")
    await local.act(do="say", me="U0THEO", channel="U0PRIYA", text="not for Sam")
    async with Stream(local, "U0SAM", heard) as page:
        assert (await page.next())["message"]["text"] == "missed"
        hello = await page.next()
        assert (hello["kind"], hello["resumed"]) == ("hello", True)


@pytest.mark.parametrize("last_id", ["other-1", "nonsense", "-", "{life}-999999"])
async def test_a_page_that_was_away_too_long_is_told_to_look_again(local: Local, last_id: str) -> None:
    async with Stream(local, "U0SAM") as page:
        await page.next()
        life = page.last_id.partition("-")[0]
    async with Stream(local, "U0SAM", last_id.replace("{life}", life)) as page:
        hello = await page.next()
        assert (hello["kind"], hello["resumed"]) == ("hello", False)


async def test_what_was_told_long_ago_is_not_kept(local: Local) -> None:
    feed = local.workspace.feed
    for number in range(1100):
        feed.tell("test", {"at": number})
    missed = feed.missed("U0SAM", feed.number - 1000)
    assert missed is not None and len(missed) == 1000
    assert feed.missed("U0SAM", feed.number - 1001) is None


async def test_a_permalink_leads_to_its_message(local: Local) -> None:
    ts = await _say(local, "here")
    link = (await local.call("chat.getPermalink", channel="C0SUPPORT", message_ts=ts))["permalink"]
    async with local.http.get(link, allow_redirects=False) as answer:
        assert answer.headers["Location"] == f"/?c=C0SUPPORT&m={ts}"


async def test_ten_thousand_messages_are_paged_from_anywhere_without_reading_them_all() -> None:
    async with running() as local:
        seed(local, 10_000)
        reads: list[str] = []
        local.workspace.state.db.set_trace_callback(reads.append)
        page = await local.get("/_page/channel?me=U0THEO&channel=C0SUPPORT&before=1790005000.000000")
        local.workspace.state.db.set_trace_callback(None)
        assert page["messages"][-1]["text"] == "message 4999" and len(page["messages"]) == 60
        assert len([line for line in reads if "FROM messages" in line]) < 10


def seed(local: Local, count: int, channel: str = "C0SUPPORT") -> None:
    """Put messages into a channel at once, one a second, in threads of nobody."""
    state = local.workspace.state
    with state.transaction():
        for number in range(count):
            ts = f"{1_790_000_000 + number}.000000"
            body = {"type": "message", "user": "U0SAM", "text": f"message {number}", "ts": ts}
            state.run(
                "INSERT INTO messages (channel, ts, thread_ts, user, broadcast, body, metadata)"
                " VALUES (?, ?, NULL, 'U0SAM', 0, ?, NULL)",
                *(channel, ts, packed(body)),
            )


async def test_the_app_connecting_is_told_to_open_pages(local: Local) -> None:
    async with Stream(local, "U0SAM") as page:
        await page.next()
        local.workspace.feed.tell("connected", {"connected": 1})
        assert (await page.next())["connected"] == 1
