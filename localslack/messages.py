"""Messages: written, changed, deleted, and shown to one person only."""

import secrets
from dataclasses import dataclass

from localslack import events
from localslack.clock import seconds
from localslack.state import opened, packed
from localslack.wire import Json, SlackError
from localslack.workspace import Room, Workspace

LONGEST_TEXT = 40_000
"""https://docs.slack.dev/reference/methods/chat.postMessage (truncated there; refused here, so that nothing is lost unseen)"""


@dataclass(frozen=True)
class Draft:
    """A message before it is written; `metadata` is Slack's `{"event_type", "event_payload"}`."""

    text: str
    blocks: list[Json] | None = None
    attachments: list[Json] | None = None
    metadata: Json | None = None
    thread_ts: str | None = None
    broadcast: bool = False


def with_block_ids(blocks: list[Json] | None) -> list[Json] | None:
    """Return blocks as Slack keeps them: each has a block id."""
    return None if blocks is None else [{**block, "block_id": block.get("block_id") or _short_id()} for block in blocks]


def post(workspace: Workspace, room: Room, user: str, draft: Draft) -> Json:
    """Write a message and tell everybody; returns it as history would, metadata included."""
    ts = workspace.state.next_ts()
    body = _body(workspace, user, draft) | {"ts": ts}
    if draft.thread_ts:
        root = find(workspace, room.id, draft.thread_ts)
        if root is None or root.get("thread_ts", root["ts"]) != root["ts"]:
            raise SlackError("cannot_reply_to_message")
        body |= {"thread_ts": draft.thread_ts, "parent_user_id": root["user"]}
        if draft.broadcast:
            body["subtype"] = "thread_broadcast"
    workspace.state.run(
        "INSERT INTO messages (channel, ts, thread_ts, user, broadcast, body, metadata) VALUES (?, ?, ?, ?, ?, ?, ?)",
        *(room.id, ts, draft.thread_ts, user, int(draft.broadcast and draft.thread_ts is not None)),
        *(packed(body), packed(draft.metadata) if draft.metadata else None),
    )
    written = _found(workspace, room.id, ts)
    _show(workspace, room, written)
    events.about_message(workspace, room, written)
    return written


def update(workspace: Workspace, room: Room, ts: str, change: Json, metadata: Json | None) -> Json:
    """Change parts of a message (`text`, `blocks`, `attachments`; None removes one); metadata stays unless given."""
    old = _found(workspace, room.id, ts)
    row = workspace.state.one("SELECT body FROM messages WHERE channel = ? AND ts = ?", room.id, ts)
    body = opened(row["body"]) if row else {}
    body = {key: value for key, value in {**body, **change}.items() if value is not None}
    body["edited"] = {"user": old["user"], "ts": f"{int(seconds(workspace.clock))}.000000"}
    workspace.state.run("UPDATE messages SET body = ? WHERE channel = ? AND ts = ?", packed(body), room.id, ts)
    if metadata is not None:
        workspace.state.run(
            "UPDATE messages SET metadata = ? WHERE channel = ? AND ts = ?", packed(metadata), room.id, ts
        )
    new = _found(workspace, room.id, ts)
    _show(workspace, room, new)
    events.about_change(workspace, room, new, old)
    return new


def delete(workspace: Workspace, room: Room, ts: str) -> None:
    """Delete a message and its reactions."""
    old = _found(workspace, room.id, ts)
    with workspace.state.transaction():
        workspace.state.run("DELETE FROM messages WHERE channel = ? AND ts = ?", room.id, ts)
        workspace.state.run("DELETE FROM reactions WHERE channel = ? AND ts = ?", room.id, ts)
    workspace.feed.tell(
        "gone", {"channel": room.id, "ts": ts, "thread_ts": old.get("thread_ts")}, workspace.audience(room.id)
    )
    _refresh_root(workspace, room, old)
    events.about_deletion(workspace, room, old)


def whisper(workspace: Workspace, room: Room, to: str, draft: Draft, by: str | None = None) -> str:
    """Show a message to one person only; it is in no history. Returns its timestamp."""
    ts = workspace.state.next_ts()
    _write_whisper(workspace, room, to, ts, _body(workspace, by or workspace.team.bot_user, draft), draft.thread_ts)
    return ts


def change_whisper(workspace: Workspace, room: Room, to: str, ts: str, draft: Draft) -> None:
    """Replace a message that only one person sees."""
    _write_whisper(workspace, room, to, ts, _body(workspace, workspace.team.bot_user, draft), draft.thread_ts)


def drop_whisper(workspace: Workspace, room: Room, to: str, ts: str) -> None:
    """Take away a message that only one person sees."""
    workspace.state.run("DELETE FROM ephemerals WHERE channel = ? AND ts = ?", room.id, ts)
    workspace.feed.tell("gone", {"channel": room.id, "ts": ts}, frozenset({to}))


def whispers(workspace: Workspace, channel: str, to: str) -> list[Json]:
    """Return what only this person sees in a conversation, oldest first."""
    rows = workspace.state.all("SELECT body FROM ephemerals WHERE channel = ? AND user = ? ORDER BY ts", channel, to)
    return [opened(row["body"]) for row in rows]


def find(workspace: Workspace, channel: str, ts: str) -> Json | None:
    """Return a message with its replies counted, its reactions and its metadata; None when there is none."""
    row = workspace.state.one("SELECT * FROM messages WHERE channel = ? AND ts = ?", channel, ts)
    if row is None:
        return None
    message = opened(row["body"])
    replies = workspace.state.all(
        "SELECT ts, user FROM messages WHERE channel = ? AND thread_ts = ? ORDER BY ts", channel, ts
    )
    if replies:
        writers = list(dict.fromkeys(reply["user"] for reply in replies))
        message |= {"thread_ts": ts, "reply_count": len(replies), "reply_users_count": len(writers)}
        message |= {
            "latest_reply": replies[-1]["ts"],
            "reply_users": writers[:5],
            "is_locked": False,
            "subscribed": False,
        }
    reactions = _reactions(workspace, channel, ts)
    if reactions:
        message["reactions"] = reactions
    metadata = opened(row["metadata"]) if row["metadata"] else {}
    if metadata:
        message["metadata"] = metadata
    return message


def top_level(workspace: Workspace, channel: str) -> list[Json]:
    """Return what history shows: no replies but those sent to the channel too; oldest first, with metadata."""
    rows = workspace.state.all(
        "SELECT ts FROM messages WHERE channel = ? AND (thread_ts IS NULL OR broadcast = 1) ORDER BY ts", channel
    )
    return [_found(workspace, channel, row["ts"]) for row in rows]


def thread(workspace: Workspace, channel: str, ts: str) -> list[Json]:
    """Return a thread: the root, then its replies, oldest first, with metadata."""
    rows = workspace.state.all(
        "SELECT ts FROM messages WHERE channel = ? AND (ts = ? OR thread_ts = ?) ORDER BY ts", channel, ts, ts
    )
    return [_found(workspace, channel, row["ts"]) for row in rows]


def bot_profile(workspace: Workspace) -> Json:
    """Return what a bot's message says about the bot."""
    team = workspace.team
    return {
        "id": team.bot_id,
        "app_id": team.app_id,
        "name": workspace.app.name,
        "icons": {},
        "deleted": False,
        "updated": 0,
        "team_id": team.id,
    }


def _body(workspace: Workspace, user: str, draft: Draft) -> Json:
    body: Json = {"type": "message", "user": user, "text": draft.text, "team": workspace.team.id}
    if user == workspace.team.bot_user:
        body |= {
            "bot_id": workspace.team.bot_id,
            "app_id": workspace.team.app_id,
            "bot_profile": bot_profile(workspace),
        }
    else:
        body["client_msg_id"] = secrets.token_hex(16)
    if draft.blocks is not None:
        body["blocks"] = with_block_ids(draft.blocks)
    if draft.attachments:
        body["attachments"] = draft.attachments
    return body


def _write_whisper(workspace: Workspace, room: Room, to: str, ts: str, body: Json, thread_ts: str | None) -> None:
    body |= {"ts": ts, "is_ephemeral": True}
    if thread_ts:
        body["thread_ts"] = thread_ts
    workspace.state.run(
        "INSERT OR REPLACE INTO ephemerals (channel, ts, user, thread_ts, body) VALUES (?, ?, ?, ?, ?)",
        *(room.id, ts, to, thread_ts, packed(body)),
    )
    workspace.feed.tell("ephemeral", {"channel": room.id, "message": body}, frozenset({to}))


def _found(workspace: Workspace, channel: str, ts: str) -> Json:
    message = find(workspace, channel, ts)
    if message is None:
        raise SlackError("message_not_found")
    return message


def _show(workspace: Workspace, room: Room, message: Json) -> None:
    shown = {key: value for key, value in message.items() if key != "metadata"}
    workspace.feed.tell("message", {"channel": room.id, "message": shown}, workspace.audience(room.id))
    _refresh_root(workspace, room, message)


def _refresh_root(workspace: Workspace, room: Room, message: Json) -> None:
    root_ts = message.get("thread_ts")
    root = find(workspace, room.id, root_ts) if root_ts and root_ts != message["ts"] else None
    if root:
        root.pop("metadata", None)
        workspace.feed.tell("message", {"channel": room.id, "message": root}, workspace.audience(room.id))


def _reactions(workspace: Workspace, channel: str, ts: str) -> list[Json]:
    rows = workspace.state.all(
        "SELECT name, user FROM reactions WHERE channel = ? AND ts = ? ORDER BY rowid", channel, ts
    )
    names = dict.fromkeys(row["name"] for row in rows)
    users = {name: [row["user"] for row in rows if row["name"] == name] for name in names}
    return [{"name": name, "users": users[name], "count": len(users[name])} for name in names]


def _short_id() -> str:
    return secrets.token_urlsafe(4)[:5].replace("-", "a").replace("_", "b")
