"""What the app is told about: Events API payloads, sent only when the manifest subscribes to them.

Shapes: https://docs.slack.dev/apis/events-api and the samples of slackapi/java-slack-sdk (`json-logs`).
"""

import secrets

from localslack.clock import seconds
from localslack.kept import kept
from localslack.team.rooms import Room
from localslack.wire import Json
from localslack.workspace import Workspace

MESSAGE_SUBSCRIPTION = {
    "channel": "message.channels",
    "group": "message.groups",
    "im": "message.im",
    "mpim": "message.mpim",
}
MENTION_KEYS = frozenset(
    (
        *("type", "subtype", "user", "username", "text", "blocks", "attachments", "files", "ts", "thread_ts", "edited"),
        *(
            "channel",
            "event_ts",
            "team",
            "client_msg_id",
            "user_team",
            "source_team",
            "bot_id",
            "app_id",
            "bot_profile",
        ),
    )
)
"""What `app_mention` carries of a message: never the kind of the conversation."""


def channel_type(room: Room) -> str:
    """Return what Slack's message events call this kind of conversation."""
    return "group" if room.kind == "channel" and room.private else room.kind


def about_message(workspace: Workspace, room: Room, message: Json) -> None:
    """Tell of a message that was written; a mention of the app is told a second time, as `app_mention`."""
    event = {
        **message,
        **_assistant_thread(workspace, room, message),
        "channel": room.id,
        "channel_type": channel_type(room),
        "event_ts": message["ts"],
    }
    tell_in_room(workspace, room, MESSAGE_SUBSCRIPTION[channel_type(room)], event)
    if _mentions(workspace, room, message):
        _mentioned(workspace, room, event)


def about_change(workspace: Workspace, room: Room, new: Json, old: Json) -> None:
    """Tell of an edited message. A mention in an edited text is told again, with `edited`, as Slack does."""
    _hidden(workspace, room, {"subtype": "message_changed", "hidden": True, "message": new, "previous_message": old})
    if "edited" in new and new.get("text") != old.get("text") and _mentions(workspace, room, new):
        _mentioned(workspace, room, {**new, "channel": room.id, "event_ts": new["ts"]})


def about_deletion(workspace: Workspace, room: Room, old: Json) -> None:
    """Tell of a deleted message."""
    event = {"subtype": "message_deleted", "hidden": True, "deleted_ts": old["ts"], "previous_message": old}
    _hidden(workspace, room, event)


def _assistant_thread(workspace: Workspace, room: Room, message: Json) -> Json:
    """Return what a person's message to an AI app carries: a token to search with, `assistant.search.context` takes it.

    That method is not built here; the token is made up, as an app may only hand it on.
    """
    features = workspace.app.features
    talk = room.kind == "im" and (features.agent or (features.assistant and "thread_ts" in message))
    if not talk or message.get("user") == workspace.team.bot_user:
        return {}
    token = f"{message['ts'].replace('.', '')}.{secrets.randbelow(10**12):012d}.{secrets.token_hex(16)}"
    return {"assistant_thread": {"action_token": token}}


def _mentions(workspace: Workspace, room: Room, message: Json) -> bool:
    """Return whether somebody else names the bot, anywhere but in their direct conversation with it."""
    bot = workspace.team.bot_user
    named = f"<@{bot}>" in message.get("text", "") and message.get("user", bot) != bot
    return named and room.kind != "im" and not str(message.get("subtype", "")).startswith("channel_")


def _mentioned(workspace: Workspace, room: Room, event: Json) -> None:
    told = {key: value for key, value in event.items() if key in MENTION_KEYS}
    tell_in_room(workspace, room, "app_mention", {**told, "type": "app_mention"})


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


def in_room(workspace: Workspace, room: Room, name: str, more: Json) -> None:
    """Tell of something that happened in a conversation the app is in."""
    tell_in_room(workspace, room, name, {"type": name, **more, "event_ts": workspace.state.next_ts()})


def of_channel(workspace: Workspace, room: Room, what: str, more: Json) -> None:
    """Tell of something that happened to a channel: `channel_<what>`, or `group_<what>` if it is private and the app in it."""
    name = f"{'group' if room.private else 'channel'}_{what}"
    if not room.private or workspace.rooms.has(room.id, workspace.team.bot_user):
        tell(workspace, name, {"type": name, **more, "event_ts": workspace.state.next_ts()}, room.shared == "ext")


def tell_in_room(workspace: Workspace, room: Room, subscription: str, event: Json) -> None:
    """Queue an event of a conversation, if the app is in it."""
    if workspace.rooms.has(room.id, workspace.team.bot_user):
        tell(workspace, subscription, event, room.shared == "ext")


def tell(workspace: Workspace, subscription: str, event: Json, shared: bool = False) -> None:
    """Queue an event for the app, if it is installed and its manifest subscribes to it; `shared`: another company sees it too."""
    subscribed, team = workspace.app.events, workspace.team
    uninstalled = kept(workspace, "app", team.app_id) is not None
    if uninstalled or (subscribed is not None and subscription not in subscribed):
        return
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
