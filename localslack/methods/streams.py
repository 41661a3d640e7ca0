"""chat.startStream, chat.appendStream, chat.stopStream: https://docs.slack.dev/reference/methods"""

from localslack.blocks.checks import anything, by_type, choice, flag, list_of, shape, string
from localslack.blocks.judge import checked_blocks
from localslack.methods.call import Call, without_metadata
from localslack.methods.chat import blocks_of, dressed, metadata_of
from localslack.talk import sessions, streams
from localslack.talk.messages import Draft
from localslack.talk.streams import Content, Ending, Opening
from localslack.team.rooms import Room
from localslack.wire import Json, SlackError, invalid

LONGEST_FIELD = 40_000
"""Slack's pages say 256 characters; measured, it takes this many (vercel/chat pull request 886)."""
MOST_SOURCES = 100
FIELD = string(LONGEST_FIELD)
SOURCE = by_type({"url": shape({"url": string(3000, 1), "text": FIELD}, {"icon_url": anything})})
TASK = shape(
    {
        "id": string(LONGEST_FIELD, 1),
        "title": string(LONGEST_FIELD, 1),
        "status": choice("pending", "in_progress", "complete", "error"),
    },
    {
        "details": FIELD,
        "output": FIELD,
        "sources": list_of(SOURCE, MOST_SOURCES, 0),
        "hide_title": flag,
        "icon": anything,
    },
)
CHUNKS = list_of(
    by_type(
        {
            "markdown_text": shape({"text": string()}),
            "task_update": TASK,
            "plan_update": shape({"title": string(LONGEST_FIELD, 1)}),
            "blocks": shape({"blocks": anything}),
        }
    ),
    1000,
    0,
)


def start(call: Call) -> Json:
    """Begin a message that is written bit by bit, as a reply in a thread."""
    room = call.open_room()
    thread_ts = call.args.text("thread_ts") or "0"
    if thread_ts == "0":
        # only a channel that is one session as a whole takes one outside of a thread; there is none here
        raise SlackError("invalid_thread_ts")
    _check_recipient(call, room)
    display = call.args.text("task_display_mode") or streams.DISPLAYS[0]
    if display not in streams.DISPLAYS:
        raise invalid("must be a valid enum value", "/task_display_mode")
    if room.kind == "im" and not call.workspace.app.features.messages_tab:
        raise SlackError("messages_tab_disabled")
    opening = Opening(thread_ts, display, dressed(call, Draft("")).more)
    ts = streams.start(call.workspace, room, opening, _content(call))
    return {"channel": room.id, "ts": ts}


def append(call: Call) -> Json:
    """Add to a message that is being written."""
    room, ts = call.open_room(), call.given("ts")
    content = _content(call)
    if not content.mode:
        raise SlackError("markdown_text_or_chunks_required")
    streams.append(call.workspace, room, ts, content)
    return {"channel": room.id, "ts": ts}


def stop(call: Call) -> Json:
    """Finish a message that is being written; the answer carries it."""
    room, ts = call.open_room(), call.given("ts")
    status = call.args.text("session_status") or sessions.PROGRESS[0]
    if status not in sessions.PROGRESS:
        raise invalid("must be a valid enum value", "/session_status")
    ending = Ending(blocks_of(call.args), metadata_of(call.args))
    message = streams.stop(call.workspace, room, ts, _content(call), ending)
    _set_progress(call, room, message["thread_ts"], status)
    return {"channel": room.id, "ts": ts, "message": without_metadata(message)}


def _set_progress(call: Call, room: Room, thread_ts: str, status: str) -> None:
    """Say how far the thread's session is after the stream; without a session only if the app asks for it."""
    if call.args.text("session_status") or sessions.find(call.workspace, room.id, thread_ts):
        sessions.say(call.workspace, room, thread_ts, progress=status)


def _check_recipient(call: Call, room: Room) -> None:
    """Refuse a stream in a channel that names nobody, or nobody of that team; in a direct conversation it need not."""
    user, team = call.args.text("recipient_user_id"), call.args.text("recipient_team_id")
    if not user and room.kind != "im":
        raise SlackError("missing_recipient_user_id")
    if not team and room.kind != "im":
        raise SlackError("missing_recipient_team_id")
    person = call.workspace.people.get(user) if user else None
    if user and person is None:
        raise SlackError("user_not_found")
    if person and team and person.team != team:
        raise SlackError("team_not_found")


def _content(call: Call) -> Content:
    """Return what a call adds; refuses both kinds at once, malformed chunks and too much text."""
    text, chunks = call.args.text("markdown_text"), call.args.structure("chunks", "invalid_chunks")
    if text and chunks:
        raise SlackError("cannot_provide_both_markdown_text_and_chunks")
    if text:
        _check_length(text)
        return Content("markdown_text", [{"type": "markdown_text", "text": text}])
    if chunks is None:
        return Content()
    problems = tuple(CHUNKS(chunks, "/chunks"))
    if problems:
        raise SlackError("invalid_chunks", problems)
    for chunk in chunks:
        if chunk["type"] == "blocks":
            checked_blocks(chunk["blocks"])
        elif chunk["type"] == "markdown_text":
            _check_length(chunk["text"])
    return Content("chunks" if chunks else "", chunks)


def _check_length(text: str) -> None:
    if len(text) > streams.LONGEST_TEXT:
        raise SlackError("msg_too_long")
