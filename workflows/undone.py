"""What follows from an undo, which is an effect of its own that names the one it undoes. It is a person's act: the task goes on
or stands still as if nothing had been pressed, and whoever pressed hears what came of it."""

from __future__ import annotations

from typing import Any

from core.contract.effect import NotSent, Sent
from core.ledger import Unit
from policies.schema import Policy
from workflows import requests

ENDED = ("failed", "cancelled")  # an undo that changed nothing; it can be pressed again


def is_undo(effect: dict[str, Any]) -> bool:
    """Whether this effect takes another one back."""
    return bool(effect["compensates_id"])


def settled(unit: Unit, undo: dict[str, Any], receipt: Sent | NotSent) -> None:
    """It was taken back, or it certainly was not."""
    if not isinstance(receipt, Sent):
        not_undone(unit, undo)
        return
    who = _who(unit, undo)
    unit.audit("effect.undone", f"person:{who}", effect=undo["compensates_id"], undo=undo["id"])
    requests.timeline(unit, _shown_on(unit, undo), "undone", person=who)


def not_undone(unit: Unit, undo: dict[str, Any]) -> None:
    """What was done still stands. The line calls whoever pressed: they may have gone by now, sure that it is undone."""
    who = _who(unit, undo)
    unit.audit("effect.not_undone", "system", effect=undo["compensates_id"], undo=undo["id"])
    requests.timeline(unit, _shown_on(unit, undo), "not_undone", called=[who])


def unclear(unit: Unit, policy: Policy, undo: dict[str, Any], why: str, outage: str) -> None:
    """A person must say what became of it. The task itself does not wait for that."""
    task = unit.task
    before = task.state, task.waiting_for, task.owner
    requests.escalate(unit, policy, requests.UNKNOWN_EFFECT, why, agent=str(undo["agent"]), effect_id=str(undo["id"]),
                      outage=outage)  # fmt: skip
    task.state, task.waiting_for, task.owner = before


def found_out(unit: Unit, undo: dict[str, Any], by: str, went_out: bool) -> bool:
    """What became of it is known; whether agents may have waited for the call that asked."""
    was_asked = requests.waits_for_person(unit)
    requests.cleared_up(unit, undo, by, went_out)
    return was_asked and not requests.waits_for_person(unit)


def _who(unit: Unit, undo: dict[str, Any]) -> str:
    signed = unit.one("undo.signed", effect=undo["compensates_id"])
    return str(signed[0]) if signed else ""


def _shown_on(unit: Unit, undo: dict[str, Any]) -> str | None:
    of = unit.row("effect", "effect.get", id=undo["compensates_id"]) or {}
    return str(of["request_id"]) if of["request_id"] else None
