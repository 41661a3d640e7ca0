"""The rungs of a call for a person, as rows and rules say: who was called, who must act now, who comes next, who is there.
What is done with them is in `workflows/ladder.py`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple

import orjson

from core.ledger import Ledger, Unit
from core.moment import to_us
from core.rows import NAMES
from policies.parts import Rung
from policies.rules import delegation, escalation, quiet
from policies.schema import Policy
from workflows import away

OWNER = "owner"  # who is called when nobody on the ladder is there
Standing = Literal["called", "nobody", "left"]
CALLED: Standing = "called"
NOBODY: Standing = "nobody"
LEFT: Standing = "left"

Row = dict[str, Any]
NONE_GONE: frozenset[str] = frozenset()


class Place(NamedTuple):
    """A rung of a ladder and where it stands there."""

    position: int
    rung: Rung


@dataclass(frozen=True, slots=True)
class Present:
    """Who can be called by a role: `users` by their ids, each with when their quiet hours end (0: may be rung now).

    `unseen`: somebody holds it whom Slack did not show yet. `why` says why nobody can, if so. `instead`: delegates among the
    users, each with the user ids of those who are away."""

    users: dict[str, int]
    unseen: bool
    why: Standing
    instead: dict[str, list[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return self.why == CALLED


def rows(source: Unit | Ledger, request_id: str) -> list[Row]:
    """The rungs of a request that were called or passed over, in order."""
    found = (source.all if isinstance(source, Unit) else source.rows)("rung.of_request", request=request_id)
    return [dict(zip(NAMES["rung"], row, strict=True)) for row in found]


def called(of: Sequence[Row]) -> list[Row]:
    """Those that were called."""
    return [row for row in of if row["state"] == CALLED]


def current(of: Sequence[Row]) -> list[Row]:
    """Those that were called last: whose people must act now."""
    found = called(of)
    return [row for row in found if row["at"] == found[-1]["at"]]


def ahead(policy: Policy, request: Row, of: Sequence[Row]) -> list[Place]:
    """What is left of the ladder. Whoever was called for a lesser reason already is not called again, unless quiet hours kept
    them from being rung; nor is a role that was called and stands elsewhere on the ladder by today's rules."""
    ladder = escalation.rungs(policy, request["trigger"], request["queue"])
    own = [row for row in of if row["trigger"] == request["trigger"]]
    position = max((row["position"] for row in own), default=-1)
    rung_before = {row["role"] for row in called(of) if row not in own and row["quiet"] == "{}"}
    moved = {
        row["role"] for row in called(own) if [each.role for each in ladder[row["position"] :][:1]] != [row["role"]]
    }
    return [Place(n, rung) for n, rung in enumerate(ladder) if n > position and rung.role not in rung_before | moved]


def present(
    source: Unit | Ledger, policy: Policy, role: str, now: datetime, gone: frozenset[str] = NONE_GONE
) -> Present:
    """Who holds the role and is still here; `gone` are user ids of people who have left, as far as Slack was asked."""
    users: dict[str, int] = {}
    instead: dict[str, list[str]] = {}
    unseen, held = False, False
    there = away.team(source, policy, gone)
    for holder, person in policy.people.items():
        if role not in person.roles:
            continue
        mail = delegation.stand_in(policy, there, holder) or holder
        held, row = True, _member(source, mail)
        if row is None:
            unseen = True
        elif row[1] and row[0] not in gone:
            ends = quiet.until(policy, mail, quiet.zone_of(policy, str(row[2])), now)
            users[str(row[0])] = to_us(ends) if ends else 0
            if mail != holder:
                instead.setdefault(str(row[0]), []).append(there.users[holder])
    return Present(users, unseen, CALLED if users or unseen else LEFT if held else NOBODY, instead)


def _member(source: Unit | Ledger, mail: str) -> Sequence[Any] | None:
    if isinstance(source, Unit):
        return source.one("person.of_mail", index=source.blind("mail", mail))
    found = source.rows("person.of_mail", index=source.cipher.blind("mail", mail))
    return found[0] if found else None


def ringing(source: Unit | Ledger, request: Row) -> tuple[str, ...] | None:
    """The user ids of those who must act now and may be rung: whoever has seen it, else those called last. None where nobody is
    called, or nobody whom Slack has shown."""
    if request["acknowledged_by"]:
        return (str(request["acknowledged_by"]),)
    now = [row for row in current(rows(source, request["id"])) if row["people"]]
    return tuple(dict.fromkeys(who for row in now for who in may_ring(row))) if now else None


def next_place(unit: Unit, policy: Policy, request: Row) -> Place | None:
    """The next rung on which somebody is, as far as is known."""
    left = ahead(policy, request, rows(unit, request["id"]))
    return next((place for place in left if present(unit, policy, place.rung.role, unit.now)), None)


def watched(ledger: Ledger, policy: Policy, request: Row) -> Iterator[str]:
    """The user ids of all who may be called for this request: of them it is asked whether they have left."""
    roles = {rung.role for rung in escalation.rungs(policy, request["trigger"], request["queue"])} | {OWNER}
    for role in sorted(roles):
        yield from present(ledger, policy, role, ledger.clock.now()).users
    if request["acknowledged_by"]:
        yield str(request["acknowledged_by"])


def may_ring(row: Row) -> list[str]:
    """The user ids of those on the rung who may be rung now."""
    held = orjson.loads(row["quiet"])
    return [who for who in row["people"].split(",") if who and who not in held]
