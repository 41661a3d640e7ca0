"""What the app says about its work in a thread: a status while it thinks, a title, suggested prompts, and how far it is.

https://docs.slack.dev/ai/agent-sessions, https://docs.slack.dev/reference/methods/assistant.threads.setStatus

The status ("is thinking...") goes when the app posts in the thread, or after two minutes; the progress of a session (`active`,
`processing`, `suspended`, `closed`) stays until the app says otherwise. Pages are told of both as `session`.
"""

from localslack import events
from localslack.clock import seconds
from localslack.state import opened, packed
from localslack.team.rooms import Room
from localslack.wire import Json
from localslack.workspace import Workspace

STATUS_LASTS_S = 120
PROGRESS = ("active", "processing", "suspended", "closed")


def find(workspace: Workspace, channel: str, thread_ts: str) -> Json | None:
    """Return what was said of a thread, or None.

    Keys: `status`, `status_at` (seconds since 1970), `loading_messages`, `title`, `prompts`, `prompts_title`, `progress`,
    `initiator`, `username`, `icon_emoji`, `icon_url`; each may be missing.
    """
    row = workspace.state.one("SELECT body FROM sessions WHERE channel = ? AND thread_ts = ?", channel, thread_ts)
    return opened(row["body"]) if row else None


def shown(workspace: Workspace, channel: str) -> list[Json]:
    """Return the news of every thread of a conversation the app said something of, for a page that is loaded."""
    rows = workspace.state.all("SELECT thread_ts, body FROM sessions WHERE channel = ? ORDER BY thread_ts", channel)
    return [_news(channel, row["thread_ts"], opened(row["body"])) for row in rows]


def say(workspace: Workspace, room: Room, thread_ts: str, **more: object) -> Json:
    """Change what is said of a thread (None takes a key away), tell the pages, and return it."""
    said = {**(find(workspace, room.id, thread_ts) or {}), **more}
    said = {key: value for key, value in said.items() if value is not None}
    workspace.state.run(
        "INSERT OR REPLACE INTO sessions (channel, thread_ts, body) VALUES (?, ?, ?)",
        *(room.id, thread_ts, packed(said)),
    )
    workspace.feed.tell("session", _news(room.id, thread_ts, said), workspace.rooms.audience(room.id))
    return said


def set_status(workspace: Workspace, room: Room, thread_ts: str, status: str, loading: list[str], face: Json) -> None:
    """Show what the app is doing, by the name and icon in `face`; an empty status takes it away."""
    at = seconds(workspace.clock) if status else None
    say(workspace, room, thread_ts, status=status or None, status_at=at, loading_messages=loading or None, **face)


def answered(workspace: Workspace, room: Room, thread_ts: str) -> None:
    """Take the status away: the app has posted in the thread."""
    said = find(workspace, room.id, thread_ts)
    if said and "status" in said:
        set_status(workspace, room, thread_ts, "", [], {})


def stop(workspace: Workspace, room: Room, user: str, thread_ts: str, streaming: list[str]) -> None:
    """Tell the app that a person pressed stop; `streaming` are the timestamps of messages it was still writing there.

    The progress stays as it is: the app changes it. https://docs.slack.dev/reference/events/agent_session_stopped
    """
    more = {"channel": room.id, "thread_ts": thread_ts, "user": user, "streaming_message_ts": streaming}
    events.in_room(workspace, room, "agent_session_stopped", more)


def expire(workspace: Workspace) -> None:
    """Take away every status that is older than two minutes."""
    before = seconds(workspace.clock) - STATUS_LASTS_S
    rows = workspace.state.all(
        "SELECT channel, thread_ts FROM sessions WHERE json_extract(body, '$.status_at') <= ?", before
    )
    for row in rows:
        room = workspace.rooms.get(row["channel"])
        if room:
            set_status(workspace, room, row["thread_ts"], "", [], {})


def _news(channel: str, thread_ts: str, said: Json) -> Json:
    told = {key: value for key, value in said.items() if key not in {"status", "status_at"}}
    return {"channel": channel, "thread_ts": thread_ts, "status": said.get("status", ""), **told}
