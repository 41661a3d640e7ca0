"""What becomes of messages that are posted: chat.update, chat.delete, chat.getPermalink.

https://docs.slack.dev/reference/methods
"""

from localslack.methods.call import Call
from localslack.methods.chat import attachments_of, blocks_of, markdown_blocks, metadata_of
from localslack.talk import messages
from localslack.talk.compose import mrkdwn
from localslack.talk.interactive import attached
from localslack.team.rooms import Room
from localslack.wire import Args, Json, SlackError

LONGEST_UPDATE = 4_000


def update(call: Call) -> Json:
    """Change a message of the bot's own. A new text without blocks takes the place of the old blocks; metadata stays unless
    given, and the answer carries it.

    A message changed by its blocks is not marked as edited.
    """
    room, ts = call.room(), call.given("ts")
    (change, by_blocks), metadata = _change(call.args), metadata_of(call.args)
    old = _own(call, room, ts, "cant_update_message")
    if room.archived:
        raise SlackError("is_inactive")
    if old.get("streaming_state") == "in_progress":
        raise SlackError("streaming_state_conflict")
    written = messages.update(call.workspace, room, ts, change, metadata, edited=not by_blocks)
    return {"channel": room.id, "ts": ts, "text": written["text"], "message": written}


def delete(call: Call) -> Json:
    """Delete a message of the bot's own; not one it is still writing."""
    room, ts = call.room(), call.given("ts")
    if _own(call, room, ts, "cant_delete_message").get("streaming_state") == "in_progress":
        raise SlackError("cant_delete_message")
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


def _change(args: Args) -> tuple[Json, bool]:
    """Return what changes of a message's body, and whether the call brought blocks."""
    markdown, text = args.text("markdown_text") or "", args.text("text")
    blocks = markdown_blocks(args, markdown) if markdown else blocks_of(args)
    if len(text or "") > LONGEST_UPDATE:
        raise SlackError("msg_too_long")
    change: Json = {}
    if markdown or text is not None:
        change = messages.content_of(mrkdwn(markdown) if markdown else text or "", blocks)
    elif blocks is not None:
        change = {"blocks": messages.with_block_ids(blocks) or None}
    if args.has("attachments"):
        change["attachments"] = attached(attachments_of(args, blocks) or []) or None
    if not any(change.values()):
        raise SlackError("no_text")
    return change, bool(blocks)
