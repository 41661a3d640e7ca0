"""What people answer to a call besides taking the task: "I have seen it", and "not now"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from core.contract.authority import Refused
from core.ledger import Ledger, Unit
from core.moment import to_us
from core.ports import Member
from policies.parts import EscalationClass
from policies.rules import authority, escalation
from policies.schema import Policy
from workflows import ladder, requests, rungs

Row = dict[str, Any]
Answer = Literal["acknowledge", "not_now"]


@dataclass(frozen=True, slots=True)
class Seen:
    """The person has seen it, and nobody else is called until then."""

    person: str
    until: datetime


@dataclass(frozen=True, slots=True)
class PassedOn:
    """These roles are called now."""

    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answering:
    """Any member with a role may say that they have seen it, as they may take it. Only who is called can pass it on."""

    ledger: Ledger
    policy: Callable[[], Policy]

    def acknowledge(self, request_id: str, version: int, member: Member, surface: str = "card") -> Seen | Refused:
        """Stops the ladder for the minutes that policy gives; then that person is asked whether they are still on it."""
        task_id = self._task_of(request_id)
        if task_id is None:
            return _NOT_FOUND
        with self.ledger.unit(task_id) as unit:
            policy, request = self.policy(), unit.row("request", "request.get", id=request_id) or {}
            refusal = self._refusal(request, version, member)
            if refusal is None and request["acknowledged_by"] and request["reminded_at"] is None:
                refusal = _seen(request, member)
            self._record(unit, request_id, version, member, "acknowledge", surface, refusal)
            if refusal:
                return refusal
            of: EscalationClass = request["escalation_class"]
            until = escalation.later(policy, of, policy.escalation.seen[of].hold_min, unit.now)
            unit.change("request.seen", key=request_id, who=member.user_id, at=unit.at, due=to_us(until))
            requests.timeline(unit, request_id, "seen", subject=f"{request_id}:seen:{version}", person=member.user_id)
            unit.want(request_id)
            return Seen(member.user_id, until)

    def not_now(self, request_id: str, version: int, member: Member, surface: str = "card") -> PassedOn | Refused:
        """Calls the next rung at once. A second press finds a newer version, so that no rung is left out."""
        task_id = self._task_of(request_id)
        if task_id is None:
            return _NOT_FOUND
        with self.ledger.unit(task_id) as unit:
            policy, request = self.policy(), unit.row("request", "request.get", id=request_id) or {}
            refusal = self._refusal(request, version, member) or self._not_theirs(unit, request, member)
            if refusal is None and rungs.next_place(unit, policy, request) is None:
                refusal = Refused(code="nobody_next", reason="It stays with you, and you are asked again.")
            self._record(unit, request_id, version, member, "not_now", surface, refusal)
            if refusal:
                return refusal
            requests.timeline(
                unit, request_id, "not_now", subject=f"{request_id}:not_now:{version}", person=member.user_id
            )
            return PassedOn(ladder.call_next(unit, policy, request))

    def _task_of(self, request_id: str) -> str | None:
        rows = self.ledger.rows("request.task", id=request_id)
        return str(rows[0][0]) if rows else None

    def _refusal(self, request: Row, version: int, member: Member) -> Refused | None:
        if not member.is_member:
            return Refused(code="not_a_member", reason="Only full members of this team can answer a call.")
        if not authority.roles_of(self.policy(), member.mail):
            return Refused(code="not_the_role", reason="You have no role in Baton yet. Ask the owner to give you one.")
        if request["kind"] != requests.ESCALATION:
            return _NOT_FOUND
        if request["state"] != requests.PENDING:
            return Refused(code="already_decided", reason="Nobody is called any more.")
        if request["version"] != version:
            if request["acknowledged_by"] and request["reminded_at"] is None:
                return _seen(request, member)
            return Refused(code="stale_card", reason="Who is called has changed since this card was drawn.")
        return None

    def _not_theirs(self, unit: Unit, request: Row, member: Member) -> Refused | None:
        """Somebody who is not called must not send the next one out of bed."""
        if request["acknowledged_by"]:
            return None if request["acknowledged_by"] == member.user_id else _seen(request, member)
        called = rungs.current(rungs.rows(unit, request["id"]))
        is_called = any(member.user_id in row["people"].split(",") for row in called)  # also in somebody's place
        if is_called or {row["role"] for row in called} & authority.roles_of(self.policy(), member.mail):
            return None
        return Refused(
            code="not_the_role", reason="Only those who are called now can pass it on. You can take it over."
        )

    def _record(
        self, unit: Unit, request_id: str, version: int, member: Member, verb: Answer, surface: str, refusal: Refused | None
    ) -> None:  # fmt: skip
        code = refusal.code if refusal else ""
        unit.insert("decision", id=unit.ids.new("de"), target_kind=requests.ESCALATION, target_id=request_id,
                    target_version=version, task_id=unit.task.id, person=member.user_id, verb=verb, surface=surface,
                    refusal=code, at=unit.at)  # fmt: skip
        unit.audit("decision.refused" if code else "decision.made", f"person:{member.user_id}", request=request_id,
                   verb=verb, refusal=code, version=version, audit_class="security" if code else "action")  # fmt: skip


_NOT_FOUND = Refused(code="not_found", reason="This card belongs to no call that Baton knows.")


def _seen(request: Row, member: Member) -> Refused:
    who = "You have" if request["acknowledged_by"] == member.user_id else f"<@{request['acknowledged_by']}> has"
    return Refused(code="seen_already", reason=f"{who} seen it.")
