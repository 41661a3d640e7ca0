"""Words in a thread are about the task of that thread: `@Baton take over` needs no number there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from bot.face import Face, Place

# Verbs about one task, with the words that belong to the verb; the number comes right behind them. A test holds it equal to
# the table of verbs, which this floor does not know.
ABOUT_A_TASK: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "task": (), "why": (), "reassign": (), "remind": (), "snooze": (), "seen": (), "escalate": (), "undo": (),
    "take": ("over",), "hand": ("back",),
})  # fmt: skip
DECIDES = frozenset({"approve", "approved", "reject", "rejected", "edit"})  # what only a card's button does
_NUMBER = re.compile(r"(?:t-?\d{1,12}|\d{3,12})[:,.]?", re.IGNORECASE)


def first_word(argv: Sequence[str]) -> str:
    """The verb that words begin with; a colon behind one about a task belongs to the sentence."""
    word = argv[0].lower() if argv else ""
    bare = word.rstrip(":")
    return bare if bare in ABOUT_A_TASK else word


def with_task(argv: Sequence[str], task_id: str) -> list[str]:
    """The words with this task's number where none is named; as they are where the verb is about no task."""
    verb = first_word(argv)
    phrase = ABOUT_A_TASK.get(verb)
    if phrase is None:
        return list(argv)
    n = 1 + len(phrase)
    if tuple(each.lower().rstrip(":,") for each in argv[1:n]) != phrase:
        return [verb, *argv[1:]]
    named = len(argv) > n and _NUMBER.fullmatch(argv[n])
    return [verb, *argv[1:n], *([task_id] if task_id and not named else []), *argv[n:]]


def is_decision(argv: Sequence[str], task_id: str) -> bool:
    """Whether somebody tries to decide by words: in a task's thread, or by its number."""
    if not argv or argv[0].lower().rstrip(":,.!") not in DECIDES:
        return False
    return bool(task_id or len(argv) == 1 or _NUMBER.fullmatch(argv[1]))


def task_of_card(face: Face, place: Place) -> str:
    """The task of the card that stands there, or in whose thread it stands; empty where there is none."""
    for ts in dict.fromkeys(each for each in (place.ts, place.thread_ts) if each):
        rows = face.services.ledger.rows("card.at", channel=place.channel, ts=ts)
        if rows and rows[0][3]:
            return str(rows[0][3])
    return ""


def task_of_thread(face: Face, place: Place) -> str:
    """The task that is talked about in this thread: of its card, or the one that was opened by the thread's first words."""
    if not place.thread_ts:
        return ""
    if found := task_of_card(face, place):
        return found
    ledger = face.services.ledger
    index = ledger.cipher.blind("conversation", f"slack:{place.channel}:{place.thread_ts}")
    rows = ledger.rows("task.by_conversation", conversation=index)
    return str(rows[0][0]) if rows else ""
