"""conversations.*: https://docs.slack.dev/reference/methods"""

from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from localslack import history, messages
from localslack.history import Page, Span
from localslack.methods.call import Call, made_cursor, read_cursor, without_metadata
from localslack.methods.rooms import shown_room
from localslack.rooms import Room
from localslack.wire import Json, SlackError

KINDS = {"public_channel": "channel", "private_channel": "", "im": "im", "mpim": "mpim"}


def every(call: Call) -> Json:
    """List conversations of the asked types; direct ones only where the bot is in them."""
    wanted = [kind.strip() for kind in (call.args.text("types") or "public_channel").split(",")]
    if any(kind not in KINDS for kind in wanted):
        raise SlackError("invalid_types")
    kinds = {KINDS[kind] for kind in wanted}
    rooms = [room for room in call.workspace.rooms.all() if room.kind in kinds and _visible(call, room)]
    return call.page("channels", [shown_room(call.workspace, room) for room in rooms])


def info(call: Call) -> Json:
    """Describe one conversation."""
    return {"channel": shown_room(call.workspace, call.room())}


def members(call: Call) -> Json:
    """List who is in a conversation."""
    users = call.workspace.rooms.members(call.room().id)
    paged = call.page("members", [{"id": user} for user in users])
    return {**paged, "members": [entry["id"] for entry in paged["members"]]}


def read(call: Call) -> Json:
    """List a conversation's messages, newest first; metadata only when asked for.

    With `oldest` and no `latest` the page is the one closest to `oldest`, so that one can read forward.
    """
    room = call.own_room()
    limit, span, cursor = call.limit(), _span(call), _turn(call)
    forward = cursor.forward if cursor else span.oldest != history.FIRST_TS and span.latest == history.LAST_TS
    if cursor:
        span = replace(span, oldest=cursor.ts) if forward else replace(span, latest=cursor.ts)
    turn = history.earliest if forward else history.latest
    page = turn(call.workspace, room.id, span, limit)
    more = _cursor(page, forward)
    shown = _shown(call, page.messages[::-1] if forward else page.messages)
    pins = call.workspace.state.one("SELECT count(*) AS n FROM pins WHERE channel = ?", room.id)
    return {"messages": shown, "has_more": page.more, "pin_count": pins["n"] if pins else 0, **more}


def replies(call: Call) -> Json:
    """List a thread, its root first, then oldest first; metadata only when asked for. A reply finds its thread too."""
    room = call.own_room()
    asked = history.find(call.workspace, room.id, call.args.needed("ts"))
    if asked is None:
        raise SlackError("thread_not_found")
    ts = str(asked.get("thread_ts") or asked["ts"])
    limit, span, cursor = call.limit(), _span(call), _turn(call)
    if cursor:
        page = history.replies(call.workspace, room.id, ts, replace(span, oldest=cursor.ts), limit)
        return {"messages": _shown(call, page.messages), "has_more": page.more, **_cursor(page, forward=True)}
    page = history.replies(call.workspace, room.id, ts, span, max(limit - 1, 1))
    root = messages.found(call.workspace, room.id, ts)
    return {"messages": _shown(call, [root, *page.messages]), "has_more": page.more, **_cursor(page, forward=True)}


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
    if call.workspace.rooms.join(room.id, call.bot):
        call.workspace.feed.tell("rooms", {})
    return {"channel": shown_room(call.workspace, room)}


def _visible(call: Call, room: Room) -> bool:
    return room.kind == "channel" or call.workspace.rooms.has(room.id, call.bot)


@dataclass(frozen=True)
class _Turn:
    """Where a cursor goes on: beyond this timestamp, towards the present (`forward`) or the past."""

    ts: str
    forward: bool


def _cursor(page: Page, forward: bool) -> Json:
    if not page.more:
        return {"response_metadata": {"next_cursor": ""}}
    way = "after" if forward else "before"
    return {"response_metadata": {"next_cursor": made_cursor(way, page.messages[-1]["ts"])}}


def _turn(call: Call) -> _Turn | None:
    given = call.args.text("cursor")
    if not given:
        return None
    way, place = read_cursor(given)
    if way not in {"after", "before"}:
        raise SlackError("invalid_cursor")
    return _Turn(place, way == "after")


def _span(call: Call) -> Span:
    oldest, latest = _moment(call, "oldest", history.FIRST_TS), _moment(call, "latest", history.LAST_TS)
    return Span(oldest, latest, call.args.flag("inclusive"))


def _moment(call: Call, name: str, default: str) -> str:
    value = call.args.text(name)
    if not value:
        return default
    try:
        return f"{min(max(Decimal(value), Decimal(0)), Decimal(history.LAST_TS)):017.6f}"
    except InvalidOperation:
        raise SlackError(f"invalid_ts_{name}") from None


def _shown(call: Call, found: list[Json]) -> list[Json]:
    return found if call.args.flag("include_all_metadata") else [without_metadata(message) for message in found]
