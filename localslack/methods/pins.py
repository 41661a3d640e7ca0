"""pins.*: https://docs.slack.dev/reference/methods"""

from localslack.methods.call import Call
from localslack.talk import pins
from localslack.team.rooms import Room
from localslack.wire import Json, SlackError


def add(call: Call) -> Json:
    """Pin a message to its conversation."""
    room, ts = _item(call)
    pins.add(call.workspace, room, ts, call.bot)
    return {}


def remove(call: Call) -> Json:
    """Take a pinned message off."""
    room, ts = _item(call)
    pins.remove(call.workspace, room, ts, call.bot)
    return {}


def listed(call: Call) -> Json:
    """List what is pinned in a conversation."""
    return {"items": pins.listed(call.workspace, call.own_room())}


def _item(call: Call) -> tuple[Room, str]:
    room = call.own_room()
    if not call.args.text("timestamp"):
        raise SlackError("no_item_specified")
    return room, call.stamp("timestamp", "bad_timestamp")
