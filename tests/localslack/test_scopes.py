"""Each method wants its own scope, and the conversations.* one for the kind of conversation."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from localslack.methods import METHODS
from localslack.methods.scopes import HISTORY, MANAGES, READS
from localslack.team import changes
from tests.localslack.support import Local, running


@asynccontextmanager
async def granted(*scopes: str) -> AsyncIterator[tuple[Local, dict[str, str]]]:
    """Run a workspace whose app has these scopes and is in one conversation of each kind; yields those by kind."""
    async with running(scopes=frozenset(scopes)) as local:
        workspace = local.workspace
        secret = changes.create_room(workspace, "secret", True, "U0SAM")
        changes.enter(workspace, secret, "U0BATON")
        dm = workspace.direct(frozenset({"U0SAM", "U0BATON"}))
        three = workspace.direct(frozenset({"U0SAM", "U0JO", "U0BATON"}))
        yield local, {"channel": "C0SUPPORT", "group": secret.id, "im": dm.id, "mpim": three.id}


@pytest.mark.parametrize("kind", ["channel", "group", "im", "mpim"])
@pytest.mark.parametrize(
    ("method", "scopes"),
    [("conversations.history", HISTORY), ("conversations.info", READS), ("conversations.mark", MANAGES)],
)
async def test_a_scope_for_one_kind_of_conversation_opens_no_other(method: str, scopes: Any, kind: str) -> None:
    async with granted(*scopes[kind], "chat:write") as (local, rooms):
        for each, channel in rooms.items():
            answer = await local.call(method, channel=channel, ts="1.000001")
            if each == kind:
                assert answer["ok"]
            else:
                assert (answer["error"], answer["needed"]) == ("missing_scope", scopes[each][0])
                assert answer["provided"] == ",".join(sorted([*scopes[kind], "chat:write"]))


async def test_without_any_of_the_scopes_all_of_them_are_named(local: Local) -> None:
    async with granted("chat:write") as (other, _):
        answer = await other.call("conversations.history", channel="C0SUPPORT")
    assert (answer["error"], answer["needed"]) == (
        "missing_scope",
        "channels:history,groups:history,im:history,mpim:history",
    )


async def test_a_private_channel_the_bot_is_not_in_is_unknown_whatever_it_may_read() -> None:
    async with granted("channels:read") as (local, _):
        hidden = changes.create_room(local.workspace, "hidden", True, "U0SAM")
        assert (await local.call("conversations.info", channel=hidden.id))["error"] == "channel_not_found"


async def test_each_type_in_a_list_wants_its_scope() -> None:
    async with granted("channels:read", "im:read") as (local, rooms):
        answers = {
            types: await local.call("conversations.list", types=types)
            for types in ("public_channel", "im", "public_channel,private_channel", "mpim")
        }
        mine = await local.call("users.conversations", types="private_channel")
    assert [answer.get("needed") for answer in answers.values()] == [None, None, "groups:read", "mpim:read"]
    assert [room["id"] for room in answers["im"]["channels"]] == [rooms["im"]]
    assert mine["needed"] == "groups:read"


@pytest.mark.parametrize(
    ("method", "args", "enough"),
    [
        ("conversations.create", {"name": "night-desk"}, "channels:manage"),
        ("conversations.create", {"name": "night-desk", "is_private": True}, "groups:write"),
        ("conversations.open", {"users": "U0JO"}, "im:write"),
        ("conversations.open", {"users": "U0JO,U0MAYA"}, "mpim:write"),
        ("conversations.setTopic", {"channel": "C0SUPPORT", "topic": "x"}, "channels:write.topic"),
        ("conversations.invite", {"channel": "C0BILLING", "users": "U0PRIYA"}, "channels:write.invites"),
        ("conversations.join", {"channel": "C0SUPPORT"}, "channels:join"),
        ("users.info", {"user": "U0SAM"}, "users:read"),
        ("users.lookupByEmail", {"email": "sam@example.com"}, "users:read.email"),
        ("users.profile.get", {"user": "U0SAM"}, "users.profile:read"),
        ("reactions.list", {}, "reactions:read"),
        ("pins.list", {"channel": "C0SUPPORT"}, "pins:read"),
        ("bookmarks.list", {"channel_id": "C0SUPPORT"}, "bookmarks:read"),
        ("usergroups.list", {}, "usergroups:read"),
        ("team.info", {}, "team:read"),
        ("emoji.list", {}, "emoji:read"),
        ("dnd.info", {}, "dnd:read"),
        ("chat.postMessage", {"channel": "C0SUPPORT", "text": "x"}, "chat:write"),
    ],
)
async def test_one_scope_is_enough_and_none_is_too_little(method: str, args: dict[str, Any], enough: str) -> None:
    async with granted(enough) as (local, _):
        local.workspace.rooms.leave("C0BILLING", "U0PRIYA")
        assert (await local.call(method, **args))["ok"]
        headers = {"Authorization": "Bearer xoxb-local"}
        async with local.http.post(f"{local.base}/api/auth.test", headers=headers) as answer:
            assert answer.headers["X-OAuth-Scopes"] == enough
    async with granted("something:else") as (local, _):
        answer = await local.call(method, **args)
        assert answer["error"] == "missing_scope"
        assert enough in answer["needed"].split(",")


def test_every_method_wants_a_scope_but_those_that_slack_gives_to_any_token() -> None:
    free = {name for name, method in METHODS.items() if not method.scopes and not method.by_kind}
    assert (
        free
        == {
            *("api.test", "auth.test", "auth.revoke", "apps.connections.open", "blocks.validate"),
            *(
                "chat.getPermalink",
                "chat.scheduledMessages.list",
                "views.open",
                "views.push",
                "views.update",
                "views.publish",
            ),
        }
        & METHODS.keys()
    )
