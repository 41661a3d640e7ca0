"""Conversations as Slack shows them."""

from localslack.wire import Json
from localslack.workspace import Room, Workspace


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
        "is_private": room.kind != "channel",
        "is_archived": False,
        "is_shared": False,
        "is_ext_shared": False,
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "context_team_id": workspace.team.id,
    }
    if room.kind == "im":
        return {
            **shown,
            "user": next((user for user in workspace.members(room.id) if user != bot), bot),
            "is_open": True,
        }
    text = {"value": room.topic, "creator": "", "last_set": 0}
    return {
        **shown,
        "name": room.name,
        "name_normalized": room.name,
        "is_general": room.name == "general",
        "is_member": workspace.is_member(room.id, bot),
        "creator": bot,
        "topic": text,
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "num_members": len(workspace.members(room.id)),
    }
