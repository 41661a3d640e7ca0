"""`doctor`: what is set up, what is missing, and what to do about it."""

from __future__ import annotations

import argparse
import socket
from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from commands.context import CommandContext, Finding
from commands.verb import FAILED, Answer
from commands.words import count, one_line
from commands.workers import by_role
from core.errors import BadPolicy, BatonError
from core.ledger import Ledger
from core.moment import to_us
from core.ports import Member
from core.schema import HEAD
from core.settings import Settings
from core.workers import everyone
from policies.load import load
from policies.schema import Policy
from workflows import views

MARKS = {"ok": "ok  ", "warn": "warn", "bad": "BAD "}
SHOWN = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none."""


def run(context: CommandContext, options: argparse.Namespace, by: Member | None) -> Answer:
    """A line for each thing that was looked at. The exit code is 1 when one of them is bad."""
    found = list(_findings(context))
    lines = []
    for one in found:
        lines.append(f"{MARKS[one.level]}  {one.what}")
        if one.remedy:
            lines.append(f"      {one.remedy}")
    bad = sum(one.level == "bad" for one in found)
    lines.append(f"{count(bad, 'thing')} to mend." if bad else "Nothing is broken.")
    return Answer("\n".join(lines), {"findings": [asdict(one) for one in found]}, exit_code=FAILED if bad else 0)


def _findings(context: CommandContext) -> Iterator[Finding]:
    settings = context.settings
    yield _key(settings)
    yield from _database(context)
    policy = yield from _policy(context)
    for check in context.checks:
        yield check()
    yield _intake(settings)
    yield _port(settings, context.runner_alive()) if settings.on_sqlite else _own_port(settings)
    if policy is not None:
        yield from _roles(policy)


def _key(settings: Settings) -> Finding:
    path = settings.key_file
    if not path.exists():
        return Finding(
            "warn", f"key: {path} is not there yet", "The first start makes it. Keep a copy of it elsewhere."
        )
    if path.stat().st_mode & 0o077:
        return Finding("bad", f"key: {path} can be read by others", f"Run: chmod 600 {path}")
    return Finding("ok", f"key: {path}")


def _is_new(settings: Settings) -> bool:
    """Whether Baton never started here; then nothing may be made by asking how it is."""
    return (
        settings.database_url.startswith("sqlite")
        and not Path(settings.database_url.removeprefix("sqlite:///")).exists()
    )


def _policy(context: CommandContext) -> Generator[Finding, None, Policy | None]:
    folder = context.settings.policies
    operations = reads = None
    if not _is_new(context.settings):
        with suppress(BatonError):  # said by the line about the database, or found again below
            operations, reads = context.operations(), context.reads()
    try:
        policy = load(folder, operations=operations, reads=reads)
    except BadPolicy as error:
        faults = str(error).splitlines()
        yield Finding("bad", f"policies: {count(len(faults), 'mistake')} in {folder}", faults[0])
        return None
    yield Finding("ok", f"policies: version {policy.version} in {folder}")
    return policy


def _database(context: CommandContext) -> Iterator[Finding]:
    if _is_new(context.settings):
        yield Finding("warn", "database: there is none yet", "The first start makes it: make run")
        return
    try:
        ledger = context.services().ledger
    except BadPolicy:
        yield Finding("warn", "database: not looked at, since the policies have mistakes", "Mend those first.")
        return
    except BatonError as error:
        yield Finding("bad", f"database: {one_line(str(error), 200)}", "Mend what it says, and ask again.")
        return
    yield Finding("ok", f"database: schema {HEAD}")
    yield _runner(context, ledger)
    if not context.settings.on_sqlite:
        yield from _missing_roles(ledger)
    yield from _troubles(ledger)


def _missing_roles(ledger: Ledger) -> Iterator[Finding]:
    """Which parts of Baton nobody does, when some of it runs."""
    alive = {each.role for each in everyone(ledger) if each.state == "alive"}
    if not alive:
        return
    for role, lacks in (("face", "nobody posts cards or takes clicks"), ("clock", "no reminder and no digest comes")):
        if not alive & {"all", role}:
            yield Finding("warn", f"{role}: no process does it, so {lacks}", f"Start one: app.py run --only {role}")


def _runner(context: CommandContext, ledger: Ledger) -> Finding:
    if context.runner_alive():
        names = "" if context.settings.on_sqlite else f": {by_role(everyone(ledger))}"
        return Finding("ok", f"runner: Baton is running{names}")
    due = int(ledger.rows("job.depth", now=to_us(context.clock.now()))[0][0])
    owed = f", and {count(due, 'job')} should be done" if due else ""
    return Finding("warn", f"runner: Baton is not running{owed}", "Start it: make run")


def _troubles(ledger: Ledger) -> Iterator[Finding]:
    cards = views.cards_in_trouble(ledger)
    if cards:
        shown = "; ".join(f"{kind} {card}: {one_line(error, 80)}" for card, kind, error in cards[:SHOWN])
        yield Finding("warn", f"cards: {count(len(cards), 'card')} could not be shown: {shown}",
                      "Invite Baton to the channels of channels.yml; it tries again by itself.")  # fmt: skip
    else:
        yield Finding("ok", "cards: all are shown")
    unknown = views.unknown_effects(ledger)
    if unknown:
        shown = ", ".join(f"{operation} of {task}" for _, operation, task in unknown[:SHOWN])
        yield Finding("warn", f"effects: of {len(unknown)} nobody knows whether they went out: {shown}",
                      "Look in the system itself, and answer on their cards.")  # fmt: skip
    else:
        yield Finding("ok", "effects: none is unknown")


def _intake(settings: Settings) -> Finding:
    if settings.intake_token:
        return Finding("ok", "intake: open to whoever has BATON_INTAKE_TOKEN")
    return Finding(
        "warn", "intake: closed, nothing comes in over HTTP", "Set BATON_INTAKE_TOKEN to a long random word."
    )


def _port(settings: Settings, running: bool) -> Finding:
    listens = _listens(settings.port)
    if running and not listens:
        return Finding("bad", f"port: Baton runs, but nothing answers on {settings.port}", "Look into its log.")
    if listens and not running:
        return Finding("bad", f"port: another program has {settings.port}", "Stop it, or set BATON_PORT to a free one.")
    return Finding("ok", f"port: {settings.port} is {'ours' if running else 'free'}")


def _own_port(settings: Settings) -> Finding:
    """On PostgreSQL any process may have it: the ones that run are known by their rows."""
    state = "taken; give each process its own BATON_PORT" if _listens(settings.port) else "free"
    return Finding("ok", f"port: {settings.port} is {state}")


def _listens(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def _roles(policy: Policy) -> Iterator[Finding]:
    held = {role for person in policy.people.values() for role in person.roles}
    needed = _needed_roles(policy)
    empty = sorted(set(policy.roles) - held)
    for role in empty:
        remedy = "Give it to someone in people.yml."
        if role in needed:
            yield Finding("bad", f"roles: nobody is {role}, and work waits for it", remedy)
        else:
            yield Finding("warn", f"roles: nobody is {role}; nothing needs it yet", remedy)
    if not empty:
        yield Finding("ok", f"roles: all {len(policy.roles)} are held by someone")


def _needed_roles(policy: Policy) -> set[str]:
    """The roles that a queue or an approval cannot do without."""
    needed = {queue.role for queue in policy.queues.values()}
    for gateway in policy.gateways.values():
        for operation in gateway.operations.values():
            steps = [*operation.approval]
            if operation.money:
                steps += [*operation.money.above, *(step for band in operation.money.bands for step in band.approval)]
            needed |= {step.role for step in steps}
    return needed
