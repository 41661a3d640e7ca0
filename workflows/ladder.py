"""Who is called, one rung after the other, and each once.

    begins ─► a rung is called ─► nobody answers ─► the next ─► … ─► the last is asked again
                    │ "I have seen it": stands still for a while ─► "still on it?" ─► silence ─► the next
                    │ "not now" ─► the next, at once
                    └ nobody holds the role, or all have left ─► passed over, with a line ─► the next ─► … ─► the owner

Everything here runs under the lock of the task, from rows alone: whichever process comes second finds it done.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import orjson

from core.ledger import Unit
from core.moment import from_us, to_us
from policies.parts import EscalationClass, Rung
from policies.rules import escalation
from policies.schema import Policy
from workflows import feed, notices, rungs
from workflows.lines import timeline
from workflows.rungs import Place, Present

IN_TIME = timedelta(minutes=2)  # a call so little late lets the next ones not be late too

Row = dict[str, Any]


def begin(unit: Unit, policy: Policy, request_id: str) -> None:
    """The first rung of a new request: called now, by its card, or when its time comes."""
    unit.write()
    request = unit.row("request", "request.get", id=request_id) or {}
    start = escalation.begins(policy, request["escalation_class"], unit.now)
    if start > unit.now:
        unit.change("request.next_at", key=request_id, rung=0, due=to_us(start))
    else:
        call_next(unit, policy, request, as_new=True)


def raised(unit: Unit, policy: Policy, request_id: str) -> None:
    """A call has a reason that is more urgent: its own ladder begins when that may be. Where nobody is left on it, those who were
    called are asked again no later than after such a reason."""
    unit.write()
    request = unit.row("request", "request.get", id=request_id) or {}
    of: EscalationClass = request["escalation_class"]
    start, before = escalation.begins(policy, of, unit.now), rungs.rows(unit, request_id)
    if start > unit.now:
        if not before and not request["acknowledged_by"]:
            unit.change("request.next_at", key=request_id, rung=0, due=min(request["due_at"], to_us(start)))
    elif not call_next(unit, policy, request) and not request["acknowledged_by"]:
        again = to_us(escalation.later(policy, of, policy.escalation.ask_again_min, unit.now))
        for row in rungs.current(before):
            unit.change("rung.again", key=row["id"], due=min(row["next_at"], again), still_quiet=row["quiet"])
        unit.change("request.next_at", key=request_id, rung=request["rung"], due=min(request["due_at"], again))


def go_on(unit: Unit, policy: Policy, request: Row, gone: frozenset[str] = rungs.NONE_GONE) -> None:
    """What is due now of an open request: rings after quiet hours, "still on it?", the next rung, or all over again."""
    who = str(request["acknowledged_by"] or "")
    if who and request["reminded_at"] is None and who not in gone:
        _still(unit, policy, request, who)
        return
    if who:
        unit.audit("escalation.silent", "policy", request=request["id"], person=who)
    found = rungs.current(rungs.rows(unit, request["id"]))
    if found and not who:
        _ring_after_quiet(unit, request, found, gone)
        if found[-1]["next_at"] > unit.at:
            _wait(unit, request, found[-1]["number"], found[-1]["next_at"])
            return
    if not call_next(unit, policy, request, gone=gone):
        _again(unit, policy, request, gone)


def call_next(
    unit: Unit, policy: Policy, request: Row, *, gone: frozenset[str] = rungs.NONE_GONE, as_new: bool = False
) -> tuple[str, ...]:
    """Calls the next rung, and those that stand at the same minute; the roles that were called, none when none is left.

    `as_new`: its card is not posted yet and calls by itself."""
    before = rungs.rows(unit, request["id"])
    left = rungs.ahead(policy, request, before)
    if not left and rungs.called(before):
        return ()
    number, made, minute = len(before), list[Row](), 0
    for place in left:
        if made and place.rung.after_min > minute:
            break
        found = rungs.present(unit, policy, place.rung.role, unit.now, gone)
        row = _row(unit, request, number, place, found)
        number += 1
        if found:
            made.append(row)
            minute = place.rung.after_min
        else:
            _passed_over(unit, request, row)
    if not made and not rungs.called(before):
        made = _owner(unit, policy, request, number, gone)
    if not made and rungs.called(before):
        return ()
    later = [
        place for place in left if made and place.position > made[-1]["position"] and place.rung.after_min > minute
    ]
    gap = later[0].rung.after_min - minute if later else policy.escalation.ask_again_min
    _write(unit, policy, request, made, gap, as_new=as_new)
    return tuple(row["role"] for row in made)


def call_also(unit: Unit, policy: Policy, request: Row, role: str) -> bool:
    """Calls this role now, beside the ladder, which goes on afterwards from where it stands. False when they are called already,
    or nobody is there."""
    before = rungs.rows(unit, request["id"])
    found = rungs.present(unit, policy, role, unit.now)
    if not found or role in {row["role"] for row in rungs.current(before)}:
        return False
    position = max((row["position"] for row in before if row["trigger"] == request["trigger"]), default=-1)
    left = rungs.ahead(policy, request, before)
    of_ladder = escalation.rungs(policy, request["trigger"], request["queue"])
    stood = of_ladder[min(position, len(of_ladder) - 1)].after_min if position >= 0 else 0
    gap = left[0].rung.after_min - stood if left else policy.escalation.ask_again_min
    made = _row(unit, request, len(before), Place(position, Rung(role=role, after_min=0)), found)
    _write(unit, policy, request, [made], max(gap, 1), as_new=False)
    return True


def _owner(unit: Unit, policy: Policy, request: Row, number: int, gone: frozenset[str]) -> list[Row]:
    """Nobody on the ladder is there: it ends with the owner. Where there is no owner either, everybody is told."""
    queue = policy.queues.get(request["queue"])
    role = rungs.OWNER if rungs.OWNER in policy.roles or queue is None else queue.role
    found = rungs.present(unit, policy, role, unit.now, gone)
    place = Place(len(escalation.rungs(policy, request["trigger"], request["queue"])), Rung(role=role, after_min=0))
    if found:
        return [_row(unit, request, number, place, found)]
    unit.audit("escalation.nobody", "policy", request=request["id"])
    text = f"{unit.task.id} calls for a person, and nobody is left who could be called: the roles on its ladder and the owner's "
    feed.tell(
        unit, policy, f"{request['id']}:nobody", f"{text}have nobody in people.yml who is still in this Slack team."
    )
    return []


def _row(unit: Unit, request: Row, number: int, place: Place, found: Present) -> Row:
    return {
        "id": f"{request['id']}:{number}", "request_id": request["id"], "number": number, "trigger": request["trigger"],
        "position": place.position, "role": place.rung.role, "state": found.why, "people": ",".join(found.users),
        "quiet": orjson.dumps(_quiet(request, found)).decode(), "at": unit.at, "next_at": None,
        "instead": orjson.dumps(found.instead).decode(),
    }  # fmt: skip


def _instead(row: Row) -> Row:
    """What the record and a line say of delegates on this rung; nothing where there are none."""
    return {} if row["instead"] == "{}" else {"instead": str(row["instead"])}


def _quiet(request: Row, found: Present) -> dict[str, int]:
    """Whom quiet hours keep from being rung. They hold for nothing immediate."""
    return {} if request["escalation_class"] == "immediate" else {who: at for who, at in found.users.items() if at}


def _passed_over(unit: Unit, request: Row, row: Row) -> None:
    unit.insert("rung", **row)
    unit.audit(
        "escalation.passed_over",
        "policy",
        request=request["id"],
        rung=row["number"],
        role=row["role"],
        why=row["state"],
    )
    timeline(unit, request["id"], "passed_over", subject=f"{row['id']}:passed_over", role=row["role"], why=row["state"])


def _write(unit: Unit, policy: Policy, request: Row, made: Sequence[Row], gap_min: int, *, as_new: bool) -> None:
    of: EscalationClass = request["escalation_class"]
    asked = from_us(request["due_at"])
    base = asked if timedelta() <= unit.now - asked <= IN_TIME and not request["acknowledged_by"] else unit.now
    next_at = to_us(escalation.later(policy, of, gap_min, base))
    for row in made:
        unit.insert("rung", **{**row, "next_at": next_at})
        if as_new:
            _tell_first(unit, request, row)
            continue
        instead = _instead(row)
        unit.audit(
            "escalation.called", "policy", request=request["id"], rung=row["number"], role=row["role"], **instead
        )
        timeline(unit, request["id"], "called", subject=f"{row['id']}:called", role=row["role"], rung=row["number"],
                 people=rungs.may_ring(row), quiet=list(orjson.loads(row["quiet"])), **instead)  # fmt: skip
    number = made[-1]["number"] if made else request["rung"]
    due = _due(made, next_at)
    if as_new:
        unit.change("request.next_at", key=request["id"], rung=number, due=due)
    else:
        unit.change("request.climb", key=request["id"], rung=number, due=due)
        unit.want(request["id"])


def _tell_first(unit: Unit, request: Row, row: Row) -> None:
    """The first rung of a new call: its card, which is not posted yet, mentions them; whoever wants it is told in private too."""
    card = unit.one("card.of_subject", subject=request["id"], kind="escalation")
    if card:
        notices.tell(unit, request["id"], str(card[0]), "called", rungs.may_ring(row))


def _due(of: Sequence[Row], next_at: int) -> int:
    """When there is something to do next: the next rung, or the end of somebody's quiet hours."""
    return min([next_at, *(int(at) for row in of for at in orjson.loads(row["quiet"]).values())])


def _wait(unit: Unit, request: Row, number: int, next_at: int) -> None:
    unit.change("request.next_at", key=request["id"], rung=number,
                due=_due(rungs.current(rungs.rows(unit, request["id"])), next_at))  # fmt: skip


def _ring_after_quiet(unit: Unit, request: Row, of: Sequence[Row], gone: frozenset[str]) -> None:
    """Whose quiet hours have ended is rung now; the record has said since then that they were called."""
    for row in of:
        held: dict[str, int] = orjson.loads(row["quiet"])
        awake = [who for who, at in held.items() if at <= unit.at]
        if not awake:
            continue
        still = {who: at for who, at in held.items() if at > unit.at}
        unit.change("rung.rang", key=row["id"], still_quiet=orjson.dumps(still).decode())
        unit.audit("escalation.rang", "policy", request=request["id"], rung=row["number"], role=row["role"])
        timeline(unit, request["id"], "called", subject=f"{row['id']}:rang:{unit.at}", role=row["role"], rung=row["number"],
                 people=[who for who in awake if who not in gone], quiet=[])  # fmt: skip
        unit.want(request["id"])


def _still(unit: Unit, policy: Policy, request: Row, who: str) -> None:
    """Whoever has seen it is asked about it, once."""
    of: EscalationClass = request["escalation_class"]
    due = escalation.later(policy, of, policy.escalation.seen[of].answer_min, unit.now)
    unit.change("request.still", key=request["id"], at=unit.at, due=to_us(due))
    unit.audit("escalation.still_on_it", "policy", request=request["id"], person=who)
    timeline(unit, request["id"], "still", subject=f"{request['id']}:still:{unit.at}", whom=who)
    unit.want(request["id"])


def _again(unit: Unit, policy: Policy, request: Row, gone: frozenset[str]) -> None:
    """After the last rung its people are asked again; the owner where they have left meanwhile."""
    of: EscalationClass = request["escalation_class"]
    before = rungs.rows(unit, request["id"])
    first = due = to_us(escalation.later(policy, of, policy.escalation.ask_again_min, unit.now))
    last = rungs.current(before)
    found = {row["id"]: rungs.present(unit, policy, row["role"], unit.now, gone) for row in last}
    if not any(found.values()) and all(row["role"] != rungs.OWNER for row in last):
        for row in _owner(unit, policy, request, len(before), gone):
            _write(unit, policy, request, [row], policy.escalation.ask_again_min, as_new=False)
            return
    for row in last:
        here = found[row["id"]]
        held = _quiet(request, here)
        unit.change("rung.again", key=row["id"], due=due, still_quiet=orjson.dumps(held).decode())
        if here and (new := orjson.dumps(here.instead).decode()) != row["instead"]:
            unit.change("rung.instead", key=row["id"], who=",".join(here.users), now_instead=new)
        first = min([first, *held.values()])
        unit.audit("escalation.asked_again", "policy", request=request["id"], rung=row["number"], role=row["role"])
        timeline(unit, request["id"], "called", subject=f"{row['id']}:again:{unit.at}", role=row["role"], rung=row["number"],
                 people=[who for who in here.users if who not in held], quiet=list(held))  # fmt: skip
    unit.change("request.climb", key=request["id"], rung=last[-1]["number"] if last else 0, due=first)
    unit.want(request["id"])
