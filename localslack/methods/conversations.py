"""conversations.*: https://docs.slack.dev/reference/methods"""

from localslack import messages
from localslack.methods.call import Call, without_metadata
from localslack.methods.rooms import shown_room
from localslack.wire import Json, SlackError
from localslack.workspace import Room

KINDS = {"public_channel": "channel", "private_channel": "", "im": "im", "mpim": "mpim"}


def every(call: Call) -> Json:
    """List conversations of the asked types; direct ones only where the bot is in them."""
    wanted = [kind.strip() for kind in (call.args.text("types") or "public_channel").split(",")]
    if any(kind not in KINDS for kind in wanted):
        raise SlackError("invalid_types")
    kinds = {KINDS[kind] for kind in wanted}
    rooms = [room for room in call.workspace.rooms() if room.kind in kinds and _visible(call, room)]
    return call.page("channels", [shown_room(call.workspace, room) for room in rooms])


def info(call: Call) -> Json:
    """Describe one conversation."""
    return {"channel": shown_room(call.workspace, call.room())}


def members(call: Call) -> Json:
    """List who is in a conversation."""
    users = call.workspace.members(call.room().id)
    paged = call.page("members", [{"id": user} for user in users])
    return {**paged, "members": [entry["id"] for entry in paged["members"]]}


def history(call: Call) -> Json:
    """List a conversation's messages, newest first; metadata only when asked for."""
    room = call.own_room()
    found = _within(call, messages.top_level(call.workspace, room.id))
    paged = call.page("messages", _shown(call, found[::-1]))
    if paged["response_metadata"]["next_cursor"]:
        return {**paged, "has_more": True, "pin_count": 0}
    return {"messages": paged["messages"], "has_more": False, "pin_count": 0}


def replies(call: Call) -> Json:
    """List a thread, its root first, then oldest first; metadata only when asked for."""
    room = call.own_room()
    ts = call.args.needed("ts")
    found = messages.thread(call.workspace, room.id, ts)
    if not found:
        raise SlackError("thread_not_found")
    kept = found[:1] + _within(call, found[1:])
    paged = call.page("messages", _shown(call, kept))
    return {**paged, "has_more": bool(paged["response_metadata"]["next_cursor"])}


def direct(call: Call) -> Json:
    """Open the direct conversation with these users, or the one named."""
    if call.args.text("channel"):
        return {"channel": {"id": call.room().id}}
    users = [user.strip() for user in (call.args.text("users") or "").split(",") if user.strip()]
    if not users:
        raise SlackError("users_list_not_supplied")
    for user in users:
        if not call.workspace.knows(user):
            raise SlackError("user_not_found")
    room = call.workspace.direct(frozenset({*users, call.bot}))
    whole = call.args.flag("return_im")
    return {"channel": shown_room(call.workspace, room) if whole else {"id": room.id}}


def join(call: Call) -> Json:
    """Put the bot into a channel."""
    room = call.room()
    if room.kind != "channel":
        raise SlackError("method_not_supported_for_channel_type")
    call.workspace.join(room.id, call.bot)
    call.workspace.feed.tell("rooms", {})
    return {"channel": shown_room(call.workspace, room)}


def _visible(call: Call, room: Room) -> bool:
    return room.kind == "channel" or call.workspace.is_member(room.id, call.bot)


def _within(call: Call, found: list[Json]) -> list[Json]:
    """Timestamps compare as numbers; the bounds themselves count only with `inclusive`."""
    oldest, latest = _moment(call, "oldest", 0.0), _moment(call, "latest", float("inf"))
    if call.args.flag("inclusive"):
        return [message for message in found if oldest <= float(message["ts"]) <= latest]
    return [message for message in found if oldest < float(message["ts"]) < latest]


def _moment(call: Call, name: str, default: float) -> float:
    value = call.args.text(name)
    if not value:
        return default
    try:
        return float(value)
    except ValueError:
        raise SlackError(f"invalid_ts_{name}") from None


def _shown(call: Call, found: list[Json]) -> list[Json]:
    return found if call.args.flag("include_all_metadata") else [without_metadata(message) for message in found]
