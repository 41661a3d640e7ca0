"""Conversations as Slack shows them, and what is remembered of one beyond its row.

Shapes: https://docs.slack.dev/reference/objects/conversation-object and the examples of the conversations.* pages.
"""

from collections.abc import Mapping

from localslack.kept import all_kept, keep, kept
from localslack.team.rooms import Room
from localslack.wire import Json
from localslack.workspace import Workspace

FACTS = "channel"
NEVER = "0000000000.000000"


def facts(workspace: Workspace, room: Room) -> Json:
    """Return what was remembered: `topic` and `purpose` (`creator`, `last_set`), `previous_names`, `updated`, `company`."""
    return kept(workspace, FACTS, room.id) or {}


def remember(workspace: Workspace, room: Room, **more: object) -> None:
    """Remember more of a conversation."""
    keep(workspace, FACTS, room.id, {**facts(workspace, room), **more})


def is_general(room: Room) -> bool:
    """Return whether this is the channel everybody is in."""
    return room.kind == "channel" and room.name == "general"


def listed(workspace: Workspace, rooms: list[Room]) -> list[Json]:
    """Return conversations as `conversations.list` shows them."""
    known = all_kept(workspace, FACTS)
    return [_with_count(workspace, room, _shown(workspace, room, known.get(room.id, {}))) for room in rooms]


def shown(workspace: Workspace, room: Room) -> Json:
    """Return a conversation as most methods show it, seen by the bot."""
    return _shown(workspace, room, facts(workspace, room))


def with_last_read(workspace: Workspace, room: Room, count: bool) -> Json:
    """Return a conversation as `conversations.info` shows it, with its number of members if asked for."""
    bot = workspace.team.bot_user
    row = workspace.state.one("SELECT ts FROM reads WHERE channel = ? AND user = ?", room.id, bot)
    described = {**shown(workspace, room), "last_read": row["ts"] if row else NEVER}
    return _with_count(workspace, room, described, always=True) if count else described


def in_event(workspace: Workspace, room: Room) -> Json:
    """Return a channel as the event `channel_created` carries it."""
    left_out = {"is_member", "parent_conversation", "properties"}
    described = {key: value for key, value in shown(workspace, room).items() if key not in left_out}
    return {**described, "is_moved": 0, "internal_team_ids": []}


def _with_count(workspace: Workspace, room: Room, described: Json, always: bool = False) -> Json:
    if room.kind != "channel" and not always:
        return described
    return {**described, "num_members": len(workspace.rooms.members(room.id))}


def _shown(workspace: Workspace, room: Room, known: Mapping[str, object]) -> Json:
    updated = known.get("updated", room.created * 1000)
    if room.kind == "im":
        return _direct(workspace, room, updated)
    bot = workspace.team.bot_user
    described: Json = {
        "id": room.id,
        "name": room.name,
        "is_channel": room.kind == "channel",
        "is_group": room.kind == "mpim",
        "is_im": False,
        "is_mpim": room.kind == "mpim",
        "is_private": room.closed,
        "created": room.created,
        "is_archived": room.archived,
        "is_general": is_general(room),
        "unlinked": 0,
        "name_normalized": room.name,
        **_sharing(workspace, room, known),
        "context_team_id": workspace.team.id,
        "updated": updated,
        "parent_conversation": None,
        "creator": room.creator or bot,
        "is_member": workspace.rooms.has(room.id, bot),
        "topic": {"value": room.topic, **_set(known, "topic")},
        "purpose": {"value": room.purpose, **_set(known, "purpose")},
        "properties": {},
        "previous_names": known.get("previous_names", []),
    }
    return described if room.kind == "channel" else {**described, "is_open": True, "priority": 0}


def _sharing(workspace: Workspace, room: Room, known: Mapping[str, object]) -> Json:
    company = known.get("company")
    return {
        "is_shared": room.shared in {"ext", "org"},
        "is_org_shared": room.shared == "org",
        "is_pending_ext_shared": room.shared == "pending",
        "pending_shared": [company] if company and room.shared == "pending" else [],
        "is_ext_shared": room.shared == "ext",
        "shared_team_ids": [workspace.team.id, *([company] if company and room.shared == "ext" else [])],
        "pending_connected_team_ids": [],
    }


def _direct(workspace: Workspace, room: Room, updated: object) -> Json:
    bot = workspace.team.bot_user
    rows = workspace.state.all("SELECT user FROM members WHERE channel = ? AND user != ?", room.id, bot)
    other = rows[0]["user"] if rows else bot
    person = workspace.people.get(other)
    return {
        "id": room.id,
        "created": room.created,
        "is_archived": False,
        "is_im": True,
        "is_org_shared": False,
        "context_team_id": workspace.team.id,
        "updated": updated,
        "user": other,
        "is_user_deleted": person is not None and person.deleted,
        "is_open": kept(workspace, "closed", room.id) is None,
        "priority": 0,
    }


def _set(known: Mapping[str, object], what: str) -> Json:
    found = known.get(what)
    return found if isinstance(found, dict) else {"creator": "", "last_set": 0}
