"""All errors, named by what the caller must do.

    BatonError
    ├── Retry         try again, not before `after_s` seconds
    │   └── Away          the database cannot be reached: wait until it is back, and tell who waits
    ├── NotAllowed    refused by policy; do not try again, tell a person
    ├── Permanent     will never work as it is; tell a person what to change
    │   ├── BadInput      something that came in cannot be used; says what to do
    │   ├── BadPolicy     the team's files do not say what they must; names file and line
    │   └── BadSettings   the environment does not say what it must
    └── Bug           our own code broke its word
Pending and refused are values (`core.contract.authority`), since a caller must look at them.
"""

from __future__ import annotations

from typing import Literal, get_args

Cause = Literal["default", "timeout", "bad_data", "dead_api", "rule_conflict"]  # what failures.yml may say something of
CAUSES: tuple[Cause, ...] = get_args(Cause)


class BatonError(Exception):
    """The root. Nobody raises it, and only the outermost doors catch it."""


class Retry(BatonError):
    """A later try may work: the provider is busy, slow or away. `cause` says how often it is worth it."""

    def __init__(self, reason: str, after_s: float = 1.0, cause: Cause = "timeout") -> None:
        super().__init__(reason)
        self.reason = reason
        self.after_s = after_s
        self.cause = cause


class Away(Retry):
    """The database cannot be reached. Nothing was written, unless the line broke in the very moment of a commit."""


class NotAllowed(BatonError):
    """Policy does not let this agent do this."""


class Permanent(BatonError):
    """Trying again changes nothing."""


class BadInput(Permanent):
    """What came in cannot be used. The message says what it is and what would help."""


class BadPolicy(Permanent):
    """A policy file is wrong. The message names file, line and what is allowed."""


class BadSettings(Permanent):
    """The environment is wrong. One clear line each."""


class Bug(BatonError):
    """A promise of our own code was broken. Nothing was done; the task goes to a person."""


class Stale(Exception):
    """This step was taken before. The engine counts the job as done; nobody else catches it."""


class Fenced(Exception):
    """This process stood still for so long that it was taken for dead: its job is another's. Only the engine catches it."""
