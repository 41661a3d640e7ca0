"""The one door in. An agent reads what policy lets it read, counted and audited, and gets handles instead of keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.contract.base import TaskId
from core.errors import NotAllowed, Retry
from core.ledger import Ledger
from core.ports import Record
from gateways.checks import lock_claim, room
from gateways.handles import issue, of_task
from gateways.registry import Registry
from policies.schema import Policy


@dataclass(frozen=True, slots=True)
class DoorIn:
    """Makes readers. `policy` gives today's rules."""

    ledger: Ledger
    registry: Registry
    policy: Callable[[], Policy]

    def reader(self, task_id: TaskId, agent: str) -> BoundReader:
        """The reader of one agent on one task."""
        return BoundReader(self, task_id, agent)


@dataclass(frozen=True, slots=True)
class BoundReader:
    """`core.ports.Reader` for one task and one agent."""

    door: DoorIn
    task_id: TaskId
    agent: str

    def read(self, operation: str, **query: str) -> tuple[Record, ...]:
        """Records with handles issued to this task. Raises `NotAllowed` when policy does not let the agent read this,
        `Retry` when a limit is used up."""
        policy, ledger = self.door.policy(), self.door.ledger
        rules = policy.agents.get(self.agent)
        if rules is None or operation not in rules.reads:
            self._refuse(operation)
        declared, adapter = self.door.registry.read(operation)
        gateway = operation.split(".", 1)[0]
        with ledger.unit(self.task_id) as unit:
            lock_claim(unit, gateway=gateway, agent=self.agent, spends=False)
            if wait := room(policy, unit, gateway=gateway, agent=self.agent, names=declared.limits):
                raise Retry(wait.reason, (wait.until - unit.now).total_seconds() if wait.until else 60.0)
            unit.insert("lookup", id=unit.ids.new("rd"), task_id=self.task_id, agent=self.agent, gateway=gateway,
                        limits=f",{','.join(declared.limits)},", operation=operation, at=unit.at)  # fmt: skip
            unit.audit("record.read", self.agent, operation=operation)
        found = adapter.read(operation, query, of_task(ledger, self.task_id))
        if not found:
            return ()
        with ledger.unit(self.task_id) as unit:
            return tuple(Record(issue(unit, record.pointer), record.pointer.kind, record.facts) for record in found)

    def _refuse(self, operation: str) -> None:
        with self.door.ledger.unit(self.task_id) as unit:
            unit.audit("record.refused", self.agent, operation=operation, audit_class="security")
        raise NotAllowed(f"{self.agent} may not read {operation}")
