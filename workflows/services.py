"""What the faces are handed by the composition root: everything that they may call, already put together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.audit import Verified
from core.ledger import Ledger
from core.ports import Clock, Directory
from core.settings import Settings
from policies.schema import Policy
from workflows.arrivals import Arrivals
from workflows.batches import Batches
from workflows.control import Controls
from workflows.later import Later
from workflows.people import People
from workflows.questions import Questions
from workflows.reassign import Reassign
from workflows.takeover import TakeOver
from workflows.task import TaskLife
from workflows.undo import Undo


@dataclass(frozen=True, slots=True)
class Services:
    """The product without its faces. `verify` walks the audit; `policy` gives today's rules."""

    settings: Settings
    clock: Clock
    ledger: Ledger
    policy: Callable[[], Policy]
    directory: Directory
    life: TaskLife
    arrivals: Arrivals
    people: People
    takeover: TakeOver
    controls: Controls
    reassign: Reassign
    later: Later
    questions: Questions
    undo: Undo
    batches: Batches
    verify: Callable[[], Verified]
