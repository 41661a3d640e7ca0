"""Somebody of the team calls for help: on a task, a card of it, or any message. The task waits for a person and its agents stop.

What waits for a decision can still be decided by those who may: its card says that help was called for, and the call ends with
the decision. Whoever takes the task instead ends that question, as always.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.contract.authority import Refused
from core.ledger import Ledger, Unit
from core.ports import Member
from policies.rules import authority
from policies.schema import Policy
from workflows import answers, ladder, requests, rungs
from workflows.people import NotPossible
from workflows.requests import Added

NOW, LATER = "asked_by_team", "asked_by_team_later"  # triggers of escalation.yml
TRIGGERS = (NOW, LATER)
WHY_MAX = 600
STALE = Refused(code="stale_card", reason="This card is older than the request. The new one says what it is about now.")


@dataclass(frozen=True, slots=True)
class Plea:
    """What somebody asks for. `request_id` and `version`: the card of which request they saw, where they saw one."""

    queue: str
    why: str
    is_urgent: bool = True
    request_id: str = ""
    version: int | None = None
    surface: str = "modal"


@dataclass(frozen=True, slots=True)
class CalledFor:
    """`people` are called now, by name; where that is nobody, a role comes in its hours or nobody is there. `is_new`: the task
    had no call yet."""

    task_id: str
    request_id: str
    queue: str
    people: tuple[str, ...]
    is_new: bool


@dataclass(frozen=True, slots=True)
class Escalating:
    """The verb. Any member with a role may call for help: it is always safe."""

    ledger: Ledger
    policy: Callable[[], Policy]

    def call(self, task_id: str, plea: Plea, member: Member | None) -> CalledFor | NotPossible | Refused:
        """Calls the people of a queue to this task, also to one that had ended. `member` is None for the command line."""
        policy, why = self.policy(), " ".join(plea.why.split())[:WHY_MAX]
        if plea.queue not in policy.queues:
            return NotPossible(f"There is no queue of that name. There are: {', '.join(policy.queues)}.")
        if not why:
            return NotPossible("Say in a few words why: whoever is called reads that first.")
        with self.ledger.unit(task_id) as unit:
            approval = self._approval(unit, plea)
            if refused := self._refusal(unit, plea, approval, member):
                self._record(unit, plea, approval, member, refused=refused.code)
                return refused
            self._record(unit, plea, approval, member)
            self._stop(unit, member)
            return self._call(unit, policy, plea, why, approval, member)

    def _call(
        self, unit: Unit, policy: Policy, plea: Plea, why: str, approval: dict[str, Any] | None, member: Member | None
    ) -> CalledFor:  # fmt: skip
        role = policy.queues[plea.queue].role
        about = str(approval["id"]) if approval else None
        done = requests.escalate(
            unit, policy, NOW if plea.is_urgent else LATER, f"{_name(member)} asks for help from {_words(role)}: {why}",
            agent=_agent(unit, policy, approval), queue=plea.queue, about=about,
        )  # fmt: skip
        unit.write()
        call = unit.row("request", "request.get", id=done.request_id) or {}
        if isinstance(done, Added) and ladder.call_also(unit, policy, call, role):
            unit.want(done.request_id)
        if approval:
            unit.change(
                "request.touch", key=approval["id"]
            )  # nobody decides without having read that help was called for
            requests.timeline(unit, approval["id"], "escalated", person=answers.person_of(member), role=role)
            unit.want(approval["id"])
        unit.change("card.want_task", task=unit.task.id)
        unit.cards_changed = True
        rung = {row["role"]: row for row in rungs.called(rungs.rows(unit, done.request_id))}.get(role)
        named = [each.name for each in policy.people.values() if role in each.roles]
        return CalledFor(
            unit.task.id, done.request_id, plea.queue, tuple(named) if rung else (), isinstance(done, requests.Called)
        )

    def _approval(self, unit: Unit, plea: Plea) -> dict[str, Any] | None:
        """The decision that waits and that this is about: the one whose card was seen, or the only one of the task."""
        found = [row[0] for row in unit.all("request.of_task", task=unit.task.id, state=requests.PENDING)
                 if row[1] == requests.APPROVAL]  # fmt: skip
        if plea.request_id in found:
            return unit.row("request", "request.get", id=plea.request_id)
        return unit.row("request", "request.get", id=found[0]) if len(found) == 1 else None

    def _refusal(
        self, unit: Unit, plea: Plea, approval: dict[str, Any] | None, member: Member | None
    ) -> Refused | None:
        if member is not None and not member.is_member:
            return Refused(code="not_a_member", reason="Only full members of this team can call for help.")
        if member is not None and not authority.roles_of(self.policy(), member.mail):
            return Refused(code="not_the_role", reason="You have no role in Baton yet. Ask the owner to give you one.")
        holder = unit.task.claimed_by
        if holder and holder != answers.person_of(member):
            return Refused(code="claimed_by_other", reason=f"<@{holder}> has it already.")
        if approval and plea.request_id == approval["id"] and plea.version not in (None, approval["version"]):
            return STALE
        return None

    def _stop(self, unit: Unit, member: Member | None) -> None:
        """A turn in flight ends as stale. Whoever had the task gives it up for somebody else; what was held stays held."""
        unit.task.step += 1
        unit.task.closed_at = None
        if unit.task.claimed_by:
            unit.task.claimed_by, unit.task.claimed_at = None, None
            unit.audit("task.given_up", answers.actor_of(member))

    def _record(
        self, unit: Unit, plea: Plea, approval: dict[str, Any] | None, member: Member | None, *, refused: str = ""
    ) -> None:  # fmt: skip
        kind, about = (requests.APPROVAL, approval["id"]) if approval else ("task", unit.task.id)
        version = plea.version if plea.version is not None else approval["version"] if approval else unit.task.step
        unit.insert(
            "decision", id=unit.ids.new("de"), target_kind=kind, target_id=about, target_version=version, task_id=unit.task.id,
            person=answers.person_of(member), verb="escalate", reason=plea.queue, note=plea.why[:WHY_MAX],
            surface=plea.surface, refusal=refused, at=unit.at,
        )  # fmt: skip
        unit.audit("decision.refused" if refused else "decision.made", answers.actor_of(member), verb="escalate", about=about,
                   queue=plea.queue, refusal=refused, audit_class="security" if refused else "action")  # fmt: skip


def subject(ledger: Ledger, name: str) -> tuple[str, str] | None:
    """The task of a request, an effect, a handoff or a task, and the request if it is one; None for what is not known."""
    if rows := ledger.rows("request.task", id=name):
        return str(rows[0][0]), name
    for table, statement in (("effect", "effect.get"), ("handoff", "handoff.row")):
        if row := ledger.row(table, statement, id=name):
            return str(row["task_id"]), ""
    return (name, "") if ledger.task(name) is not None else None


def _agent(unit: Unit, policy: Policy, approval: dict[str, Any] | None) -> str:
    """Who was at it: the card says whose task it is."""
    if approval:
        return str(approval["agent"])
    last = unit.one("turn.last", task=unit.task.id)
    return str(last[1]) if last else unit.task.owner if unit.task.owner in policy.agents else "planner"


def _name(member: Member | None) -> str:
    return member.name if member else "The command line"


def _words(role: str) -> str:
    return role.replace("_", " ")
