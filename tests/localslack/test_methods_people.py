"""users.*, usergroups.*, team.*, dnd.*, auth.*: who is here, and what the app is told of them."""

from localslack.team import changes
from tests.localslack.support import Local, bot


async def test_everybody_of_the_team_is_listed_at_once_unless_a_limit_is_given(local: Local) -> None:
    changes.add_person(local.workspace, "U0FAR", {"name": "Ada", "email": "ada@example.com", "team": "T0FAR"})
    changes.change_person(local.workspace, "U0JO", {"deleted": True})
    whole = (await local.call("users.list"))["members"]
    assert {user["id"] for user in whole} == {
        *("U0MAYA", "U0THEO", "U0SAM", "U0PRIYA", "U0JO", "U0GUEST", "U0BATON", "USLACKBOT")
    }
    assert [user["id"] for user in whole if user["deleted"]] == ["U0JO"]
    page = await local.call("users.list", limit=2)
    assert len(page["members"]) == 2
    assert page["response_metadata"]["next_cursor"]


async def test_roles_of_a_guest_and_of_who_left_are_told_as_they_are(local: Local) -> None:
    guest = (await local.call("users.info", user="U0GUEST"))["user"]
    assert (guest["is_restricted"], guest["is_ultra_restricted"], guest["is_admin"]) == (True, False, False)
    changes.change_person(local.workspace, "U0MAYA", {"deleted": True})
    gone = (await local.call("users.info", user="U0MAYA"))["user"]
    assert (gone["deleted"], gone["is_owner"]) == (True, False)


async def test_profiles_and_presence_are_those_of_the_one_asked_for(local: Local) -> None:
    assert (await local.call("users.profile.get", user="U0SAM"))["profile"]["real_name"] == "Sam Whitlock"
    assert (await local.call("users.profile.get"))["profile"]["bot_id"] == "B0BATON"
    assert (await local.call("users.getPresence", user="U0SAM")) == {"ok": True, "presence": "active"}
    assert (await local.call("users.getPresence"))["presence"] == "away"
    async with bot(local.base, lambda *_: None):
        assert (await local.call("users.getPresence"))["presence"] == "active"
        await local.call("users.setPresence", presence="away")
        mine = await local.call("users.getPresence")
    assert (mine["presence"], mine["manual_away"], mine["connection_count"]) == ("away", True, 1)


async def test_a_bot_sees_of_others_conversations_only_what_it_shares(local: Local) -> None:
    changes.create_room(local.workspace, "secret", True, "U0SAM")
    shared = changes.create_room(local.workspace, "inner-circle", True, "U0SAM")
    changes.enter(local.workspace, shared, "U0BATON", inviter="U0SAM")
    listed = await local.call("users.conversations", user="U0SAM", types="private_channel")
    assert [room["name"] for room in listed["channels"]] == ["inner-circle"]
    assert "is_member" not in listed["channels"][0]
    assert "num_members" not in listed["channels"][0]


async def test_nobody_minds_being_disturbed(local: Local) -> None:
    assert (await local.call("dnd.info", user="U0SAM"))["dnd_enabled"] is False
    assert set((await local.call("dnd.teamInfo", users="U0SAM,U0JO"))["users"]) == {"U0SAM", "U0JO"}


async def test_a_group_is_made_filled_changed_disabled_and_outlives_nothing_but_a_reset(local: Local) -> None:
    made = (await local.call("usergroups.create", name="Night shift", handle="night", include_count=True))["usergroup"]
    assert (made["handle"], made["user_count"], made["created_by"]) == ("night", 0, "U0BATON")
    group = {"usergroup": made["id"]}
    filled = (await local.call("usergroups.users.update", **group, users="U0SAM,U0JO"))["usergroup"]
    assert filled["users"] == ["U0SAM", "U0JO"]
    assert (await local.call("usergroups.users.list", **group))["users"] == ["U0SAM", "U0JO"]
    changed = (await local.call("usergroups.update", **group, description="Who is up"))["usergroup"]
    assert (changed["description"], changed["name"]) == ("Who is up", "Night shift")
    await local.call("usergroups.disable", **group)
    assert made["id"] not in {each["id"] for each in (await local.call("usergroups.list"))["usergroups"]}
    everyone = (await local.call("usergroups.list", include_disabled=True, include_users=True))["usergroups"]
    assert {each["id"]: each["users"] for each in everyone}[made["id"]] == ["U0SAM", "U0JO"]
    assert (await local.call("usergroups.enable", **group))["usergroup"]["date_delete"] == 0
    local.workspace.reset()
    assert len((await local.call("usergroups.list"))["usergroups"]) == 2


async def test_a_test_call_is_told_what_it_said(local: Local) -> None:
    assert await local.call("api.test", token="", foo="bar") == {"ok": True, "args": {"foo": "bar"}}
    refused = await local.call("api.test", token="", error="my_error")
    assert refused == {"ok": False, "error": "my_error", "args": {"error": "my_error"}}


async def test_the_team_has_no_fields_and_no_emoji_of_its_own(local: Local) -> None:
    assert (await local.call("team.profile.get"))["profile"] == {"fields": [], "sections": []}
    assert (await local.call("emoji.list", include_categories=True))["emoji"] == {}
