"""What people do to each other's messages and channels, and who may not."""

from typing import Any

import pytest

from localslack.config import Features
from tests.localslack.acting import INES
from tests.localslack.support import Heard, Local, bot, running, until


def events(*names: str) -> Any:
    def listeners(app: Any, heard: Heard) -> None:
        for name in names:

            @app.event(name)
            async def happened(event: Any) -> None:
                heard.items.append(event)

    return listeners


async def said(local: Local, me: str = "U0SAM", channel: str = "sales", text: str = "hello") -> str:
    return str((await local.act(do="say", me=me, channel=channel, text=text))["ts"])


async def test_reactions_of_people_are_seen_and_told(local: Local) -> None:
    async with bot(local.base, events("reaction_added", "reaction_removed")) as heard:
        ts = await said(local)
        mark = {"me": "U0THEO", "channel": "sales", "ts": ts, "name": ":eyes:"}
        assert (await local.act(do="react", **mark))["ok"]
        assert not (await local.act(do="react", **mark))["ok"]
        [message] = (await local.get("/_control/messages?channel=sales"))["messages"]
        assert (await local.act(do="unreact", **mark))["ok"]
        await until(lambda: len(heard.items) == 2)
    assert message["reactions"] == [{"name": "eyes", "users": ["U0THEO"], "count": 1}]
    added = next(each for each in heard.items if each["type"] == "reaction_added")
    assert (added["user"], added["reaction"], added["item_user"]) == ("U0THEO", "eyes", "U0SAM")
    assert added["item"] == {"type": "message", "channel": "C0SALES", "ts": ts}


async def test_pins_of_people_are_told(local: Local) -> None:
    async with bot(local.base, events("pin_added", "pin_removed")) as heard:
        ts = await said(local)
        for what in ("pin", "unpin"):
            assert (await local.act(do=what, me="U0THEO", channel="sales", ts=ts))["ok"]
        await until(lambda: len(heard.items) == 2)
    assert {each["type"] for each in heard.items} == {"pin_added", "pin_removed"}


async def test_people_make_channels_and_bring_the_app_in(local: Local) -> None:
    async with bot(local.base, events("member_joined_channel", "app_mention")) as heard:
        made = (await local.act(do="create", me="U0SAM", name="spare-parts"))["channel"]
        taken = await local.act(do="create", me="U0SAM", name="spare-parts")
        await said(local, channel=made, text="@Baton too early")
        assert (await local.act(do="invite", me="U0SAM", channel=made, users=["U0BATON", "U0JO"]))["ok"]
        await until(lambda: len(heard.items) == 2)
        await said(local, channel=made, text="@Baton now")
        await until(lambda: len(heard.items) == 3)
    joined = {each["user"]: each.get("inviter") for each in heard.items if each["type"] == "member_joined_channel"}
    assert joined == {"U0BATON": "U0SAM", "U0JO": "U0SAM"}
    assert heard.items[-1]["text"] == "<@U0BATON> now"
    assert taken["error"] == "That name is already taken by a channel, username, or user group."


@pytest.mark.parametrize("name", ["Spare", "spare parts", "spare.parts", "", "x" * 81])
async def test_a_channel_has_a_name_as_slack_takes_it(local: Local, name: str) -> None:
    assert not (await local.act(do="create", me="U0SAM", name=name))["ok"]


async def test_people_come_and_go_and_take_others_out(local: Local) -> None:
    made = (await local.act(do="create", me="U0SAM", name="spare-parts"))["channel"]
    assert not (await local.act(do="say", me="U0JO", channel=made, text="hello"))["ok"]
    assert (await local.act(do="join", me="U0JO", channel="spare-parts"))["ok"]
    assert (await local.act(do="say", me="U0JO", channel=made, text="hello"))["ok"]
    assert (await local.act(do="remove", me="U0SAM", channel=made, user="U0JO"))["ok"]
    assert (await local.act(do="leave", me="U0SAM", channel=made))["ok"]
    assert local.workspace.rooms.members(made) == []
    assert not (await local.act(do="leave", me="U0SAM", channel="general"))["ok"]


async def test_a_private_channel_is_joined_by_invitation_only(local: Local) -> None:
    made = (await local.act(do="create", me="U0SAM", name="quiet", private=True))["channel"]
    assert not (await local.act(do="join", me="U0JO", channel=made))["ok"]
    assert (await local.act(do="invite", me="U0SAM", channel=made, users=["U0JO"]))["ok"]


async def test_direct_conversations_are_opened_with_one_or_several(local: Local) -> None:
    one = (await local.act(do="open", me="U0SAM", users=["U0JO"]))["channel"]
    again = (await local.act(do="open", me="U0JO", users=["U0SAM"]))["channel"]
    group = (await local.act(do="open", me="U0SAM", users=["U0JO", "U0THEO"]))["channel"]
    assert one == again and group.startswith("G")
    crowd = [f"U0{n}" for n in range(9)]
    assert not (await local.act(do="open", me="U0SAM", users=crowd))["ok"]


@pytest.mark.parametrize(
    "act",
    [
        {"do": "create", "name": "mine"},
        {"do": "join", "channel": "sales"},
        {"do": "invite", "channel": "support-desk", "users": ["U0JO"]},
        {"do": "remove", "channel": "support-desk", "user": "U0JO"},
        {"do": "say", "channel": "sales", "text": "hello"},
    ],
)
async def test_guests_act_only_where_they_were_put(local: Local, act: Any) -> None:
    assert not (await local.act(me="U0GUEST", **act))["ok"]
    assert (await local.act(do="say", me="U0GUEST", channel="support-desk", text="hello"))["ok"]


async def test_a_guest_of_one_channel_cannot_be_brought_into_another(local: Local) -> None:
    local.workspace.people.change("U0GUEST", {"single_channel": True})
    assert not (await local.act(do="invite", me="U0SAM", channel="sales", users=["U0GUEST"]))["ok"]


async def test_strangers_act_only_where_the_channel_is_shared_with_them(local: Local) -> None:
    local.workspace.people.add("U0FAR", INES)
    for channel in ("C0SALES", "C0BILLING"):
        local.workspace.rooms.join(channel, "U0FAR")
    local.workspace.rooms.change("C0SALES", shared="ext")
    assert (await local.act(do="say", me="U0FAR", channel="sales", text="hello"))["ok"]
    for act in (
        {"do": "say", "channel": "billing", "text": "hello"},
        {"do": "say", "channel": "app", "text": "hello"},
        {"do": "home", "tab": "home"},
        {"do": "create", "name": "ours"},
    ):
        assert not (await local.act(me="U0FAR", **act))["ok"], act
    command = await local.act(do="say", me="U0FAR", channel="sales", text="/baton status")
    assert command["error"] == "/baton is not a valid command."
    assert not (await local.act(do="invite", me="U0SAM", channel="support-desk", users=["U0FAR"]))["ok"]


async def test_who_left_the_team_does_nothing_any_more(local: Local) -> None:
    ts = await said(local, me="U0JO")
    local.workspace.people.change("U0JO", {"deleted": True})
    assert not (await local.act(do="say", me="U0JO", channel="sales", text="hello"))["ok"]
    assert not (await local.act(do="delete", me="U0JO", channel="sales", ts=ts))["ok"]


async def test_nobody_writes_into_an_archived_channel(local: Local) -> None:
    ts = await said(local)
    local.workspace.rooms.change("C0SALES", archived=True)
    for act in (
        {"do": "say", "text": "hello"},
        {"do": "react", "ts": ts, "name": "eyes"},
        {"do": "invite", "users": ["U0GUEST"]},
    ):
        assert not (await local.act(me="U0SAM", channel="sales", **act))["ok"], act


@pytest.mark.parametrize("line", ["/remind me later", "/who", "/invite @theo", "/baton x"])
async def test_a_command_that_is_not_the_apps_is_no_command(line: str) -> None:
    async with running(events=frozenset(), commands=()) as local:
        seen = await local.act(do="say", me="U0SAM", channel="sales", text=line)
        assert seen["error"] == f"{line.split()[0]} is not a valid command."
        assert (await local.get("/_control/messages?channel=sales"))["messages"] == []


async def test_coming_to_the_messages_tab_is_told(local: Local) -> None:
    async with bot(local.base, events("app_home_opened")) as heard:
        seen = await local.act(do="home", me="U0SAM", tab="messages")
        await until(lambda: heard.items)
    assert seen["ts"] is None
    assert heard.items[0]["tab"] == "messages" and "view" not in heard.items[0]


async def test_an_agent_hears_where_somebody_is() -> None:
    names = ("app_home_opened", "app_context_changed", "assistant_thread_started")
    async with running(features=Features(agent=True)) as agent, bot(agent.base, events(*names)) as heard:
        await agent.act(do="home", me="U0SAM", tab="messages", at="billing")
        await agent.act(do="look", me="U0SAM", at="sales")
        await until(lambda: len(heard.items) == 2)
    opened, changed = sorted(heard.items, key=lambda event: str(event["event_ts"]))
    assert opened["context"]["entities"][0]["value"] == "C0BILLING"
    assert changed["context"] == {
        "entities": [{"type": "slack#/types/channel_id", "value": "C0SALES", "team_id": "T0HARBOR"}]
    }


async def test_an_assistant_gets_a_thread_and_the_thread_its_context() -> None:
    names = ("assistant_thread_started", "assistant_thread_context_changed", "app_context_changed")
    async with running(features=Features(assistant=True)) as local, bot(local.base, events(*names)) as heard:
        ts = (await local.act(do="home", me="U0SAM", tab="messages", at="billing"))["ts"]
        await local.act(do="look", me="U0SAM", at="sales", thread_ts=ts)
        await until(lambda: len(heard.items) == 2)
    started, moved = sorted(
        (each["assistant_thread"] for each in heard.items), key=lambda each: each["context"]["channel_id"]
    )
    assert (started["user_id"], started["thread_ts"]) == ("U0SAM", ts)
    assert [started["context"]["channel_id"], moved["context"]["channel_id"]] == ["C0BILLING", "C0SALES"]


async def test_what_is_said_to_an_assistant_outside_a_thread_begins_one() -> None:
    async with running(features=Features(assistant=True)) as local:
        ts = (await local.act(do="say", me="U0SAM", channel="app", text="hello"))["ts"]
        direct = local.workspace.direct(frozenset({"U0SAM", "U0BATON"}))
        root, said = (await local.get(f"/_control/messages?channel={direct.id}"))["messages"]
    assert (root["subtype"], root["reply_count"]) == ("assistant_app_thread", 1)
    assert (said["ts"], said["thread_ts"]) == (ts, root["ts"])


async def test_nobody_knows_an_act_that_is_none(local: Local) -> None:
    assert not (await local.act(do="dance", me="U0SAM"))["ok"]
    assert not (await local.act(do="say", me="U0NOBODY", channel="sales", text="x"))["ok"]
