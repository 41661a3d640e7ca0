"""chat.scheduleMessage and what belongs to it: https://docs.slack.dev/reference/methods"""

from localslack.methods.call import Call
from localslack.methods.chat import draft_of, dressed, target
from localslack.talk import scheduled
from localslack.talk.messages import body_of
from localslack.wire import Json, SlackError


def add(call: Call) -> Json:
    """Keep a message until its time has come."""
    draft, at = dressed(call, draft_of(call.args)), _moment(call)
    later = scheduled.add(call.workspace, target(call), draft, at)
    body = body_of(call.workspace, call.bot, draft) | {"type": "delayed_message"}
    body |= {"metadata": draft.metadata} if draft.metadata else {}
    return {"scheduled_message_id": later.id, "channel": later.channel, "post_at": later.post_at, "message": body}


def remove(call: Call) -> Json:
    """Take back a message that waits."""
    scheduled.remove(call.workspace, call.room(), call.given("scheduled_message_id"))
    return {}


def listed(call: Call) -> Json:
    """List what waits, of one conversation or of all, between two times."""
    channel = call.args.text("channel") or None
    if channel and call.workspace.rooms.get(channel) is None:
        raise SlackError("invalid_channel")
    oldest, latest = _bound(call, "oldest", 0.0), _bound(call, "latest", float("inf"))
    found = scheduled.waiting(call.workspace, channel)
    return call.page("scheduled_messages", [each.shown() for each in found if oldest <= each.post_at <= latest])


def _moment(call: Call) -> int:
    try:
        return int(call.given("post_at"))
    except ValueError:
        raise SlackError("invalid_time") from None


def _bound(call: Call, name: str, default: float) -> float:
    value = call.args.text(name)
    try:
        return float(value) if value else default
    except ValueError:
        raise SlackError("invalid_arguments") from None
