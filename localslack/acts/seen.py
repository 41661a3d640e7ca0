"""What came of an act, as the person saw it."""

from dataclasses import dataclass, field
from typing import assert_never

from localslack.line.port import Unanswered, Why
from localslack.wire import Json

NO_ANSWER = "The app did not respond. Please try again or contact the app developer."
NO_ANSWER_TO_COMMAND = (
    "{command} failed because the app did not respond. Please try again or contact the app developer."
)
NO_DISPATCH_OF_COMMAND = '{command} failed with the error "dispatch_failed"'
NO_CONNECTION_IN_MODAL = "We had some trouble connecting. Try again?"
NOT_A_COMMAND = "{command} is not a valid command."
NOT_IN_THREADS = "{command} is not supported in threads. Sorry!"


@dataclass(frozen=True)
class Seen:
    """`error` is what Slack shows when something went wrong; `fields` are errors under inputs, by block id."""

    error: str | None = None
    fields: Json = field(default_factory=dict)
    ts: str | None = None

    def answer(self) -> Json:
        """Return it for the page and for tests."""
        return {"ok": self.error is None and not self.fields, "error": self.error, "errors": self.fields, "ts": self.ts}


class NotPossibleError(Exception):
    """The person could not have done this (no such button, not in the channel); the page answers HTTP 400."""


def command_failure(command: str, outcome: Unanswered) -> str:
    """Return Slack's words for a slash command nobody took."""
    match outcome.why:
        case Why.TIMEOUT:
            return NO_ANSWER_TO_COMMAND.format(command=command)
        case Why.NOT_CONNECTED | Why.CLOSED | Why.REFUSED | Why.TOO_MANY_REDIRECTS:
            return NO_DISPATCH_OF_COMMAND.format(command=command)
        case other:
            assert_never(other)
