"""Who stands in for somebody who is away, and which role is lent to them. Pure.

A delegate is called in the place of whoever is away. Where their own roles do not let them answer, one role of the one who is
away is lent to them, for that request and while the absence lasts:

- only to the end of the chain: a delegate who is away too goes on to theirs, and a chain that comes round again ends;
- never to or from whoever asked for it or wrote it, nor to or from somebody whose yes it has already: nobody counts twice;
- somebody for whom nobody can stand in is called all the same. Nothing waits for nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.contract.authority import NeedsApproval
from policies.rules.assignment import Holder
from policies.rules.signatures import Signed, missing, signing_role, who_may
from policies.schema import Policy

Stands = tuple[tuple[Holder, Holder], ...]  # somebody who is away, and who stands in for them


@dataclass(frozen=True, slots=True)
class Team:
    """Who is there. `users`: the Slack user ids of active members by their mail address; `away`: the addresses of those who are
    away now. Both are empty while nobody is away."""

    users: Mapping[str, str] = field(default_factory=dict)
    away: frozenset[str] = frozenset()

    def is_here(self, mail: str) -> bool:
        """Whether this person can act now."""
        return mail in self.users and mail not in self.away


@dataclass(frozen=True, slots=True)
class Acting:
    """The roles in which somebody answers; `on_behalf_of`: the user id of whoever lends one of them, else empty."""

    roles: frozenset[str]
    on_behalf_of: str = ""


def stand_in(policy: Policy, team: Team, mail: str) -> str:
    """The address of whoever is called in place of this person; empty when they are here, or nobody can stand in."""
    if mail not in team.away:
        return ""
    seen, at = {mail}, policy.people.get(mail)
    while at is not None and at.delegate and at.delegate not in seen:
        if team.is_here(at.delegate):
            return at.delegate
        seen.add(at.delegate)
        at = policy.people.get(at.delegate)
    return ""


def stands_for(policy: Policy, team: Team, mail: str) -> tuple[str, ...]:
    """The addresses of those who are away and for whom this person stands in."""
    return tuple(each for each in policy.people if each in team.away and stand_in(policy, team, each) == mail)


def acting(
    policy: Policy, team: Team, *, asked: NeedsApproval, signed: Signed, out: frozenset[str], principals: frozenset[str],
    mail: str, to_sign: bool,
) -> Acting:  # fmt: skip
    """In which roles the person with this address answers a request.

    `out`: user ids of who asked for it or wrote it; `principals`: of those for whom a delegate has signed it. `to_sign`: the
    answer is a yes, so that a role counts only where its signature is missing. What is own comes before what is lent."""
    person = policy.people.get(mail)
    own = frozenset(person.roles) if person else frozenset[str]()
    if own & frozenset(who_may(policy, asked)) and (not to_sign or signing_role(asked, signed, own)):
        return Acting(own)
    me, before = team.users.get(mail, ""), dict(signed)
    if to_sign and me in before:  # so that it is refused as their second yes
        return Acting(own | {before[me]})
    barred = out | principals | before.keys()
    if not me or me in barred:
        return Acting(own)
    lenders = [each for each in stands_for(policy, team, mail) if team.users[each] not in barred]
    for step in missing(asked, signed):
        for each in lenders:
            if step.role in policy.people[each].roles:
                return Acting(own | {step.role}, team.users[each])
    return Acting(own)


def in_place(stands: Stands, barred: frozenset[str], holders: tuple[Holder, ...]) -> tuple[Holder, ...]:
    """Those of the holders who are called: whoever is away is replaced by their delegate, who has their roles beside their own.

    `barred`: who asked for it, wrote it, or has signed already, themselves or by a delegate. Nothing is lent to or from them."""
    lent: dict[str, list[Holder]] = {}
    for each, by in stands:
        if not {each.person, by.person} & barred:
            lent.setdefault(by.person, []).append(each)
    gone = {each.person for several in lent.values() for each in several}
    return tuple(_with(each, lent.get(each.person, [])) for each in holders if each.person not in gone)


def _with(holder: Holder, lenders: list[Holder]) -> Holder:
    if not lenders:
        return holder
    roles = holder.roles.union(*(each.roles for each in lenders))
    return Holder(holder.name, holder.user, roles, tuple(each.name for each in lenders))
