"""The ladder of a call: which rungs were called, which come, and who has seen it; from rows and today's rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson

from bot.cards.ladder import RungLine, RungState
from bot.directory import users_of_mails
from bot.render.scene import Row, Scene
from core.moment import from_us
from policies.parts import EscalationClass
from policies.rules import escalation
from workflows import rungs
from workflows.views import Signed

_PASSED = {rungs.NOBODY: RungState.NOBODY, rungs.LEFT: RungState.LEFT}


@dataclass(frozen=True, slots=True)
class Climbed:
    """How far a ladder was climbed, as its card shows it. Names, not user ids, but for those whom the card itself calls."""

    lines: tuple[RungLine, ...] = ()
    names: tuple[str, ...] = ()
    has_next: bool = False
    again_at: datetime | None = None
    hold_min: int = 15
    seen_by: str = ""
    seen_until: datetime | None = None
    is_asked: bool = False


def climbed(scene: Scene, request: Row, decisions: Sequence[Signed]) -> Climbed:
    """The ladder of an open request."""
    rows = rungs.rows(scene.ledger, request["id"])
    of: EscalationClass = request["escalation_class"]
    seen, is_asked = str(request["acknowledged_by"] or ""), request["reminded_at"] is not None
    due = from_us(request["due_at"])
    later = _later(scene, request, rows)
    now = rungs.current(rows)
    lines = [_line(scene, request, row, now, decisions) for row in rows]
    if seen and not any(each.state in (RungState.SEEN, RungState.ASKED) for each in lines):
        lines.append(_seen_line(scene, request, "Seen by", seen))
    can_be_called = any(rungs.present(scene.ledger, scene.policy, each.role, scene.now) for each in later)
    return Climbed(
        lines=(*lines, *later), names=_rung_names(scene, now),
        has_next=bool(now) and can_be_called, again_at=None if later or seen or not now else from_us(now[-1]["next_at"]),
        hold_min=scene.policy.escalation.seen[of].hold_min, seen_by=name_of(scene, seen) if seen else "",
        seen_until=due if seen and not is_asked else None, is_asked=bool(seen) and is_asked,
    )  # fmt: skip


def people_now(scene: Scene, request: Row) -> tuple[str, ...] | None:
    """Who must act now on an open call: user ids where seen; None where nobody is called yet or any more."""
    if request.get("kind") != "escalation" or request.get("state") != "pending":
        return None
    if request["acknowledged_by"]:
        return (str(request["acknowledged_by"]),)
    now = rungs.current(rungs.rows(scene.ledger, request["id"]))
    held = {who for row in now for who in orjson.loads(row["quiet"])}
    found = [who for row in now for who in row["people"].split(",") or () if who and who not in held]
    found += [name for row in now if not row["people"] for name in scene.people_of(row["role"])]
    return tuple(dict.fromkeys(found))


def name_of(scene: Scene, user_id: str) -> str:
    """The name of a member, as policy has it or as Slack does."""
    users = users_of_mails(scene.ledger, scene.policy.people)
    mail = next((mail for mail, user in users.items() if user == user_id), "")
    if mail:
        return scene.policy.people[mail].name
    row = scene.ledger.row("person", "person.by_user", user=user_id)
    return str(row["name"]) if row else "A member of the team"


def names_on(scene: Scene, row: Row) -> tuple[str, ...]:
    """The names of those on a rung that was called."""
    users = [who for who in row["people"].split(",") if who]
    instead: dict[str, list[str]] = orjson.loads(row["instead"])
    return tuple(_for(scene, who, instead.get(who, [])) for who in users) or names_of_role(scene, row["role"])


def instead_words(scene: Scene, instead: str) -> str:
    """`Sam Whitlock for Theo Okafor`, for each delegate of a rung."""
    return "; ".join(_for(scene, who, of) for who, of in orjson.loads(instead).items())


def _for(scene: Scene, who: str, of: Sequence[str]) -> str:
    """A name, and for whom they were called."""
    return f"{name_of(scene, who)} for {_names(scene, of)}" if of else name_of(scene, who)


def _names(scene: Scene, of: Sequence[str]) -> str:
    return " and ".join(name_of(scene, each) for each in of)


def _rung_names(scene: Scene, now: Sequence[Row]) -> tuple[str, ...]:
    """Who is called now and may be rung, each once."""
    quiet = {name_of(scene, who) for row in now for who in orjson.loads(row["quiet"])}
    return tuple(dict.fromkeys(name for row in now for name in names_on(scene, row) if name not in quiet))


def names_of_role(scene: Scene, role: str) -> tuple[str, ...]:
    """Who holds a role, by name."""
    return tuple(person.name for person in scene.policy.people.values() if role in person.roles)


def _line(scene: Scene, request: Row, row: Row, now: list[Row], decisions: Sequence[Signed]) -> RungLine:
    if row["state"] in _PASSED:
        return RungLine(row["role"], (), _PASSED[row["state"]])
    users, names = [who for who in row["people"].split(",") if who], names_on(scene, row)
    if request["acknowledged_by"] in users and row in now:
        return _seen_line(scene, request, row["role"], str(request["acknowledged_by"]))
    at, held = from_us(row["at"]), dict[str, int](orjson.loads(row["quiet"]))
    if row not in now:
        end = next((each["at"] for each in rungs.rows(scene.ledger, request["id"]) if each["at"] > row["at"]), None)
        passed_on = any(each.verb == "not_now" and end and each.at == from_us(end) for each in decisions)
        all_quiet = bool(users) and held.keys() >= set(users)
        return RungLine(row["role"], names, RungState.BEFORE, at, said_not_now=passed_on, was_quiet=all_quiet)
    # A later change of a message must mention nobody anew: whom a line in its thread calls is a plain name here.
    calls_itself = row["at"] == request["created_at"]
    shown = {who: who if calls_itself and who not in held else name_of(scene, who) for who in users}
    quiet = tuple((name_of(scene, who), from_us(until)) for who, until in held.items())
    instead = tuple((shown[who], _names(scene, of)) for who, of in orjson.loads(row["instead"]).items() if who in shown)
    return RungLine(row["role"], tuple(shown.values()) or names, RungState.CALLED, at, quiet=quiet, instead=instead)


def _seen_line(scene: Scene, request: Row, role: str, who: str) -> RungLine:
    is_asked = request["reminded_at"] is not None
    return RungLine(
        role, (name_of(scene, who),), RungState.ASKED if is_asked else RungState.SEEN,
        from_us(request["acknowledged_at"]), None if is_asked else from_us(request["due_at"]),
    )  # fmt: skip


def _later(scene: Scene, request: Row, rows: list[Row]) -> tuple[RungLine, ...]:
    """The rungs that come if nobody answers, each with its time."""
    policy, of = scene.policy, request["escalation_class"]
    places = rungs.ahead(policy, request, rows)
    if not places:
        return ()
    now, at = rungs.current(rows), from_us(request["due_at"])
    if now and not request["acknowledged_by"]:
        at = from_us(now[-1]["next_at"])
    elif request["acknowledged_by"] and request["reminded_at"] is None:
        at = escalation.later(policy, of, policy.escalation.seen[of].answer_min, at)
    first = places[0].rung.after_min
    return tuple(
        RungLine(rung.role, names_of_role(scene, rung.role), RungState.LATER,
                 escalation.later(policy, of, rung.after_min - first, at), is_first=not now and n == 0)
        for n, (_, rung) in enumerate(places)
    )  # fmt: skip
