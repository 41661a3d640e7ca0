"""The verbs over a whole house. What the composition root would hand in is handed in here, from the same parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app import House, build, runner_lock
from commands.context import CommandContext, Finding
from commands.table import answer
from commands.verb import Answer
from core.ports import Member
from core.runner_lock import RunnerLock
from core.settings import Settings
from installations import installations
from intake.inputs import inputs
from tests.support.house import Home, open_home, sure_model


@dataclass
class Bench:
    """A house with its verbs. `findings` are what the composition root's own checks say; `tried` what agents make of a text."""

    home: Home
    folder: Path
    findings: list[Finding] = field(default_factory=list)
    tried: dict[str, object] = field(default_factory=dict)
    trained: int = 0

    @property
    def lock(self) -> RunnerLock:
        return runner_lock(self.home.house.services.settings)

    def context(self) -> CommandContext:
        house = self.home.house
        services = house.services
        return CommandContext(
            settings=services.settings, clock=services.clock, services=lambda: services,
            operations=lambda: house.registry.operations, reads=lambda: house.registry.reads,
            inputs=lambda source, body, lines: inputs(services.arrivals, source, body, lines=lines),
            runner_alive=self.runs, run_until_rest=house.run_until_rest,
            try_examples=lambda: lambda agent, text: self.tried, train=self.train,
            installations=installations(self.built, runner_lock),
            checks=tuple((lambda one=one: one) for one in self.findings),
        )  # fmt: skip

    def built(self, settings: Settings) -> House:
        """The product over other databases, with this bench's clock."""
        return build(settings, clock=self.home.clock, model=sure_model(), people=lambda _: self.home.directory)

    def runs(self) -> bool:
        lock = self.lock
        if lock.take():
            lock.release()
            return False
        return True

    def train(self) -> str:
        self.trained += 1
        return "Learned from 12 examples."

    def ask(self, text: str, by: Member | None = None) -> Answer:
        return answer(self.context(), text.split(), by)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(open_home(tmp_path), tmp_path)
    yield bench
    bench.home.house.close()
