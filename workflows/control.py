"""Pause and resume. A pause is a row; no claim commits after it, and what was claimed before is listed.

What waits for a pause goes on when none holds it any more: at once where one is lifted, and within the minute where whoever
lifted it died, since every follow-up looks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from core import pauses
from core.contract.authority import Refused
from core.ledger import Ledger, Phase, Unit
from core.moment import to_us
from core.ports import Member
from policies.rules import authority
from policies.schema import Policy
from workflows.one_by_one import each


@dataclass(frozen=True, slots=True)
class Paused:
    """The agent stands still. `held`: effects that wait; `in_flight`: calls that had left before."""

    agent: str
    control_id: str
    held: int
    in_flight: tuple[str, ...]
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Resumed:
    """The agent works again; so many tasks and effects go on."""

    agent: str
    released: int


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Nothing to do; `reason` is for the one who asked."""

    reason: str


@dataclass(frozen=True, slots=True)
class Controls:
    """The switches of the team."""

    ledger: Ledger
    policy: Callable[[], Policy]

    def pause(self, agent: str, by: Member | None, reason: str, until: datetime | None) -> Paused | Unchanged | Refused:
        """Stops one agent, or `everything`. `by` is None for the command line, whose user owns the machine."""
        if refusal := self._refusal(by):
            return refusal
        if unknown := self._unknown(agent):
            return unknown
        with self.ledger.unit() as unit:
            pauses.lock(unit, alone=True)
            if self._active(unit, agent):
                return Unchanged(f"{agent} is paused already.")
            epoch = unit.count("counter.next", key="kill_epoch")
            scope = "all" if agent == "everything" else "agent"
            control_id = unit.insert("control", id=unit.ids.new("ct"), scope=scope, name=agent, mode="finish", reason=reason,
                                     until=to_us(until) if until else None, by=_who(by), epoch=epoch, at=unit.at)  # fmt: skip
            unit.audit("control.paused", _who(by), f"control:{agent}", epoch=epoch, audit_class="security")
            flying = tuple(f"{operation} of {task}" for _, operation, task in unit.all("effect.in_flight"))
            held = unit.all("effect.all_held") if scope == "all" else unit.all("effect.held_of_agent", agent=agent)
            unit.card("paused", control_id, self.policy().channels["feed"])
        return Paused(agent, control_id, len(held), flying, until)

    def resume(self, agent: str, by: Member | None) -> Resumed | Unchanged | Refused:
        """Lifts a pause; held work is judged anew, each by its own claim."""
        if refusal := self._refusal(by):
            return refusal
        with self.ledger.unit() as unit:
            pauses.lock(unit, alone=True)
            active = self._active(unit, agent)
            if not active:
                return Unchanged(f"{agent} is not paused.")
            for control_id in active:
                unit.change("control.lift", key=control_id, at=unit.at, by=_who(by))
                unit.want(control_id)
            unit.audit("control.resumed", _who(by), f"control:{agent}", audit_class="security")
        return Resumed(agent, self.release())

    def lift_expired(self) -> None:
        """Resumes whose pause has run out. What they held is for `release`."""
        each(self.ledger.rows("control.over", now=to_us(self.ledger.clock.now())), self._lift)

    def _lift(self, control_id: str, _: str, name: str) -> bool:
        with self.ledger.unit() as unit:
            pauses.lock(unit, alone=True)
            if not unit.change("control.lift", key=control_id, at=unit.at, by="time"):
                return False
            unit.audit("control.resumed", "system", f"control:{name}", audit_class="security")
            unit.want(control_id)
            return True

    def release(self) -> int:
        """Lets go on whatever waits for a pause that does not hold any more, a task at a time; how much. Safe at any time."""
        active = self.ledger.rows("control.active", now=to_us(self.ledger.clock.now()))
        if pauses.among(active, ""):  # everything stands still
            return 0
        tasks, effects = self.ledger.rows("task.waiting_for_agents"), self.ledger.rows("effect.held_by_none")
        return each((row for row in tasks if not pauses.among(active, _agent(row[1]))), self._work_on) + each(
            (row for row in effects if not pauses.among(active, *row[2:])), self._let_go)  # fmt: skip

    def _work_on(self, task_id: str, waiting_for: str) -> bool:
        with self.ledger.unit(task_id) as unit:
            if unit.task.waiting_for != waiting_for or pauses.stops(unit, _agent(waiting_for)):
                return False
            unit.next(Phase.TURN if unit.task.handoff_id else Phase.PLAN)
            return True

    def _let_go(self, effect_id: str, task_id: str, agent: str, operation: str, gateway: str) -> bool:
        with self.ledger.unit(task_id) as unit:
            if (unit.task.claimed_by and agent) or pauses.stops(unit, agent, operation, gateway):
                return False
            if not unit.move_effect(effect_id, "held", "ready"):
                return False
            unit.audit("effect.released", "system", effect=effect_id)
            unit.next(Phase.EFFECT, effect_id)
            return True

    def _active(self, unit: Unit, agent: str) -> list[str]:
        return [row[0] for row in unit.all("control.active", now=unit.at) if row[2] == agent]

    def _unknown(self, agent: str) -> Unchanged | None:
        known = sorted(self.policy().agents)
        if agent in known or agent == "everything":
            return None
        return Unchanged(f"There is no agent called {agent}. There are: {', '.join(known)}, and everything.")

    def may(self, by: Member) -> bool:
        """Whether this person has the switches."""
        return self._refusal(by) is None

    def _refusal(self, by: Member | None) -> Refused | None:
        if by is None:
            return None
        if not by.is_member:
            return Refused(code="not_a_member", reason="Only full members of this team can do this.")
        if not authority.roles_of(self.policy(), by.mail):
            return Refused(code="not_the_role", reason="You have no role in Baton yet. Ask the owner to give you one.")
        return None


def _who(by: Member | None) -> str:
    return f"person:{by.user_id}" if by else "command line"


def _agent(waiting_for: str) -> str:
    return waiting_for.removeprefix("agent:")
