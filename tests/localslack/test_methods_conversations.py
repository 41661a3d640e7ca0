"""conversations.*: found, opened, made, changed, left; and who may be where."""

from typing import Any

from localslack.team import changes
from tests.localslack.support import Local

CHANNEL_KEYS = {
    *("id", "name", "name_normalized", "is_channel", "is_group", "is_im", "is_mpim", "is_private", "is_member"),
    *(
        "is_archived",
        "is_general",
        "is_shared",
        "is_ext_shared",
        "is_org_shared",
        "is_pending_ext_shared",
        "pending_shared",
    ),
    *("context_team_id", "shared_team_ids", "pending_connected_team_ids", "parent_conversation", "unlinked", "created"),
    *("updated", "creator", "topic", "purpose", "previous_names", "properties"),
}
"""As measured on Slack (brekkylab/backlot pull request 75); the list adds `num_members`, the description `last_read`."""


async def named(local: Local, **args: Any) -> list[str]:
    return [room.get("name", room["id"]) for room in (await local.call("conversations.list", **args))["channels"]]


async def made(local: Local, name: str, **args: Any) -> dict[str, Any]:
    return (await local.call("conversations.create", name=name, **args))["channel"]


async def test_a_channel_is_shown_with_the_keys_slack_has(local: Local) -> None:
    listed = (await local.call("conversations.list"))["channels"][0]
    described = (await local.call("conversations.info", channel=listed["id"]))["channel"]
    counted = (await local.call("conversations.info", channel=listed["id"], include_num_members=True))["channel"]
    assert set(listed) == CHANNEL_KEYS | {"num_members"}
    assert set(described) == CHANNEL_KEYS | {"last_read"}
    assert counted["num_members"] == 7


async def test_the_list_has_the_types_asked_for_and_private_ones_only_where_the_bot_is(local: Local) -> None:
    await made(local, "inner-circle", is_private=True)
    local.workspace.rooms.create("secret", True, "U0MAYA")
    old = await made(local, "old-news")
    await local.call("conversations.archive", channel=old["id"])
    dm = (await local.call("conversations.open", users="U0SAM"))["channel"]["id"]
    assert "old-news" in await named(local)
    assert "old-news" not in await named(local, exclude_archived=True)
    assert await named(local, types="private_channel") == ["inner-circle"]
    assert await named(local, types="im") == [dm]
    assert "inner-circle" not in await named(local)


async def test_the_list_goes_on_where_its_cursor_says(local: Local) -> None:
    first = await local.call("conversations.list", limit=3)
    second = await local.call("conversations.list", limit=100, cursor=first["response_metadata"]["next_cursor"])
    whole = [room["id"] for page in (first, second) for room in page["channels"]]
    assert whole == [room.id for room in local.workspace.rooms.all()]
    assert second["response_metadata"]["next_cursor"] == ""


async def test_a_limit_out_of_range_is_put_right(local: Local) -> None:
    for limit in (0, -1, 5000):
        assert len((await local.call("conversations.list", limit=limit))["channels"]) == 7


async def test_a_direct_conversation_is_opened_closed_and_opened_again(local: Local) -> None:
    first = await local.call("conversations.open", users="U0SAM")
    again = await local.call("conversations.open", users="U0SAM", return_im=True)
    by_id = await local.call("conversations.open", channel=first["channel"]["id"])
    assert first == {"ok": True, "channel": {"id": first["channel"]["id"]}}
    assert (again["no_op"], again["already_open"], again["channel"]["user"]) == (True, True, "U0SAM")
    assert by_id["channel"] == first["channel"]
    closed = [await local.call("conversations.close", channel=first["channel"]["id"]) for _ in range(2)]
    assert closed == [{"ok": True}, {"ok": True, "no_op": True, "already_closed": True}]
    assert "already_open" not in await local.call("conversations.open", users="U0SAM")


async def test_several_people_make_a_group_conversation(local: Local) -> None:
    room = (await local.call("conversations.open", users="U0SAM,U0JO", return_im=True))["channel"]
    assert (room["is_mpim"], room["is_private"]) == (True, True)
    members = (await local.call("conversations.members", channel=room["id"]))["members"]
    assert sorted(members) == ["U0BATON", "U0JO", "U0SAM"]


async def test_a_channel_is_made_with_the_bot_in_it_and_can_be_given_another_name(local: Local) -> None:
    room = await made(local, "night-desk")
    assert (room["is_member"], room["creator"], room["is_private"]) == (True, "U0BATON", False)
    renamed = (await local.call("conversations.rename", channel=room["id"], name="day-desk"))["channel"]
    assert (renamed["name"], renamed["previous_names"]) == ("day-desk", ["night-desk"])
    assert (await local.call("conversations.create", name="bücher_2"))["ok"]


async def test_topic_and_purpose_say_who_set_them(local: Local) -> None:
    now = int(local.clock.now().timestamp())
    topic = (await local.call("conversations.setTopic", channel="C0SUPPORT", topic="Calm"))["channel"]
    purpose = (await local.call("conversations.setPurpose", channel="C0SUPPORT", purpose="Help"))["channel"]
    assert topic["topic"] == {"value": "Calm", "creator": "U0BATON", "last_set": now}
    assert purpose["purpose"] == {"value": "Help", "creator": "U0BATON", "last_set": now}
    texts = [each["text"] for each in (await local.call("conversations.history", channel="C0SUPPORT"))["messages"]]
    assert texts == ["<@U0BATON> set the channel description: Help", "<@U0BATON> set the channel topic: Calm"]


async def test_an_archived_channel_takes_no_more_and_shows_what_it_has(local: Local) -> None:
    room = await made(local, "old-news")
    await local.call("chat.postMessage", channel=room["id"], text="last words")
    assert await local.call("conversations.archive", channel=room["id"]) == {"ok": True}
    assert (await local.call("conversations.info", channel=room["id"]))["channel"]["is_archived"] is True
    assert (await local.call("chat.postMessage", channel=room["id"], text="x"))["error"] == "is_archived"
    history = (await local.call("conversations.history", channel=room["id"]))["messages"]
    assert [each.get("subtype", each["text"]) for each in history] == ["channel_archive", "last words", "channel_join"]
    changes.change_room(local.workspace, room["id"], {"archived": False})
    assert (await local.call("chat.postMessage", channel=room["id"], text="x"))["ok"]


async def test_people_are_invited_all_or_nobody_unless_forced(local: Local) -> None:
    room = (await made(local, "night-desk"))["id"]
    refused = await local.call("conversations.invite", channel=room, users="U0SAM,U0NOBODY,U0BATON")
    assert (refused["error"], refused["errors"]) == (
        "user_not_found",
        [
            {"user": "U0NOBODY", "ok": False, "error": "user_not_found"},
            {"user": "U0BATON", "ok": False, "error": "cant_invite_self"},
        ],
    )
    assert not local.workspace.rooms.has(room, "U0SAM")
    forced = await local.call("conversations.invite", channel=room, users="U0SAM,U0NOBODY", force=True)
    assert (forced["ok"], [each["user"] for each in forced["errors"]]) == (True, ["U0NOBODY"])
    assert (await local.call("conversations.invite", channel=room, users=["U0JO", "U0MAYA"]))["ok"]
    assert sorted(local.workspace.rooms.members(room)) == ["U0BATON", "U0JO", "U0MAYA", "U0SAM"]


async def test_a_stranger_can_be_invited_where_the_companies_share_a_channel(local: Local) -> None:
    changes.add_person(local.workspace, "U0FAR", {"name": "Ada", "email": "ada@example.com", "team": "T0FAR"})
    invite = {"channel": "C0BILLING", "users": "U0FAR"}
    assert (await local.call("conversations.invite", **invite))["error"] == "cant_invite"
    changes.change_room(local.workspace, "C0BILLING", {"shared": "ext", "company": "T0FAR"})
    assert (await local.call("conversations.invite", **invite))["ok"]
    room = (await local.call("conversations.info", channel="C0BILLING"))["channel"]
    assert (room["is_ext_shared"], room["shared_team_ids"]) == (True, ["T0HARBOR", "T0FAR"])
    assert (await local.call("users.info", user="U0FAR"))["user"]["is_stranger"] is True
    changes.change_room(local.workspace, "C0BILLING", {"shared": "no"})
    assert not local.workspace.rooms.has("C0BILLING", "U0FAR")


async def test_leaving_where_one_is_not_is_no_error_and_the_last_one_stays(local: Local) -> None:
    room = (await made(local, "night-desk"))["id"]
    assert (await local.call("conversations.leave", channel=room))["error"] == "last_member"
    await local.call("conversations.invite", channel=room, users="U0SAM")
    assert await local.call("conversations.leave", channel=room) == {"ok": True}
    assert await local.call("conversations.leave", channel=room) == {"ok": False, "not_in_channel": True}
    assert (await local.call("conversations.join", channel=room))["ok"]
    again = await local.call("conversations.join", channel=room)
    assert (again["ok"], again["warning"]) == (True, "already_in_channel")


async def test_somebody_can_be_taken_out_of_a_channel(local: Local) -> None:
    assert (await local.call("conversations.kick", channel="C0BILLING", user="U0SAM")) == {"ok": True, "errors": {}}
    assert "U0SAM" not in (await local.call("conversations.members", channel="C0BILLING"))["members"]


async def test_where_the_bot_has_read_to_is_remembered(local: Local) -> None:
    ts = (await local.call("chat.postMessage", channel="C0SUPPORT", text="x"))["ts"]
    assert await local.call("conversations.mark", channel="C0SUPPORT", ts=ts) == {"ok": True}
    assert (await local.call("conversations.info", channel="C0SUPPORT"))["channel"]["last_read"] == ts
