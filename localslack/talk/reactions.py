"""Reactions: added and taken back, with the pages and the app told of it."""

from localslack import events
from localslack.talk import history, messages
from localslack.team.rooms import Room
from localslack.wire import Json, SlackError
from localslack.workspace import Workspace

MOST_EMOJI = 50
"""Different ones on a message, whoever added them."""
MOST_OF_ONE = 23
"""Different ones of one person on a message. Both numbers are those of Slack's help pages."""


def add(workspace: Workspace, room: Room, ts: str, name: str, user: str) -> None:
    """Add somebody's reaction to a message; refuses a second one of the same name. Event: `reaction_added`."""
    message = messages.found(workspace, room.id, ts)
    there: dict[str, list[str]] = {each["name"]: each["users"] for each in message.get("reactions", [])}
    if user in there.get(name, []):
        raise SlackError("already_reacted")
    if name not in there and len(there) >= MOST_EMOJI:
        raise SlackError("too_many_emoji")
    if sum(user in users for users in there.values()) >= MOST_OF_ONE:
        raise SlackError("too_many_reactions")
    workspace.state.run("INSERT INTO reactions (channel, ts, name, user) VALUES (?, ?, ?, ?)", room.id, ts, name, user)
    _tell(workspace, room, "reaction_added", message, name, user)


def remove(workspace: Workspace, room: Room, ts: str, name: str, user: str) -> None:
    """Take somebody's reaction back; refuses one that is not there. Event: `reaction_removed`."""
    message = messages.found(workspace, room.id, ts)
    gone = workspace.state.run(
        "DELETE FROM reactions WHERE channel = ? AND ts = ? AND name = ? AND user = ?", room.id, ts, name, user
    )
    if not gone:
        raise SlackError("no_reaction")
    _tell(workspace, room, "reaction_removed", message, name, user)


def of(workspace: Workspace, user: str, channels: list[str]) -> list[tuple[str, Json]]:
    """Return the messages of these conversations somebody reacted to, each with its conversation, newest first."""
    places = ",".join("?" * len(channels))
    rows = workspace.state.all(
        f"SELECT DISTINCT channel, ts FROM reactions WHERE user = ? AND channel IN ({places}) ORDER BY ts DESC",  # noqa: S608
        *(user, *channels),
    )
    found = [(row["channel"], history.find(workspace, row["channel"], row["ts"])) for row in rows]
    return [(channel, message) for channel, message in found if message]


def _tell(workspace: Workspace, room: Room, event: str, message: Json, name: str, user: str) -> None:
    messages.show(workspace, room, messages.found(workspace, room.id, message["ts"]))
    author = {"item_user": message["user"]} if "user" in message else {}
    item = {"type": "message", "channel": room.id, "ts": message["ts"]}
    events.in_room(workspace, room, event, {"user": user, "reaction": name, "item": item, **author})
