"""One process of Baton under kills: engine, clock and a face that lets customers in and clicks as people do.

`python -m tests.faults.process FOLDER INDEX OF LIES` runs until SIGTERM. Everything that it promised to somebody outside goes to
a journal, after the promise was made: the journal, not Baton's own rows, says what must not be lost."""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy.exc import OperationalError

import app
from core.contract.authority import Refused
from core.engine import Handler
from core.errors import Retry
from core.ledger import Job
from core.logs import set_up
from core.moment import SystemClock
from gateways.crm.book import CrmBook
from gateways.crm.operations import CreateLead
from policies.load import load
from tests.faults.clerks import CAST, CENTS, Clerks, Liar, letter, reader, rules
from tests.support.adversary import World
from tests.support.fort import Fort, raise_fort
from workflows.calendar import calendar

PEOPLE = ("U0THEO", "U0MAYA", "U0PRIYA", "U0SAM")
THINK_S, TILL_AWAY = 0.1, "till.away"
# Where a kill hurts most, it finds somebody more often.
DAWDLE_S = dict.fromkeys(("effect.claimed", "effect.called", "effect.before_receipt", "effect.settled"), 0.1)
NEEDS_LEAD = ("crm.update_lead", "crm.withdraw_lead")


def operation_of(number: int) -> str:
    """What the customer of this number wants; every eighth only asks something, by mail."""
    return ("", *CAST)[number % (len(CAST) + 1)]


def address_of(number: int) -> str:
    return f"customer{number}@mail{number % 7}.example.com"


class Journal:
    """Lines that outlive a kill: each is written at once. Times are the machine's monotonic ones, the same for all processes."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def say(self, what: str, **facts: Any) -> None:
        line = json.dumps({"t": time.monotonic(), "pid": os.getpid(), "what": what, **facts})
        os.write(self._file, f"{line}\n".encode())

    def around(self, handler: Handler) -> Handler:
        """The handler, with a line before and after each job that it ended."""

        def told(job: Job) -> None:
            self.say("begun", job=job.id)
            handler(job)
            self.say("ended", job=job.id)

        return told


def lines_of(path: Path) -> Iterator[dict[str, Any]]:
    """The journal's lines; the last one may be half."""
    if path.exists():
        for text in path.read_text(encoding="utf-8").splitlines():
            try:
                yield json.loads(text)
            except json.JSONDecodeError:
                continue


@dataclass
class Face:
    """Lets in its share of the customers and clicks what waits. Whatever was not said to be done is done again."""

    fort: Fort
    folder: Path
    index: int
    of: int
    journal: Journal
    rejects: float = 0.0  # share of the cards that people turn down
    accepted: dict[int, str] = field(default_factory=dict)

    def step(self) -> None:
        """One round: some customers, then all that waits for people."""
        target = int((self.folder / "target").read_text(encoding="utf-8") or 0)
        fresh = [n for n in range(self.index, target, self.of) if n not in self.accepted][:8]
        again = random.sample(sorted(self.accepted), 1) if self.accepted and random.random() < 0.1 else []
        for number in (*fresh, *again):
            self.let_in(number)
        for request_id, _ in self.fort.pending():
            self.click(request_id)

    def let_in(self, number: int) -> None:
        """What a mail server or a web form does: says it again until it was taken."""
        operation, address = operation_of(number), address_of(number)
        arrivals = self.fort.house.services.arrivals
        if not operation:
            opened = arrivals.mail(question(number))
        else:
            prepare(self.fort, number)
            form = {"name": f"Customer Number{number}", "email": address, "message": letter(operation)}
            opened = arrivals.form(form, source_id=f"f{number}")
        self.accepted[number] = str(opened.task_id)
        self.journal.say("accepted", number=number, task=str(opened.task_id))

    def click(self, request_id: str) -> None:
        """People look at a card and press, now and then two at once."""
        verb = "reject" if random.Random(request_id).random() < self.rejects else "approve"
        for person in PEOPLE:
            standing = self.fort.decide(request_id, person, verb, reason="wrong_facts" if verb == "reject" else "")  # type: ignore[arg-type]
            if isinstance(standing, Refused):
                if standing.code in ("not_the_role", "not_yours"):
                    continue
                return
            self.journal.say("clicked", request=request_id, person=person, verb=verb, standing=type(standing).__name__)


def question(number: int) -> bytes:
    """A mail that the product's own agents answer."""
    lines = [f"From: Customer Number{number} <{address_of(number)}>", "To: workshop@example.com", f"Subject: Question {number}",
             f"Message-ID: <q{number}@example.com>", "Date: Tue, 24 Nov 2026 10:00:00 -0500",
             "Content-Type: text/plain; charset=utf-8"]  # fmt: skip
    return ("\r\n".join(lines) + f"\r\n\r\nWhen do you open?\r\n\r\nCustomer Number{number}").encode()


def prepare(fort: Fort, number: int) -> None:
    """What the outside systems know of this customer beforehand."""
    operation, address = operation_of(number), address_of(number)
    if operation == "till.refund":
        with fort.till._open() as db:
            db.execute("insert or ignore into payment values (?, ?, ?, 0)", (f"P-{number}", address, CENTS))
    if operation in NEEDS_LEAD:
        book, systems = CrmBook(fort.house.systems), fort.house.systems
        with systems.writing() as connection:
            if book.find(connection, address, "") is None:
                contact = book.contact_for(connection, f"Customer Number{number}", address, "", "")
                lead = CreateLead(name=f"Customer Number{number}", email=address, need="bikes", score=10, band="unqualified",
                                  source="mail")  # fmt: skip
                book.add_lead(connection, contact, lead)


def open_fort(
    folder: Path, *, lies: float = 0.0, think_s: float = 0.0, dawdles: bool = False, failpoint: str = ""
) -> Fort:
    """The installation in `folder`, by the machine's own clock."""
    policies = rules(folder)
    clerks = Clerks(1, roster=app.roster.load(load(policies, operations=None, reads=None)), think_s=think_s)
    fort = raise_fort(folder, policies, agents=clerks, model=reader(), clock=SystemClock(), failpoint=failpoint)  # type: ignore[arg-type]
    clerks.world = World(fort.ledger)
    if lies:
        fort.till.during = Liar(7, lies, folder / TILL_AWAY)
    if dawdles:
        reach = fort.ledger.reach
        fort.ledger.reach = lambda point: (reach(point), time.sleep(random.uniform(0, DAWDLE_S.get(point, 0.0))))[0]
    return fort


@contextmanager
def running(fort: Fort, journal: Journal) -> Iterator[None]:
    """The engine and the calendar over this fort; every job leaves its lines in the journal."""
    engine: Any = fort.house.engine()
    engine._runner._handlers = {phase: journal.around(do) for phase, do in engine._runner._handlers.items()}
    engine.start()
    scheduler = calendar(fort.schedule)
    scheduler.start()
    journal.say("ready")
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)
        engine.stop()


def patiently(step: Callable[[], None]) -> None:
    """Does it; a database that is away is for the next time."""
    try:
        step()
    except Retry:
        time.sleep(0.1)


def main(folder: Path, index: int, of: int, lies: float) -> int:
    """Runs until SIGTERM, which ends it gracefully: 0. When the database is away at the start: 2, as the product's own start."""
    set_up("WARNING")
    journal = Journal(folder / f"journal-{index}.jsonl")
    journal.say("started")
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    try:
        fort = open_fort(folder, lies=lies, think_s=THINK_S, dawdles=True)
    except (Retry, OperationalError) as error:
        print(f"the database is away: {type(error).__name__}", file=sys.stderr)
        return 2
    face = Face(fort, folder, index, of, journal, rejects=0.04)
    with running(fort, journal):
        for line in lines_of(folder / f"journal-{index}.jsonl"):
            if line["what"] == "accepted":
                face.accepted[line["number"]] = line["task"]
        while not stopped.wait(0.1):
            patiently(face.step)
    fort.house.close()
    journal.say("stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])))
