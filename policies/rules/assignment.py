"""Whom a pending approval calls: those who can still sign it or, once it was handed on, those it was handed to. Pure.

Handing on changes who is called, never who may: whoever could sign before still can."""

from __future__ import annotations

from dataclasses import dataclass

from core.contract.authority import NeedsApproval
from policies.rules.signatures import Signed, missing, signing_role

PERSON, ROLE = "person", "role"


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody to whom policy gives roles. `user` is empty while Slack has not shown who that is."""

    name: str
    user: str
    roles: frozenset[str]
    instead_of: tuple[str, ...] = ()  # the names of those who are away and whose roles are among these

    @property
    def person(self) -> str:
        """The Slack user id, or else the name."""
        return self.user or self.name


def able(asked: NeedsApproval, signed: Signed, out: frozenset[str], holders: tuple[Holder, ...]) -> tuple[Holder, ...]:
    """Those who can still sign: they hold a role that is missing, have not signed, and are not `out` (who asked or wrote it)."""
    left = frozenset(step.role for step in missing(asked, signed))
    gone = out | {person for person, _ in signed}
    return tuple(each for each in holders if each.roles & left and each.person not in gone)


def handed_to(assignee: str, those: tuple[Holder, ...]) -> tuple[Holder, ...]:
    """Of `those` the ones whom an assignee means: `person:U0SAM` or `role:front_desk`; nobody for an empty one."""
    kind, _, name = assignee.partition(":")
    if kind == PERSON:
        return tuple(each for each in those if each.user and each.user == name)
    return tuple(each for each in those if kind == ROLE and name in each.roles)


def called(asked: NeedsApproval, signed: Signed, those: tuple[Holder, ...], assignee: str) -> tuple[Holder, ...]:
    """Who is called now, of `those` who are able: whom it was handed to, and who else is needed beside them.

    When nobody is left of those it was handed to, everybody who is able is called: nothing waits for nobody."""
    mine = handed_to(assignee, those)
    if not mine:
        return those
    for each in mine:
        if role := signing_role(asked, signed, each.roles):
            signed = (*signed, (each.person, role))
    left = frozenset(step.role for step in missing(asked, signed))
    return mine + tuple(each for each in those if each not in mine and each.roles & left)


def lacking(asked: NeedsApproval, signed: Signed, those: tuple[Holder, ...]) -> tuple[str, ...]:
    """The roles for which there are not enough different people among `those` who are able; empty when all can be had."""
    slots = [step.role for step in missing(asked, signed) for _ in range(step.count)]
    taken: dict[str, int] = {}

    def fill(slot: int, tried: set[str]) -> bool:
        for each in those:
            if slots[slot] in each.roles and each.person not in tried:
                tried.add(each.person)
                if each.person not in taken or fill(taken[each.person], tried):
                    taken[each.person] = slot
                    return True
        return False

    return tuple(dict.fromkeys(slots[slot] for slot in range(len(slots)) if not fill(slot, set())))
