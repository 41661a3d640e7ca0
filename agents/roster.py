"""The roster: all specialists of this folder, each with its policy. A new agent is one file, its policy and its test."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agents import planner, specialists
from agents.base import Brief, Specialist, Tools
from agents.handoffs import PLANNER
from agents.turns import handed
from core.contract.work import Turn
from core.errors import BadPolicy, Bug
from policies.schema import Policy


@dataclass(frozen=True, slots=True)
class Roster:
    """The agents that work here. Built by `load`; it keeps nothing between turns."""

    specialists: Mapping[str, Specialist]

    def plan(self, brief: Brief, tools: Tools) -> Turn:
        """The planner's turn, the first of every task. Raises `core.errors.Retry`."""
        return planner.plan(brief, tools)

    def turn(self, brief: Brief, tools: Tools) -> Turn:
        """The turn of the agent that the handoff names. Raises `Retry`, `NotAllowed` (a reading that policy forbids), and
        `Bug` for a handoff to nobody of ours; then the task goes to a person."""
        name = handed(brief).receiver.name
        specialist = self.specialists.get(name)
        if specialist is None:
            raise Bug(f"{brief.task_id} was handed to {name}, who does not work here")
        return specialist.run(brief, tools)


def load(policy: Policy) -> Roster:
    """All specialists, checked against policy. Raises `BadPolicy` with one line for each thing that policy does not grant,
    and `Bug` for a file that is no specialist; both are shown at boot, and nothing starts."""
    found = dict(_found())
    wrong = tuple(complaints(policy, found))
    if wrong:
        raise BadPolicy("\n".join(wrong))
    return Roster(found)


def complaints(policy: Policy, found: Mapping[str, Specialist]) -> Iterator[str]:
    """What the agents want and policy does not grant, one line each."""
    if PLANNER not in policy.agents:
        yield f"agents/{PLANNER}.yml: is missing; nothing is planned without it"
    for name, specialist in found.items():
        rules = policy.agents.get(name)
        if rules is None:
            yield f"agents/{name}.yml: is missing; an agent without its policy does not start"
            continue
        for key, wants, granted in (
            ("reads", specialist.reads, rules.reads), ("may", specialist.proposes, rules.may),
            ("hands_to", specialist.hands_to, rules.hands_to),
        ):  # fmt: skip
            for one in wants:
                if one not in granted:
                    yield f'agents/{name}.yml: {key}: "{one}" is missing; the agent cannot work without it'
    for name, way in policy.workflows.items():
        for agent in dict.fromkeys((*((way.first,) if way.first else ()), *way.agents)):
            if agent not in found:
                yield f'workflows/{name}.yml: "{agent}" has no code; agents here are {", ".join(sorted(found))}'


def _found() -> Iterator[tuple[str, Specialist]]:
    """The one `SPECIALIST` of each file. Raises `Bug` for a file with none, several, or one of another name."""
    for module in pkgutil.iter_modules(specialists.__path__):
        content = importlib.import_module(f"{specialists.__name__}.{module.name}")
        ours = [value for value in vars(content).values() if isinstance(value, Specialist)]
        if len(ours) != 1 or getattr(content, "SPECIALIST", None) is not ours[0]:
            raise Bug(f"agents/specialists/{module.name}.py must have exactly one SPECIALIST")
        if ours[0].name != module.name or module.name == PLANNER:
            raise Bug(f"agents/specialists/{module.name}.py holds an agent of another name: {ours[0].name}")
        yield module.name, ours[0]
