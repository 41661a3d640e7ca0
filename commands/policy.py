"""`policy check`: are the rules' files sound, and do the agents read their own examples right?"""

from __future__ import annotations

import argparse

from commands.context import CommandContext
from commands.verb import FAILED, Answer
from commands.words import count
from core.errors import BadPolicy, BatonError
from core.ports import Member
from policies.check import ExampleResult, check_examples
from policies.load import load
from policies.schema import Policy


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=["check"])


def run(context: CommandContext, options: argparse.Namespace, by: Member | None) -> Answer:
    """Every mistake of every file with its line; then every example that is read otherwise than it says."""
    folder = context.settings.policies
    try:
        policy = load(folder, operations=context.operations(), reads=context.reads())
    except BadPolicy as error:
        faults = str(error).splitlines()
        text = f"{folder}: {count(len(faults), 'mistake')}\n" + "\n".join(f"  {fault}" for fault in faults)
        return Answer(text, {"ok": False, "faults": faults}, exit_code=FAILED)
    try:
        results = check_examples(policy, context.try_examples())
    except BatonError as error:
        text = f"{folder}: the files are sound; the examples could not be tried: {error}"
        return Answer(text, {"ok": False, "faults": [str(error)], "version": policy.version}, exit_code=FAILED)
    return _said(policy, results)


def _said(policy: Policy, results: tuple[ExampleResult, ...]) -> Answer:
    wrong = [result.line for result in results if not result.right]
    data = {"ok": not wrong, "version": policy.version, "examples": len(results), "faults": wrong}
    if not wrong:
        agents = count(len(policy.agents), "agent")
        return Answer(f"Version {policy.version}: {agents}, {count(len(results), 'example')}, all as expected.", data)
    lines = [f"Version {policy.version}: {len(wrong)} of {count(len(results), 'example')} not as expected"]
    lines += [f"  {line}" for line in wrong]
    lines.append("Add examples under examples/ and run train, or mend what the example expects.")
    return Answer("\n".join(lines), data, exit_code=FAILED)
