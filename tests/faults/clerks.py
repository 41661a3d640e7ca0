"""What the agents, the model and the till of a kill loop do. All of it follows from what a customer wrote and from keys, so that
any process goes on where another one died."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from agents.base import Brief, Tools
from core.contract.effect import Call, NotSent, Receipt, Unknown
from core.contract.work import Finished, Turn
from core.errors import Retry
from core.moment import RandomIds
from core.ports import Answer, S, Usage, Wording
from tests.support.adversary import DUE, NEED, Adversary, handles, honest, proposal, propose, turn
from tests.support.fort import change, loose_policies
from tests.support.house import sure_model
from tests.support.models import ScriptedModel

# Every operation that there is, and whose it is.
CAST: Mapping[str, str] = {
    "mail.reply": "support", "till.refund": "support", "crm.log_activity": "support", "crm.create_lead": "qualification",
    "crm.update_lead": "qualification", "crm.create_task": "qualification", "crm.withdraw_lead": "qualification",
}  # fmt: skip
ASKS = "We ask for "
CENTS = 2_500


def rules(folder: Path) -> Path:
    """The company's rules: a person approves everything, and somebody may do every operation."""
    if (folder / "policies").exists():
        return folder / "policies"
    there = loose_policies(folder, stage="supervised")
    for agent in ("capture", "support", "qualification"):
        change(there / "agents" / f"{agent}.yml", lambda d: d.update(must_not=[]))
    change(there / "agents" / "qualification.yml", lambda d: d["may"].append("crm.withdraw_lead"))
    return there


def letter(operation: str) -> str:
    """What a customer writes who wants this."""
    return f"Hello, we need {NEED} by {DUE}.\r\n{ASKS}{operation}.\r\n"


def asked_for(text: str) -> str:
    """The operation that a customer wants; empty for one who only has a question."""
    return text.partition(ASKS)[2].split(".\r\n")[0].split(".\n")[0].strip().removesuffix(".")


@dataclass
class Clerks(Adversary):
    """Agents that do what was asked for, once; a plain question goes to the product's own agents, `roster`."""

    roster: Any = None
    think_s: float = 0.0

    def plan(self, brief: Brief, tools: Tools) -> Turn:
        operation = self._think(brief)
        if not operation:
            return self.roster.plan(brief, tools)  # type: ignore[no-any-return]
        return turn("planner", self._hand_over(brief, tools, "support" if CAST[operation] == "support" else "capture"))

    def turn(self, brief: Brief, tools: Tools) -> Turn:
        operation = self._think(brief)
        if not operation:
            return self.roster.turn(brief, tools)  # type: ignore[no-any-return]
        assert brief.handoff is not None
        me = brief.handoff.receiver.name
        if brief.history:
            return turn(me, Finished(summary="Done."))
        if me != CAST[operation]:
            return turn(me, self._hand_over(brief, tools, "qualification"))
        return turn(me, propose(proposal(operation, me, honest(operation, brief, handles(brief, tools, operation)))))

    def _think(self, brief: Brief) -> str:
        time.sleep(random.uniform(0, self.think_s))
        return asked_for(brief.event.text)


@dataclass
class Reader(ScriptedModel):
    """Takes every text for a question about opening hours; its calls have names of their own in every process."""

    ids: RandomIds = field(default_factory=RandomIds)

    def read(self, schema: type[S], *, purpose: str, instructions: str, text: str) -> Answer[S]:
        said = super().read(schema, purpose=purpose, instructions=instructions, text=text)
        return replace(said, usage=self._usage())

    def write(self, *, purpose: str, template: str, facts: Mapping[str, str], text: str) -> Wording:
        said = super().write(purpose=purpose, template=template, facts=facts, text=text)
        return replace(said, usage=self._usage())

    def _usage(self) -> Usage:
        self.asked.clear()
        return Usage(self.ids.new("mc"))


def reader() -> Reader:
    """A reader that is sure of itself."""
    sure = sure_model()
    return Reader(sure.reads, sure.writes)


@dataclass
class Liar:
    """What a bad provider does to `share` of its calls: pays and loses the reply, breaks off before it paid, is busy or late,
    or says that one may ask again in a thousand years, or a thousand years ago."""

    seed: int
    share: float
    away: Path  # while there is such a file, the till is not there at all
    slow_s: float = 0.05

    def __call__(self, call: Call) -> Receipt | None:
        rng = random.Random(f"{self.seed}:{call.effect_id}:{call.call_by}")
        time.sleep(rng.uniform(0, self.slow_s))
        if self.away.exists():
            raise Retry("no connection to the till")
        if rng.random() >= self.share:
            return None
        match rng.randrange(6):
            case 0:
                return Unknown(reason="the till's answer got lost")
            case 1:
                raise ConnectionResetError
            case 2:
                return NotSent(reason="503, the till is busy", again=True)
            case 3:
                raise Retry("429, Retry-After: the year 3026", 1_000 * 365 * 24 * 3600.0)
            case 4:
                raise Retry("429, Retry-After: the year 1026", -1_000 * 365 * 24 * 3600.0)
            case _:
                time.sleep(1.5)
                return Unknown(reason="the till answered after the line was closed")
