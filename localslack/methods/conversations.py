"""conversations.* that find and open conversations: https://docs.slack.dev/reference/methods"""

from localslack import events
from localslack.kept import drop, keep, kept
from localslack.methods.call import TS, Call
from localslack.team import room_shapes
from localslack.team.rooms import Room
from localslack.wire import Json, SlackError
from localslack.workspace import Workspace

KINDS = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}
MOST_USERS = 8
CLOSED = "closed"


def every(call: Call) -> Json:
    """List conversations of the asked types; private and direct ones only where the bot is in them."""
    rooms = of_types(call, call.workspace.rooms.all())
    return call.page("channels", room_shapes.listed(call.workspace, [room for room in rooms if _visible(call, room)]))


def of_types(call: Call, rooms: list[Room]) -> list[Room]:
    """Return those of the types the call asks for; refuses unknown types, and those the app has no scope for."""
    wanted = [kind.strip() for kind in (call.args.text("types") or "public_channel").split(",")]
    if any(kind not in KINDS for kind in wanted):
        raise SlackError("invalid_types")
    for kind in wanted:
        call.check_scope(KINDS[kind])
    kinds = {KINDS[kind] for kind in wanted}
    found = [room for room in rooms if events.channel_type(room) in kinds]
    return [room for room in found if not room.archived] if call.args.flag("exclude_archived") else found


def info(call: Call) -> Json:
    """Describe one conversation."""
    described = room_shapes.with_last_read(call.workspace, call.room(), call.args.flag("include_num_members"))
    return {"channel": described | ({"locale": "en-US"} if call.args.flag("include_locale") else {})}


def members(call: Call) -> Json:
    """List who is in a conversation."""
    users = call.workspace.rooms.members(call.room().id)
    paged = call.page("members", [{"id": user} for user in users])
    return {**paged, "members": [entry["id"] for entry in paged["members"]]}


def direct(call: Call) -> Json:
    """Open the direct conversation with these users, or the one named."""
    if call.args.text("channel"):
        room = call.room()
        if room.kind == "channel":
            raise SlackError("method_not_supported_for_channel_type")
        return _opened(call, room, fresh=False)
    users = call.users()
    if not users:
        raise SlackError("users_list_not_supplied")
    _check_users(call, users)
    call.check_scope("im" if len(users) == 1 else "mpim")
    wanted = frozenset({*users, call.bot})
    known = _existing(call.workspace, wanted)
    if known is None and call.args.flag("prevent_creation"):
        raise SlackError("channel_not_found")
    return _opened(call, known or call.workspace.direct(wanted), fresh=known is None)


def close(call: Call) -> Json:
    """Close a direct conversation; what was said in it stays."""
    room = call.room()
    if room.kind == "channel":
        raise SlackError("method_not_supported_for_channel_type")
    if kept(call.workspace, CLOSED, room.id):
        return {"no_op": True, "already_closed": True}
    keep(call.workspace, CLOSED, room.id, {"closed": True})
    return {}


def mark(call: Call) -> Json:
    """Say up to where the bot has read."""
    room, ts = call.own_room(), call.given("ts")
    if not TS.fullmatch(ts):
        raise SlackError("invalid_timestamp")
    call.workspace.state.run("INSERT OR REPLACE INTO reads (user, channel, ts) VALUES (?, ?, ?)", call.bot, room.id, ts)
    return {}


def _visible(call: Call, room: Room) -> bool:
    return not room.closed or call.workspace.rooms.has(room.id, call.bot)


def _check_users(call: Call, users: list[str]) -> None:
    if len(users) > MOST_USERS:
        raise SlackError("too_many_users")
    for user in users:
        if user == call.bot:
            continue
        if call.workspace.people.needed(user).deleted:
            raise SlackError("user_disabled")
        if call.workspace.people.is_stranger(user) and not call.meets(user):
            raise SlackError("invalid_user_combination")


def _existing(workspace: Workspace, users: frozenset[str]) -> Room | None:
    places = ",".join("?" * len(users))
    rows = workspace.state.all(
        f"SELECT channel FROM members GROUP BY channel HAVING count(*) = ? AND sum(user IN ({places})) = ?",  # noqa: S608
        *(len(users), *users, len(users)),
    )
    found = (workspace.rooms.get(row["channel"]) for row in rows)
    return next((room for room in found if room and room.kind != "channel"), None)


def _opened(call: Call, room: Room, fresh: bool) -> Json:
    again = drop(call.workspace, CLOSED, room.id)
    told = {} if fresh or again else {"no_op": True, "already_open": True}
    whole = call.args.flag("return_im")
    return {**told, "channel": room_shapes.shown(call.workspace, room) if whole else {"id": room.id}}
