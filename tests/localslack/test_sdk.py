"""Slack's own client, unchanged, reaches every method: whatever it sends as JSON, form or in the address is understood."""

import asyncio
from typing import Any

from slack_sdk import WebClient
from slack_sdk.web.async_client import AsyncWebClient

from localslack.methods import METHODS
from tests.localslack.support import Local

ELSEWHERE = (
    "views.",
    "files.",
    "blocks.",
    "chat.startStream",
    "chat.appendStream",
    "chat.stopStream",
    "apps.connections.open",
)
"""Methods whose own tests drive the client."""


async def test_the_client_reaches_every_method(local: Local) -> None:
    await every_method(AsyncWebClient(token="xoxb-local", base_url=f"{local.base}/api/"), local)
    log = (await local.get("/_control/calls"))["calls"]
    assert [line for line in log if not line["ok"]] == []
    reached = {line["method"] for line in log}
    assert {name for name in METHODS if not name.startswith(ELSEWHERE)} - reached == {"conversations.unarchive"}


async def test_neither_client_is_warned_of_how_it_sends(local: Local) -> None:
    address, post = f"{local.base}/api/", {"channel": "C0SUPPORT", "text": "x"}
    slow, fast = WebClient(token="xoxb-local", base_url=address), AsyncWebClient(token="xoxb-local", base_url=address)
    answers = [
        await asyncio.to_thread(slow.auth_test),
        await asyncio.to_thread(slow.chat_postMessage, **post),
        await asyncio.to_thread(slow.conversations_list, types=["public_channel"]),
        await fast.auth_test(),
        await fast.chat_postMessage(**post),
        await fast.conversations_list(types=["public_channel"]),
    ]
    assert ["warning" in str(answer.data) for answer in answers] == [False] * 6


async def every_method(slack: AsyncWebClient, local: Local) -> None:
    """Call each method once, as an app would; the client raises on every refusal."""
    await people(slack)
    room = (await slack.conversations_create(name="night-desk", is_private=False))["channel"]["id"]
    await rooms(slack, room)
    await writing(slack, room, local)
    await groups(slack)
    await slack.conversations_archive(channel=room)
    await slack.auth_revoke(test=True)


async def people(slack: AsyncWebClient) -> None:
    await slack.api_test(foo="bar")
    await slack.auth_test()
    await slack.team_info()
    await slack.team_profile_get()
    await slack.bots_info(bot="B0BATON")
    await slack.emoji_list(include_categories=True)
    await slack.users_info(user="U0SAM", include_locale=True)
    assert len((await slack.users_list(limit=2))["members"]) == 2
    await slack.users_lookupByEmail(email="sam@example.com")
    await slack.users_conversations(types=["public_channel", "im"], exclude_archived=True)
    await slack.users_profile_get(user="U0SAM")
    await slack.users_getPresence(user="U0SAM")
    await slack.users_setPresence(presence="auto")
    await slack.dnd_info(user="U0SAM")
    await slack.dnd_teamInfo(users=["U0SAM", "U0JO"])


async def rooms(slack: AsyncWebClient, room: str) -> None:
    await slack.conversations_invite(channel=room, users=["U0SAM", "U0JO"])
    await slack.conversations_kick(channel=room, user="U0JO")
    await slack.conversations_leave(channel=room)
    await slack.conversations_join(channel=room)
    await slack.conversations_rename(channel=room, name="day-desk")
    await slack.conversations_setTopic(channel=room, topic="Calm")
    await slack.conversations_setPurpose(channel=room, purpose="Help")
    await slack.conversations_list(types=["public_channel", "private_channel", "im", "mpim"], limit=100)
    assert (await slack.conversations_info(channel=room, include_num_members=True))["channel"]["num_members"] == 2
    await slack.conversations_members(channel=room, limit=10)
    opened = await slack.conversations_open(users=["U0SAM", "U0JO"], return_im=True)
    assert opened["channel"]["is_mpim"]
    await slack.conversations_close(channel=opened["channel"]["id"])


async def writing(slack: AsyncWebClient, room: str, local: Local) -> None:
    metadata = {"event_type": "card", "event_payload": {"key": "c_1"}}
    blocks: list[dict[str, Any]] = [{"type": "divider"}]
    ts = (await slack.chat_postMessage(channel=room, text="x", blocks=blocks, metadata=metadata, unfurl_links=False))[
        "ts"
    ]
    await slack.chat_update(channel=room, ts=ts, text="y")
    await slack.chat_postEphemeral(channel=room, user="U0SAM", text="x")
    await slack.chat_meMessage(channel=room, text="waves")
    await slack.chat_getPermalink(channel=room, message_ts=ts)
    soon = int(local.clock.now().timestamp()) + 600
    later = (await slack.chat_scheduleMessage(channel=room, post_at=soon, text="later"))["scheduled_message_id"]
    assert len((await slack.chat_scheduledMessages_list(channel=room, limit=5))["scheduled_messages"]) == 1
    await slack.chat_deleteScheduledMessage(channel=room, scheduled_message_id=later)
    found = await slack.conversations_history(
        channel=room, include_all_metadata=True, limit=10, inclusive=True, oldest=ts
    )
    assert found["messages"][-1]["metadata"] == metadata
    await slack.conversations_replies(channel=room, ts=ts, limit=10)
    await slack.conversations_mark(channel=room, ts=ts)
    await slack.reactions_add(channel=room, timestamp=ts, name="eyes")
    await slack.reactions_get(channel=room, timestamp=ts, full=True)
    await slack.reactions_list(limit=5)
    await slack.reactions_remove(channel=room, timestamp=ts, name="eyes")
    await slack.pins_add(channel=room, timestamp=ts)
    await slack.pins_list(channel=room)
    await slack.pins_remove(channel=room, timestamp=ts)
    link = {"channel_id": room, "title": "Handbook", "type": "link", "link": "https://example.com"}
    bookmark = (await slack.bookmarks_add(**link))["bookmark"]["id"]
    await slack.bookmarks_edit(bookmark_id=bookmark, channel_id=room, title="The handbook")
    await slack.bookmarks_list(channel_id=room)
    await slack.bookmarks_remove(bookmark_id=bookmark, channel_id=room)
    await slack.assistant_threads_setStatus(
        channel_id=room, thread_ts=ts, status="is thinking", loading_messages=["a", "b"]
    )
    await slack.assistant_threads_setTitle(channel_id=room, thread_ts=ts, title="T")
    await slack.assistant_threads_setSuggestedPrompts(
        channel_id=room, thread_ts=ts, prompts=[{"title": "a", "message": "b"}]
    )
    await slack.agents_sessions_setStatus(channel_id=room, thread_ts=ts, status="processing", title="T")
    await slack.agents_sessions_rename(channel_id=room, thread_ts=ts, title="U")
    await slack.chat_delete(channel=room, ts=ts)


async def groups(slack: AsyncWebClient) -> None:
    group = (await slack.usergroups_create(name="Night", handle="night", include_count=True))["usergroup"]["id"]
    await slack.usergroups_update(usergroup=group, description="Who is up")
    await slack.usergroups_users_update(usergroup=group, users=["U0SAM", "U0JO"])
    assert (await slack.usergroups_users_list(usergroup=group))["users"] == ["U0SAM", "U0JO"]
    await slack.usergroups_disable(usergroup=group)
    await slack.usergroups_enable(usergroup=group)
    await slack.usergroups_list(include_users=True, include_disabled=True)
