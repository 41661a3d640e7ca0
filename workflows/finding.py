"""Finding a task by its number or by words. What customers wrote is sealed, so words are looked for in the newest tasks only."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.contract.work import Event
from core.errors import Bug
from core.ledger import Ledger, TaskRow
from workflows import history

NEWEST = 1_000  # tasks in whose words is looked
MOST = 10  # that are shown
_NUMBER = re.compile(r"(?:t-?)?(\d{1,12})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FoundTask:
    """A task, what it began with, and where its newest card stands (channel and ts; empty where it has none)."""

    task: TaskRow
    event: Event
    card: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Found:
    """The newest first. `more`: how many others fit; `among`: in how many tasks was looked, 0 for a number."""

    tasks: tuple[FoundTask, ...]
    more: int = 0
    among: int = 0


def find(ledger: Ledger, typed: str) -> Found:
    """The task of this number, else those in which all of these words stand. Raises `Retry`."""
    number = _NUMBER.fullmatch(typed.strip())
    task = ledger.task(f"T-{int(number[1])}") if number else None
    if task is not None:
        return Found((_found(ledger, task.id),))
    words = typed.casefold().split()
    if not words:
        return Found(())
    texts: dict[str, str] = {}
    for task_id, event_id, sealed in _newest(ledger):
        event = Event.model_validate_json(ledger.cipher.unpack("event", "body", event_id, sealed))
        said = " ".join((event.sender, event.address, event.subject, event.text)).casefold()
        texts[task_id] = f"{texts.get(task_id, '')} {said}"
    fits = [task_id for task_id, text in texts.items() if all(word in text for word in words)]
    fits.sort(key=lambda task_id: int(task_id.removeprefix("T-")), reverse=True)
    return Found(tuple(_found(ledger, each) for each in fits[:MOST]), max(0, len(fits) - MOST), len(texts))


def _newest(ledger: Ledger) -> list[tuple[str, str, bytes]]:
    """The events of the newest tasks. Numbers of the same length follow each other as text, too, and so use the index."""
    last = int(ledger.rows("counter.get", key="task")[0][0])
    low, high = max(1, last - NEWEST + 1), last
    found: list[tuple[str, str, bytes]] = []
    while low <= high:
        start = max(low, 10 ** (len(str(high)) - 1))
        rows = ledger.rows("home.events_between", low=f"T-{start}", high=f"T-{high}", letters=len(f"T-{high}"))
        found += [(str(task_id), str(event_id), body) for task_id, event_id, body in rows]
        high = start - 1
    return found


def _found(ledger: Ledger, task_id: str) -> FoundTask:
    task = ledger.task(task_id)
    if task is None:
        raise Bug(f"{task_id} has events and no row")
    card = ledger.rows("home.card_of_task", task=task_id)
    return FoundTask(task, history.events(ledger, task_id)[0], (str(card[0][0]), str(card[0][1])) if card else ("", ""))
