"""Messages: written, changed and deleted, with the pages and the app told of it."""

import uuid
from dataclasses import dataclass, field

from localslack import events
from localslack.clock import seconds
from localslack.state import packed
from localslack.talk import history, sessions
from localslack.talk.compose import NO_TEXT, as_kept, as_plain_rich_text, as_rich_text
from localslack.talk.interactive import attached, with_ids
from localslack.team.people import icons_of
from localslack.team.rooms import Room
from localslack.wire import Json, SlackError
from localslack.workspace import Workspace

LONGEST_TEXT = 40_000
"""Characters: https://docs.slack.dev/reference/methods/chat.postMessage"""
DERIVED = (
    *("thread_ts", "reply_count", "reply_users", "reply_users_count", "latest_reply", "is_locked", "subscribed"),
    *("reactions", "pinned_to", "metadata"),
)
"""What `history` adds to a root from other tables; it is never written into a body."""
AS_IT_IS = ("channel_", "assistant_app_thread", "me_message")
"""Subtypes (or how they begin) of the bot's messages that it did not word with marks and blocks of its own."""


@dataclass(frozen=True)
class Draft:
    """A message before it is written; `metadata` is Slack's `{"event_type", "event_payload"}`, `more` goes into it as it is."""

    text: str
    blocks: list[Json] | None = None
    attachments: list[Json] | None = None
    metadata: Json | None = None
    thread_ts: str | None = None
    broadcast: bool = False
    more: Json = field(default_factory=dict)


def with_block_ids(blocks: list[Json] | None) -> list[Json] | None:
    """Return blocks as Slack keeps them: each has a block id, and what people press or fill in an action id."""
    return None if blocks is None else with_ids(blocks)


def content_of(text: str, blocks: list[Json] | None, marked: bool = True) -> Json:
    """Return the `text` and `blocks` of what an app wrote, as Slack keeps them.

    A text without blocks gets a rich_text block, a plain one where marks do not count (`mrkdwn: false`); blocks without a text
    get Slack's words for that. `blocks` is None when there is nothing to show.
    """
    kept = as_kept(text)
    if blocks:
        return {"text": kept or NO_TEXT, "blocks": with_ids(blocks)}
    block = as_rich_text(kept) if marked else as_plain_rich_text(text)
    return {"text": kept, "blocks": with_ids([block]) if text.strip() else None}


def post(workspace: Workspace, room: Room, user: str, draft: Draft) -> Json:
    """Write a message and tell everybody; returns it as history would, metadata included.

    Refuses a reply to something that is no root of a thread.
    """
    ts = workspace.state.next_ts()
    body = body_of(workspace, user, draft) | {"ts": ts}
    above: Json = {}
    if draft.thread_ts:
        root = history.find(workspace, room.id, draft.thread_ts)
        if root is None or root.get("thread_ts", root["ts"]) != root["ts"]:
            raise SlackError("cannot_reply_to_message")
        body |= {"thread_ts": draft.thread_ts} | ({"parent_user_id": root["user"]} if "user" in root else {})
        if draft.broadcast:
            body["subtype"] = "thread_broadcast"
            above = {"root": _as_root(root)}
    workspace.state.run(
        "INSERT INTO messages (channel, ts, thread_ts, user, broadcast, body, metadata) VALUES (?, ?, ?, ?, ?, ?, ?)",
        *(room.id, ts, draft.thread_ts, user, int(draft.broadcast and draft.thread_ts is not None)),
        *(packed(body), packed(draft.metadata) if draft.metadata else None),
    )
    written = found(workspace, room.id, ts)
    show(workspace, room, written)
    events.about_message(workspace, room, {**written, **above})
    if user == workspace.team.bot_user and draft.thread_ts:
        sessions.answered(workspace, room, draft.thread_ts)
    return written


def update(
    workspace: Workspace, room: Room, ts: str, change: Json, metadata: Json | None = None, edited: bool = True
) -> Json:
    """Change parts of a message's body (None removes one); metadata stays unless given, `{}` takes it away.

    `edited` says whether it is marked as edited, as everything is but a message that is still being streamed.
    """
    old = found(workspace, room.id, ts)
    stays_reply = ("thread_ts",) if old.get("thread_ts") not in {None, ts} else ()
    body = {key: value for key, value in old.items() if key not in DERIVED or key in stays_reply}
    body = {key: value for key, value in {**body, **change}.items() if value is not None}
    if edited:
        body["edited"] = {
            "user": old.get("user", workspace.team.bot_user),
            "ts": f"{int(seconds(workspace.clock))}.000000",
        }
    workspace.state.run("UPDATE messages SET body = ? WHERE channel = ? AND ts = ?", packed(body), room.id, ts)
    if metadata is not None:
        workspace.state.run(
            "UPDATE messages SET metadata = ? WHERE channel = ? AND ts = ?", packed(metadata), room.id, ts
        )
    new = found(workspace, room.id, ts)
    show(workspace, room, new)
    events.about_change(workspace, room, new, old)
    return new


def delete(workspace: Workspace, room: Room, ts: str) -> None:
    """Delete a message. A root with replies stays as Slack's tombstone, so that the thread has a beginning."""
    old = found(workspace, room.id, ts)
    if old.get("reply_count"):
        _bury(workspace, room, old)
        return
    with workspace.state.transaction():
        for table in ("messages", "reactions", "pins"):
            workspace.state.run(f"DELETE FROM {table} WHERE channel = ? AND ts = ?", room.id, ts)  # noqa: S608
    workspace.feed.tell(
        "gone", {"channel": room.id, "ts": ts, "thread_ts": old.get("thread_ts")}, workspace.rooms.audience(room.id)
    )
    _refresh_root(workspace, room, old)
    events.about_deletion(workspace, room, old)


def show(workspace: Workspace, room: Room, message: Json) -> None:
    """Show a message as it is now to the pages of those in the conversation, and its root with the count of replies."""
    shown = {key: value for key, value in message.items() if key != "metadata"}
    workspace.feed.tell("message", {"channel": room.id, "message": shown}, workspace.rooms.audience(room.id))
    _refresh_root(workspace, room, message)


def found(workspace: Workspace, channel: str, ts: str) -> Json:
    """Return a message; refuses when there is none."""
    message = history.find(workspace, channel, ts)
    if message is None:
        raise SlackError("message_not_found")
    return message


def bot_profile(workspace: Workspace) -> Json:
    """Return what a bot's message says about the bot."""
    team = workspace.team
    icons = icons_of(workspace.base_url)
    return {
        "id": team.bot_id,
        "app_id": team.app_id,
        "name": workspace.app.name,
        "icons": icons,
        "deleted": False,
        "updated": 0,
        "team_id": team.id,
    }


def body_of(workspace: Workspace, user: str, draft: Draft) -> Json:
    """Return a message's body but for its timestamp."""
    person = workspace.people.get(user)
    team = person.team if person else workspace.team.id
    body: Json = {"type": "message", "user": user, "text": draft.text, "team": team, **draft.more}
    subtype = str(draft.more.get("subtype", ""))
    if user == workspace.team.bot_user and not subtype.startswith("channel_"):
        body |= {
            "bot_id": workspace.team.bot_id,
            "app_id": workspace.team.app_id,
            "bot_profile": bot_profile(workspace),
        }
    elif user != "USLACKBOT" and not subtype:
        body["client_msg_id"] = str(uuid.uuid4())
    if subtype == "bot_message":
        del body["user"], body["bot_profile"]
    if team != workspace.team.id:
        body |= {"user_team": team, "source_team": team}
    if user == workspace.team.bot_user and not subtype.startswith(AS_IT_IS):
        content = content_of(draft.text, draft.blocks, draft.more.get("mrkdwn") is not False)
        body |= {key: value for key, value in content.items() if value is not None}
    elif draft.blocks is not None:
        body["blocks"] = with_block_ids(draft.blocks)
    if draft.attachments:
        body["attachments"] = attached(draft.attachments)
    return body


def _as_root(root: Json) -> Json:
    """Return a root as the event of a broadcast reply carries it."""
    return {key: value for key, value in root.items() if key not in {"metadata", "blocks", "attachments", "pinned_to"}}


def _bury(workspace: Workspace, room: Room, old: Json) -> None:
    body = {
        "type": "message",
        "subtype": "tombstone",
        "user": "USLACKBOT",
        "text": "This message was deleted.",
        "hidden": True,
        "ts": old["ts"],
    }
    workspace.state.run(
        "UPDATE messages SET body = ?, metadata = NULL, user = 'USLACKBOT' WHERE channel = ? AND ts = ?",
        *(packed(body), room.id, old["ts"]),
    )
    new = found(workspace, room.id, old["ts"])
    show(workspace, room, new)
    events.about_change(workspace, room, new, old)


def _refresh_root(workspace: Workspace, room: Room, message: Json) -> None:
    root_ts = message.get("thread_ts")
    root = history.find(workspace, room.id, root_ts) if root_ts and root_ts != message["ts"] else None
    if root:
        root.pop("metadata", None)
        workspace.feed.tell("message", {"channel": room.id, "message": root}, workspace.rooms.audience(room.id))
