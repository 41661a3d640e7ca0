"""bookmarks.*: links at the top of a channel. https://docs.slack.dev/reference/methods"""

import re
import secrets

from localslack.clock import seconds
from localslack.methods.call import Call
from localslack.state import opened, packed
from localslack.team.rooms import Room
from localslack.wire import Json, SlackError, invalid

MOST_BOOKMARKS = 100
LONGEST = {"title": 256, "link": 2048}
EMOJI = re.compile(r":[a-z0-9_+'-]+:")


def add(call: Call) -> Json:
    """Put a link at the top of a channel."""
    room = call.room("channel_id")
    title, kind = call.given("title"), call.given("type")
    if kind != "link":
        raise SlackError("invalid_bookmark_type")
    given = {"title": title, "link": call.args.text("link") or "", "emoji": call.args.text("emoji") or ""}
    _check(given)
    if len(_all(call, room)) >= MOST_BOOKMARKS:
        raise SlackError("too_many_bookmarks")
    bookmark: Json = {
        "id": "Bk0" + secrets.token_hex(5).upper(),
        "channel_id": room.id,
        **given,
        "icon_url": "",
        "type": kind,
        "entity_id": None,
        "date_created": int(seconds(call.workspace.clock)),
        "date_updated": 0,
        "rank": "g",
        **_changed_by(call),
        "shortcut_id": None,
        "app_id": call.workspace.team.app_id,
    }
    return {"bookmark": _keep(call, bookmark)}


def edit(call: Call) -> Json:
    """Change a bookmark's title, link or emoji."""
    bookmark = _found(call, call.room("channel_id"))
    given = {name: value for name in ("title", "link", "emoji") if (value := call.args.text(name)) is not None}
    _check({**bookmark, **given})
    when = {"date_updated": int(seconds(call.workspace.clock))}
    return {"bookmark": _keep(call, {**bookmark, **given, **when, **_changed_by(call)})}


def remove(call: Call) -> Json:
    """Take a bookmark away."""
    bookmark = _found(call, call.room("channel_id"))
    call.workspace.state.run("DELETE FROM bookmarks WHERE id = ?", bookmark["id"])
    call.workspace.feed.tell("bookmarks", {"channel": bookmark["channel_id"]})
    return {}


def listed(call: Call) -> Json:
    """List the bookmarks of a channel, the oldest first."""
    return {"bookmarks": _all(call, call.room("channel_id"))}


def _all(call: Call, room: Room) -> list[Json]:
    rows = call.workspace.state.all("SELECT body FROM bookmarks WHERE channel = ? ORDER BY rowid", room.id)
    return [opened(row["body"]) for row in rows]


def _found(call: Call, room: Room) -> Json:
    wanted = call.given("bookmark_id")
    for bookmark in _all(call, room):
        if bookmark["id"] == wanted:
            return bookmark
    raise SlackError("not_found")


def _keep(call: Call, bookmark: Json) -> Json:
    call.workspace.state.run(
        "INSERT INTO bookmarks (id, channel, body) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
        *(bookmark["id"], bookmark["channel_id"], packed(bookmark)),
    )
    call.workspace.feed.tell("bookmarks", {"channel": bookmark["channel_id"]})
    return bookmark


def _changed_by(call: Call) -> Json:
    return {"last_updated_by_user_id": call.bot, "last_updated_by_team_id": call.workspace.team.id}


def _check(given: Json) -> None:
    for name, longest in LONGEST.items():
        if len(given[name]) > longest:
            raise invalid(f"must be less than {longest + 1} characters", f"/{name}")
    if not given["link"].startswith(("http://", "https://")):
        raise SlackError("invalid_link")
    if given["emoji"] and not EMOJI.fullmatch(given["emoji"]):
        raise SlackError("invalid_emoji")
