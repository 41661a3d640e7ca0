"""chat.*: https://docs.slack.dev/reference/methods"""

from typing import Any

from localslack import history, messages, whispers
from localslack.blocks.judge import checked_blocks
from localslack.messages import LONGEST_TEXT, Draft
from localslack.methods.call import Call, without_metadata
from localslack.rooms import Room
from localslack.wire import Args, Json, SlackError, invalid


def post(call: Call) -> Json:
    """Write a message. The answer carries it as written."""
    room = _target(call)
    draft = draft_of(call.args)
    written = messages.post(call.workspace, room, call.bot, draft)
    return {"channel": room.id, "ts": written["ts"], "message": written}


def whisper(call: Call) -> Json:
    """Show a message to one member of a conversation."""
    user = call.args.needed("user")
    room = call.open_room()
    draft = draft_of(call.args)
    if not call.workspace.knows(user) or not call.workspace.rooms.has(room.id, user):
        raise SlackError("user_not_in_channel")
    return {"message_ts": whispers.whisper(call.workspace, room, user, draft)}


def update(call: Call) -> Json:
    """Change a message of the bot's own; blocks and metadata stay unless given."""
    room = call.room()
    ts = call.args.needed("ts")
    change = _change(call.args)
    old = history.find(call.workspace, room.id, ts)
    if old is None:
        raise SlackError("message_not_found")
    if old.get("bot_id") != call.workspace.team.bot_id:
        raise SlackError("cant_update_message")
    written = messages.update(call.workspace, room, ts, change, metadata_of(call.args))
    shown = without_metadata(written)
    return {"channel": room.id, "ts": ts, "text": written["text"], "message": shown}


def delete(call: Call) -> Json:
    """Delete a message of the bot's own."""
    room = call.room()
    ts = call.args.needed("ts")
    old = history.find(call.workspace, room.id, ts)
    if old is None:
        raise SlackError("message_not_found")
    if old.get("bot_id") != call.workspace.team.bot_id:
        raise SlackError("cant_delete_message")
    messages.delete(call.workspace, room, ts)
    return {"channel": room.id, "ts": ts}


def permalink(call: Call) -> Json:
    """Return the address of a message: the local page, opened there."""
    room = call.room()
    ts = call.args.needed("message_ts")
    message = history.find(call.workspace, room.id, ts)
    if message is None:
        raise SlackError("message_not_found")
    link = f"{call.workspace.base_url}/archives/{room.id}/p{ts.replace('.', '')}"
    root = message.get("thread_ts")
    return {"channel": room.id, "permalink": f"{link}?thread_ts={root}&cid={room.id}" if root else link}


def draft_of(args: Args) -> Draft:
    """Return the message a call describes; refuses an empty, too long or malformed one."""
    text = args.text("text") or ""
    blocks = blocks_of(args)
    attachments = _listed(args, "attachments", "invalid_attachments")
    if not text.strip() and not blocks and not attachments:
        raise SlackError("no_text")
    if len(text) > LONGEST_TEXT:
        raise SlackError("msg_too_long")
    return Draft(
        text=text,
        blocks=blocks or None,
        attachments=attachments or None,
        metadata=metadata_of(args),
        thread_ts=args.text("thread_ts") or None,
        broadcast=args.flag("reply_broadcast"),
    )


def blocks_of(args: Args) -> list[Json] | None:
    """Return checked blocks, or None when none were given."""
    blocks = _listed(args, "blocks", "invalid_blocks_format")
    return None if blocks is None else checked_blocks(blocks)


def metadata_of(args: Args) -> Json | None:
    """Return `{"event_type", "event_payload"}`, or None when none was given; refuses other forms."""
    given = args.structure("metadata", "invalid_metadata_format")
    if given is None:
        return None
    if not isinstance(given, dict):
        raise SlackError("invalid_metadata_format")
    if not given:
        return {}
    if not isinstance(given.get("event_type"), str) or not isinstance(given.get("event_payload"), dict):
        raise SlackError("invalid_metadata_schema")
    return {"event_type": given["event_type"], "event_payload": given["event_payload"]}


def _target(call: Call) -> Room:
    """Return where to write: an id, a channel's name, or a person (their direct conversation)."""
    name = call.args.needed("channel")
    if call.workspace.people.get(name):
        return call.workspace.direct(frozenset({name, call.bot}))
    named = call.workspace.rooms.named(name)
    if named and not named.closed and not call.workspace.rooms.has(named.id, call.bot):
        raise SlackError("not_in_channel")
    if named and named.archived:
        raise SlackError("is_archived")
    return named if named and call.workspace.rooms.has(named.id, call.bot) else call.open_room()


def _change(args: Args) -> Json:
    change: Json = {}
    if args.has("text"):
        change["text"] = args.text("text")
        if len(change["text"]) > LONGEST_TEXT:
            raise SlackError("msg_too_long")
    if args.has("blocks"):
        change["blocks"] = messages.with_block_ids(blocks_of(args)) or None
    if args.has("attachments"):
        change["attachments"] = _listed(args, "attachments", "invalid_attachments") or None
    if not change:
        raise SlackError("no_text")
    if not change.get("text") and not change.get("blocks") and not change.get("attachments"):
        raise SlackError("no_text")
    return change


def _listed(args: Args, name: str, code: str) -> list[Any] | None:
    value = args.structure(name, code)
    if value is None or isinstance(value, list):
        return value
    raise SlackError(code) if code == "invalid_blocks_format" else invalid("must provide an array", f"/{name}")
