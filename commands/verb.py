"""What a verb is: one thing that people ask of Baton, whichever door they come through.

A door splits what was typed into words and hands them to `commands.table.answer`; it gets an `Answer` and shows it in its way.
A verb's code is loaded when it is asked for: `tasks` must not wait for what only `train` needs.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Any, Literal, NoReturn, Protocol, cast

import orjson

from commands.context import CommandContext
from core.contract.authority import Refused
from core.errors import BadInput, NotAllowed, Permanent, Retry
from core.ports import Member
from policies.rules import authority

Who = Literal["anyone", "member", "role", "machine"]
FAILED, MISTYPED = 1, 2  # exit codes of the command line


@dataclass(frozen=True, slots=True)
class Answer:
    """Plain text for people and the same as data. `refused` says that the person may not; `exit_code` is the command line's."""

    text: str
    data: dict[str, Any] = field(default_factory=dict)
    refused: Refused | None = None
    exit_code: int = 0


class VerbCode(Protocol):
    """What the file of a verb offers."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, context: CommandContext, options: argparse.Namespace, by: Member | None) -> Answer: ...


class Parser(argparse.ArgumentParser):
    """Says what is wrong instead of ending the process: it also parses what people type in Slack."""

    def error(self, message: str) -> NoReturn:
        raise BadInput(f"{message[:1].upper()}{message[1:]}. Usage: {self.usage}")


@dataclass(frozen=True, slots=True)
class Verb:
    """A row of the table. `who` may use it over Slack: `anyone`, a `member` of the team, whoever holds a `role`; `machine`: only
    the command line, whose user owns the machine and is not asked."""

    name: str
    summary: str
    usage: str
    who: Who = "role"

    def load(self) -> VerbCode:
        """The verb's own file."""
        return cast("VerbCode", import_module(f"commands.{self.name}"))

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The verb's arguments, and those that every verb has."""
        self.load().add_arguments(parser)
        parser.add_argument("--json", action="store_true", help="the answer as data")

    def run(self, context: CommandContext, argv: Sequence[str], by: Member | None) -> Answer:
        """Parses, calls, answers. What is wrong is an answer too; with `--json` the text is the data."""
        argv = [_two_dashes(word) for word in argv]
        as_json = "--json" in argv
        try:
            answer = self._run(context, argv, by)
        except BadInput as error:
            answer = Answer(str(error), {"error": str(error)}, exit_code=MISTYPED)
        except (Permanent, NotAllowed) as error:
            answer = Answer(str(error), {"error": str(error)}, exit_code=FAILED)
        except Retry as error:
            answer = Answer(f"Not now: {error.reason}. Try again.", {"error": error.reason}, exit_code=FAILED)
        return (
            replace(answer, text=orjson.dumps(answer.data, option=orjson.OPT_INDENT_2).decode()) if as_json else answer
        )

    def _run(self, context: CommandContext, argv: Sequence[str], by: Member | None) -> Answer:
        if {"-h", "--help"} & set(argv):
            return Answer(f"{self.usage}\n{self.summary}", {"usage": self.usage, "summary": self.summary})
        if refusal := self._refusal(context, by):
            return Answer(refusal.reason, {"refused": refusal.code, "reason": refusal.reason}, refusal, FAILED)
        parser = Parser(prog=self.name, usage=self.usage, add_help=False, allow_abbrev=False)
        self.add_arguments(parser)
        return self.load().run(context, parser.parse_args(list(argv)), by)

    def _refusal(self, context: CommandContext, by: Member | None) -> Refused | None:
        if by is None or self.who == "anyone":
            return None
        if self.who == "machine":
            reason = f"{self.name} works on the command line only: it touches files of the machine that Baton runs on."
            return Refused(code="not_the_role", reason=reason)
        if not by.is_member:
            return Refused(code="not_a_member", reason="Only full members of this team can do this.")
        if self.who == "role" and not authority.roles_of(context.services().policy(), by.mail):
            return Refused(code="not_the_role", reason="You have no role in Baton yet. Ask the owner to give you one.")
        return None


def _two_dashes(word: str) -> str:
    """Phones turn `--` into one long dash."""
    return f"--{word[1:]}" if word[:1] in ("\u2014", "\u2013") and len(word) > 1 else word
