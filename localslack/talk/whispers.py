"""Messages that one person sees: they are in no history, and gone when taken away."""

from localslack.state import opened, packed
from localslack.talk.messages import Draft, body_of
from localslack.team.rooms import Room
from localslack.wire import Json
from localslack.workspace import Workspace


def whisper(workspace: Workspace, room: Room, to: str, draft: Draft, by: str | None = None) -> str:
    """Show a message to one person only, from the bot or `by` another. Returns its timestamp."""
    ts = workspace.state.next_ts()
    _write(workspace, room, to, ts, body_of(workspace, by or workspace.team.bot_user, draft), draft.thread_ts)
    return ts


def change(workspace: Workspace, room: Room, to: str, ts: str, draft: Draft) -> None:
    """Replace a message that only one person sees."""
    _write(workspace, room, to, ts, body_of(workspace, workspace.team.bot_user, draft), draft.thread_ts)


def drop(workspace: Workspace, room: Room, to: str, ts: str) -> None:
    """Take away a message that only one person sees."""
    workspace.state.run("DELETE FROM ephemerals WHERE channel = ? AND ts = ?", room.id, ts)
    workspace.feed.tell("gone", {"channel": room.id, "ts": ts}, frozenset({to}))


def seen_by(workspace: Workspace, channel: str, person: str) -> list[Json]:
    """Return what only this person sees in a conversation, oldest first."""
    rows = workspace.state.all(
        "SELECT body FROM ephemerals WHERE channel = ? AND user = ? ORDER BY ts", channel, person
    )
    return [opened(row["body"]) for row in rows]


def _write(workspace: Workspace, room: Room, to: str, ts: str, body: Json, thread_ts: str | None) -> None:
    body |= {"ts": ts, "is_ephemeral": True}
    if thread_ts:
        body["thread_ts"] = thread_ts
    workspace.state.run(
        "INSERT OR REPLACE INTO ephemerals (channel, ts, user, thread_ts, body) VALUES (?, ?, ?, ?, ?)",
        *(room.id, ts, to, thread_ts, packed(body)),
    )
    workspace.feed.tell("ephemeral", {"channel": room.id, "message": body}, frozenset({to}))
