"""What people may decide: roles, signatures, and where a request stands after a person's answer. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import assert_never

from core.contract.authority import (
    Allow,
    Approved,
    Decision,
    Deny,
    Escalate,
    NeedsApproval,
    Pending,
    Refused,
    Rejected,
    Standing,
    Step,
    Verdict,
)
from policies.schema import Policy

PENDING = "pending"
Signed = tuple[tuple[str, str], ...]  # (person, role), in the order of signing


def roles_of(policy: Policy, mail: str) -> frozenset[str]:
    """The roles of the person with this mail address; none for a stranger or an empty address."""
    person = policy.people.get(mail.strip().lower())
    return frozenset(person.roles) if person else frozenset()


def who_may(policy: Policy, asked: NeedsApproval) -> tuple[str, ...]:
    """The roles that may decide, in the order of the steps. A role that nobody holds is named too: nobody can sign it."""
    return tuple(dict.fromkeys(step.role for step in asked.steps))


def missing(asked: NeedsApproval, signed: Signed) -> tuple[Step, ...]:
    """The signatures that are still to come."""
    left = []
    first = dict(reversed(signed))  # whoever signed twice counts once, in the role of the first time
    for role, count in _counts(asked.steps).items():
        have = sum(as_role == role for as_role in first.values())
        if have < count:
            left.append(Step(role=role, count=count - have))
    return tuple(left)


def signing_role(asked: NeedsApproval, signed: Signed, roles: frozenset[str]) -> str:
    """The role in which a person with these roles would sign now, the first that is missing; "" when none of them is."""
    return next((step.role for step in missing(asked, signed) if step.role in roles), "")


def alone_may_approve(
    policy: Policy, asked: NeedsApproval, roles: frozenset[str], *, person: str = "", requester: str = ""
) -> bool:
    """Whether an edit needs nobody else: one signature is asked for, and the person who edited may give it.

    `person` and `requester`: who edits and who asked for it first. Whoever asked cannot approve by editing."""
    if person and person == requester and not asked.self_approval:
        return False
    left = missing(asked, ())
    return sum(step.count for step in left) == 1 and bool(signing_role(asked, (), roles))


def standing(  # noqa: PLR0913 - all that an answer depends on, said aloud
    policy: Policy,
    *,
    asked: NeedsApproval,
    decision: Decision,
    roles: frozenset[str],
    is_member: bool,
    state: str,
    version: int,
    requester: str,
    author: str,
    signed: Signed,
    due_at: datetime | None,
    now: datetime,
) -> Standing:
    """Where the request stands after this person's answer; `Refused` when the answer does not count.

    `roles`: of the person, from policy, read now. `is_member`: a full, active member of our own team, by Slack's word.
    `state`, `version`: of the request's row, locked. `requester`, `author`: who asked for it and who wrote it, as Slack
    user ids or agents' names. `signed`: who signed before. Verbs other than approve and reject change no signature and
    come back as `Pending` when the person may use them."""
    refusal = _refusal(decision, is_member=is_member, state=state, version=version, due_at=due_at, now=now)
    if refusal is not None:
        return refusal
    if not roles & frozenset(who_may(policy, asked)) and not (_anyone_may(decision) and roles):
        return _refused("not_the_role", f"This needs {_either(who_may(policy, asked))}.")
    if decision.verb == "reject":
        return Rejected(reason=decision.reason)
    if decision.verb == "approve":
        return _approved(asked, decision, roles, (requester, author), signed)
    return Pending(missing=missing(asked, signed))


def stricter(new: Verdict, old: NeedsApproval | Allow) -> bool:
    """Whether today's verdict asks for more than the one that was acted on. Then the approval is closed and asked anew."""
    match new:
        case Deny() | Escalate():
            return True
        case Allow():
            return False
        case NeedsApproval():
            if isinstance(old, Allow) or (old.self_approval and not new.self_approval):
                return True
            before = _counts(old.steps)
            return any(count > before.get(role, 0) for role, count in _counts(new.steps).items())
        case _:
            assert_never(new)


def _approved(
    asked: NeedsApproval, decision: Decision, roles: frozenset[str], own: tuple[str, str], signed: Signed
) -> Standing:
    if decision.person in own and not asked.self_approval:
        return _refused("own_request", "You asked for this or wrote it, so somebody else has to approve it.")
    if decision.person in {person for person, _ in signed}:
        return _refused("already_signed", "You have approved this already; the other signature is somebody else's.")
    role = signing_role(asked, signed, roles)
    if not role:
        left = tuple(step.role for step in missing(asked, signed))
        return _refused("not_the_role", f"Your role has approved this already. What is missing is {_either(left)}.")
    left_over = missing(asked, (*signed, (decision.person, role)))
    return Pending(missing=left_over) if left_over else Approved()


def _refusal(
    decision: Decision, *, is_member: bool, state: str, version: int, due_at: datetime | None, now: datetime
) -> Refused | None:
    if not is_member:
        return _refused("not_a_member", "Only full members of this team can decide here.")
    if state == "expired":
        return _refused("expired", "The time to decide has run out.")
    if state != PENDING:
        return _refused("already_decided", "This was decided already.")
    if due_at is not None and now >= due_at:
        return _refused("expired", "The time to decide has run out.")
    if decision.version != version:
        return _refused("stale_card", "This card is older than the request. The new one says what it is about now.")
    return None


def _anyone_may(decision: Decision) -> bool:
    """Taking over, asking and calling someone is safe in anybody's hands who has a role here."""
    return decision.verb in ("take_over", "hand_back", "acknowledge", "ask", "tell", "remind", "escalate")


def _counts(steps: Iterable[Step]) -> dict[str, int]:
    """Signatures by role; steps that name a role twice add up."""
    counts: dict[str, int] = {}
    for step in steps:
        counts[step.role] = counts.get(step.role, 0) + step.count
    return counts


def _either(roles: tuple[str, ...]) -> str:
    return " or ".join(roles) or "nobody"


def _refused(code: str, reason: str) -> Refused:
    return Refused.model_validate({"code": code, "reason": reason})
