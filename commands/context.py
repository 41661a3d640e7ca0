"""What a verb may call. The composition root fills it in; everything dear is a callable, so that a cheap verb stays cheap."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from core.ports import Clock
from core.settings import Settings
from policies.check import Run
from workflows.services import Services
from workflows.task import Opened

Level = Literal["ok", "warn", "bad"]
Input = Callable[[], Opened]  # lets one thing in; raises `BadInput` for what cannot be used


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `doctor`: what was looked at, how it is, and what to do when it is not well."""

    level: Level
    what: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class CommandContext:
    """The product behind the verbs.

    `services` gives the same ones each time; raises `BadSettings` or `BadPolicy` when they cannot be put together.
    `operations`, `reads`: the names that the gateways' code declares. `inputs(source, body, lines)`: what a file holds, each to
    be let in by a call; raises `BadInput` when it holds nothing. `runner_alive`: whether a process runs this database's jobs.
    `run_until_rest`: does all that is due now and comes back True; False when another process is the runner and does it.
    `try_examples`: what the agents make of a text, for `policy check`. `train`: trains the local model, and says what came of it.
    `checks`: what `doctor` asks beside its own (the model, Slack, vendors)."""

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
    checks: tuple[Callable[[], Finding], ...] = ()
