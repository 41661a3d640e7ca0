"""Private lines to whom something waits for, as each of them wants it: everything, what is theirs, what is urgent, or nothing.

They come beside the mention on the card or in its thread, never in its place: that one is for everybody who must act.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, cast, get_args

import orjson

from core.contract.authority import NeedsApproval
from core.ledger import Ledger, Unit
from core.ports import Member
from policies.rules import assignment
from policies.schema import Policy

Choice = Literal["all", "mine", "urgent", "off"]
CHOICES: tuple[Choice, ...] = get_args(Choice)
USUAL: Choice = "mine"  # of those who have chosen nothing
WORDS: Mapping[Choice, str] = MappingProxyType({
    "all": "everything that you may decide, and every call for you",
    "mine": "what is handed to you, and every call for you",
    "urgent": "calls for you that cannot wait",
    "off": "nothing",
})  # fmt: skip
NOTICE = "notice"
# What a line in a thread tells that is also told in private, and under which name it says who is meant.
_WHOM = {"called": "people", "reassigned": "called", "nudged": "called", "again": "called", "still": "whom"}


@dataclass(frozen=True, slots=True)
class Notices:
    """The verb with which people choose."""

    ledger: Ledger

    def choose(self, member: Member, choice: Choice) -> bool:
        """Keeps the choice; False for somebody whom Slack has not shown yet."""
        with self.ledger.unit() as unit:
            if not unit.change("person.notify", key=member.user_id, how=choice):
                return False
            unit.audit("notify.chosen", f"person:{member.user_id}", choice=choice)
            return True

    def choice(self, member: Member) -> Choice:
        """What this person has chosen."""
        rows = self.ledger.rows("person.choice", user=member.user_id)
        return cast("Choice", rows[0][0] or USUAL) if rows else USUAL


def with_line(unit: Unit, subject_id: str, root: str, what: str, facts: Mapping[str, Any]) -> None:
    """A line in a thread that rings is told in private too, to those who want it. `root`: the card of the thread."""
    whom = facts.get(_WHOM.get(what, ""), ())
    people = [whom] if isinstance(whom, str) else list(whom)
    if people:
        tell(unit, subject_id, root, what, people)


def tell(unit: Unit, request_id: str, root: str, what: str, people: Iterable[str]) -> None:
    """One private line to each of these user ids who wants such lines."""
    request = unit.row("request", "request.get", id=request_id) or {}
    is_urgent = request.get("escalation_class") == "immediate"
    for who in dict.fromkeys(people):
        choice = _choice(unit, who)
        if choice is not None and (choice in ("all", "mine") or (choice == "urgent" and is_urgent)):
            _line(unit, request_id, root, what, who)


def of_approval(unit: Unit, policy: Policy, request_id: str, root: str, asked: NeedsApproval, out: frozenset[str],
                holders: Callable[[], tuple[assignment.Holder, ...]]) -> None:  # fmt: skip
    """A new approval, to those who may decide it and want to hear of everything. `holders`: read where somebody does."""
    wants = {str(user) for (user,) in unit.all("person.wants_all")}
    if wants:
        for each in assignment.able(asked, (), out, holders()):
            if each.user in wants:
                _line(unit, request_id, root, "asked", each.user)


def _choice(unit: Unit, user: str) -> Choice | None:
    """None for somebody whom Slack has not shown: there is nobody to write to."""
    row = unit.one("person.choice", user=user)
    return cast("Choice", row[0] or USUAL) if row else None


def _line(unit: Unit, request_id: str, root: str, what: str, who: str) -> None:
    detail = orjson.dumps({"what": what, "root": root}).decode()
    unit.card(NOTICE, f"{request_id}:{what}:{unit.at}:{who}", "", viewer=who, detail=detail)
