"""chat.*: writing, changing, for later, by other names."""

from pathlib import Path
from typing import Any

import pytest

from tests.localslack.support import Local, running, until

MANIFEST = """
features: {{app_home: {{messages_tab_enabled: {tab}}}}}
oauth_config: {{scopes: {{bot: [{scopes}]}}}}
settings: {{event_subscriptions: {{bot_events: []}}}}
"""


def manifest(folder: Path, *scopes: str, tab: str = "true") -> Path:
    path = folder / "manifest.yml"
    path.write_text(MANIFEST.format(scopes=", ".join(scopes), tab=tab))
    return path


async def newest(local: Local, channel: str = "C0SUPPORT") -> dict[str, Any]:
    return (await local.call("conversations.history", channel=channel, limit=1))["messages"][0]


@pytest.mark.parametrize("where", ["C0SUPPORT", "#support-desk", "support-desk"])
async def test_a_channel_is_found_by_id_and_by_name(local: Local, where: str) -> None:
    assert (await local.call("chat.postMessage", channel=where, text="x"))["channel"] == "C0SUPPORT"
    assert (await local.call("chat.postEphemeral", channel=where, text="x", user="U0SAM"))["ok"]


async def test_a_text_that_is_too_long_is_cut_off_with_a_warning(local: Local) -> None:
    answer = await local.call("chat.postMessage", channel="C0SUPPORT", text="x" * 40_001)
    assert (answer["warning"], answer["response_metadata"]["warnings"]) == ("message_truncated", ["message_truncated"])
    assert len((await newest(local))["text"]) == 40_000


async def test_markdown_becomes_a_markdown_block(local: Local) -> None:
    posted = (await local.call("chat.postMessage", channel="C0SUPPORT", markdown_text="**x**"))["message"]
    updated = await local.call("chat.update", channel="C0SUPPORT", ts=posted["ts"], markdown_text="**y**")
    shown = [[(block["type"], block["text"]) for block in each["blocks"]] for each in (posted, updated["message"])]
    assert shown == [[("markdown", "**x**")], [("markdown", "**y**")]]


async def test_what_the_bot_does_is_told_as_a_me_message(local: Local) -> None:
    answer = await local.call("chat.meMessage", channel="C0SUPPORT", text="waves")
    message = await newest(local)
    assert (message["ts"], message["subtype"], message["text"]) == (answer["ts"], "me_message", "waves")


async def test_another_name_and_icon_need_a_scope_and_are_dropped_without_it(tmp_path: Path) -> None:
    dressed = {"channel": "C0SUPPORT", "text": "x", "username": "Night desk", "icon_emoji": ":owl:"}
    async with running(manifest=manifest(tmp_path, "chat:write", "chat:write.customize", "channels:history")) as local:
        message = (await local.call("chat.postMessage", **dressed))["message"]
        assert (message["subtype"], message["username"], message["icons"]) == (
            "bot_message",
            "Night desk",
            {"emoji": ":owl:"},
        )
        assert message["bot_id"] == "B0BATON"
        assert "user" not in message
        reply = await local.call("chat.postMessage", channel="C0SUPPORT", text="y", thread_ts=message["ts"])
        assert reply["ok"]
        edited = await local.call("chat.update", channel="C0SUPPORT", ts=message["ts"], text="z")
        assert edited["message"]["username"] == "Night desk"
    async with running(manifest=manifest(tmp_path, "chat:write")) as local:
        message = (await local.call("chat.postMessage", **dressed))["message"]
        assert (message["user"], "username" in message, "subtype" in message) == ("U0BATON", False, False)


async def test_public_channels_can_be_written_to_from_outside_with_the_scope_for_it(tmp_path: Path) -> None:
    async with running(manifest=manifest(tmp_path, "chat:write", "chat:write.public")) as local:
        local.workspace.rooms.leave("C0SALES", "U0BATON")
        secret = local.workspace.rooms.create("secret", True, "U0MAYA")
        assert (await local.call("chat.postMessage", channel="C0SALES", text="x"))["ok"]
        assert (await local.call("chat.postMessage", channel=secret.id, text="x"))["error"] == "channel_not_found"


async def test_without_a_messages_tab_nobody_is_written_to_directly(tmp_path: Path) -> None:
    async with running(manifest=manifest(tmp_path, "chat:write", tab="false")) as local:
        assert (await local.call("chat.postMessage", channel="U0SAM", text="x"))["error"] == "messages_tab_disabled"
        assert (await local.call("chat.postMessage", channel="C0SUPPORT", text="x"))["ok"]


async def test_names_of_groups_and_channels_become_links_when_asked_for(local: Local) -> None:
    text = "@support and @nobody, see #sales and #nowhere"
    plain = await local.call("chat.postMessage", channel="C0SUPPORT", text=text)
    linked = await local.call("chat.postMessage", channel="C0SUPPORT", text=text, link_names=True)
    assert plain["message"]["text"] == text
    assert linked["message"]["text"] == "<!subteam^S0SUPPORT|@support> and @nobody, see <#C0SALES|sales> and #nowhere"


async def test_a_message_that_is_being_streamed_cannot_be_updated(local: Local) -> None:
    root = (await local.call("chat.postMessage", channel="C0SUPPORT", text="root"))["ts"]
    whom = {"recipient_user_id": "U0SAM", "recipient_team_id": "T0HARBOR"}
    stream = await local.call("chat.startStream", channel="C0SUPPORT", thread_ts=root, markdown_text="a", **whom)
    answer = await local.call("chat.update", channel="C0SUPPORT", ts=stream["ts"], text="x")
    assert answer["error"] == "streaming_state_conflict"


async def test_a_message_that_is_being_streamed_cannot_be_deleted_until_it_is_done(local: Local) -> None:
    root = (await local.call("chat.postMessage", channel="C0SUPPORT", text="root"))["ts"]
    whom = {"recipient_user_id": "U0SAM", "recipient_team_id": "T0HARBOR"}
    place = {"channel": "C0SUPPORT"}
    place["ts"] = (await local.call("chat.startStream", **place, thread_ts=root, markdown_text="a", **whom))["ts"]
    assert (await local.call("chat.delete", **place))["error"] == "cant_delete_message"
    await local.call("chat.stopStream", **place)
    assert (await local.call("chat.delete", **place))["ok"]


async def test_a_message_for_later_is_posted_once_when_its_time_has_come(local: Local) -> None:
    at = int(local.clock.now().timestamp()) + 600
    made = await local.call("chat.scheduleMessage", channel="C0SUPPORT", text="later", post_at=at)
    assert (made["channel"], made["post_at"], made["message"]["text"]) == ("C0SUPPORT", at, "later")
    listed = (await local.call("chat.scheduledMessages.list"))["scheduled_messages"]
    assert [(each["id"], each["channel_id"], each["post_at"]) for each in listed] == [
        (made["scheduled_message_id"], "C0SUPPORT", at)
    ]
    local.clock.move(601)
    await until(lambda: local.workspace.state.one("SELECT 1 FROM messages"))
    history = (await local.call("conversations.history", channel="C0SUPPORT"))["messages"]
    assert [(each["text"], each["user"]) for each in history] == [("later", "U0BATON")]
    assert (await local.call("chat.scheduledMessages.list"))["scheduled_messages"] == []


async def test_a_message_for_later_survives_a_restart(tmp_path: Path) -> None:
    state = tmp_path / "workspace.db"
    async with running(state) as local:
        at = int(local.clock.now().timestamp()) + 60
        blocks = [{"type": "divider", "block_id": "line"}]
        await local.call("chat.scheduleMessage", channel="C0SUPPORT", text="later", post_at=at, blocks=blocks)
    async with running(state) as local:
        local.clock.move(61)
        await until(lambda: local.workspace.state.one("SELECT 1 FROM messages"))
        message = await newest(local)
        assert (message["text"], message["blocks"]) == ("later", blocks)


async def test_a_message_for_later_is_taken_back_but_not_within_its_last_minute(local: Local) -> None:
    now = int(local.clock.now().timestamp())
    ids = [
        (await local.call("chat.scheduleMessage", channel="C0SUPPORT", text="x", post_at=now + after))
        for after in (59, 3600)
    ]
    answers = [
        await local.call(
            "chat.deleteScheduledMessage", channel="C0SUPPORT", scheduled_message_id=each["scheduled_message_id"]
        )
        for each in ids
    ]
    assert [answer.get("error") for answer in answers] == ["invalid_scheduled_message_id", None]


async def test_more_than_thirty_messages_within_five_minutes_are_too_many(local: Local) -> None:
    at = int(local.clock.now().timestamp()) + 3600
    for place in range(30):
        answer = await local.call("chat.scheduleMessage", channel="C0SUPPORT", text="x", post_at=at + 9 * place)
        assert answer["ok"]
    crowded = await local.call("chat.scheduleMessage", channel="C0SUPPORT", text="x", post_at=at + 100)
    elsewhere = await local.call("chat.scheduleMessage", channel="C0SALES", text="x", post_at=at + 100)
    after = await local.call("chat.scheduleMessage", channel="C0SUPPORT", text="x", post_at=at + 600)
    assert (crowded["error"], elsewhere["ok"], after["ok"]) == ("restricted_too_many", True, True)


@pytest.mark.parametrize(
    ("change", "error"),
    [({"archived": True}, "is_archived"), ({}, "not_in_channel")],
)
async def test_a_message_that_cannot_be_posted_any_more_is_dropped(
    local: Local, change: dict[str, Any], error: str
) -> None:
    at = int(local.clock.now().timestamp()) + 60
    await local.call("chat.scheduleMessage", channel="C0SUPPORT", text="later", post_at=at)
    if change:
        local.workspace.rooms.change("C0SUPPORT", **change)
    else:
        local.workspace.rooms.leave("C0SUPPORT", "U0BATON")
    local.clock.move(61)

    async def logged() -> list[dict[str, Any]]:
        return (await local.get("/_control/calls?method=scheduled%20message"))["calls"]

    assert [line["error"] for line in await until(logged)] == [error]
    assert (await local.call("chat.scheduledMessages.list"))["scheduled_messages"] == []
    assert local.workspace.state.one("SELECT 1 FROM messages") is None
