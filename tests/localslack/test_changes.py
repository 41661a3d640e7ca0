"""People and conversations change: the pages are told, it outlives a restart, and wrong orders are refused."""

from pathlib import Path
from typing import Any

import pytest

from localslack.team import changes
from tests.localslack.support import Local, running


def kinds(queue: Any) -> list[str]:
    return [queue.get_nowait()["kind"] for _ in range(queue.qsize())]


async def test_pages_are_told_of_people_and_rooms_that_changed(local: Local) -> None:
    with local.workspace.feed.reader("U0SAM") as queue:
        changes.change_person(local.workspace, "U0JO", {"admin": True})
        assert kinds(queue) == ["people", "rooms"]
        changes.change_room(local.workspace, "C0SUPPORT", {"shared": "ext"})
        assert kinds(queue) == ["rooms"]
        changes.change_room(local.workspace, "C0SUPPORT", {"archived": True})
        assert kinds(queue) == ["message", "rooms"]


async def test_who_joins_the_team_comes_into_general_unless_a_guest_or_a_stranger(local: Local) -> None:
    for user, more in {"U0NEW": {}, "U0VISIT": {"guest": True}, "U0FAR": {"team": "T0FAR"}}.items():
        changes.add_person(local.workspace, user, {"name": user, "email": f"{user}@example.com", **more})
    general = local.workspace.rooms.members("C0GENERAL")
    assert [user in general for user in ("U0NEW", "U0VISIT", "U0FAR")] == [True, False, False]


async def test_changes_outlive_a_restart_and_end_with_a_reset(tmp_path: Path) -> None:
    state = tmp_path / "workspace.db"
    async with running(state) as local:
        changes.add_person(local.workspace, "U0NEW", {"name": "Kit Moreau", "email": "kit@example.com"})
        changes.change_person(local.workspace, "U0JO", {"deleted": True})
        changes.change_room(local.workspace, "C0BILLING", {"archived": True, "name": "old-billing", "shared": "ext"})
    async with running(state) as local:
        assert (await local.call("users.info", user="U0NEW"))["user"]["real_name"] == "Kit Moreau"
        assert (await local.call("users.info", user="U0JO"))["user"]["deleted"] is True
        room = (await local.call("conversations.info", channel="C0BILLING"))["channel"]
        assert (room["is_archived"], room["name"], room["is_ext_shared"]) == (True, "old-billing", True)
        local.workspace.reset()
        assert (await local.call("users.info", user="U0NEW"))["error"] == "user_not_found"
        room = (await local.call("conversations.info", channel="C0BILLING"))["channel"]
        assert (room["is_archived"], room["name"], room["previous_names"]) == (False, "billing", [])


async def test_a_deleted_channel_leaves_nothing_behind(local: Local) -> None:
    ts = (await local.call("chat.postMessage", channel="C0BILLING", text="x"))["ts"]
    await local.call("reactions.add", channel="C0BILLING", timestamp=ts, name="eyes")
    changes.remove_room(local.workspace, "C0BILLING", "U0MAYA")
    assert (await local.call("conversations.info", channel="C0BILLING"))["error"] == "channel_not_found"
    left = [
        row["name"]
        for row in local.workspace.state.all("SELECT name FROM sqlite_master WHERE type = 'table'")
        if "channel" in {each["name"] for each in local.workspace.state.all(f"PRAGMA table_info({row['name']})")}
        and local.workspace.state.one(f"SELECT 1 FROM {row['name']} WHERE channel = 'C0BILLING'")
    ]
    assert left == []


async def test_coming_and_going_twice_is_once(local: Local) -> None:
    room = local.workspace.rooms.get("C0BILLING")
    assert room
    assert [changes.enter(local.workspace, room, "U0GUEST") for _ in range(2)] == [True, False]
    assert [changes.exit_room(local.workspace, room, "U0GUEST") for _ in range(2)] == [True, False]
    history = (await local.call("conversations.history", channel="C0BILLING"))["messages"]
    assert [each["subtype"] for each in history] == ["channel_leave", "channel_join"]


@pytest.mark.parametrize("wrong", [{"colour": "red"}, {"shared": "perhaps"}])
async def test_an_unknown_change_is_refused(local: Local, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"conversation|shared"):
        changes.change_room(local.workspace, "C0BILLING", wrong)


async def test_unknown_people_and_rooms_are_refused(local: Local) -> None:
    room = local.workspace.rooms.get("C0BILLING")
    dm = local.workspace.direct(frozenset({"U0SAM", "U0BATON"}))
    assert room
    for order in (
        lambda: changes.change_person(local.workspace, "U0NOBODY", {"admin": True}),
        lambda: changes.change_room(local.workspace, "C0NOWHERE", {"archived": True}),
        lambda: changes.remove_room(local.workspace, "C0NOWHERE", "U0MAYA"),
        lambda: changes.enter(local.workspace, room, "U0NOBODY"),
        lambda: changes.enter(local.workspace, dm, "U0JO"),
    ):
        with pytest.raises(ValueError, match=r"."):
            order()
