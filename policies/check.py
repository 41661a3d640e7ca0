"""The pure part of `policy check`: every agent's own examples, run and compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from policies.schema import Policy

Run = Callable[[str, str], Mapping[str, object]]  # (agent, text) -> what it made of it


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """One example of one agent. `wrong` maps each key that differs to (expected, found); a missing one was None."""

    agent: str
    number: int  # counted from 1, as in the file
    text: str
    wrong: Mapping[str, tuple[object, object]]

    @property
    def right(self) -> bool:
        return not self.wrong

    @property
    def line(self) -> str:
        """For the command line."""
        where = f"agents/{self.agent}.yml, example {self.number}"
        if self.right:
            return f"{where}: as expected"
        parts = (f"{key} is {found!r}, expected {expected!r}" for key, (expected, found) in self.wrong.items())
        return f"{where}: {'; '.join(parts)}"


def check_examples(policy: Policy, run: Run) -> tuple[ExampleResult, ...]:
    """Every example of every agent. `run(agent, text)` returns what the agent made of the text, by the names used under
    `expect`; more than was asked for is no mistake. What `run` raises is not caught."""
    results = []
    for name, agent in policy.agents.items():
        for number, example in enumerate(agent.examples, start=1):
            found = run(name, example.text)
            wrong = {
                key: (expected, found.get(key))
                for key, expected in example.expect.items()
                if not _same(expected, found.get(key))
            }
            results.append(ExampleResult(name, number, example.text, wrong))
    return tuple(results)


def _same(expected: object, found: object) -> bool:
    """Equal and of one kind: True is not 1."""
    return type(expected) is type(found) and expected == found
