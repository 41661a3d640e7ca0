"""Pause and resume. A pause is a row; no claim commits after it, and what was claimed before is listed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from core.contract.authority import Refused
from core.ledger import Ledger, Phase, Unit
from core.moment import to_us
from core.ports import Member
from policies.rules import authority
from policies.schema import Policy


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
            active = self._active(unit, agent)
            if not active:
                return Unchanged(f"{agent} is not paused.")
            for control_id in active:
                unit.change("control.lift", key=control_id, at=unit.at, by=_who(by))
                unit.want(control_id)
            unit.audit("control.resumed", _who(by), f"control:{agent}", audit_class="security")
        return Resumed(agent, self.release(agent))

    def lift_expired(self) -> int:
        """Resumes whose pause has run out; how many."""
        lifted = 0
        for control_id, _, name in self.ledger.rows("control.over", now=to_us(self.ledger.clock.now())):
            with self.ledger.unit() as unit:
                if unit.change("control.lift", key=control_id, at=unit.at, by="time"):
                    unit.audit("control.resumed", "system", f"control:{name}", audit_class="security")
                    unit.want(control_id)
                    lifted += 1
            self.release(name)
        return lifted

    def release(self, agent: str) -> int:
        """Lets what the pause held go on, a task at a time."""
        every = agent == "everything"
        tasks = self.ledger.rows("task.waiting_for_agents") if every else self.ledger.rows(
            "task.waiting_for", what=f"agent:{agent}")  # fmt: skip
        for (task_id,) in tasks:
            with self.ledger.unit(task_id) as unit:
                if unit.task.waiting_for.startswith("agent:"):
                    unit.next(Phase.TURN if unit.task.handoff_id else Phase.PLAN)
        held = self.ledger.rows("effect.all_held") if every else self.ledger.rows("effect.held_of_agent", agent=agent)
        for effect_id, task_id in held:
            with self.ledger.unit(task_id) as unit:
                if unit.task.claimed_by is None and unit.move_effect(effect_id, "held", "ready"):
                    unit.audit("effect.released", "system", effect=effect_id)
                    unit.next(Phase.EFFECT, effect_id)
        return len(tasks) + len(held)

    def _active(self, unit: Unit, agent: str) -> list[str]:
        return [row[0] for row in unit.all("control.active", now=unit.at) if row[2] == agent]

    def _unknown(self, agent: str) -> Unchanged | None:
        known = sorted(self.policy().agents)
        if agent in known or agent == "everything":
            return None
        return Unchanged(f"There is no agent called {agent}. There are: {', '.join(known)}, and everything.")

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
