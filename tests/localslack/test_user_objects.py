"""User objects, bots and their pictures have the fields that Slack's have."""

import re

from localslack.team import changes
from tests.localslack.support import Local

PROFILE = {
    *("title", "phone", "skype", "real_name", "real_name_normalized", "display_name", "display_name_normalized"),
    *("status_text", "status_text_canonical", "status_emoji", "status_expiration", "avatar_hash", "team"),
    *("first_name", "last_name", "image_24", "image_32", "image_48", "image_72", "image_192", "image_512"),
}
USER = {
    *("id", "team_id", "name", "deleted", "color", "real_name", "tz", "tz_label", "tz_offset", "profile", "updated"),
    *("is_admin", "is_owner", "is_primary_owner", "is_restricted", "is_ultra_restricted", "is_bot", "is_app_user"),
    *("is_email_confirmed", "who_can_share_contact_card"),
}


async def test_people_the_bot_and_slackbot_have_every_field_of_a_user(local: Local) -> None:
    listed = {each["id"]: each for each in (await local.call("users.list"))["members"]}
    for user in ("U0SAM", "U0BATON", "USLACKBOT"):
        shown = (await local.call("users.info", user=user))["user"]
        assert shown == listed[user]
        assert (USER - shown.keys(), PROFILE - shown["profile"].keys()) == (set(), set())
    assert (listed["U0SAM"]["has_2fa"], listed["U0BATON"]["profile"]["always_active"]) == (False, True)


async def test_names_are_split_and_told_without_accents(local: Local) -> None:
    changes.change_person(local.workspace, "U0SAM", {"name": "Zoë van Æ", "handle": "zoë"})
    profile = (await local.call("users.profile.get", user="U0SAM"))["profile"]
    assert (profile["first_name"], profile["last_name"]) == ("Zoë", "van Æ")
    assert (profile["real_name_normalized"], profile["display_name_normalized"]) == ("Zoe van Æ", "zoe")
    assert (profile["fields"], profile["status_emoji_display_info"]) == ({}, [])


async def test_a_time_zone_is_told_in_words_as_of_now(local: Local) -> None:
    changes.change_person(local.workspace, "U0SAM", {"zone": "Europe/Berlin"})
    changes.change_person(local.workspace, "U0JO", {"zone": "Asia/Kathmandu"})
    told = [(await local.call("users.info", user=user))["user"] for user in ("U0BATON", "U0SAM", "U0JO")]
    assert [(each["tz_label"], each["tz_offset"]) for each in told] == [
        ("Eastern Standard Time", -18_000),
        ("Central European Time", 3_600),
        ("+0545", 20_700),
    ]


async def test_pictures_are_the_workspaces_own_and_there(local: Local) -> None:
    person = (await local.call("users.info", user="U0SAM"))["user"]["profile"]
    info = (await local.call("bots.info"))["bot"]["icons"]
    posted = (await local.call("chat.postMessage", channel="C0SALES", text="x"))["message"]["bot_profile"]["icons"]
    assert set(info) == {"image_36", "image_48", "image_72"} and posted == info
    for address in {person["image_24"], person["image_512"], info["image_48"]}:
        async with local.http.get(address) as answer:
            assert answer.status == 200 and address.startswith(local.base)


async def test_what_people_write_has_an_id_of_the_form_clients_give(local: Local) -> None:
    await local.act(do="say", me="U0SAM", channel="sales", text="hello")
    [message] = (await local.call("conversations.history", channel="C0SALES"))["messages"]
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", message["client_msg_id"])
