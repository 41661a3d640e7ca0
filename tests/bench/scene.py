"""The house that is measured: everything real but the mail system, which notes the time of its call and answers at once."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

from core.contract.authority import Decision
from core.contract.base import RequestId
from core.contract.effect import Call, Receipt, Sent
from core.contract.work import Event, Resolved
from gateways.adapter import Adapter, Pointer, Value
from tests.support.house import POLICIES, START, Home, open_home, sure_model

APPROVER = "U0THEO"


class Counted(list[tuple[str, str]]):
    """Counts what it is given and keeps nothing of it: what a model was asked would be taken for Baton's memory."""

    def __init__(self) -> None:
        super().__init__()
        self._count = 0

    def append(self, _: tuple[str, str]) -> None:
        self._count += 1

    def __len__(self) -> int:
        return self._count


class Instant:
    """The mail adapter with its call noted and answered at once: what is measured is Baton, not a mail system."""

    def __init__(self, real: Adapter) -> None:
        self.operations, self.reads, self.look_up, self.read = real.operations, real.reads, real.look_up, real.read
        self.called_at = 0.0

    def resolve(self, operation: str, arguments: Mapping[str, Value], handles: Mapping[str, Pointer]) -> Resolved:
        key = handles[str(arguments["conversation"])].key
        lines = (("To", f"{key}@example.com"), ("Subject", str(arguments["subject"])))
        return Resolved(operation=operation, lines=lines, body=str(arguments["body"]), counterparty=key)

    def call(self, call: Call) -> Receipt:
        self.called_at = time.perf_counter()
        return Sent(reference=call.effect_id)


def measured_home(folder: Path) -> tuple[Home, Instant]:
    """A house in `folder`, and the provider whose calls are timed."""
    folder.mkdir(parents=True, exist_ok=True)
    model = sure_model()
    model.asked = Counted()
    home = open_home(folder, model, policies=roomy(folder))
    operation, mail = home.house.registry.operation("mail.reply")
    provider = Instant(mail)
    home.house.registry._operations["mail.reply"] = (operation, provider)
    return home, provider


def roomy(folder: Path) -> Path:
    """The sample company with windows that a thousand decisions a minute fit into; they are counted all the same."""
    policies = folder / "policies"
    if policies.exists():
        return policies
    shutil.copytree(POLICIES, policies)
    limits = policies / "limits.yml"
    limits.write_text(re.sub(r"limit: \d+", "limit: 1000000", limits.read_text(encoding="utf-8")), encoding="utf-8")
    return policies


def let_in(home: Home, n: int) -> None:
    """One customer's question, as its source would hand it over."""
    text = f"Hello, this is customer {n}. What are your opening hours on Saturday? I could come by around noon with my bike."
    event = Event(source="chat", source_id=f"bench-{n}", text=text, at=START, sender="Dana Whitfield")
    home.life.open(event, f"thread-{n}")


def approve(home: Home, request: str) -> None:
    """One click."""
    decision = Decision(request_id=RequestId(request), version=1, person=APPROVER, verb="approve")
    home.people.decide(decision, home.directory.people[APPROVER])
