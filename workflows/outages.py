"""What people are told of a gateway that is away: one card for each outage, whatever waits for it.

The card stays true while the outage lasts (how many wait, since when, of what nobody knows, when the next try is), and says at
the end that it answers again and what came of what waited. Its row keeps begin and end, so that it can be drawn for ever.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

import orjson

from core.ledger import Ledger, Unit
from core.moment import from_us, to_us
from core.ports import Member
from gateways import breaker
from gateways.breaker import Breaker
from gateways.checks import named, waits_words
from policies.rules import escalation, trouble
from policies.schema import Policy

__all__ = ["OUTAGE", "OutageView", "call", "call_for", "is_away", "named", "tell", "try_now", "view", "waits_words"]

OUTAGE = "outage"
UNCLEAR = "unknown_effect"


# Writing -------------------------------------------------------------------------------------------------------------


def tell(unit: Unit, policy: Policy, of: Breaker) -> None:
    """The outage's card: a new one, or what the one that stands says now."""
    told = {
        "gateway": of.gateway,
        "why": of.why,
        "opened_at": of.opened_at,
        "closed_at": 0 if of.is_away else of.closed_at,
    }
    detail = orjson.dumps(told).decode()
    if unit.one("card.of_subject", subject=of.subject, kind=OUTAGE):
        unit.change("card.describe", subject=of.subject, of=OUTAGE, detail=detail)
        unit.cards_changed = True
    else:
        channel = policy.channel_of(trouble.provider(policy).queue)
        unit.card(OUTAGE, of.subject, channel, task_id=None, urgent=True, detail=detail)


def call(unit: Unit, policy: Policy, outage: str) -> None:
    """Somebody must say what became of an effect. The card itself calls when it is posted; after that one line does."""
    unit.write()
    card = unit.one("card.of_subject", subject=outage, kind=OUTAGE)
    if card and card[2]:
        rungs = escalation.ladder(policy, UNCLEAR, unit.now)
        _line(unit, outage, str(card[0]), rungs[0][0], 0)


def call_for(unit: Unit, request_id: str, role: str = "", rung: int = 0) -> None:
    """The next rung of a call that has no card of its own: one line for all that stand on the same outage's card."""
    request = unit.row("request", "request.get", id=request_id) or {}
    effect = unit.row("effect", "effect.get", id=request["effect_id"]) if request.get("effect_id") else None
    if effect is None:
        return
    outage = breaker.seen(unit, str(effect["gateway"])).subject
    card = unit.one("card.of_subject", subject=outage, kind=OUTAGE)
    if card:
        _line(unit, outage, str(card[0]), role, rung)


def _line(unit: Unit, outage: str, card_id: str, role: str, rung: int) -> None:
    subject = f"{outage}:called:{rung}"
    if unit.one("card.of_subject", subject=subject, kind="timeline") is None:
        detail = orjson.dumps(
            {"what": "called", "at": unit.at, "role": role, "rung": rung, "gateway": outage.partition(":")[0]}
        )
        unit.card("timeline", subject, "", parent_id=card_id, task_id=None, detail=detail.decode())


def try_now(ledger: Ledger, gateway: str, member: Member) -> bool:
    """Lets one effect try the gateway at once; False when it is not waiting for the next try."""
    with ledger.unit() as unit:
        if not breaker.try_now(unit, gateway):
            return False
        unit.audit("breaker.asked_to_try", f"person:{member.user_id}", f"gateway:{gateway}", audit_class="system")
    return True


def is_away(ledger: Ledger, gateway: str) -> bool:
    """Whether what goes to this gateway waits now."""
    return breaker.seen(ledger, gateway).is_away


# Reading -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OutageView:
    """One outage. `waiting` and `unknown` are ids of effects as of now, oldest first."""

    gateway: str
    number: int
    why: str  # policies.rules.trouble.Why
    opened_at: datetime
    closed_at: datetime | None
    try_at: datetime | None  # None while one is being tried, and when it is over
    waiting: tuple[str, ...]
    unknown: tuple[str, ...]
    came_of: Counter[str]  # states of what has gone out since it began, where it waited


def view(ledger: Ledger, policy: Policy, subject: str, detail: str) -> OutageView:
    """The outage of a card, from its row's `subject` and `detail`."""
    told = orjson.loads(detail)
    gateway, opened_at, closed_at = str(told["gateway"]), int(told["opened_at"]), int(told["closed_at"])
    now = breaker.seen(ledger, gateway)
    is_this = now.subject == subject and now.is_away
    until = closed_at or to_us(ledger.clock.now())
    since = opened_at - breaker.to_us_of(trouble.lately(policy))
    return OutageView(
        gateway=gateway, number=int(subject.rpartition(":")[2]), why=str(told["why"]), opened_at=from_us(opened_at),
        closed_at=from_us(closed_at) if closed_at else None,
        try_at=from_us(now.try_at) if is_this and now.state == "open" else None,
        waiting=tuple(str(row[0]) for row in ledger.rows("breaker.waiting", name=gateway, until=until)),
        unknown=tuple(str(row[0]) for row in ledger.rows("breaker.unknown", name=gateway, since=since, until=until)),
        came_of=Counter({str(state): int(count) for state, count in
                         ledger.rows("breaker.came_of", name=gateway, since=opened_at, until=until)}),
    )  # fmt: skip
