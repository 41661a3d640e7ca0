"""conversations.history and conversations.replies: https://docs.slack.dev/reference/methods"""

from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from localslack.methods.call import Call, made_cursor, read_cursor, without_metadata
from localslack.talk import history, messages
from localslack.talk.history import Page, Span
from localslack.wire import Json, SlackError

MOST_REPLIES = 1000


@dataclass(frozen=True)
class _Turn:
    """Where a cursor goes on: beyond this timestamp, towards the present (`forward`) or the past."""

    ts: str
    forward: bool


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
    shown = _shown(call, page.messages[::-1] if forward else page.messages)
    row = call.workspace.state.one("SELECT count(*) AS n FROM pins WHERE channel = ?", room.id)
    answer = {"messages": shown, "has_more": page.more, "pin_count": row["n"] if row else 0}
    return {**answer, "channel_actions_ts": None, "channel_actions_count": 0, **_cursor(page, forward)}


def replies(call: Call) -> Json:
    """List a thread, its root first, then oldest first; metadata only when asked for. A reply finds its thread too."""
    room = call.own_room()
    asked = history.find(call.workspace, room.id, call.given("ts"))
    if asked is None:
        raise SlackError("thread_not_found")
    ts = str(asked.get("thread_ts") or asked["ts"])
    limit, span, cursor = call.limit(MOST_REPLIES, MOST_REPLIES), _span(call), _turn(call)
    if cursor:
        page = history.replies(call.workspace, room.id, ts, replace(span, oldest=cursor.ts), limit)
        return {"messages": _shown(call, page.messages), "has_more": page.more, **_cursor(page, forward=True)}
    page = history.replies(call.workspace, room.id, ts, span, max(limit - 1, 1))
    root = messages.found(call.workspace, room.id, ts)
    return {"messages": _shown(call, [root, *page.messages]), "has_more": page.more, **_cursor(page, forward=True)}


def _cursor(page: Page, forward: bool) -> Json:
    """Return the cursor of the next page; the last page has none at all, as measured on Slack (brekkylab/backlot issue 74)."""
    if not page.more:
        return {}
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
