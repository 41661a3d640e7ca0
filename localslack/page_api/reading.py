"""Pages of a conversation and of a thread: some messages in the order in which they were written, and whether there are more.

`older` and `newer` say whether there is something before the first and after the last of them; `number` is that of the last
news before the answer was made.
"""

from dataclasses import dataclass

from localslack.config import Person
from localslack.methods.call import without_metadata
from localslack.talk import history, sessions, whispers
from localslack.talk.history import Page, Span
from localslack.team.rooms import Room
from localslack.wire import Json
from localslack.workspace import Workspace

PAGE = 60


@dataclass(frozen=True)
class Place:
    """From where to read: `before` or `after` a timestamp; with neither, the newest."""

    before: str | None = None
    after: str | None = None


def conversation(workspace: Workspace, me: Person, room: Room, place: Place, limit: int) -> Json:
    """Return a page of top-level messages."""
    if place.after:
        page = history.earliest(workspace, room.id, Span(oldest=place.after), limit)
        return _answer(workspace, me, room, page.messages, older=True, newer=page.more)
    span = Span(latest=place.before) if place.before else history.ALWAYS
    page = history.latest(workspace, room.id, span, limit)
    return _answer(workspace, me, room, page.messages[::-1], older=page.more, newer=place.before is not None)


def around(workspace: Workspace, me: Person, room: Room, ts: str, limit: int) -> Json:
    """Return the page around a moment. `thread_ts` names the thread when the message there is a reply in one."""
    found = history.find(workspace, room.id, ts)
    thread_ts = found.get("thread_ts") if found else None
    middle = thread_ts if found and thread_ts and found.get("subtype") != "thread_broadcast" else ts
    half = max(limit // 2, 1)
    up = history.latest(workspace, room.id, Span(latest=middle, inclusive=True), half)
    down = history.earliest(workspace, room.id, Span(oldest=middle), half)
    messages = [*up.messages[::-1], *down.messages]
    answer = _answer(workspace, me, room, messages, older=up.more, newer=down.more)
    return {**answer, "ts": middle, "thread_ts": thread_ts, "found": found is not None}


def thread(workspace: Workspace, me: Person, room: Room, root: str, place: Place, limit: int) -> Json:
    """Return a page of replies, and the thread's `root` (None when it is gone)."""
    if place.after:
        page = history.replies(workspace, room.id, root, Span(oldest=place.after), limit)
        older, newer = True, page.more
    else:
        page = _last_replies(workspace, room.id, root, place.before or history.LAST_TS, limit)
        older, newer = page.more, place.before is not None
    top = history.find(workspace, room.id, root)
    answer = _answer(workspace, me, room, page.messages, older=older, newer=newer, root=root)
    return {**answer, "root": without_metadata(top) if top else None}


def _last_replies(workspace: Workspace, channel: str, root: str, before: str, limit: int) -> Page:
    """Return the newest replies before a moment, oldest first; `more` says whether there are older ones."""
    rows = workspace.state.all(
        "SELECT ts FROM messages WHERE channel = ? AND thread_ts = ? AND ts < ? ORDER BY ts DESC LIMIT ?",
        *(channel, root, before, limit + 1),
    )
    if not rows:
        return Page([], more=False)
    wanted = rows[:limit]
    span = Span(oldest=wanted[-1]["ts"], latest=wanted[0]["ts"], inclusive=True)
    return Page(history.replies(workspace, channel, root, span, limit).messages, len(rows) > limit)


def _answer(
    workspace: Workspace,
    me: Person,
    room: Room,
    messages: list[Json],
    *,
    older: bool,
    newer: bool,
    root: str | None = None,
) -> Json:
    only = [each for each in whispers.seen_by(workspace, room.id, me.id) if each.get("thread_ts") == root]
    shown = [without_metadata(message) for message in messages]
    said = sessions.shown(workspace, room.id)
    answer: Json = {"messages": shown, "older": older, "newer": newer, "ephemerals": only, "sessions": said}
    return {**answer, "number": workspace.feed.number}
