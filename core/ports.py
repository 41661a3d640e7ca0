"""What the floors above implement or are handed. Nothing here knows a vendor, a file or a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from pydantic import BaseModel

from core.contract.base import Confidence, Contract, Handle, TaskId


class Clock(Protocol):
    def now(self) -> datetime:
        """The time, aware UTC."""
        ...


class Ids(Protocol):
    def new(self, prefix: str) -> str:
        """An opaque id, `prefix_` and letters or digits, never seen before."""
        ...


# Models --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Learned:
    """Marks a field of a reading schema: a label out of `labels_of` (a file under the policy's `examples/`).

    The local model learns it from the team's examples; another model is told the labels."""

    labels_of: str


@dataclass(frozen=True, slots=True)
class Extracted:
    """Marks a field of a reading schema: a piece of the text, found by the named extractor in the local model."""

    extractor: str


class Found(Contract):
    """A piece of the text. `quote` is where it stands, word for word; `value` is the piece itself, tidied."""

    value: str
    quote: str


class Label(Contract):
    """One of the known labels, and how sure the model is. `quote` is what speaks for it, word for word."""

    name: str
    confidence: Confidence
    quote: str = ""


S = TypeVar("S", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Usage:
    """What one model call cost. A microcent is a millionth of a cent: tokens are cheap and sums must not drift."""

    call_id: str
    tokens_in: int = 0
    tokens_out: int = 0
    cost_microcents: int = 0


@dataclass(frozen=True, slots=True)
class Answer(Generic[S]):
    """A model's typed answer. `value` is None when it abstained, refused, was cut off or spoke out of turn; then
    `confidence` is 0 and `why` says which."""

    value: S | None
    confidence: float
    model: str
    usage: Usage
    why: str = ""


@dataclass(frozen=True, slots=True)
class Wording:
    """Words for a person. `text` is None when the model could not; `why` says why."""

    text: str | None
    model: str
    usage: Usage
    why: str = ""


class Model(Protocol):
    """Reads and writes, nothing else. Raises `core.errors.Retry` when a later try may work (429, timeout, 5xx)."""

    def read(self, schema: type[S], *, purpose: str, instructions: str, text: str) -> Answer[S]:
        """The typed reading of `text`. `purpose` is a frozen name such as `planner.intent`, for bill and record."""
        ...

    def write(self, *, purpose: str, template: str, facts: Mapping[str, str], text: str) -> Wording:
        """`template` (Jinja) filled with `facts`; a model may better the wording for `text`, never the facts."""
        ...


# The door in ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Record:
    """A record of a system, as an agent may see it: a handle issued to this task, a kind, and plain facts."""

    handle: Handle
    kind: str
    facts: Mapping[str, str]


class Reader(Protocol):
    """Bound to one task and one agent. Allowed by the agent's `reads`, counted against the same limits, audited."""

    def read(self, operation: str, **query: str) -> tuple[Record, ...]:
        """Records found by a reading operation such as `crm.find_contact`. Raises `core.errors.NotAllowed`, `Retry`."""
        ...


# The desk ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CardRef:
    """A card to be brought up to date."""

    card_id: str
    channel: str
    task_id: TaskId | None = None


class Desk(Protocol):
    """Talks to the team, never to the outside world."""

    def upsert(self, card_id: str) -> None:
        """Let the card tell what its row says now. Returns at once; posting follows in the channel's order."""
        ...

    def tell(self, person: str, text: str) -> None:
        """A private line to one person. Returns at once."""
        ...


# People --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Member:
    """A person as the platform knows them. `is_member`: active, of our own team, neither guest nor bot."""

    user_id: str
    team_id: str
    mail: str
    name: str
    zone: str
    is_member: bool


class Directory(Protocol):
    """Who is who in the team. Fails closed: whoever cannot be looked up decides nothing."""

    def cached(self, user_id: str) -> Member | None:
        """The person as last seen, looked up when never seen; None for a stranger."""
        ...

    def fresh(self, user_id: str) -> Member | None:
        """The person as the platform says now; raises `core.errors.Retry` when it cannot be asked."""
        ...
