"""What an agent is handed for one turn: the ports, every model call on the bill, every record noted. And its turn, taken back.

Tokens are money, also those of a turn that failed; and the validator holds a draft against the records that were really read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

from agents.base import Tools
from core.contract.work import Escalate, Reading, Turn
from core.ledger import Ledger, Unit
from core.ports import Answer, Model, Reader, Record, S, Usage, Wording


@dataclass
class Bill:
    """Notes each model call of one turn. What cost money is committed at once; the rest goes with the turn."""

    model: Model
    ledger: Ledger
    task_id: str
    agent: str
    _open: list[dict[str, object]] = field(default_factory=list)

    def read(self, schema: type[S], *, purpose: str, instructions: str, text: str) -> Answer[S]:
        """As `core.ports.Model.read`."""
        answer = self.model.read(schema, purpose=purpose, instructions=instructions, text=text)
        self._note(purpose, answer.model, answer.usage, answer.why)
        return answer

    def write(self, *, purpose: str, template: str, facts: Mapping[str, str], text: str) -> Wording:
        """As `core.ports.Model.write`."""
        wording = self.model.write(purpose=purpose, template=template, facts=facts, text=text)
        self._note(purpose, wording.model, wording.usage, wording.why)
        return wording

    def _note(self, purpose: str, model: str, usage: Usage, why: str) -> None:
        self._open.append({
            "id": usage.call_id, "task_id": self.task_id, "agent": self.agent, "purpose": purpose, "model": model,
            "tokens_in": usage.tokens_in, "tokens_out": usage.tokens_out, "cost_microcents": usage.cost_microcents, "why": why,
        })  # fmt: skip
        if usage.cost_microcents:
            with self.ledger.unit() as unit:
                self.record(unit)

    def record(self, unit: Unit) -> None:
        """Writes the calls that are not written yet."""
        for call in self._open:
            unit.insert("model_call", **call, at=unit.at)
        self._open.clear()


@dataclass
class SeenReader:
    """`core.ports.Reader` that remembers what it gave out."""

    reader: Reader
    records: list[Record] = field(default_factory=list)

    def read(self, operation: str, **query: str) -> tuple[Record, ...]:
        """As `core.ports.Reader.read`."""
        found = self.reader.read(operation, **query)
        self.records.extend(found)
        return found


@dataclass(frozen=True, slots=True)
class Borrowed(Tools):
    """The tools of one turn, as the spine knows them."""

    reader: SeenReader
    model: Bill


def taken_back(turn: Turn, agent: str) -> Turn:
    """The turn, by the agent whose go it was, in the form in which it is stored. One that says it is another agent's, or that
    is not of the contract's form, becomes a call for a person: whose rights count is the task's word, not the turn's."""
    try:
        stored = Turn.model_validate_json(turn.model_dump_json(warnings=False))
    except (ValidationError, PydanticSerializationError):
        return _malformed(agent, f"{agent} gave an answer that is not of the form that was agreed.")
    return stored if stored.agent == agent else _malformed(agent, f"{agent} answered in another agent's name.")


def _malformed(agent: str, why: str) -> Turn:
    reading = Reading(intent="unknown", fields={}, evidence=(), confidence=0.0)
    return Turn(agent=agent, reading=reading, outcome=Escalate(trigger="failed", why=why))
