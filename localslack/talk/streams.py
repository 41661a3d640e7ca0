"""Messages that are written bit by bit: https://docs.slack.dev/reference/methods/chat.startStream

A stream is kept as parts (text, tasks, blocks) in the order they came, and its message is drawn from them each time.
While it is open the message says `streaming_state: in_progress`; at the end `completed`. Slack ends a stream by itself
about five minutes after it began (slackapi/python-slack-sdk issue 1859); its message is then `errored`.
"""

import secrets
from dataclasses import dataclass, field

from localslack.clock import seconds
from localslack.state import opened, packed
from localslack.talk import history, messages
from localslack.talk.compose import NO_TEXT, as_kept, mrkdwn
from localslack.talk.messages import Draft
from localslack.team.rooms import Room
from localslack.wire import Json, SlackError
from localslack.workspace import Workspace

LIFETIME_S = 5 * 60
LONGEST_TEXT = 12_000
"""Characters of markdown in one call, by Slack's pages; and in all of one stream, as measured (CopilotKit issue 6063)."""
MOST_BLOCKS = 50
DISPLAYS = ("timeline", "plan")
NOT_OPEN = "message_not_in_streaming_state"
RUNNING = frozenset({"pending", "in_progress"})


@dataclass(frozen=True)
class Content:
    """What one call adds. `mode` is `markdown_text` or `chunks`, empty when it adds nothing; `chunks` are checked."""

    mode: str = ""
    chunks: list[Json] = field(default_factory=list)


@dataclass(frozen=True)
class Opening:
    """How a stream begins: the thread, how tasks are shown (one of `DISPLAYS`), and more keys of the message."""

    thread_ts: str
    display: str
    more: Json


@dataclass(frozen=True)
class Ending:
    """What is added below when a stream stops: blocks, and metadata as `messages.update` takes it."""

    blocks: list[Json] | None = None
    metadata: Json | None = None


@dataclass(frozen=True)
class _Stream:
    ts: str
    mode: str
    display: str
    parts: list[Json]
    title: str | None


def start(workspace: Workspace, room: Room, opening: Opening, content: Content) -> str:
    """Begin a stream as a reply of the bot; returns its message's timestamp. Refuses a thread that is none."""
    stream = _with(_Stream("", "", opening.display, [], None), content)
    draft = Draft(
        _text(stream),
        _blocks(stream) or None,
        thread_ts=opening.thread_ts,
        more={**opening.more, "streaming_state": "in_progress"},
    )
    with workspace.state.transaction():
        ts: str = messages.post(workspace, room, workspace.team.bot_user, draft)["ts"]
        workspace.state.run(
            "INSERT INTO streams (channel, ts, mode, display, started_at, body) VALUES (?, ?, ?, ?, ?, ?)",
            *(room.id, ts, stream.mode, stream.display, seconds(workspace.clock), _kept(stream)),
        )
    return ts


def append(workspace: Workspace, room: Room, ts: str, content: Content) -> None:
    """Add to an open stream. Pages see it at once, the app is told of the message when it is finished."""
    stream = _with(_open(workspace, room, ts, "stopped_by_user"), content)
    row = workspace.state.one("SELECT body FROM messages WHERE channel = ? AND ts = ?", room.id, ts)
    body = (opened(row["body"]) if row else {}) | {"text": _text(stream), "blocks": _blocks(stream)}
    with workspace.state.transaction():
        workspace.state.run("UPDATE messages SET body = ? WHERE channel = ? AND ts = ?", packed(body), room.id, ts)
        workspace.state.run(
            "UPDATE streams SET mode = ?, body = ? WHERE channel = ? AND ts = ?",
            *(stream.mode, _kept(stream), room.id, ts),
        )
    messages.show(workspace, room, messages.found(workspace, room.id, ts))


def stop(workspace: Workspace, room: Room, ts: str, content: Content, ending: Ending) -> Json:
    """Finish an open stream; returns its message."""
    return _finish(workspace, room, _with(_open(workspace, room, ts), content), "completed", ending)


def halt(workspace: Workspace, room: Room, thread_ts: str) -> list[str]:
    """End what is being written in a thread, because a person pressed stop; returns the timestamps of those messages.

    Slack ends them itself (measured); what the app appends after that is `stopped_by_user`.
    """
    rows = workspace.state.all(
        "SELECT s.ts FROM streams s JOIN messages m ON m.channel = s.channel AND m.ts = s.ts"
        " WHERE s.channel = ? AND m.thread_ts = ? AND s.halted = 0 ORDER BY s.ts",
        *(room.id, thread_ts),
    )
    for row in rows:
        _finish(workspace, room, _open(workspace, room, row["ts"]), "completed", Ending(), halted=True)
    return [row["ts"] for row in rows]


def tick(workspace: Workspace) -> None:
    """End every stream that is older than Slack lets one be."""
    limit = seconds(workspace.clock) - LIFETIME_S
    for row in workspace.state.all("SELECT channel, ts, halted FROM streams WHERE started_at < ?", limit):
        room = workspace.rooms.get(row["channel"])
        there = room and history.find(workspace, row["channel"], row["ts"])
        if room and there and not row["halted"]:
            _finish(workspace, room, _open(workspace, room, row["ts"]), "errored", Ending())
        else:
            _forget(workspace, row["channel"], row["ts"])


def _finish(
    workspace: Workspace, room: Room, stream: _Stream, state: str, ending: Ending, halted: bool = False
) -> Json:
    """Write the last form of a stream's message. What still ran is an error: measured, a stopped task never ends."""
    running = any(part.get("status") in RUNNING for part in stream.parts)
    parts = [{**part, "status": "error"} if part.get("status") in RUNNING else part for part in stream.parts]
    title = "Something went wrong" if running else stream.title
    last = _Stream(stream.ts, stream.mode, stream.display, parts, title)
    blocks = _blocks(last) + (messages.with_block_ids(ending.blocks) or [])
    change = {"text": _text(last), "blocks": blocks or None, "streaming_state": state}
    with workspace.state.transaction():
        if halted:
            workspace.state.run("UPDATE streams SET halted = 1 WHERE channel = ? AND ts = ?", room.id, stream.ts)
        else:
            _forget(workspace, room.id, stream.ts)
        return messages.update(workspace, room, stream.ts, change, ending.metadata, edited=False)


def _open(workspace: Workspace, room: Room, ts: str, if_halted: str = NOT_OPEN) -> _Stream:
    """Return an open stream of the app's; refuses everything else, one that a person stopped with its own code."""
    message = messages.found(workspace, room.id, ts)
    if message.get("bot_id") != workspace.team.bot_id:
        raise SlackError("message_not_owned_by_app")
    row = workspace.state.one("SELECT * FROM streams WHERE channel = ? AND ts = ?", room.id, ts)
    if row is None or row["halted"]:
        raise SlackError(if_halted if row else NOT_OPEN)
    body = opened(row["body"])
    return _Stream(ts, row["mode"], row["display"], body["parts"], body["title"])


def _forget(workspace: Workspace, channel: str, ts: str) -> None:
    workspace.state.run("DELETE FROM streams WHERE channel = ? AND ts = ?", channel, ts)


def _kept(stream: _Stream) -> str:
    return packed({"parts": stream.parts, "title": stream.title})


def _with(stream: _Stream, content: Content) -> _Stream:
    """Return a stream with more in it; refuses another mode than it began with, and too much of it."""
    if content.mode and stream.mode and content.mode != stream.mode:
        raise SlackError("streaming_mode_mismatch")
    parts, title = [dict(part) for part in stream.parts], stream.title
    for chunk in content.chunks:
        match chunk["type"]:
            case "markdown_text":
                _add_text(parts, chunk["text"])
            case "task_update":
                _add_task(parts, chunk)
            case "plan_update":
                title = chunk["title"]
            case "blocks":
                parts.append({"kind": "blocks", "blocks": messages.with_block_ids(chunk["blocks"])})
    grown = _Stream(stream.ts, content.mode or stream.mode, stream.display, parts, title)
    if sum(len(part["text"]) for part in parts if part["kind"] == "text") > LONGEST_TEXT:
        raise SlackError("msg_too_long")
    if len(_blocks(grown)) > MOST_BLOCKS:
        raise SlackError("msg_blocks_too_many")
    return grown


def _add_text(parts: list[Json], text: str) -> None:
    if parts and parts[-1]["kind"] == "text":
        parts[-1]["text"] += text
    elif text:
        parts.append({"kind": "text", "text": text, "block_id": secrets.token_hex(3)})


def _add_task(parts: list[Json], chunk: Json) -> None:
    """Add a task, or change it: title, status and sources are replaced, details and output grow (measured)."""
    task = next((part for part in parts if part["kind"] == "task" and part["id"] == chunk["id"]), None)
    if task is None:
        task = {"kind": "task", "id": chunk["id"]}
        parts.append(task)
    task |= {"title": chunk["title"], "status": chunk["status"]}
    for name in ("details", "output"):
        if chunk.get(name):
            task[name] = task.get(name, "") + chunk[name]
    task |= {name: chunk[name] for name in ("sources", "hide_title") if chunk.get(name) is not None}


def _text(stream: _Stream) -> str:
    """Return what notifications and searches read: the text in Slack's marks, then the titles of the tasks."""
    written = mrkdwn("".join(part["text"] for part in stream.parts if part["kind"] == "text"))
    words = " ".join([written, *(part["title"] for part in stream.parts if part["kind"] == "task")]).strip()
    return as_kept(words) or (NO_TEXT if stream.parts else "")


def _blocks(stream: _Stream) -> list[Json]:
    """Return the blocks of a stream: on a timeline each task stands where it came, in a plan all where the first came."""
    blocks: list[Json] = []
    tasks = [_card(part) for part in stream.parts if part["kind"] == "task"]
    planned = False
    for part in stream.parts:
        if part["kind"] == "text":
            blocks.append({"type": "markdown", "text": part["text"], "block_id": part["block_id"]})
        elif part["kind"] == "blocks":
            blocks += part["blocks"]
        elif stream.display == "timeline":
            blocks.append(_card(part))
        elif not planned:
            planned = True
            blocks.append({"type": "plan", "title": _title(stream), "tasks": tasks, "block_id": "plan"})
    return blocks


def _title(stream: _Stream) -> str:
    """Return a plan's title: as the app words it, else the task that was told of last."""
    if stream.title is not None:
        return stream.title
    return str([part["title"] for part in stream.parts if part["kind"] == "task"][-1])


def _card(part: Json) -> Json:
    card = {"type": "task_card", "block_id": f"task-{part['id']}"[:255], "task_id": part["id"]}
    card |= {name: part[name] for name in ("title", "status", "sources", "hide_title") if name in part}
    for name in ("details", "output"):
        if name in part:
            words = {"type": "rich_text_section", "elements": [{"type": "text", "text": part[name]}]}
            card[name] = {"type": "rich_text", "elements": [words]}
    return card
