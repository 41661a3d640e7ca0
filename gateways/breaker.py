"""A gateway's breaker: what stands between its effects and a system that does not answer.

    closed ─(troubles, policies.rules.trouble)─► open ─(try_at: one effect is let through)─► trying ─(it went well)─► closed
                                                   ▲                                           │
                                                   └────────────(longer, five minutes at most)─┘

While it is not closed the gateway's effects stay where they are and their jobs wait: no attempt, no place in a rate window,
no money. The row is locked after the task and what `gateways.checks` locks, before cards, jobs and the audit's head; whoever
only looks whether it is closed needs no lock. Trouble again soon after it closed is the same outage: same card, longer waits.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

import orjson

from core.ledger import Job, Ledger, Unit
from core.moment import from_us, to_us
from policies.rules import trouble
from policies.rules.trouble import Trouble
from policies.schema import Policy

Said = Literal["sent", "refused", "not_reached", "unknown"]  # what a call says of its gateway
TURN = timedelta(seconds=30)  # so long the one that was let through has, until another may try
KEPT = 20  # troubles that are kept; the rules need only the last few
WOKEN = 200  # effects that go at once when it closes; more follow by their own time
EACH = timedelta(milliseconds=50)  # between two that were woken


@dataclass(frozen=True, slots=True)
class Breaker:
    """One gateway's row."""

    gateway: str
    state: Literal["closed", "open", "trying"] = "closed"
    why: str = ""  # policies.rules.trouble.Why
    opened_at: int = 0
    try_at: int = 0  # open: when one may try; trying: when another may
    tries: int = 0
    opened: int = 0
    closed_at: int = 0
    trial: str = ""
    troubles: tuple[Trouble, ...] = ()

    @property
    def is_away(self) -> bool:
        return self.state != "closed"

    @property
    def subject(self) -> str:
        """What the outage's card is about."""
        return f"{self.gateway}:{self.opened}"

    def ended_lately(self, policy: Policy, now: int) -> bool:
        """Whether an outage ended so short a while ago that more trouble is part of it."""
        return self.closed_at > now - to_us_of(trouble.lately(policy))

    def shows(self, effect: dict[str, Any]) -> bool:
        """Whether the card of the newest outage has to do with this effect: one that waited, or of which nobody knows."""
        return self.opened > 0 and (self.is_away or int(effect["created_at"]) <= self.closed_at)


@dataclass(frozen=True, slots=True)
class News:
    """A breaker after a call has said how it went, and what that changed."""

    breaker: Breaker
    changed: Literal["", "opened", "closed"] = ""


def to_us_of(span: timedelta) -> int:
    """A span in microseconds."""
    return span // timedelta(microseconds=1)


# Reading -------------------------------------------------------------------------------------------------------------


def seen(of: Ledger | Unit, gateway: str) -> Breaker:
    """The breaker as of the last commit, without a lock."""
    row = of.row("breaker", "breaker.get", name=gateway)
    return _breaker(row) if row else Breaker(gateway)


def _locked(unit: Unit, gateway: str) -> Breaker:
    row = unit.row("breaker", "breaker.lock", name=gateway)
    return _breaker(row) if row else Breaker(gateway)


def _made(unit: Unit, gateway: str) -> Breaker:
    """The locked row, also of a gateway that never had trouble. Of two that make it at once the second waits for the first."""
    if row := unit.row("breaker", "breaker.lock", name=gateway):
        return _breaker(row)
    unit.one("counter.lock", key=f"limits:gateway:{gateway}")
    if unit.one("breaker.get", name=gateway) is None:
        unit.insert("breaker", gateway=gateway)
        unit.write()
    return _locked(unit, gateway)


def _breaker(row: dict[str, Any]) -> Breaker:
    troubles = tuple(
        Trouble(each["effect"], each["kind"], from_us(each["at"])) for each in orjson.loads(row["troubles"])
    )
    return Breaker(**{**row, "troubles": troubles})


def after(until: int, effect: dict[str, Any]) -> datetime:
    """When an effect asks for its turn: those first that were tried least, so that one that always fails stops nobody."""
    return from_us(until) + timedelta(seconds=min(int(effect["attempts"]), 20))


# Asking for a turn ---------------------------------------------------------------------------------------------------


def turn(unit: Unit, gateway: str, effect_id: str) -> int | None:
    """From when this effect may go on; None: now. Of all that ask when the time has come, one is let through."""
    if not seen(unit, gateway).is_away:
        return None
    breaker = _locked(unit, gateway)
    if not breaker.is_away or (breaker.trial == effect_id and breaker.try_at > unit.at):
        return None
    if breaker.try_at > unit.at:
        return breaker.try_at
    _put(unit, replace(breaker, state="trying", trial=effect_id, try_at=to_us(unit.now + TURN)))
    unit.audit("breaker.tries", "system", f"gateway:{gateway}", effect=effect_id, audit_class="system")
    unit.want(breaker.subject)
    return None


def claimed(unit: Unit, gateway: str, effect_id: str, until: int) -> int | None:
    """As `turn`, in the claim itself, where no turn begins: the one that has it keeps it until `until`."""
    if not seen(unit, gateway).is_away:
        return None
    breaker = _locked(unit, gateway)
    if not breaker.is_away:
        return None
    if breaker.trial == effect_id:
        _put(unit, replace(breaker, try_at=until))
        return None
    return max(breaker.try_at, to_us(unit.now + timedelta(seconds=1)))


def given_back(unit: Unit, gateway: str, effect_id: str) -> None:
    """The effect that was let through did not reach its gateway, for a reason of our own: the next one that comes may try.
    Nobody is woken: the others may wait for the same limit."""
    if seen(unit, gateway).trial != effect_id:
        return
    breaker = _locked(unit, gateway)
    if breaker.trial == effect_id:
        _put(unit, replace(breaker, state="open", trial="", try_at=unit.at))
        unit.want(breaker.subject)


def try_now(unit: Unit, gateway: str) -> bool:
    """A person does not want to wait for the next try; False when there is nothing to wait for."""
    breaker = _locked(unit, gateway)
    if breaker.state != "open":
        return False
    _put(unit, replace(breaker, try_at=unit.at))
    _wake(unit, gateway, 5)
    unit.want(breaker.subject)
    return True


# What a call says ----------------------------------------------------------------------------------------------------


def heard(unit: Unit, policy: Policy, gateway: str, effect_id: str, said: Said) -> News:
    """Takes in how a call went. A success while nothing is wrong takes no lock."""
    breaker = seen(unit, gateway)
    if said == "sent" and not breaker.is_away and not breaker.troubles:
        return News(breaker)
    breaker = _made(unit, gateway)
    if not breaker.is_away:
        return _while_closed(unit, policy, breaker, effect_id, said)
    if breaker.trial == effect_id:
        return _after_trial(unit, policy, breaker, said)
    return News(breaker)  # a call that had begun before it opened


def _while_closed(unit: Unit, policy: Policy, breaker: Breaker, effect_id: str, said: Said) -> News:
    if said in ("sent", "refused"):  # it was reached
        troubles = tuple(each for each in breaker.troubles if each.kind == "unknown")
    else:
        kind: trouble.Kind = "unknown" if said == "unknown" else "not_reached"
        troubles = (*breaker.troubles, Trouble(effect_id, kind, unit.now))[-KEPT:]
    recent = tuple(each for each in troubles if each.at > unit.now - trouble.lately(policy))
    why = trouble.away(policy, recent, unit.now)
    if why is None and said != "sent" and _errs(unit, policy, breaker):
        why = "errors"
    if why is None:
        breaker = replace(breaker, troubles=recent)
        _put(unit, breaker)
        return News(breaker)
    same = breaker.opened > 0 and breaker.ended_lately(policy, unit.at)
    breaker = replace(
        breaker, why=why, tries=breaker.tries + 1 if same else 0, opened=breaker.opened + (not same),
        opened_at=breaker.opened_at if same else unit.at,
    )  # fmt: skip
    return News(_open(unit, policy, breaker), "opened")


def _errs(unit: Unit, policy: Policy, breaker: Breaker) -> bool:
    """Whether too many have failed since it closed last. Each effect counts by its last call, so that tries in vain of an outage
    are no errors after it; this one still stands as on its way."""
    since = max(unit.at - policy.limits.errors.window_s * 1_000_000, breaker.closed_at)
    calls, went = unit.one("breaker.calls", name=breaker.gateway, since=since) or (0, 0)
    return trouble.too_many_errors(policy, int(calls), int(calls) - int(went) + 1)


def _after_trial(unit: Unit, policy: Policy, breaker: Breaker, said: Said) -> News:
    if said == "sent" or (said == "refused" and breaker.why != "errors"):
        breaker = replace(breaker, state="closed", closed_at=unit.at, trial="", troubles=())
        _put(unit, breaker)
        unit.audit(
            "breaker.closed", "system", f"gateway:{breaker.gateway}", opened=breaker.opened, audit_class="system"
        )
        _wake(unit, breaker.gateway, WOKEN)
        return News(breaker, "closed")
    return News(_open(unit, policy, replace(breaker, tries=breaker.tries + 1)))


def _open(unit: Unit, policy: Policy, breaker: Breaker) -> Breaker:
    until = to_us(unit.now + trouble.pause(policy, breaker.tries))
    breaker = replace(breaker, state="open", try_at=until, trial="", troubles=())
    _put(unit, breaker)
    unit.audit("breaker.opened", "system", f"gateway:{breaker.gateway}", why=breaker.why, opened=breaker.opened,
               tries=breaker.tries, audit_class="system")  # fmt: skip
    return breaker


def _wake(unit: Unit, gateway: str, most: int) -> None:
    """What waits goes now, a little apart; limits are counted by each claim."""
    unit.write()
    rows = unit.all("breaker.jobs", name=gateway, now=unit.at, limit=most)
    for place, job in enumerate(map(Job.of, rows)):
        unit.jobs.append(Job(job.phase, job.task_id, job.step, job.subject_id, to_us(unit.now + place * EACH)))


def _put(unit: Unit, breaker: Breaker) -> None:
    troubles = [{"effect": each.effect, "kind": each.kind, "at": to_us(each.at)} for each in breaker.troubles]
    unit.change(
        "breaker.put", key=breaker.gateway, state=breaker.state, why=breaker.why, opened_at=breaker.opened_at,
        try_at=breaker.try_at, tries=breaker.tries, opened=breaker.opened, closed_at=breaker.closed_at, trial=breaker.trial,
        troubles=orjson.dumps(troubles).decode(),
    )  # fmt: skip
