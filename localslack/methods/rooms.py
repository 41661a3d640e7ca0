"""Conversations as Slack shows them."""

from localslack.rooms import Room
from localslack.wire import Json
from localslack.workspace import Workspace


def shown_room(workspace: Workspace, room: Room) -> Json:
    """Return a conversation as Slack's channel object, seen by the bot."""
    bot = workspace.team.bot_user
    shown: Json = {
        "id": room.id,
        "created": room.created,
        "is_channel": room.kind == "channel",
        "is_group": False,
        "is_im": room.kind == "im",
        "is_mpim": room.kind == "mpim",
        "is_private": room.closed,
        "is_archived": room.archived,
        "is_shared": room.shared in {"ext", "org"},
        "is_ext_shared": room.shared == "ext",
        "is_org_shared": room.shared == "org",
        "is_pending_ext_shared": room.shared == "pending",
        "context_team_id": workspace.team.id,
    }
    if room.kind == "im":
        return {
            **shown,
            "user": next((user for user in workspace.rooms.members(room.id) if user != bot), bot),
            "is_open": True,
        }
    return {
        **shown,
        "name": room.name,
        "name_normalized": room.name,
        "is_general": room.name == "general",
        "is_member": workspace.rooms.has(room.id, bot),
        "creator": room.creator or bot,
        "topic": {"value": room.topic, "creator": room.creator, "last_set": 0},
        "purpose": {"value": room.purpose, "creator": room.creator, "last_set": 0},
        "num_members": len(workspace.rooms.members(room.id)),
    }
