"""A private line to somebody for whom something waits: what, which task, and in which channel its card is."""

from __future__ import annotations

from bot.cards.blocks import Json, message, rich, row, t
from bot.cards.blocks import b as bold

# What is told; the task's number follows, then the channel of its card.
WORDS: dict[str, str] = {
    "called": "You are called to",
    "reassigned": "A decision was handed to you:",
    "nudged": "You are reminded of a decision:",
    "again": "Shown again, as you asked:",
    "still": "Are you still on it?",
    "asked": "You may decide something new:",
}


def render(what: str, task_id: str, channel: str) -> Json:
    """The line; `channel` is a Slack id, or empty while the card stands nowhere."""
    words = WORDS[what]
    where = [t(", in "), {"type": "channel", "channel_id": channel}] if channel else []
    return message(f"{words} {task_id}.", [rich(row(t(f"{words} "), bold(task_id), *where, t(".")))])
