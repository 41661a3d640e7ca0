"""Pinned messages: pinned and taken off, with the pages and the app told of it."""

from localslack import events
from localslack.clock import seconds
from localslack.talk import history, messages
from localslack.team.rooms import Room
from localslack.wire import Json, SlackError
from localslack.workspace import Workspace

MOST_PINS = 100
"""https://slack.com/help/articles/205239997"""


def add(workspace: Workspace, room: Room, ts: str, user: str) -> None:
    """Pin a message; refuses a second time and what only reports a change of the channel. Event: `pin_added`."""
    message = messages.found(workspace, room.id, ts)
    if str(message.get("subtype", "")).startswith(("channel_", "tombstone")):
        raise SlackError("not_pinnable")
    if count(workspace, room) >= MOST_PINS:
        raise SlackError("too_many_pins")
    at = int(seconds(workspace.clock))
    fresh = workspace.state.run(
        "INSERT OR IGNORE INTO pins (channel, ts, user, at) VALUES (?, ?, ?, ?)", room.id, ts, user, at
    )
    if not fresh:
        raise SlackError("already_pinned")
    _tell(workspace, room, "pin_added", _item(workspace, room, ts, user, at), user)


def remove(workspace: Workspace, room: Room, ts: str, user: str) -> None:
    """Take a pinned message off; refuses one that is not pinned. Event: `pin_removed`."""
    row = workspace.state.one("SELECT user, at FROM pins WHERE channel = ? AND ts = ?", room.id, ts)
    if row is None:
        raise SlackError("no_pin")
    workspace.state.run("DELETE FROM pins WHERE channel = ? AND ts = ?", room.id, ts)
    _tell(workspace, room, "pin_removed", _item(workspace, room, ts, row["user"], row["at"]), user)


def listed(workspace: Workspace, room: Room) -> list[Json]:
    """Return what is pinned in a conversation, the newest pin first."""
    rows = workspace.state.all("SELECT ts, user, at FROM pins WHERE channel = ? ORDER BY rowid DESC", room.id)
    return [_item(workspace, room, row["ts"], row["user"], row["at"]) for row in rows]


def count(workspace: Workspace, room: Room) -> int:
    """Return how many messages are pinned in a conversation."""
    row = workspace.state.one("SELECT count(*) AS n FROM pins WHERE channel = ?", room.id)
    return int(row["n"]) if row else 0


def _item(workspace: Workspace, room: Room, ts: str, user: str, at: int) -> Json:
    message = history.find(workspace, room.id, ts) or {}
    message.pop("metadata", None)
    link = f"{workspace.base_url}/archives/{room.id}/p{ts.replace('.', '')}"
    pinned = {"message": {**message, "permalink": link}, "created": at, "created_by": user}
    return {"type": "message", "channel": room.id, **pinned}


def _tell(workspace: Workspace, room: Room, event: str, item: Json, user: str) -> None:
    messages.show(workspace, room, messages.found(workspace, room.id, item["message"]["ts"]))
    pinned = count(workspace, room)
    author = {"item_user": item["message"]["user"]} if "user" in item["message"] else {}
    about = {"channel": room.id, "pinned_by": item["created_by"], "pinned_ts": item["created"]}
    more = {"user": user, "channel_id": room.id, "item": item, **author, "pin_count": pinned, "pinned_info": about}
    left = {"has_pins": pinned > 0} if event == "pin_removed" else {}
    events.in_room(workspace, room, event, {**more, **left})
