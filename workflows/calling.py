"""Who can decide a pending approval and who of them is called, put together from its rows and today's policy."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.contract.authority import NeedsApproval
from core.ledger import Ledger, Unit
from core.moment import from_us, to_us
from policies.rules import assignment, quiet
from policies.rules.assignment import Holder
from policies.rules.signatures import Signed
from policies.schema import Policy
from workflows.views import RequestView


@dataclass(frozen=True, slots=True)
class Case:
    """An approval that waits, and everybody to whom policy gives a role."""

    asked: NeedsApproval
    signed: Signed
    out: frozenset[str]
    assignee: str
    holders: tuple[Holder, ...]

    def able(self) -> tuple[Holder, ...]:
        """Those who can still sign."""
        return assignment.able(self.asked, self.signed, self.out, self.holders)

    def lacking(self) -> tuple[str, ...]:
        """The roles for which not enough different people are there who can sign."""
        return assignment.lacking(self.asked, self.signed, self.able())

    def called(self) -> tuple[Holder, ...]:
        """Those of them who are asked now."""
        return assignment.called(self.asked, self.signed, self.able(), self.assignee)


def of_view(ledger: Ledger, policy: Policy, view: RequestView) -> Case | None:
    """As of the last commit, without a lock; None for what asks for no approval."""
    if view.asked is None or view.proposal is None:
        return None
    signed = tuple((each.person, each.role) for each in view.decisions if each.verb == "approve")
    author = view.proposal.author
    excluded = out_of(view.asked, str(view.request["requester"]), author.name if author.kind == "person" else "")
    everybody = holders(policy, ledger.rows("person.members"), lambda mail: ledger.cipher.blind("mail", mail))
    return Case(view.asked, signed, excluded, view.request["assignee"] or "", everybody)


def in_unit(unit: Unit, policy: Policy, request: dict[str, Any], proposal: dict[str, Any]) -> Case:
    """Under the task's lock."""
    asked = NeedsApproval.model_validate_json(request["asked"])
    signed = tuple((str(person), str(role)) for person, role in unit.all("decision.signed", id=request["id"]))
    excluded = out_of(asked, request["requester"], proposal["author"] if proposal["author_kind"] == "person" else "")
    everybody = holders_in(unit, policy)
    return Case(asked, signed, excluded, request["assignee"] or "", everybody)


def holders_in(unit: Unit, policy: Policy) -> tuple[Holder, ...]:
    """As `holders`, under a lock."""
    return holders(policy, unit.all("person.members"), lambda mail: unit.blind("mail", mail))


def holders(policy: Policy, members: Iterable[Any], blind: Callable[[str], str]) -> tuple[Holder, ...]:
    """Everybody in policy; `members` are the blind mail address and user id of those whom Slack has shown as full members."""
    users = {str(index): str(user) for index, user in members}
    return tuple(
        Holder(each.name, users.get(blind(mail), ""), frozenset(each.roles)) for mail, each in policy.people.items()
    )


def user_of_mail(ledger: Ledger, policy: Policy, mail: str) -> str | None:
    """The Slack user id of somebody in policy; empty while Slack has not shown them, None for a stranger to policy."""
    if mail not in policy.people:
        return None
    known = {str(index): str(user) for index, user in ledger.rows("person.members")}
    return known.get(ledger.cipher.blind("mail", mail), "")


def name_of(ledger: Ledger, policy: Policy, person: str) -> str:
    """The name of a user id, for words in which Slack draws no mention."""
    row = ledger.row("person", "person.by_user", user=person)
    if row is None:
        return person
    known = policy.people.get(str(row["mail"]))
    return known.name if known else str(row["name"])


def put_off(rows: Iterable[Any], now: datetime) -> frozenset[str]:
    """Who does not want to be called yet; `rows` are those of `snooze.of_request`."""
    return frozenset(str(person) for person, until in rows if until > to_us(now))


def to_ring(ledger: Ledger, policy: Policy, view: RequestView, now: datetime) -> tuple[str, ...]:
    """Whom a reminder that comes by itself names now: those who are asked, have not put it off, and may be rung. Quiet hours hold
    nothing that has to be decided before they end."""
    due = from_us(view.request["due_at"])
    return tuple(
        each.person for each in _asked_now(ledger, policy, view, now)
        if not ((ends := _quiet_until(ledger, policy, each, now)) and ends < due)
    )  # fmt: skip


def waits_for_morning(ledger: Ledger, policy: Policy, view: RequestView, now: datetime) -> bool:
    """Whether all whom a reminder would name have quiet hours now."""
    return bool(_asked_now(ledger, policy, view, now)) and not to_ring(ledger, policy, view, now)


def _asked_now(ledger: Ledger, policy: Policy, view: RequestView, now: datetime) -> tuple[Holder, ...]:
    case = of_view(ledger, policy, view)
    later = put_off(ledger.rows("snooze.of_request", request=view.request["id"]), now)
    return tuple(each for each in case.called() if each.person not in later) if case else ()


def _quiet_until(ledger: Ledger, policy: Policy, who: Holder, now: datetime) -> datetime | None:
    row = ledger.row("person", "person.by_user", user=who.user) if who.user else None
    return quiet.until(policy, str(row["mail"]), quiet.zone_of(policy, str(row["zone"])), now) if row else None


def out_of(asked: NeedsApproval, requester: str, author: str) -> frozenset[str]:
    """Who cannot sign because they asked for it or wrote it; `author` is empty where no person did."""
    return frozenset() if asked.self_approval else frozenset((requester, author)) - {""}
