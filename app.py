"""The composition root: settings → ledger → gateways → agents → workflows → faces. The only place that knows every part.

`python app.py` runs Baton; `python app.py VERB` is the command line's door to the verbs in `commands/`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

from agents import roster
from agents.rehearsal import rehearse
from commands.context import CommandContext, Finding, Input
from commands.door import run_verb
from commands.verb import Parser
from core.audit import Anchor, Verified, chain, verify
from core.crypto import Cipher, load_or_make_key
from core.databases import open_database
from core.engine import Engine, Runner
from core.engine_embedded import EmbeddedEngine
from core.errors import BatonError, Cause, Permanent, Retry
from core.failpoints import armed
from core.ledger import Ledger, Phase
from core.logs import set_up
from core.moment import RandomIds, SystemClock
from core.people import NoDirectory
from core.ports import Answer, Clock, Directory, Ids, Model, S, Wording
from core.runner_lock import RunnerLock
from core.schema import bring_up_to_date
from core.settings import VERSION, Settings, from_env
from core.workers import BEAT_ALONE_S, BEAT_S, Presence, Role, everyone
from gateways.base import DoorOut
from gateways.crm.embedded import EmbeddedCrm
from gateways.mail.embedded import EmbeddedMail
from gateways.mail.inbox import MailInbox
from gateways.reader import DoorIn
from gateways.registry import Registry
from gateways.systems import Systems
from installations import installations
from intake.inputs import inputs
from policies.load import load
from policies.rules import failing
from policies.schema import Policy
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

WORKERS = 4
RUN_USAGE = "run [--only face|work|clock] [--first PATH ...]"
DEFAULT_MODEL = "gpt-5-mini"


@dataclass(frozen=True, slots=True)
class House:
    """Everything put together, and what only the runner needs of it."""

    services: Services
    registry: Registry
    systems: Systems
    schedule: Schedule
    ids: Ids

    def presence(self, role: Role = "all") -> Presence:
        """This process, as others will see it; they do not yet."""
        beat_s = BEAT_ALONE_S if self.services.settings.on_sqlite else BEAT_S
        return Presence(self.services.ledger, role, VERSION, beat_s)

    def engine(self, role: Role = "all", presence: Presence | None = None) -> Engine:
        """The engine over this house's handlers; not started. It comes and leaves with the `presence`, one in `role` if none is
        given."""
        life, ledger, settings = self.services.life, self.services.ledger, self.services.settings
        runner = Runner(ledger, {**life.handlers(), Phase.TICK: self.schedule.run}, life.give_up, self.patience)
        presence = presence or self.presence(role)
        if settings.on_sqlite:
            return EmbeddedEngine(ledger, runner, runner_lock(settings), self.services.clock, WORKERS, presence)
        from core.engine_shared import SharedEngine

        return SharedEngine(ledger, runner, presence)

    def patience(self, cause: Cause) -> tuple[int, float]:
        """As failures.yml says now: how often a job is tried in all, and how many seconds apart at least."""
        policy = self.services.policy()
        return failing.attempts(policy, cause), failing.of(policy, cause).wait_s

    def others_run(self) -> bool:
        """Whether a process runs this database's jobs."""
        if not self.services.settings.on_sqlite:
            return any(each.runs_jobs for each in everyone(self.services.ledger))
        return lock_is_held(self.services.settings)

    def run_until_rest(self, timeout_s: float = 120.0) -> bool:
        """Works everything off in this process. False when another process runs the jobs, which then does it."""
        if self.others_run():
            return False
        engine = self.engine("work")
        if not engine.try_start():
            return False
        try:
            if not engine.at_rest(timeout_s):
                raise Retry(f"after {timeout_s:.0f} seconds there is still work to do; it goes on at the next start")
        finally:
            engine.stop()
        return True

    def close(self) -> None:
        """Closes the databases."""
        self.services.ledger.database.close()
        self.services.ledger.anchor.close()
        self.systems.close()


def runner_lock(settings: Settings) -> RunnerLock:
    """The lock that one process holds while it runs this database's jobs."""
    return RunnerLock(settings.var / "runner.lock")


def lock_is_held(settings: Settings) -> bool:
    """Whether a process runs the jobs of this file."""
    lock = runner_lock(settings)
    taken = lock.take()
    lock.release()
    return not taken


def build(
    settings: Settings, *, clock: Clock | None = None, ids: Ids | None = None, model: Model | None = None,
    people: Callable[[Ledger], Directory] = lambda _: NoDirectory(),
) -> House:  # fmt: skip
    """The product without its faces, from settings alone; tests hand in a clock, ids, people or a model of their own."""
    clock, ids = clock or SystemClock(), ids or RandomIds()
    cipher = Cipher(load_or_make_key(settings.key_file))
    reach = armed(settings.failpoint)
    systems = Systems(settings.systems_url, cipher, clock, ids)
    rules = load(settings.policies)
    company = rules.company
    inbox = MailInbox(systems, from_address=company.mail_from)
    classes = {name: template.message_class for name, template in rules.templates.items()}
    registry = Registry((
        EmbeddedCrm(systems, address_of=inbox.address_of, reach=reach),
        EmbeddedMail(systems, from_address=company.mail_from, company_name=company.name, message_classes=classes, reach=reach),
    ))  # fmt: skip
    rules = load(settings.policies, operations=registry.operations, reads=registry.reads, undoes=registry.undoes)
    counters = [f"limits:gateway:{name}" for name in registry.gateways] + [
        f"limits:agent:{name}" for name in rules.agents
    ]
    bring_up_to_date(settings.database_url, counters)
    database = open_database(settings.database_url)
    anchor = Anchor(settings.anchor, cipher)
    ledger = Ledger(database, cipher, anchor, clock, ids, reach)

    def policy() -> Policy:
        return rules

    directory = people(ledger)
    door_out = DoorOut(ledger, registry, policy, directory)
    model = model or LateModel(lambda: model_of(settings, rules, ids))
    life = TaskLife(ledger, roster.load(rules), model, door_out, DoorIn(ledger, registry, policy))
    deciding = People(ledger, life, door_out, policy)
    services = Services(
        settings=settings, clock=clock, ledger=ledger, policy=policy, directory=directory, life=life,
        arrivals=Arrivals(life, inbox, clock), people=deciding, questions=Questions(ledger, deciding, policy),
        batches=Batches(ledger, deciding),
        takeover=TakeOver(ledger, policy), controls=Controls(ledger, policy),
        reassign=Reassign(ledger, policy, directory), later=Later(ledger, policy), undo=Undo(ledger, door_out, policy),
        verify=lambda: _verify(ledger),
    )  # fmt: skip
    schedule = Schedule(ledger, policy, services.controls, Sweep(ledger, policy, directory))
    return House(services, registry, systems, schedule, ids)


def _verify(ledger: Ledger) -> Verified:
    anchors = (
        ledger.anchor.points()
    )  # before the rows: beside a running Baton there may be more lines than the anchor knows
    with ledger.database.snapshot() as database:
        head = database.one("audit.last", {}) or (0, "")
        return verify(chain(database), (int(head[0]), str(head[1])), anchors)


def model_of(settings: Settings, rules: Policy, ids: Ids) -> Model:
    """OpenAI with a key, else the local model. Raises `Permanent` when neither can read."""
    if settings.uses_openai:
        from gateways.model.openai import OpenAIModel

        labels = {name: tuple(examples) for name, examples in rules.examples.items()}
        return OpenAIModel(api_key=settings.openai_api_key or "none", base_url=settings.openai_base_url or None,
                           model=settings.model or DEFAULT_MODEL, labels=labels, ids=ids)  # fmt: skip
    from gateways.model.local import LocalModel

    return LocalModel(settings.models, ids)


class LateModel:
    """A model that is loaded when it is first asked: a verb that reads nothing must not wait for it."""

    def __init__(self, load_it: Callable[[], Model]) -> None:
        self._load = load_it
        self._model: Model | None = None

    def _now(self) -> Model:
        if self._model is None:
            self._model = self._load()
        return self._model

    def read(self, schema: type[S], *, purpose: str, instructions: str, text: str) -> Answer[S]:
        """As `core.ports.Model.read`."""
        return self._now().read(schema, purpose=purpose, instructions=instructions, text=text)

    def write(self, *, purpose: str, template: str, facts: Mapping[str, str], text: str) -> Wording:
        """As `core.ports.Model.write`."""
        return self._now().write(purpose=purpose, template=template, facts=facts, text=text)


# The doors -----------------------------------------------------------------------------------------------------------


def context(settings: Settings, running: House | None = None) -> CommandContext:
    """What the verbs may call; each part is built when a verb first asks for it, unless a house is `running`."""
    house = lru_cache(maxsize=1)(lambda: running or build(settings))

    def runner_alive() -> bool:
        if settings.on_sqlite:  # without opening a database that may not be there yet
            return lock_is_held(settings)
        return any(each.runs_jobs for each in everyone(house().services.ledger))

    def run_until_rest() -> bool:
        return running is None and house().run_until_rest()

    def train() -> str:
        from gateways.model.training import train as train_model

        return train_model(load(settings.policies).examples, settings.models).text

    def let_in(source: str, body: bytes, lines: bool) -> Sequence[Input]:
        return inputs(house().services.arrivals, source, body, lines=lines)

    return CommandContext(
        settings=settings, clock=SystemClock(), services=lambda: house().services,
        operations=lambda: house().registry.operations, reads=lambda: house().registry.reads, inputs=let_in,
        runner_alive=runner_alive, run_until_rest=run_until_rest,
        try_examples=lambda: partial(try_example, house()), train=train, installations=installations(build, runner_lock),
        checks=(partial(model_check, settings), partial(slack_check, settings)),
    )  # fmt: skip


def model_check(settings: Settings) -> Finding:
    """For `doctor`: which model reads, and whether it can."""
    if settings.uses_openai:
        return Finding(
            "ok", f"Model: {settings.model or DEFAULT_MODEL} at {settings.openai_base_url or 'OpenAI'}. Not asked now."
        )
    from gateways.model.local import LocalModel

    try:
        version = LocalModel(settings.models, RandomIds()).version()
    except Permanent as error:
        return Finding("bad", "Model: the local one cannot read.", str(error))
    return Finding("ok", f"Model: {version}. It leaves what it is not sure of to people.")


def slack_check(settings: Settings) -> Finding:
    """For `doctor`: which Slack people see."""
    if settings.local_workspace:
        return Finding(
            "warn", "Slack: the local workspace, on this machine only.", "See docs/slack-setup.md to connect yours."
        )
    way = "Socket Mode" if settings.slack_app_token else "signed HTTP"
    return Finding("ok", f"Slack: your workspace, over {way}.")


def try_example(house: House, agent: str, text: str) -> Mapping[str, object]:
    """What an agent makes of a text, by the names that examples use under `expect`."""
    services = house.services
    now = services.clock.now()
    return rehearse(services.life.roster, services.policy(), services.life.model, house.ids, now, agent, text)


def main(argv: list[str]) -> int:
    """The exit code of the command line. What goes wrong is one clear line on standard error."""
    try:
        settings = from_env()
        set_up(settings.log)
        if not argv or argv[0] == "run":
            from serve import serve

            return serve(settings, *run_words(argv[1:]))
        return run_verb(context(settings), argv)
    except BatonError as error:
        print(error, file=sys.stderr)
        return 2


def run_words(argv: list[str]) -> tuple[Role, tuple[Path, ...]]:
    """What this process is to do, and what is submitted when the database is empty. Raises `BadInput` for anything else."""
    parser = Parser(prog="run", usage=RUN_USAGE, add_help=False, allow_abbrev=False)
    parser.add_argument("--only", choices=("face", "work", "clock"), default="all")
    parser.add_argument("--first", nargs="+", type=Path, default=[])
    given = parser.parse_args(argv)
    return given.only, tuple(given.first)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
