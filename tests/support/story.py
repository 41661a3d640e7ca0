"""A story that can be told again from any point: three customers, three operations, each approved by a person.

`python -m tests.support.story FOLDER` tells it to the end; `BATON_FAILPOINT` kills it on the way. Told again, it goes on."""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
from pathlib import Path

from core.moment import from_us
from core.settings import from_env
from tests.support.adversary import WORDS, Adversary, Case, World
from tests.support.fort import Fort, loose_policies, raise_fort

CAST = (("support", "mail.reply"), ("qualification", "crm.create_lead"), ("support", "till.refund"))
CENTS = 2_500
SIGNERS = ("U0THEO", "U0MAYA", "U0PRIYA", "U0SAM")


def policies(folder: Path) -> Path:
    """The rules of the story: a person approves everything."""
    return folder / "policies" if (folder / "policies").exists() else loose_policies(folder, stage="supervised")


def open_fort(folder: Path, failpoint: str = "") -> tuple[Fort, Adversary]:
    """The installation in `folder`, with agents that do what their task asks for."""
    agents = Adversary(1)
    fort = raise_fort(folder, policies(folder), agents=agents, failpoint=failpoint)
    agents.world = World(fort.ledger)
    return fort, agents


def arrive(fort: Fort, agents: Adversary, customers: int) -> None:
    """The customers write; whoever wrote before is known."""
    script = dict(agents.script)
    for number in range(customers):
        agent, operation = CAST[number % len(CAST)]
        address = f"customer{number}@example.com"
        with fort.till._open() as db:
            db.execute("insert or ignore into payment values (?, ?, ?, 0)", (f"P-{number}", address, CENTS))
        form = {"name": f"Customer Number{number}", "email": address, "message": WORDS}
        opened = fort.house.services.arrivals.form(form, source_id=f"f{number}")
        script[str(opened.task_id)] = Case(agent, operation, "honest", lambda one, _b, _w: one)
    agents.script = script


def tell(folder: str, failpoint: str = "", customers: int = 3, die_after_s: float = 0.0) -> None:
    """The whole story. `die_after_s`: the process kills itself after so long, wherever it is then."""
    if die_after_s:
        timer = threading.Timer(die_after_s, os.kill, (os.getpid(), signal.SIGKILL))
        timer.daemon = True
        timer.start()
    fort, agents = open_fort(Path(folder), failpoint)
    arrive(fort, agents, customers)
    while True:
        fort.run()
        for request_id, _ in fort.pending():
            for person in SIGNERS:
                fort.decide(request_id, person)
        if not fort.ledger.jobs():
            break
        if not fort.due():
            fort.clock.at = max(fort.clock.at, min(from_us(job.due_at) for job in fort.ledger.jobs()))
    fort.house.close()


def some_delay(seed: int) -> float:
    """A moment somewhere in the middle of the story."""
    return random.Random(seed).uniform(0.02, 0.5)


if __name__ == "__main__":
    tell(sys.argv[1], from_env().failpoint)
