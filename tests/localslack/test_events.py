"""What the app is told of what happens: the right events, in Slack's shapes, and only those it asked for and may see."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from localslack.state import opened
from localslack.talk import messages, pins, reactions, sessions
from localslack.talk.messages import Draft
from localslack.team import changes, groups
from localslack.team.rooms import Room
from tests.localslack.support import Heard, Local, bot, running, until

SAMPLES = Path(__file__).parents[3] / "shared" / "data" / "slack" / "json-logs" / "samples" / "events"
OPTIONAL = {
    "team",
    "event_ts",
    "cache_ts",
    "channel_type",
    "app_id",
    "bot_id",
    "bot_profile",
    "blocks",
    "parent_user_id",
}
"""Keys that Slack sends with events of a kind though the sample of that kind is without them."""
TOLD_ELSEWHERE = {"reply_users", "icons", "elements", "client_msg_id"}
"""In Slack's documentation, not in the samples, or of many shapes."""

Happening = Callable[[Local], Awaitable[None]]


def told(local: Local) -> list[dict[str, Any]]:
    """Return the events that wait for the app, oldest first."""
    return [
        opened(row["payload"])["event"]
        for row in local.workspace.state.all("SELECT payload FROM deliveries ORDER BY rowid")
    ]


def names(local: Local) -> list[str]:
    return [f"{event['type']}/{event['subtype']}" if "subtype" in event else event["type"] for event in told(local)]


def room(local: Local, channel: str = "C0SUPPORT") -> Room:
    found = local.workspace.rooms.get(channel)
    assert found
    return found


def unknown(ours: Any, theirs: Any, at: str = "") -> list[str]:
    """Return the places of keys that the sample has not."""
    if isinstance(ours, list) and isinstance(theirs, list) and ours and theirs:
        return [place for each in ours for place in unknown(each, theirs[0], at + "[]")]
    if not isinstance(ours, dict) or not isinstance(theirs, dict) or not theirs:
        return []
    extra = [f"{at}.{key}" for key in ours if key not in theirs and key not in OPTIONAL | TOLD_ELSEWHERE]
    return extra + [
        place
        for key in ours.keys() & theirs.keys() - TOLD_ELSEWHERE - {"blocks", "attachments"}
        for place in unknown(ours[key], theirs[key], f"{at}.{key}")
    ]


async def said(local: Local, text: str = "hello", **more: Any) -> str:
    return str((await local.act(do="say", me="U0SAM", channel="C0SUPPORT", text=text, **more))["ts"])


async def mentioned(local: Local) -> None:
    await said(local, "@Baton help")


async def deleted(local: Local) -> None:
    messages.delete(local.workspace, room(local), await said(local))


async def edited(local: Local) -> None:
    messages.update(local.workspace, room(local), await said(local), {"text": "better"})


async def broadcast(local: Local) -> None:
    root = await said(local)
    messages.post(local.workspace, room(local), "U0SAM", Draft("both", thread_ts=root, broadcast=True))


async def by_another_name(local: Local) -> None:
    await local.call("chat.postMessage", channel="C0SUPPORT", text="x", username="Night desk", icon_emoji=":owl:")


async def waved(local: Local) -> None:
    await local.call("chat.meMessage", channel="C0SUPPORT", text="waves")


async def reacted(local: Local) -> None:
    reactions.add(local.workspace, room(local), await said(local), "eyes", "U0JO")


async def unreacted(local: Local) -> None:
    ts = await said(local)
    reactions.add(local.workspace, room(local), ts, "eyes", "U0JO")
    reactions.remove(local.workspace, room(local), ts, "eyes", "U0JO")


async def pinned(local: Local) -> None:
    pins.add(local.workspace, room(local), await said(local), "U0JO")


async def unpinned(local: Local) -> None:
    await pinned(local)
    pins.remove(local.workspace, room(local), pins.listed(local.workspace, room(local))[0]["message"]["ts"], "U0JO")


async def came(local: Local) -> None:
    changes.enter(
        local.workspace, changes.create_room(local.workspace, "new", False, "U0BATON"), "U0JO", inviter="U0SAM"
    )


async def went(local: Local) -> None:
    changes.exit_room(local.workspace, room(local), "U0JO")


async def archived(local: Local) -> None:
    changes.archive(local.workspace, room(local), "U0MAYA")


async def opened_again(local: Local) -> None:
    changes.unarchive(local.workspace, changes.archive(local.workspace, room(local), "U0MAYA"), "U0MAYA")


async def made(local: Local) -> None:
    changes.create_room(local.workspace, "new", False, "U0SAM")


async def renamed(local: Local) -> None:
    changes.rename(local.workspace, room(local), "help-desk", "U0MAYA")


async def topical(local: Local) -> None:
    changes.describe(local.workspace, room(local), "topic", "Calm", "U0MAYA")


async def purposeful(local: Local) -> None:
    changes.describe(local.workspace, room(local), "purpose", "Help", "U0MAYA")


async def removed(local: Local) -> None:
    changes.remove_room(local.workspace, "C0SUPPORT", "U0MAYA")


async def shut_out(local: Local) -> None:
    changes.exit_room(local.workspace, room(local), "U0BATON", by="U0MAYA")


async def shared(local: Local) -> None:
    changes.share(local.workspace, room(local), "T0FAR")


async def unshared(local: Local) -> None:
    changes.unshare(local.workspace, changes.share(local.workspace, room(local), "T0FAR"))


async def hired(local: Local) -> None:
    changes.add_person(local.workspace, "U0NEW", {"name": "Kit Moreau", "email": "kit@example.com"})


async def married(local: Local) -> None:
    changes.change_person(local.workspace, "U0JO", {"name": "Jo Nair"})


async def grouped(local: Local) -> None:
    groups.make(local.workspace, "U0MAYA", "Night", "night", "", ())


async def regrouped(local: Local) -> None:
    groups.change(local.workspace, groups.find(local.workspace, "S0MONEY"), "U0MAYA", people=("U0SAM", "U0BATON"))


async def uninstalled(local: Local) -> None:
    changes.uninstall(local.workspace)


async def private(local: Local, then: Callable[[Room], Any]) -> None:
    secret = changes.create_room(local.workspace, "secret", True, "U0SAM")
    changes.enter(local.workspace, secret, "U0BATON")
    then(secret)


async def archived_in_private(local: Local) -> None:
    await private(local, lambda secret: changes.archive(local.workspace, secret, "U0SAM"))


async def renamed_in_private(local: Local) -> None:
    await private(local, lambda secret: changes.rename(local.workspace, secret, "hidden", "U0SAM"))


async def shut_out_of_private(local: Local) -> None:
    await private(local, lambda secret: changes.exit_room(local.workspace, secret, "U0BATON"))


HAPPENINGS: list[tuple[Happening, str, str]] = [
    (mentioned, "app_mention", "AppMention"),
    (said, "message", "Message"),
    (edited, "message/message_changed", "MessageChanged"),
    (deleted, "message/message_deleted", "MessageDeleted"),
    (broadcast, "message/thread_broadcast", "MessageThreadBroadcast"),
    (by_another_name, "message/bot_message", "MessageBot"),
    (waved, "message/me_message", "MessageMe"),
    (came, "message/channel_join", "MessageChannelJoin"),
    (went, "message/channel_leave", "MessageChannelLeave"),
    (topical, "message/channel_topic", "MessageChannelTopic"),
    (purposeful, "message/channel_purpose", "MessageChannelPurpose"),
    (renamed, "message/channel_name", "MessageChannelName"),
    (archived, "message/channel_archive", "MessageChannelArchive"),
    (opened_again, "message/channel_unarchive", "MessageChannelUnarchive"),
    (reacted, "reaction_added", "ReactionAdded"),
    (unreacted, "reaction_removed", "ReactionRemoved"),
    (pinned, "pin_added", "PinAdded"),
    (unpinned, "pin_removed", "PinRemoved"),
    (came, "member_joined_channel", "MemberJoinedChannel"),
    (went, "member_left_channel", "MemberLeftChannel"),
    (made, "channel_created", "ChannelCreated"),
    (renamed, "channel_rename", "ChannelRename"),
    (archived, "channel_archive", "ChannelArchive"),
    (opened_again, "channel_unarchive", "ChannelUnarchive"),
    (removed, "channel_deleted", "ChannelDeleted"),
    (shut_out, "channel_left", "ChannelLeft"),
    (shared, "channel_shared", "ChannelShared"),
    (unshared, "channel_unshared", "ChannelUnshared"),
    (archived_in_private, "group_archive", "GroupArchive"),
    (renamed_in_private, "group_rename", "GroupRename"),
    (shut_out_of_private, "group_left", "GroupLeft"),
    (hired, "team_join", "TeamJoin"),
    (married, "user_change", "UserChange"),
    (married, "user_profile_changed", "UserProfileChanged"),
    (grouped, "subteam_created", "SubteamCreated"),
    (regrouped, "subteam_updated", "SubteamUpdated"),
    (regrouped, "subteam_members_changed", "SubteamMembersChanged"),
    (regrouped, "subteam_self_added", "SubteamSelfAdded"),
    (uninstalled, "app_uninstalled", "AppUninstalled"),
    (uninstalled, "tokens_revoked", "TokensRevoked"),
]


@pytest.mark.parametrize(("happening", "name", "sample"), HAPPENINGS, ids=[name for _, name, _ in HAPPENINGS])
async def test_an_event_has_the_keys_of_slacks_own(local: Local, happening: Happening, name: str, sample: str) -> None:
    if not SAMPLES.is_dir():
        pytest.skip("Slack's recorded events (../shared/data/slack) are not on this machine")
    await happening(local)
    events = [event for event, each in zip(told(local), names(local), strict=True) if each == name]
    assert events, names(local)
    recorded = json.loads((SAMPLES / f"{sample}Payload.json").read_text(encoding="utf-8"))["event"]
    assert unknown(events[-1], recorded) == []
    outer = opened(local.workspace.state.all("SELECT payload FROM deliveries")[-1]["payload"])
    assert {
        "token",
        "team_id",
        "api_app_id",
        "event",
        "type",
        "event_id",
        "event_time",
        "authorizations",
    } <= outer.keys()


async def test_what_a_reaction_is_told_with_is_whole(local: Local) -> None:
    await reacted(local)
    ts = told(local)[0]["ts"]
    event = told(local)[-1]
    event.pop("event_ts")
    item = {"type": "message", "channel": "C0SUPPORT", "ts": ts}
    assert event == {"type": "reaction_added", "user": "U0JO", "reaction": "eyes", "item": item, "item_user": "U0SAM"}


async def test_one_happening_is_told_in_slacks_order(local: Local) -> None:
    await came(local)
    assert names(local) == [
        "channel_created",
        "member_joined_channel",
        "message/channel_join",
        "member_joined_channel",
        "message/channel_join",
    ]
    assert [event.get("inviter") for event in told(local)[-2:]] == ["U0SAM", "U0SAM"]


async def test_a_mention_is_told_in_channels_and_groups_again_when_edited_and_never_in_a_direct_conversation(
    local: Local,
) -> None:
    ts = await said(local, "@Baton help")
    messages.update(local.workspace, room(local), ts, {"text": "<@U0BATON> please help"})
    messages.update(local.workspace, room(local), ts, {"blocks": None})
    dm = local.workspace.direct(frozenset({"U0SAM", "U0BATON"}))
    three = local.workspace.direct(frozenset({"U0SAM", "U0JO", "U0BATON"}))
    for place in (dm, three):
        messages.post(local.workspace, place, "U0SAM", Draft("<@U0BATON> hello"))
    mentions = [event for event in told(local) if event["type"] == "app_mention"]
    assert [(event["channel"], "edited" in event) for event in mentions] == [
        ("C0SUPPORT", False),
        ("C0SUPPORT", True),
        (three.id, False),
    ]
    assert not any("channel_type" in event for event in mentions)


async def test_the_bot_does_not_mention_itself_nor_does_a_note_of_the_channel(local: Local) -> None:
    await local.call("chat.postMessage", channel="C0SUPPORT", text="<@U0BATON> is me")
    changes.describe(local.workspace, room(local), "topic", "ask <@U0BATON>", "U0MAYA")
    assert "app_mention" not in names(local)


async def test_the_app_hears_nothing_from_where_it_is_not(local: Local) -> None:
    local.workspace.rooms.leave("C0SUPPORT", "U0BATON")
    for happening in (said, mentioned, edited, reacted, went, topical):
        await happening(local)
    secret = changes.create_room(local.workspace, "secret", True, "U0SAM")
    changes.rename(local.workspace, secret, "hidden", "U0SAM")
    assert names(local) == []
    await renamed(local)
    assert names(local) == ["channel_rename"]


async def test_only_what_the_manifest_subscribes_to_is_sent(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.yml"
    manifest.write_text("settings: {event_subscriptions: {bot_events: [reaction_added, member_left_channel]}}\n")
    async with running(manifest=manifest) as local:
        for happening in (mentioned, reacted, unreacted, pinned, went, renamed, hired, married, uninstalled):
            await happening(local)
        assert names(local) == ["reaction_added", "reaction_added", "member_left_channel"]


async def test_what_happens_in_a_shared_channel_says_so(local: Local) -> None:
    await shared(local)
    await said(local)
    rows = local.workspace.state.all("SELECT payload FROM deliveries ORDER BY rowid")
    assert [opened(row["payload"])["is_ext_shared_channel"] for row in rows] == [True, True]


async def test_pressing_stop_is_told_to_the_app(local: Local) -> None:
    ts = await said(local)
    sessions.stop(local.workspace, room(local), "U0SAM", ts, [])
    event = told(local)[-1]
    event.pop("event_ts")
    assert event == {
        "type": "agent_session_stopped",
        "channel": "C0SUPPORT",
        "thread_ts": ts,
        "user": "U0SAM",
        "streaming_message_ts": [],
    }


async def test_a_bolt_app_hears_of_people_coming_reacting_and_leaving(local: Local) -> None:
    def register(app: Any, heard: Heard) -> None:
        async def note(event: dict[str, Any]) -> None:
            heard.items.append(
                (event["type"], event.get("user") if isinstance(event.get("user"), str) else event["user"]["id"])
            )

        for name in ("member_joined_channel", "reaction_added", "user_change", "member_left_channel"):
            app.event(name)(note)

    async with bot(local.base, register) as heard:
        changes.enter(local.workspace, room(local, "C0BILLING"), "U0GUEST", inviter="U0MAYA")
        await reacted(local)
        changes.change_person(local.workspace, "U0GUEST", {"deleted": True})
        await went(local)
        await until(lambda: len(heard.items) == 4)
    assert sorted(heard.items) == [
        ("member_joined_channel", "U0GUEST"),
        ("member_left_channel", "U0JO"),
        ("reaction_added", "U0JO"),
        ("user_change", "U0GUEST"),
    ]
