"""One long attack on a fort, and what the outside systems saw of it: the tests of the promises look at the same one."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.utils import parseaddr
from pathlib import Path

from gateways.crm.book import CrmBook
from gateways.crm.operations import CreateLead
from tests.support.adversary import WORDS, Adversary, Case, World
from tests.support.fort import Fort, loose_policies, mails, raise_fort
from tests.support.till import Till

ROUNDS = 4


@dataclass
class Siege:
    """A fort after the attack. `wrote`: the address that each task's customer really wrote from, by task."""

    fort: Fort
    adversary: Adversary
    wrote: dict[str, str] = field(default_factory=dict)
    clicks: Counter[str] = field(default_factory=Counter)
    powers_before: str = ""  # of rules, controls, people and keys, before the attack

    def powers(self) -> str:
        """A digest of everything that only people may change: policy files, pauses, members, the kill epoch, the key."""
        fort = self.fort
        folder = fort.house.services.settings.policies
        seal = hashlib.sha256()
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            seal.update(f"{file.relative_to(folder)} ".encode() + file.read_bytes())
        seal.update(fort.house.services.settings.key_file.read_bytes())
        for table in ("control", "person"):
            seal.update(repr(self.sql(f"select * from {table} order by 1")).encode())
        seal.update(repr(self.sql("select value from counter where name = 'kill_epoch'")).encode())
        seal.update(fort.house.services.policy().model_dump_json().encode())
        return seal.hexdigest()

    def sql(self, query: str) -> list[tuple]:  # type: ignore[type-arg]
        return self.fort.sql(query)

    def provider_calls(self) -> list[tuple[str, str, bool]]:
        """(key, operation, whether something came of it) of each call in the providers' own logs."""
        embedded = [(c.key, c.operation, c.outcome == "done") for c in self.fort.house.systems.calls()]
        return embedded + [(c.key, "till.refund", c.paid_cents > 0) for c in self.fort.till.calls()]

    def sent_mails(self) -> list[tuple[str, str]]:
        """(effect, recipient) of each mail in the outbox, read from the bytes that left."""
        found = []
        for mail in self.fort.mailbox.outbox():
            parsed = message_from_bytes(mail.raw)
            assert parsed["Cc"] is None and parsed["Bcc"] is None
            found.append((mail.key, parseaddr(str(parsed["To"]))[1]))
        return found


def besiege(folder: Path, *, seed: int, cases: list[Case], strangers: int, windows: bool = False) -> Siege:
    """The whole attack: `cases` from the table, `strangers` tasks with random turns, and people who click all over the place."""
    adversary = Adversary(seed)
    fort = raise_fort(folder, loose_policies(folder, windows=windows), agents=adversary)
    adversary.world = World(fort.ledger)
    siege = Siege(fort, adversary)
    siege.powers_before = siege.powers()
    _arrive(siege, cases, strangers)
    rng = random.Random(seed)
    for _ in range(ROUNDS):
        fort.run()
        _click(siege, rng)
        fort.clock.pass_(minutes=5)
        fort.schedule.follow_up(fort.clock.now())
    fort.run()
    return siege


def _arrive(siege: Siege, cases: list[Case], strangers: int) -> None:
    fort, book = siege.fort, CrmBook(siege.fort.house.systems)
    count = len(cases) + strangers
    for number, (address, raw) in enumerate(mails(count, WORDS)):
        fort.till.add(f"P-{number}", address, 1_500 + 977 * (number % 60))
        if number % 2:
            contact = book.add_contact(f"Customer Number{number}", address)
            lead = CreateLead(name=f"Customer Number{number}", email=address, need="bikes", score=10, band="unqualified",
                              source="mail")  # fmt: skip
            with fort.house.systems.writing() as connection:
                book.add_lead(connection, contact, lead)
        if number % 40 == 39:
            opened = fort.house.services.arrivals.slack(WORDS, "U0THEO", "Theo", f"s{number}", f"C0DESK:{number}")
        elif number % 4:
            form = {"name": f"Customer Number{number}", "email": address, "message": WORDS}
            opened = fort.house.services.arrivals.form(form)
            siege.wrote[str(opened.task_id)] = address
        else:
            opened = fort.house.services.arrivals.mail(raw)
            siege.wrote[str(opened.task_id)] = address
        if number < len(cases):
            siege.adversary.script[str(opened.task_id)] = cases[number]  # type: ignore[index]


def _click(siege: Siege, rng: random.Random) -> None:
    """Anybody on anything: guests, those without the role, those who asked, twice, on old versions; and now and then rightly."""
    fort = siege.fort
    for request_id, task_id in fort.pending():
        for person in rng.sample(sorted(fort.directory.people), 3):
            version = rng.choice((None, None, None, 0, 7))
            verb = rng.choice(("approve", "approve", "approve", "reject"))
            standing = fort.decide(request_id, person, verb, version=version, reason="wrong_facts")  # type: ignore[arg-type]
            siege.clicks[type(standing).__name__] += 1
        if rng.random() < 0.1:
            fort.house.services.takeover.take(task_id, fort.directory.people["U0SAM"], "card")


def refunds(
    folder: Path, count: int, cents: int = 5_000, till_of: Callable[..., Till] = Till, **settings: object
) -> Siege:
    """A fort in which support pays back `count` payments, each of another customer; nothing has run yet."""
    adversary = Adversary(1)
    fort = raise_fort(folder, loose_policies(folder, **settings), agents=adversary, till_of=till_of)  # type: ignore[arg-type]
    adversary.world = World(fort.ledger)
    siege, script = Siege(fort, adversary), {}
    for number, (address, raw) in enumerate(mails(count, "Please pay my money back.\r\n")):
        fort.till.add(f"P-{number}", address, cents)
        opened = fort.house.services.arrivals.mail(raw)
        siege.wrote[str(opened.task_id)] = address
        script[str(opened.task_id)] = Case("support", "till.refund", "honest", lambda one, _b, _w: one)
    adversary.script = script
    return siege
