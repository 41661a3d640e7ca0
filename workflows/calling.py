"""Who can decide a pending approval and who of them is called, put together from its rows and today's policy."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.contract.authority import NeedsApproval
from core.ledger import Ledger, Unit
from core.moment import from_us, to_us
from policies.rules import assignment, delegation, quiet
from policies.rules.assignment import Holder
from policies.rules.delegation import Stands, Team
from policies.rules.signatures import Signed
from policies.schema import Policy
from workflows import away
from workflows.views import RequestView


@dataclass(frozen=True, slots=True)
class Case:
    """An approval that waits, and everybody to whom policy gives a role. `stands`: who is away, and who is called in their place.
    `principals`: the user ids of those for whom a delegate has signed already."""

    asked: NeedsApproval
    signed: Signed
    out: frozenset[str]
    assignee: str
    holders: tuple[Holder, ...]
    stands: Stands = ()
    principals: frozenset[str] = frozenset()

    def able(self) -> tuple[Holder, ...]:
        """Those who can still sign, in their own roles or in one that is lent to them; whoever is away is among them."""
        there = self._able(self._there())
        users = {each.person for each in there}
        return there + tuple(each for each in self._able(self.holders) if each.person not in users)

    def lacking(self) -> tuple[str, ...]:
        """The roles for which not enough different people are there who can sign, were nobody away: lending makes no more of
        them."""
        return assignment.lacking(self.asked, self.signed, self._able(self.holders))

    def called(self) -> tuple[Holder, ...]:
        """Those of them who are asked now. Whoever is away is so only where too few others are there."""
        there = self._able(self._there())
        if assignment.lacking(self.asked, self.signed, there):
            there = self.able()
        return assignment.called(self.asked, self.signed, there, self._assignee(there))

    def handed_to(self) -> tuple[Holder, ...]:
        """Those of them to whom it was handed, or who stand in for them."""
        called = self.called()
        return assignment.handed_to(self._assignee(called), called)

    def stand_in_of(self, user: str) -> str:
        """The user id of whoever is called in place of this person; their own while they are here."""
        return next((by.user for each, by in self.stands if each.user == user), user)

    def others(self) -> tuple[Holder, ...]:
        """Those who are there, may sign too, and are not asked now."""
        called = {each.person for each in self.called()}
        return tuple(each for each in self._able(self._there()) if each.person not in called)

    def _there(self) -> tuple[Holder, ...]:
        return delegation.in_place(self.stands, self._barred(), self.holders)

    def _able(self, holders: tuple[Holder, ...]) -> tuple[Holder, ...]:
        return assignment.able(self.asked, self.signed, self.out | self.principals, holders)

    def _barred(self) -> frozenset[str]:
        return self.out | self.principals | {person for person, _ in self.signed}

    def _assignee(self, there: tuple[Holder, ...]) -> str:
        """Whom it was handed to, or whoever stands in for that person."""
        for each, by in self.stands:
            if self.assignee == f"{assignment.PERSON}:{each.user}" and each.user not in {one.user for one in there}:
                return f"{assignment.PERSON}:{by.user}"
        return self.assignee


def of_view(ledger: Ledger, policy: Policy, view: RequestView) -> Case | None:
    """As of the last commit, without a lock; None for what asks for no approval."""
    if view.asked is None or view.proposal is None:
        return None
    yes = [each for each in view.decisions if each.verb == "approve"]
    author = view.proposal.author
    excluded = out_of(view.asked, str(view.request["requester"]), author.name if author.kind == "person" else "")
    everybody = holders(policy, ledger.rows("person.members"), lambda mail: ledger.cipher.blind("mail", mail))
    return Case(
        view.asked, tuple((each.person, each.role) for each in yes), excluded, view.request["assignee"] or "", everybody,
        stands(policy, away.team(ledger, policy), everybody), frozenset(each.on_behalf_of for each in yes) - {""},
    )  # fmt: skip


def in_unit(unit: Unit, policy: Policy, request: dict[str, Any], proposal: dict[str, Any]) -> Case:
    """Under the task's lock."""
    return of_rows(unit, policy, request, proposal)


def of_rows(source: Unit | Ledger, policy: Policy, request: dict[str, Any], proposal: dict[str, Any]) -> Case:
    """From columns of the two rows: `asked`, `requester`, `assignee`; `author_kind`, `author`."""
    asked = NeedsApproval.model_validate_json(request["asked"])
    signed, principals = signatures(source, request["id"])
    excluded = out_of(asked, request["requester"], proposal["author"] if proposal["author_kind"] == "person" else "")
    everybody = holders_in(source, policy)
    replaced = stands(policy, away.team(source, policy), everybody)
    return Case(asked, signed, excluded, request["assignee"] or "", everybody, replaced, principals)


def signatures(source: Unit | Ledger, request_id: str) -> tuple[Signed, frozenset[str]]:
    """Who has signed in which role, and the user ids of those for whom some of them did."""
    rows = (source.all if isinstance(source, Unit) else source.rows)("decision.signers", id=request_id)
    return tuple((str(person), str(role)) for person, role, _ in rows), frozenset(str(row[2]) for row in rows) - {""}


def stands(policy: Policy, there: Team, everybody: tuple[Holder, ...]) -> Stands:
    """Who is away, and who is called in their place."""
    if not there.away:
        return ()
    by_user = {each.user: each for each in everybody if each.user}
    pairs = ((there.users.get(mail, ""), delegation.stand_in(policy, there, mail)) for mail in policy.people)
    return tuple((by_user[user], by_user[there.users[by]]) for user, by in pairs if by and user in by_user)


def in_place(unit: Unit, policy: Policy, out: frozenset[str]) -> tuple[Holder, ...]:
    """Everybody in policy who is called for a new request, with delegates in the place of whoever is away."""
    everybody = holders_in(unit, policy)
    return delegation.in_place(stands(policy, away.team(unit, policy), everybody), out, everybody)


def holders_in(source: Unit | Ledger, policy: Policy) -> tuple[Holder, ...]:
    """As `holders`, read now."""
    if isinstance(source, Unit):
        return holders(policy, source.all("person.members"), lambda mail: source.blind("mail", mail))
    return holders(policy, source.rows("person.members"), lambda mail: source.cipher.blind("mail", mail))


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
