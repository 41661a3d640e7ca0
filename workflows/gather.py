"""Low-risk requests of one kind gather into one list, so that people are not flooded. A gathered request keeps its own card, in
the list's thread; the list is one more surface on which it stands.

Lists are made and joined under one lock (`gather`), taken after the task's and before cards'."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from core.contract.authority import NeedsApproval
from core.contract.work import Proposal, Resolved
from core.ledger import Unit
from core.moment import to_us
from policies.rules import gather
from policies.schema import Policy

BATCH = "batch"  # the kind of its card
LOCK = "gather"
_NUMBERS = 10**9
HOUR = timedelta(hours=1)


def alike(unit: Unit, policy: Policy, proposal: Proposal, exact: Resolved, asked: NeedsApproval, agent: str) -> str:
    """A blind mark that is the same for all that may stand in one list; empty for what is always asked alone."""
    return unit.blind("alike", gather.alike(policy, proposal, exact, asked, agent))


def into_a_list(unit: Unit, policy: Policy, request_id: str, mark: str, queue: str) -> str | None:
    """The card of the list that this new request joins, or that begins with it; None while there are too few."""
    rule = policy.limits.gather
    if not mark or rule is None:
        return None
    lock(unit)
    unit.write()
    newest = unit.one("batch.newest", of=mark)
    if (
        newest
        and unit.all("batch.pending", batch=newest[0])
        and len(unit.all("batch.items", batch=newest[0])) < rule.most
    ):
        _join(unit, str(newest[0]), request_id, unit.task.id)
        unit.want(str(newest[0]))
        return _card_of(unit, str(newest[0]))
    loose = unit.all("batch.loose", of=mark)
    lately = unit.count("batch.lately", of=queue, since=to_us(unit.now - HOUR))
    if len(loose) < (1 if lately > rule.cards_per_hour else rule.from_count):
        return None
    batch_id = unit.insert("batch", id=unit.ids.new("bt"), alike=mark, created_at=unit.at)
    card_id = unit.card(BATCH, batch_id, policy.channel_of(queue), task_id=None)
    for loose_id, task_id in loose[-rule.most :]:
        _join(unit, batch_id, str(loose_id), str(task_id))
    unit.audit("batch.began", "policy", subject=batch_id, requests=len(loose))
    unit.write()
    return card_id


def lock(unit: Unit) -> None:
    """No list changes its members until this unit ends."""
    unit.one("counter.lock", key=LOCK)


def number_of(pending: Iterable[Any]) -> int:
    """What tells one state of a list from the next: its pending members (rows of `batch.pending`) and their versions."""
    text = ",".join(f"{row[0]}:{row[1]}" for row in pending)
    return zlib.crc32(text.encode()) % _NUMBERS


def _join(unit: Unit, batch_id: str, request_id: str, task_id: str) -> None:
    unit.insert("batch_item", request_id=request_id, batch_id=batch_id, task_id=task_id, at=unit.at)


def _card_of(unit: Unit, batch_id: str) -> str | None:
    row = unit.one("card.of_subject", subject=batch_id, kind=BATCH)
    return str(row[0]) if row else None
