"""Messages for later: kept until they are due, also over a restart, and posted once.

https://docs.slack.dev/reference/methods/chat.scheduleMessage
"""

import secrets
from dataclasses import asdict, dataclass

from localslack.clock import seconds
from localslack.state import opened, packed
from localslack.talk import messages
from localslack.talk.messages import Draft
from localslack.team.rooms import Room
from localslack.wire import Json, SlackError
from localslack.workspace import Workspace

FARTHEST_S = 120 * 24 * 60 * 60
WINDOW_S = 5 * 60
MOST_IN_WINDOW = 30
TOO_LATE_S = 60
"""What is due within a minute can no longer be taken back."""


@dataclass(frozen=True)
class Later:
    """A message for later; times in seconds since 1970."""

    id: str
    channel: str
    post_at: int
    made_at: int
    draft: Draft

    def shown(self) -> Json:
        """Return it as `chat.scheduledMessages.list` does."""
        times = {"post_at": self.post_at, "date_created": self.made_at}
        return {"id": self.id, "channel_id": self.channel, **times, "text": self.draft.text}


def add(workspace: Workspace, room: Room, draft: Draft, post_at: int) -> Later:
    """Keep a message until `post_at`; refuses the past, more than 120 days, and more than thirty within five minutes."""
    now = int(seconds(workspace.clock))
    if post_at <= now:
        raise SlackError("time_in_past")
    if post_at > now + FARTHEST_S:
        raise SlackError("time_too_far")
    if _crowded(workspace, room, post_at):
        raise SlackError("restricted_too_many")
    made = Later("Q0" + secrets.token_hex(5).upper(), room.id, post_at, now, draft)
    workspace.state.run(
        "INSERT INTO scheduled (id, channel, post_at, made_at, body) VALUES (?, ?, ?, ?, ?)",
        *(made.id, made.channel, made.post_at, made.made_at, packed(asdict(draft))),
    )
    return made


def remove(workspace: Workspace, room: Room, later: str) -> None:
    """Take a message for later back; refuses one that is not there, and one that is due within a minute."""
    gone = workspace.state.run(
        "DELETE FROM scheduled WHERE id = ? AND channel = ? AND post_at > ?",
        *(later, room.id, int(seconds(workspace.clock)) + TOO_LATE_S),
    )
    if not gone:
        raise SlackError("invalid_scheduled_message_id")


def waiting(workspace: Workspace, channel: str | None = None) -> list[Later]:
    """Return what waits, of one conversation or of all, the soonest first."""
    where, values = ("WHERE channel = ?", (channel,)) if channel else ("", ())
    rows = workspace.state.all(f"SELECT * FROM scheduled {where} ORDER BY post_at, rowid", *values)  # noqa: S608
    return [
        Later(row["id"], row["channel"], row["post_at"], row["made_at"], Draft(**opened(row["body"]))) for row in rows
    ]


def post_due(workspace: Workspace) -> None:
    """Post what is due, each in one step with its removal; what cannot be posted any more is dropped, as Slack does."""
    now = seconds(workspace.clock)
    if workspace.state.one("SELECT 1 FROM scheduled WHERE post_at <= ?", now) is None:
        return
    for later in waiting(workspace):
        if later.post_at <= now:
            _post(workspace, later)


def _post(workspace: Workspace, later: Later) -> None:
    error = None
    with workspace.state.transaction():
        workspace.state.run("DELETE FROM scheduled WHERE id = ?", later.id)
        try:
            messages.post(workspace, _place(workspace, later), workspace.team.bot_user, later.draft)
        except SlackError as refusal:
            error = refusal.code
    workspace.log_call("scheduled message", error, {"scheduled_message_id": later.id, "channel": later.channel})


def _place(workspace: Workspace, later: Later) -> Room:
    room = workspace.rooms.get(later.channel)
    if room is None:
        raise SlackError("channel_not_found")
    if not workspace.rooms.has(room.id, workspace.team.bot_user):
        raise SlackError("not_in_channel")
    if room.archived:
        raise SlackError("is_archived")
    if later.draft.metadata:
        # "Messages scheduled with chat.scheduleMessage will not post if the metadata parameter is used", says the page
        raise SlackError("scheduled_with_metadata")
    return room


def _crowded(workspace: Workspace, room: Room, post_at: int) -> bool:
    rows = workspace.state.all(
        "SELECT post_at FROM scheduled WHERE channel = ? AND abs(post_at - ?) < ? ORDER BY post_at",
        *(room.id, post_at, WINDOW_S),
    )
    times = sorted([post_at, *(row["post_at"] for row in rows)])
    return any(last - first < WINDOW_S for first, last in zip(times, times[MOST_IN_WINDOW:], strict=False))
