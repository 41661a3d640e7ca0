"""One line in a task's thread for each thing that happened to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.cards.blocks import MARKS, Json, Mark, message, mrkdwn, plain
from bot.cards.words import clip, hour, is_user, label, mention, one_line, plain_when, when


class Step(StrEnum):
    """Frozen: what a line can tell."""

    OPENED = "opened"
    JOINED = "joined"
    READ = "read"
    HANDED = "handed"
    SENT_BACK = "sent_back"
    ALLOWED = "allowed"
    DENIED = "denied"
    ASKED = "asked"
    APPROVED = "approved"
    EDITED = "edited"
    REJECTED = "rejected"
    EXPIRED = "expired"
    WAITS = "waits"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CALLED = "called"
    TAKEN = "taken"
    HANDED_BACK = "handed_back"
    FOLLOWS_UP = "follows_up"
    CLOSED = "closed"
    SIGNED = "signed"
    CHANGED = "changed"
    REMINDED = "reminded"
    HELD = "held"
    ADDED = "added"
    REASSIGNED = "reassigned"
    NUDGED = "nudged"
    SNOOZED = "snoozed"
    HELD_BACK = "held_back"
    AGAIN = "again"
    SEEN = "seen"
    NOT_NOW = "not_now"
    STILL = "still"
    PASSED_OVER = "passed_over"
    ESCALATED = "escalated"
    QUESTION = "question"
    ANSWERED = "answered"
    NOT_ANSWERED = "not_answered"
    UNDONE = "undone"
    NOT_UNDONE = "not_undone"
    TOLD = "told"
    ASKED_AGAIN = "asked_again"


_WORDS: dict[Step, tuple[Mark, str]] = {
    Step.OPENED: ("", "opened the task"),
    Step.JOINED: ("", "got another message"),
    Step.READ: ("", "read it"),
    Step.HANDED: ("handoff", "handed it on"),
    Step.SENT_BACK: ("question", "sent it back, something is missing"),
    Step.ALLOWED: ("", "may do this without asking"),
    Step.DENIED: ("ended", "may not do this"),
    Step.ASKED: ("wait", "asks for a decision"),
    Step.APPROVED: ("done", "approved it"),
    Step.EDITED: ("done", "changed the draft and approved it"),
    Step.REJECTED: ("ended", "rejected it"),
    Step.EXPIRED: ("ended", "got no decision in time"),
    Step.WAITS: ("paused", "waits"),
    Step.SENT: ("done", "did it"),
    Step.FAILED: ("careful", "failed, nothing was done"),
    Step.UNKNOWN: ("careful", "does not know whether it went through"),
    Step.CALLED: ("now", "calls for a person"),
    Step.TAKEN: ("person", "took the task over, agents stopped"),
    Step.HANDED_BACK: ("handoff", "handed it back"),
    Step.FOLLOWS_UP: ("wait", "looks at it again later"),
    Step.CLOSED: ("done", "closed the task"),
    Step.SIGNED: ("done", "approved it, somebody else has to as well"),
    Step.CHANGED: ("wait", "changed the draft, so it is asked again"),
    Step.REMINDED: ("wait", "still waits for a decision"),
    Step.HELD: ("person", "still has the task, agents stopped"),
    Step.ADDED: ("now", "has one more reason to call"),
    Step.REASSIGNED: ("handoff", "handed the decision on"),
    Step.NUDGED: ("wait", "reminds of the decision"),
    Step.SNOOZED: ("paused", "put it off"),
    Step.HELD_BACK: ("paused", "holds reminders back"),
    Step.AGAIN: ("wait", "waits for a decision, shown again as asked"),
    Step.SEEN: ("done", "has seen it"),
    Step.NOT_NOW: ("ended", "cannot now, the next is called"),
    Step.STILL: ("question", "asks whether you are still on it"),
    Step.PASSED_OVER: ("ended", "found nobody to call"),
    Step.ESCALATED: ("now", "called for help"),
    Step.QUESTION: ("question", "asked"),
    Step.ANSWERED: ("done", "answered"),
    Step.TOLD: ("question", "told the agent"),
    Step.ASKED_AGAIN: ("wait", "asked again, on a card of its own"),
    Step.NOT_ANSWERED: ("careful", "has no answer"),
    Step.UNDONE: ("undone", "undid it"),
    Step.NOT_UNDONE: ("careful", "could not undo it, what was done still stands"),
}


@dataclass(frozen=True, slots=True)
class Happening:
    """`actor` is an agent's name, or a person's user id; `detail` may come from outside. `called` must act now."""

    task_id: str
    step: Step
    actor: str
    at: datetime
    zone: ZoneInfo
    detail: str = ""
    called: tuple[str, ...] = ()
    until: datetime | None = None


def told(event: Happening) -> Json:
    """The line: time, who, what; then the detail as plain text."""
    mark, words = _WORDS[event.step]
    sign = f"{MARKS[mark]} " if mark else ""
    who = mention(event.actor) if is_user(event.actor) else f"*{label(event.actor)}*"
    until = f" until {when(event.until, event.zone)}" if event.until else ""
    detail = clip(one_line(event.detail), 300)
    colon = ":" if detail else ""
    said = mrkdwn(f"{hour(event.at, event.zone)}  ·  {sign}{who} {words}{until}{_called(event)}{colon}")
    elements = [said, *([plain(detail)] if detail else [])]
    name = "A person" if is_user(event.actor) else event.actor
    tail = f" until {plain_when(event.until, event.zone)}" if event.until else ""
    tail += f": {detail}" if detail else ""
    return message(f"{event.task_id}: {name} {words}{tail}", [{"type": "context", "elements": elements}])


def _called(event: Happening) -> str:
    return f": {', '.join(mention(each) for each in event.called[:10])}" if event.called else ""
