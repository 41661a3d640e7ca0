"""reactions.*: https://docs.slack.dev/reference/methods"""

import re

from localslack import history
from localslack.methods.call import Call, without_metadata
from localslack.wire import Json, SlackError

NAME = re.compile(r"[a-z0-9_+'-]{1,100}")


def add(call: Call) -> Json:
    """Add the bot's reaction to a message."""
    name = call.args.needed("name").strip(":")
    room = call.room()
    message = history.find(call.workspace, room.id, call.args.needed("timestamp"))
    if message is None:
        raise SlackError("message_not_found")
    if not NAME.fullmatch(name):
        raise SlackError("invalid_name")
    fresh = call.workspace.state.run(
        "INSERT OR IGNORE INTO reactions (channel, ts, name, user) VALUES (?, ?, ?, ?)",
        room.id,
        message["ts"],
        name,
        call.bot,
    )
    if not fresh:
        raise SlackError("already_reacted")
    shown = history.find(call.workspace, room.id, message["ts"]) or message
    news = {"channel": room.id, "message": without_metadata(shown)}
    call.workspace.feed.tell("message", news, call.workspace.rooms.audience(room.id))
    return {}
