"""Marking what was written: reactions and pins; and telling the app to stop what it is writing."""

import re

from localslack.acts.reach import reach, write_into
from localslack.acts.seen import NotPossibleError, Seen
from localslack.talk import pins, reactions, sessions, streams
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
    """Press stop while the app writes in a thread: what it writes ends there, and the app hears of it."""
    room = reach(workspace, user, channel)
    sessions.stop(workspace, room, user, thread_ts, streams.halt(workspace, room, thread_ts))
    return Seen()
