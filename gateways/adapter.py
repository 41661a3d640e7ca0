"""What a gateway declares and what its adapter can do.

Adapters act; they never decide, and only the two doors call them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from core.contract.base import Contract
from core.contract.effect import Call, Receipt
from core.contract.work import Origin, Resolved

Value = str | int | bool


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be done to a system. `name` is a frozen wire format: `<gateway>.<verb>`."""

    name: str
    summary: str
    arguments: type[Contract]  # what it takes; strict, nothing extra
    accepts: Mapping[str, frozenset[Origin]]  # where each argument may come from
    effect_class: Literal["record", "message", "money", "schedule"]
    after_crash: Literal["by_key", "look_up", "ask"]  # what tells whether an unknown call went through
    closes: bool = False  # a look-up ends the call that it asks about: nothing of it can come in later
    undo: str | None = None  # the operation that compensates it
    handles: frozenset[str] = frozenset()  # arguments that name a handle issued to the task
    limits: tuple[str, ...] = ()  # names of the windows in `limits.yml` that it counts against
    cost_cents: int = 0
    same_but: frozenset[str] | None = (
        None  # records only: two that say the same but for these lines surely mean one thing
    )

    @property
    def gateway(self) -> str:
        return self.name.split(".", 1)[0]


@dataclass(frozen=True, slots=True)
class Pointer:
    """What a handle names: a kind of record and its key in the system of record."""

    kind: str
    key: str


@dataclass(frozen=True, slots=True)
class FoundRecord:
    """A record as the system has it. The door in turns the pointer into a handle before an agent sees it."""

    pointer: Pointer
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class NotResolved:
    """The proposal names something that the system of record does not have, or not any more."""

    reason: str


@dataclass(frozen=True, slots=True)
class ReadOperation:
    """One thing that can be asked of a system. `name` is a frozen wire format."""

    name: str
    summary: str
    limits: tuple[str, ...] = field(default=())


class Adapter(Protocol):
    """One system behind the two doors. All calls are sync, bounded in time and raise only `core.errors`."""

    @property
    def operations(self) -> tuple[Operation, ...]: ...

    @property
    def reads(self) -> tuple[ReadOperation, ...]: ...

    def resolve(
        self, operation: str, arguments: Mapping[str, Value], handles: Mapping[str, Pointer]
    ) -> Resolved | NotResolved:
        """What would happen, exactly, with today's records. Reads only; `handles` holds what each handle names."""
        ...

    def call(self, call: Call) -> Receipt:
        """Carries it out once. A timeout, a cut line or a reply that makes no sense is `Unknown`, never a guess.

        `NotSent(again=True)`, or `Retry`: it certainly did nothing. Several of these in a row count as an outage."""
        ...

    def look_up(self, operation: str, effect_id: str) -> Receipt:
        """What the provider knows under this key: `Sent`, `NotSent(again=True)` when it never came in, or `Unknown`.

        Only its own word counts as an answer: `Retry`, or any other error, leaves the call as unknown as it was."""
        ...

    def read(self, operation: str, query: Mapping[str, str], handles: Mapping[str, Pointer]) -> tuple[FoundRecord, ...]:
        """Records that fit. Raises `BadInput` for an unknown query."""
        ...
