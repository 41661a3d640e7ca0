"""Handing a pending approval to somebody else. It changes who is called, never who may: that stays what policy says.

What was signed stays signed, the deadline stays, and whoever is called must be able to decide."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from core.contract.authority import Decision, Refused
from core.errors import Retry
from core.ledger import Ledger, Unit
from core.ports import Directory, Member
from policies.rules import assignment
from policies.schema import Policy
from workflows import answers, calling, requests
from workflows.calling import Case
from workflows.people import NotPossible


@dataclass(frozen=True, slots=True)
class Reassigned:
    """These are asked now: user ids, or names of those whom Slack has not shown."""

    request_id: str
    called: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reassign:
    """The verb. `directory` says whether the one it goes to is still in the team."""

    ledger: Ledger
    policy: Callable[[], Policy]
    directory: Directory

    def to(self, decision: Decision, assignee: str, member: Member | None) -> Reassigned | NotPossible | Refused:
        """Hands it to `person:U0SAM` or `role:front_desk`. `member` is None for the command line. `NotPossible` says why they
        cannot have it; then nothing has changed."""
        rows = self.ledger.rows("request.task", id=decision.request_id)
        if not rows:
            return answers.UNKNOWN
        has_left = self._has_left(assignee)
        with self.ledger.unit(str(rows[0][0])) as unit:
            request = unit.row("request", "request.get", id=decision.request_id) or {}
            if refused := answers.refusal(unit, self.policy(), request, decision, member):
                return refused
            row = unit.row("proposal", "proposal.get", id=request["proposal_id"]) or {}
            case = calling.in_unit(unit, self.policy(), request, row)
            if why := self._why_not(case, assignee, has_left=has_left):
                unit.audit("reassign.refused", answers.actor_of(member), request=request["id"], to=assignee,
                           audit_class="security")  # fmt: skip
                return NotPossible(why)
            return self._hand_on(unit, case, decision, assignee, member)

    def _hand_on(self, unit: Unit, case: Case, decision: Decision, assignee: str, member: Member | None) -> Reassigned:
        case = replace(case, assignee=assignee)
        mine, called = case.handed_to(), case.called()
        unit.change("request.reassign", key=decision.request_id, to=assignee)
        answers.record(unit, decision, member, reason=assignee)
        ring = [each.user for each in mine if each.user and each.user != decision.person]
        requests.timeline(unit, decision.request_id, "reassigned", person=decision.person, called=ring)
        unit.want(decision.request_id)
        return Reassigned(decision.request_id, tuple(each.person for each in called))

    def _why_not(self, case: Case, assignee: str, *, has_left: bool) -> str:
        """Why they cannot have it, as a sentence; empty when they can."""
        if has_left:
            return "That person is no active member of this team any more. Please choose somebody else."
        meant = assignment.handed_to(assignee, case.holders)
        if not meant:
            return "The rules know nobody of that name, so nobody would be left to decide. Please choose somebody else."
        if assignee == case.assignee:
            return "It is with them already. Nothing has changed."
        if assignment.handed_to(assignee, case.able()):
            return ""
        kind, _, name = assignee.partition(":")
        who = meant[0].name if kind == assignment.PERSON else f"Nobody of {name.replace('_', ' ')}"
        people = {each.person for each in meant}
        if kind == assignment.PERSON and people & case.out:
            return f"{who} asked for this or wrote it, so somebody else has to decide. Please choose somebody else."
        if kind == assignment.PERSON and people & {person for person, _ in case.signed}:
            return f"{who} has approved it already; the other signature is somebody else's."
        roles = " or ".join(dict.fromkeys(step.role.replace("_", " ") for step in case.asked.steps))
        cannot = "cannot decide this" if kind == assignment.PERSON else "can decide this"
        return f"{who} {cannot}: it needs {roles}. Please choose somebody else."

    def _has_left(self, assignee: str) -> bool:
        """By Slack's word now; where nobody can say, the rows of those whom it has shown count."""
        kind, _, user = assignee.partition(":")
        if kind != assignment.PERSON:
            return False
        try:
            found = self.directory.fresh(user)
        except Retry:
            return False
        return found is None or not found.is_member
