"""What a verb may call. The composition root fills it in; everything dear is a callable, so that a cheap verb stays cheap."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from core.places import Place
from core.ports import Clock
from core.settings import Settings
from policies.check import Run
from workflows.opening import Opened
from workflows.services import Services

Level = Literal["ok", "warn", "bad"]
Input = Callable[[], Opened]  # lets one thing in; raises `BadInput` for what cannot be used


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `doctor`: what was looked at, how it is, and what to do when it is not well."""

    level: Level
    what: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Installation:
    """The product over the databases that some settings name, and where their rows lie."""

    services: Services
    place: Place


@dataclass(frozen=True, slots=True)
class ProviderCall:
    """What an embedded system was asked, as its own log has it."""

    effect_id: str
    operation: str
    outcome: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Installations:
    """Other databases than the configured one, for `move`, `backup` and `restore`.

    `open`: the product over what the settings name, made and migrated as at a start, closed at the end of the block. `alone`:
    nobody runs these settings' jobs until the end of the block; raises `BadInput` when somebody does. `calls`: the log of the
    embedded systems that these settings name, oldest first."""

    open: Callable[[Settings], AbstractContextManager[Installation]]
    alone: Callable[[Settings], AbstractContextManager[None]]
    calls: Callable[[Settings], Sequence[ProviderCall]]


@dataclass(frozen=True, slots=True)
class CommandContext:
    """The product behind the verbs.

    `services` gives the same ones each time; raises `BadSettings` or `BadPolicy` when they cannot be put together.
    `operations`, `reads`: the names that the gateways' code declares. `inputs(source, body, lines)`: what a file holds, each to
    be let in by a call; raises `BadInput` when it holds nothing. `runner_alive`: whether a process runs this database's jobs.
    `run_until_rest`: does all that is due now and comes back True; False when another process is the runner and does it.
    `try_examples`: what the agents make of a text, for `policy check`. `train`: trains the local model, and says what came of it.
    `installations`: other databases. `checks`: what `doctor` asks beside its own (the model, Slack, vendors)."""

    settings: Settings
    clock: Clock
    services: Callable[[], Services]
    operations: Callable[[], frozenset[str]]
    reads: Callable[[], frozenset[str]]
    inputs: Callable[[str, bytes, bool], Sequence[Input]]
    runner_alive: Callable[[], bool]
    run_until_rest: Callable[[], bool]
    try_examples: Callable[[], Run]
    train: Callable[[], str]
    installations: Installations
    checks: tuple[Callable[[], Finding], ...] = ()
