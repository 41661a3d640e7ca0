"""Marking what was written: reactions and pins; and telling the app to stop what it is writing."""

import re

from localslack import pins, reactions, sessions
from localslack.acts.reach import reach, write_into
from localslack.acts.seen import NotPossibleError, Seen
from localslack.workspace import Workspace

EMOJI = re.compile(r"[a-z0-9_+'-]{1,100}(::skin-tone-[2-6])?")


def react(workspace: Workspace, user: str, channel: str, ts: str, name: str) -> Seen:
    """Add a reaction to a message, by the emoji's name without colons."""
    room = write_into(workspace, user, channel)
    if not EMOJI.fullmatch(name):
        raise NotPossibleError(f"{name!r} is no emoji")
    reactions.add(workspace, room, ts, name, user)
    return Seen()


def unreact(workspace: Workspace, user: str, channel: str, ts: str, name: str) -> Seen:
    """Take one's reaction back."""
    reactions.remove(workspace, write_into(workspace, user, channel), ts, name, user)
    return Seen()


def pin(workspace: Workspace, user: str, channel: str, ts: str) -> Seen:
    """Pin a message to its conversation."""
    pins.add(workspace, write_into(workspace, user, channel), ts, user)
    return Seen()


def unpin(workspace: Workspace, user: str, channel: str, ts: str) -> Seen:
    """Take a pinned message off."""
    pins.remove(workspace, write_into(workspace, user, channel), ts, user)
    return Seen()


def stop(workspace: Workspace, user: str, channel: str, thread_ts: str) -> Seen:
    """Press stop while the app writes in a thread; the app hears of it and decides."""
    room = reach(workspace, user, channel)
    rows = workspace.state.all(
        "SELECT s.ts FROM streams s JOIN messages m ON m.channel = s.channel AND m.ts = s.ts"
        " WHERE s.channel = ? AND m.thread_ts = ? ORDER BY s.ts",
        *(room.id, thread_ts),
    )
    sessions.stop(workspace, room, user, thread_ts, [row["ts"] for row in rows])
    return Seen()
