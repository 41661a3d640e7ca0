"""chat.postMessage, chat.postEphemeral, chat.meMessage: https://docs.slack.dev/reference/methods"""

import re

from localslack.blocks.judge import checked_attachments, checked_blocks
from localslack.methods import scopes
from localslack.methods.call import TS, Call
from localslack.talk import messages, whispers
from localslack.talk.compose import as_kept, mrkdwn
from localslack.talk.messages import LONGEST_TEXT, Draft
from localslack.team import groups
from localslack.team.rooms import Room
from localslack.wire import Args, Json, Problem, SlackError
from localslack.workspace import Workspace

LONGEST_MARKDOWN = 12_000
CHANNEL_NAME = re.compile(r"(?<![\w&])#([\w-]+)")
GROUP_HANDLE = re.compile(r"(?<![\w<])@([\w.-]+)")


def post(call: Call) -> Json:
    """Write a message. The answer carries it as written; a text that is too long is cut off with a warning."""
    draft = draft_of(call.args, cuts=True)
    room = target(call)
    if len(call.args.text("text") or "") > LONGEST_TEXT:
        call.warn("message_truncated")
    written = messages.post(call.workspace, room, call.bot, dressed(call, draft))
    return {"channel": room.id, "ts": written["ts"], "message": written}


def whisper(call: Call) -> Json:
    """Show a message to one member of a conversation."""
    user, draft = call.given("user"), draft_of(call.args)
    room = target(call)
    if not call.workspace.knows(user) or not call.workspace.rooms.has(room.id, user):
        raise SlackError("user_not_in_channel")
    return {"message_ts": whispers.whisper(call.workspace, room, user, dressed(call, draft))}


def me_message(call: Call) -> Json:
    """Write what the bot does, in italics: `/me` of the composer."""
    text = call.given("text")
    if not text.strip():
        raise SlackError("no_text")
    if len(text) > LONGEST_TEXT:
        raise SlackError("msg_too_long")
    room = target(call)
    written = messages.post(call.workspace, room, call.bot, Draft(as_kept(text), more={"subtype": "me_message"}))
    return {"channel": room.id, "ts": written["ts"]}


def draft_of(args: Args, cuts: bool = False) -> Draft:
    """Return the message a call describes; refuses an empty or malformed one, and a too long one unless it `cuts`."""
    text, markdown = args.text("text") or "", args.text("markdown_text") or ""
    blocks = blocks_of(args)
    attachments = attachments_of(args, blocks)
    if markdown:
        blocks = markdown_blocks(args, markdown)
        text = mrkdwn(markdown)
    if not text.strip() and not blocks and not attachments:
        raise SlackError("no_text")
    if len(text) > LONGEST_TEXT and not cuts:
        raise SlackError("msg_too_long")
    return Draft(
        text=text[:LONGEST_TEXT],
        blocks=blocks or None,
        attachments=attachments or None,
        metadata=metadata_of(args),
        thread_ts=_thread(args),
        broadcast=args.flag("reply_broadcast"),
        more={} if args.flag("mrkdwn", default=True) else {"mrkdwn": False},
    )


def blocks_of(args: Args) -> list[Json] | None:
    """Return checked blocks, or None when none were given."""
    blocks = args.structure("blocks", "invalid_blocks_format")
    return None if blocks is None else checked_blocks(blocks)


def attachments_of(args: Args, blocks: list[Json] | None) -> list[Json] | None:
    """Return checked attachments, or None when none were given; `blocks` are those of the same message."""
    attachments = args.structure("attachments", "invalid_attachments")
    return None if attachments is None else checked_attachments(attachments, blocks or ())


def markdown_blocks(args: Args, markdown: str) -> list[Json]:
    """Return the block that `markdown_text` stands for; refuses it together with text or blocks, and too much of it."""
    if args.text("text") or args.raw("blocks"):
        raise SlackError("markdown_text_conflict")
    if len(markdown) > LONGEST_MARKDOWN:
        raise SlackError("msg_too_long")
    return [{"type": "markdown", "text": markdown}]


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


def target(call: Call) -> Room:
    """Return where to write: an id, a channel's name, or a person (their direct conversation)."""
    name = call.given("channel")
    if name == call.bot or call.workspace.people.get(name):
        return _direct(call, name)
    named = call.workspace.rooms.named(name)
    room = named or call.workspace.rooms.get(name)
    inside = room is not None and call.workspace.rooms.has(room.id, call.bot)
    if room is None or (room.closed and not inside):
        raise SlackError("channel_not_found")
    if not inside and not scopes.granted(call.workspace.app, scopes.PUBLIC_POSTING):
        raise SlackError("not_in_channel")
    if room.archived:
        raise SlackError("is_archived")
    if room.kind == "im" and not call.workspace.app.features.messages_tab:
        raise SlackError("messages_tab_disabled")
    return room


def dressed(call: Call, draft: Draft) -> Draft:
    """Return a draft with the name and icon the app wants for it, if it may, and with the links Slack finds if asked for."""
    more = dict(draft.more)
    name, emoji, url = (call.args.text(key) for key in ("username", "icon_emoji", "icon_url"))
    allowed = call.workspace.app.scopes is None or scopes.granted(call.workspace.app, scopes.OWN_NAMES)
    if allowed and (name or emoji or url):
        # without the scope Slack posts under the app's own name, and says nothing
        icons = {"emoji": emoji} if emoji else {"image_48": url} if url else {}
        more |= {"subtype": "bot_message", "username": name or call.workspace.app.name, "icons": icons}
    text = draft.text
    if call.args.flag("link_names") or call.args.text("parse") == "full":
        text = linked(call.workspace, text)
    fields = (draft.blocks, draft.attachments, draft.metadata, draft.thread_ts, draft.broadcast)
    return Draft(text, *fields, more=more)


def linked(workspace: Workspace, text: str) -> str:
    """Return a text in which the names of groups and channels are links."""
    ids = {each.handle: each.id for each in groups.all_groups(workspace) if not each.deleted}
    text = GROUP_HANDLE.sub(lambda m: f"<!subteam^{ids[m[1]]}|@{m[1]}>" if m[1] in ids else m[0], text)
    return CHANNEL_NAME.sub(lambda m: _channel_link(workspace, m[1]) or m[0], text)


def _channel_link(workspace: Workspace, name: str) -> str:
    room = workspace.rooms.named(name)
    return f"<#{room.id}|{name}>" if room and not room.closed else ""


def _direct(call: Call, user: str) -> Room:
    if user == call.bot or call.workspace.people.needed(user).deleted:
        raise SlackError("channel_not_found")
    if call.workspace.people.is_stranger(user) and not call.meets(user):
        raise SlackError("channel_not_found")
    if not call.workspace.app.features.messages_tab:
        raise SlackError("messages_tab_disabled")
    return call.workspace.direct(frozenset({user, call.bot}))


def _thread(args: Args) -> str | None:
    thread_ts = args.text("thread_ts") or None
    if thread_ts and not TS.fullmatch(thread_ts):
        raise SlackError("invalid_thread_ts", (Problem("", f"{thread_ts} is not a valid thread_ts"),))
    return thread_ts
