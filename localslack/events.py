"""What the app is told about: Events API payloads, sent only when the manifest subscribes to them.

Shapes: https://docs.slack.dev/apis/events-api and the samples of slackapi/java-slack-sdk (`json-logs`).
"""

import secrets

from localslack.clock import seconds
from localslack.rooms import Room
from localslack.wire import Json
from localslack.workspace import Workspace

MESSAGE_SUBSCRIPTION = {
    "channel": "message.channels",
    "group": "message.groups",
    "im": "message.im",
    "mpim": "message.mpim",
}


def channel_type(room: Room) -> str:
    """Return what Slack's message events call this kind of conversation."""
    return "group" if room.kind == "channel" and room.private else room.kind


def about_message(workspace: Workspace, room: Room, message: Json) -> None:
    """Tell of a message that was written; a mention of the app in a channel is told a second time, as `app_mention`."""
    event = {
        **message,
        "channel": room.id,
        "channel_type": channel_type(room),
        "event_ts": message["ts"],
    }
    event.pop("metadata", None)
    tell_in_room(workspace, room, MESSAGE_SUBSCRIPTION[channel_type(room)], event)
    bot = workspace.team.bot_user
    if room.kind == "channel" and f"<@{bot}>" in message.get("text", "") and message["user"] != bot:
        tell_in_room(workspace, room, "app_mention", {**event, "type": "app_mention"})


def about_change(workspace: Workspace, room: Room, new: Json, old: Json) -> None:
    """Tell of an edited message."""
    event = {"subtype": "message_changed", "hidden": True, "message": new, "previous_message": old}
    _hidden(workspace, room, event)


def about_deletion(workspace: Workspace, room: Room, old: Json) -> None:
    """Tell of a deleted message."""
    _hidden(
        workspace,
        room,
        {"subtype": "message_deleted", "hidden": True, "deleted_ts": old["ts"], "previous_message": old},
    )


def _hidden(workspace: Workspace, room: Room, event: Json) -> None:
    ts = workspace.state.next_ts()
    full = {
        "type": "message",
        "channel": room.id,
        "ts": ts,
        "event_ts": ts,
        "channel_type": channel_type(room),
        **event,
    }
    tell_in_room(workspace, room, MESSAGE_SUBSCRIPTION[channel_type(room)], full)


def tell_in_room(workspace: Workspace, room: Room, subscription: str, event: Json) -> None:
    """Queue an event of a conversation, if the app is in it."""
    if workspace.rooms.has(room.id, workspace.team.bot_user):
        tell(workspace, subscription, event, room.shared == "ext")


def tell(workspace: Workspace, subscription: str, event: Json, shared: bool = False) -> None:
    """Queue an event for the app, if its manifest subscribes to it; `shared` says that another company sees it too."""
    subscribed = workspace.app.events
    if subscribed is not None and subscription not in subscribed:
        return
    team = workspace.team
    workspace.deliveries.add(
        {
            "token": "local",
            "team_id": team.id,
            "context_team_id": team.id,
            "context_enterprise_id": None,
            "api_app_id": team.app_id,
            "event": event,
            "type": "event_callback",
            "event_time": int(seconds(workspace.clock)),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": team.id,
                    "user_id": team.bot_user,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": shared,
            "event_context": "4-" + secrets.token_urlsafe(24),
        }
    )
