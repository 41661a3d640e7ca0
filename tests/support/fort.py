"""A house whose agents, rules and outside systems the test chooses: the composition root once more, with every guard in place."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

import app
from agents.base import Brief, Tools
from core.audit import Anchor
from core.contract.work import Turn
from core.crypto import Cipher, load_or_make_key
from core.databases import open_database
from core.engine import Runner
from core.failpoints import armed
from core.ledger import Job, Ledger, Phase
from core.moment import RandomIds, to_us
from core.schema import bring_up_to_date
from core.settings import Settings
from gateways.base import DoorOut
from gateways.crm.embedded import EmbeddedCrm
from gateways.mail.embedded import EmbeddedMail
from gateways.mail.inbox import MailInbox
from gateways.reader import DoorIn
from gateways.registry import Registry
from gateways.systems import Systems
from policies.load import load
from policies.schema import Policy
from tests.support.databases import database_of
from tests.support.house import POLICIES, FakeClock, FakeDirectory, Home
from tests.support.models import ScriptedModel
from tests.support.till import Till
from workflows.arrivals import Arrivals
from workflows.batches import Batches
from workflows.control import Controls
from workflows.later import Later
from workflows.people import People
from workflows.questions import Questions
from workflows.reassign import Reassign
from workflows.schedule import Schedule
from workflows.services import Services
from workflows.sweep import Sweep
from workflows.takeover import TakeOver
from workflows.task import TaskLife
from workflows.undo import Undo

Document = dict[str, Any]
TILL_RULES: Document = {
    "description": "The till", "reads": ["till.find_payments"],
    "operations": {"till.refund": {
        "approval": [{"role": "finance", "count": 1}], "allowed": True, "on_expiry": "finance", "due_min": 240,
        "limits": ["external_calls"],
        "money": {
            "window_days": 30,
            "bands": [{"up_to_cents": 10_000, "approval": [{"role": "finance", "count": 1}], "allowed": True},
                      {"up_to_cents": 50_000, "approval": [{"role": "finance", "count": 1}]}],
            "above": [{"role": "finance", "count": 1}, {"role": "owner", "count": 1}],
        },
    }},
}  # fmt: skip


@dataclass
class AgentsOf:
    """What the spine asks its agents, in a test's own hands. Stands where `agents.roster.Roster` would."""

    plan: Callable[[Brief, Tools], Turn]
    turn: Callable[[Brief, Tools], Turn]


class _Loader(yaml.SafeLoader):
    """Reads 17:00 as it is written: YAML 1.1 takes it for a number to the base of sixty."""


_Loader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:int"]
    for letter, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"[-+]?\d+$"), list("-+0123456789"))


def change(file: Path, edit: Callable[[Document], None]) -> None:
    """One policy file, changed in place."""
    document = yaml.load(file.read_text(encoding="utf-8"), _Loader)
    edit(document)
    file.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")


def loose_policies(folder: Path, *, stage: str = "full", windows: bool = False, breaker: bool = True) -> Path:
    """The company's rules with everything that agents may ever be trusted with: stage `full`, and a till beside CRM and mail.

    `windows`: keep the limits for each hour; otherwise they are far away, so that they do not hide another guard.
    `breaker`: False keeps it out of the way too, however many calls go wrong."""
    rules = folder / "policies"
    shutil.copytree(POLICIES, rules)
    change(rules / "rollout.yml", lambda d: d["agents"].update(dict.fromkeys(d["agents"], stage)))
    (rules / "gateways" / "till.yml").write_text(yaml.safe_dump(TILL_RULES), encoding="utf-8")

    def may_refund(document: Document) -> None:
        document["may"].append("till.refund")
        document["reads"].append("till.find_payments")

    change(rules / "agents" / "support.yml", may_refund)
    change(rules / "escalation.yml", lambda d: d["agent_handled"]["standard_orders"].update(
        agents=["support"], operations=["till.refund"]))  # fmt: skip
    if not windows:
        change(rules / "limits.yml", lambda d: [w.update(limit=100_000) for w in d["windows"].values()])
    if not breaker:
        never = {"unknowns_to_pause": 100_000, "not_reached_to_pause": 100_000}
        change(rules / "limits.yml", lambda d: (d.update(never), d["errors"].update(min_calls=100_000)))
    return rules


@dataclass
class Fort(Home):
    """A home with a till, whose jobs the test can also run one by one."""

    till: Till = field(default_factory=lambda: None)  # type: ignore[arg-type, return-value]
    mailbox: EmbeddedMail = field(default_factory=lambda: None)  # type: ignore[arg-type, return-value]
    inbox: MailInbox = field(default_factory=lambda: None)  # type: ignore[arg-type, return-value]
    schedule: Schedule = field(default_factory=lambda: None)  # type: ignore[arg-type, return-value]

    @property
    def ledger(self) -> Ledger:
        return self.house.services.ledger

    @property
    def life(self) -> TaskLife:
        return self.house.services.life

    def runner(self) -> Runner:
        """What every engine does with one job."""
        return Runner(self.ledger, {**self.life.handlers(), Phase.TICK: self.schedule.run}, self.life.give_up, 3)

    def run(self, *phases: Phase) -> int:
        """Runs what is due, in this thread, until nothing of these phases (all, when none is named) is; how many jobs."""
        runner, count = self.runner(), 0
        while jobs := self.due(*phases):
            for job in jobs:
                runner.run(job)
                count += 1
        return count

    def due(self, *phases: Phase) -> list[Job]:
        """Jobs that may run now."""
        now = to_us(self.clock.now())
        return [job for job in self.ledger.jobs() if job.due_at <= now and (not phases or job.phase in phases)]


def raise_fort(
    folder: Path, policies: Path, *, agents: object = None, model: ScriptedModel | None = None,
    clock: FakeClock | None = None, directory: FakeDirectory | None = None, failpoint: str = "",
    till_of: Callable[..., Till] = Till,
) -> Fort:  # fmt: skip
    """A fort in `folder`; the same folder again is the same installation after a restart."""
    clock, ids = clock or FakeClock(), RandomIds()
    settings = Settings(database_url=database_of(folder), key_file=folder / "baton.key", policies=policies)
    cipher, reach = Cipher(load_or_make_key(settings.key_file)), armed(failpoint)
    systems = Systems(settings.systems_url, cipher, clock, ids)
    first = load(policies)
    company = first.company
    inbox = MailInbox(systems, from_address=company.mail_from)
    till = till_of(folder / "till.db", clock, inbox.address_of, reach)
    mailbox = EmbeddedMail(systems, from_address=company.mail_from, company_name=company.name, reach=reach,
                           message_classes={n: t.message_class for n, t in first.templates.items()})  # fmt: skip
    registry = Registry((EmbeddedCrm(systems, address_of=inbox.address_of, reach=reach), mailbox, till))
    rules = load(policies, operations=registry.operations, reads=registry.reads, undoes=registry.undoes)
    bring_up_to_date(settings.database_url, [*(f"limits:gateway:{name}" for name in registry.gateways),
                                             *(f"limits:agent:{name}" for name in rules.agents)])  # fmt: skip
    database = open_database(settings.database_url)
    ledger = Ledger(database, cipher, Anchor(settings.anchor, cipher), clock, ids, reach)
    people = directory or FakeDirectory()
    now_rules = [rules]

    def policy() -> Policy:
        return now_rules[0]

    door = DoorOut(ledger, registry, policy, people)
    roster: Any = agents or app.roster.load(rules)
    life = TaskLife(ledger, roster, model or ScriptedModel(), door, DoorIn(ledger, registry, policy))
    controls, deciding = Controls(ledger, policy), People(ledger, life, door, policy)
    services = Services(
        settings=settings, clock=clock, ledger=ledger, policy=policy, directory=people, life=life,
        arrivals=Arrivals(life, inbox, clock), people=deciding, batches=Batches(ledger, deciding),
        questions=Questions(ledger, deciding, policy), takeover=TakeOver(ledger, policy),
        controls=controls, reassign=Reassign(ledger, policy, people), later=Later(ledger, policy),
        undo=Undo(ledger, door, policy), verify=lambda: app._verify(ledger),
    )  # fmt: skip
    schedule = Schedule(ledger, policy, controls, Sweep(ledger, policy, people))
    fort = Fort(app.House(services, registry, systems, schedule, ids), clock, people, till, mailbox, inbox, schedule)
    fort.rules = now_rules  # type: ignore[attr-defined]
    return fort


def with_gateway(rules: Path, name: str, edit: Callable[[Mapping[str, Any]], None]) -> None:
    """Changes `gateways/<name>.yml` of a copy."""
    change(rules / "gateways" / f"{name}.yml", edit)


def mails(count: int, text: str) -> Iterable[tuple[str, bytes]]:
    """Mails of as many customers: address and bytes."""
    for n in range(count):
        address = f"customer{n}@mail{n % 7}.example.com"
        raw = (f"From: Customer Number{n} <{address}>\r\nTo: workshop@example.com\r\nSubject: Order {4000 + n}\r\n"
               f"Message-ID: <m{n}@example.com>\r\nDate: Tue, 24 Nov 2026 10:00:00 -0500\r\n"
               f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}")  # fmt: skip
        yield address, raw.encode()
