"""What becomes of messages that are posted: chat.update, chat.delete, chat.getPermalink.

https://docs.slack.dev/reference/methods
"""

from localslack import messages
from localslack.interactive import attached
from localslack.methods.call import Call, without_metadata
from localslack.methods.chat import attachments_of, blocks_of, markdown_blocks, metadata_of
from localslack.rooms import Room
from localslack.wire import Json, SlackError

LONGEST_UPDATE = 4_000


def update(call: Call) -> Json:
    """Change a message of the bot's own. A new text without blocks takes the old blocks away; metadata stays unless given.

    A message changed by its blocks is not marked as edited.
    """
    room, ts = call.room(), call.given("ts")
    change, metadata = _change(call), metadata_of(call.args)
    old = _own(call, room, ts, "cant_update_message")
    if room.archived:
        raise SlackError("is_inactive")
    if old.get("streaming_state") == "in_progress":
        raise SlackError("streaming_state_conflict")
    written = messages.update(call.workspace, room, ts, change, metadata, edited=not change.get("blocks"))
    shown = without_metadata(written)
    return {"channel": room.id, "ts": ts, "text": written["text"], "message": shown}


def delete(call: Call) -> Json:
    """Delete a message of the bot's own."""
    room, ts = call.room(), call.given("ts")
    _own(call, room, ts, "cant_delete_message")
    messages.delete(call.workspace, room, ts)
    return {"channel": room.id, "ts": ts}


def permalink(call: Call) -> Json:
    """Return the address of a message: the local page, opened there."""
    room = call.room()
    message = call.message(room, "message_ts")
    link = f"{call.workspace.base_url}/archives/{room.id}/p{message['ts'].replace('.', '')}"
    root = message.get("thread_ts")
    return {"channel": room.id, "permalink": f"{link}?thread_ts={root}&cid={room.id}" if root else link}


def _own(call: Call, room: Room, ts: str, refusal: str) -> Json:
    old = messages.found(call.workspace, room.id, ts)
    if old.get("bot_id") != call.workspace.team.bot_id:
        raise SlackError(refusal)
    return old


def _change(call: Call) -> Json:
    args = call.args
    change: Json = {}
    if args.text("markdown_text"):
        markdown = args.text("markdown_text") or ""
        change = {"text": markdown, "blocks": messages.with_block_ids(markdown_blocks(args, markdown))}
    if args.has("text"):
        change |= {"text": args.text("text"), "blocks": None}
    if args.has("blocks"):
        change["blocks"] = messages.with_block_ids(blocks_of(args)) or None
    if args.has("attachments"):
        change["attachments"] = attached(attachments_of(args, change.get("blocks")) or []) or None
    if len(change.get("text") or "") > LONGEST_UPDATE and not args.text("markdown_text"):
        raise SlackError("msg_too_long")
    if not any(change.values()):
        raise SlackError("no_text")
    return change
