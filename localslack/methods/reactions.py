"""reactions.*: https://docs.slack.dev/reference/methods"""

import re

from localslack.methods.call import Call, without_metadata
from localslack.talk import reactions
from localslack.team.rooms import Room
from localslack.wire import Json, SlackError

NAME = re.compile(r"[a-z0-9_+'-]{1,100}(::skin-tone-[2-6])?")
"""Which names exist is not known here: Slack refuses those of no emoji with `invalid_name` too."""


def add(call: Call) -> Json:
    """Add the bot's reaction to a message."""
    name, ts = call.given("name"), call.stamp("timestamp", "bad_timestamp")
    reactions.add(call.workspace, call.open_room(), ts, _checked(name), call.bot)
    return {}


def remove(call: Call) -> Json:
    """Take the bot's reaction back."""
    name = call.given("name")
    room, ts = _item(call)
    reactions.remove(call.workspace, room, ts, _checked(name), call.bot)
    return {}


def get(call: Call) -> Json:
    """Return a message with its reactions."""
    room, ts = _item(call)
    message = without_metadata(call.message(room, "timestamp"))
    link = f"{call.workspace.base_url}/archives/{room.id}/p{ts.replace('.', '')}"
    return {"type": "message", "channel": room.id, "message": {**message, "permalink": link}}


def listed(call: Call) -> Json:
    """List the messages somebody reacted to (the bot without `user`), in conversations the bot sees."""
    user = call.args.text("user") or call.bot
    if not call.workspace.knows(user):
        raise SlackError("user_not_found")
    rooms = [room.id for room in call.workspace.rooms.of(call.bot)]
    found = reactions.of(call.workspace, user, rooms)
    items = [{"type": "message", "channel": room, "message": without_metadata(message)} for room, message in found]
    return call.page("items", items)


def _item(call: Call) -> tuple[Room, str]:
    if not call.args.text("channel") or not call.args.text("timestamp"):
        raise SlackError("no_item_specified")
    return call.own_room(), call.stamp("timestamp", "bad_timestamp")


def _checked(name: str) -> str:
    bare = name.strip(":")
    if not NAME.fullmatch(bare):
        raise SlackError("invalid_name")
    return bare
