"""reactions.*, pins.*, bookmarks.*: what is put onto messages and channels."""

from typing import Any

from tests.localslack.support import Local

LINK = {"channel_id": "C0SUPPORT", "title": "Handbook", "type": "link", "link": "https://example.com/handbook"}


async def written(local: Local, text: str = "x") -> dict[str, Any]:
    ts = (await local.call("chat.postMessage", channel="C0SUPPORT", text=text))["ts"]
    return {"channel": "C0SUPPORT", "timestamp": ts}


async def test_reactions_are_counted_and_taken_back(local: Local) -> None:
    item = await written(local)
    for name in ("eyes", ":tada:", "wave::skin-tone-3"):
        assert await local.call("reactions.add", **item, name=name) == {"ok": True}
    got = await local.call("reactions.get", **item)
    assert (got["type"], got["channel"]) == ("message", "C0SUPPORT")
    assert [(each["name"], each["count"], each["users"]) for each in got["message"]["reactions"]] == [
        (name, 1, ["U0BATON"]) for name in ("eyes", "tada", "wave::skin-tone-3")
    ]
    assert got["message"]["permalink"].endswith(item["timestamp"].replace(".", ""))
    await local.call("reactions.remove", **item, name="eyes")
    left = (await local.call("reactions.get", **item))["message"]["reactions"]
    assert [each["name"] for each in left] == ["tada", "wave::skin-tone-3"]


async def test_one_may_react_to_a_message_with_twenty_three_emoji(local: Local) -> None:
    item = await written(local)
    answers = [await local.call("reactions.add", **item, name=f"custom_{place}") for place in range(24)]
    assert [answer["ok"] for answer in answers] == [True] * 23 + [False]
    assert answers[-1]["error"] == "too_many_reactions"


async def test_what_one_reacted_to_is_listed_newest_first(local: Local) -> None:
    items = [await written(local, str(place)) for place in range(3)]
    for item in items:
        await local.call("reactions.add", **item, name="eyes")
    page = await local.call("reactions.list", limit=2)
    rest = await local.call("reactions.list", cursor=page["response_metadata"]["next_cursor"])
    assert [each["message"]["text"] for each in [*page["items"], *rest["items"]]] == ["2", "1", "0"]
    assert (await local.call("reactions.list", user="U0SAM"))["items"] == []


async def test_a_pinned_message_says_so_and_is_listed(local: Local) -> None:
    first, second = await written(local, "one"), await written(local, "two")
    for item in (first, second):
        assert await local.call("pins.add", **item) == {"ok": True}
    items = (await local.call("pins.list", channel="C0SUPPORT"))["items"]
    assert [(each["message"]["text"], each["created_by"]) for each in items] == [("two", "U0BATON"), ("one", "U0BATON")]
    history = await local.call("conversations.history", channel="C0SUPPORT")
    assert history["pin_count"] == 2
    assert history["messages"][0]["pinned_to"] == ["C0SUPPORT"]
    await local.call("pins.remove", **second)
    assert [each["message"]["text"] for each in (await local.call("pins.list", channel="C0SUPPORT"))["items"]] == [
        "one"
    ]


async def test_a_note_of_the_channel_cannot_be_pinned(local: Local) -> None:
    await local.call("conversations.setTopic", channel="C0SUPPORT", topic="x")
    note = (await local.call("conversations.history", channel="C0SUPPORT"))["messages"][0]
    assert (await local.call("pins.add", channel="C0SUPPORT", timestamp=note["ts"]))["error"] == "not_pinnable"


async def test_bookmarks_are_kept_in_order_edited_and_removed(local: Local) -> None:
    first = (await local.call("bookmarks.add", **LINK, emoji=":book:"))["bookmark"]
    second = (await local.call("bookmarks.add", **{**LINK, "title": "Rota"}))["bookmark"]
    assert (first["link"], first["emoji"], first["date_updated"]) == (LINK["link"], ":book:", 0)
    local.clock.move(60)
    place = {"channel_id": "C0SUPPORT", "bookmark_id": first["id"]}
    edited = (await local.call("bookmarks.edit", **place, title="The handbook"))["bookmark"]
    assert (edited["title"], edited["link"]) == ("The handbook", LINK["link"])
    assert edited["date_updated"] > first["date_created"]
    listed = (await local.call("bookmarks.list", channel_id="C0SUPPORT"))["bookmarks"]
    assert [each["id"] for each in listed] == [first["id"], second["id"]]
    assert await local.call("bookmarks.remove", **place) == {"ok": True}
    assert len((await local.call("bookmarks.list", channel_id="C0SUPPORT"))["bookmarks"]) == 1
