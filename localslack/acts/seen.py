"""What came of an act, as the person saw it, with Slack's own words where something went wrong."""

from dataclasses import dataclass, field
from typing import assert_never

from localslack.line.port import Unanswered, Why
from localslack.wire import Json


@dataclass(frozen=True)
class Words:
    """Words that Slack shows: `source` says where they were read; not `sure` means nobody has compared them with Slack."""

    text: str
    source: str
    sure: bool = True

    def said(self, **names: str) -> str:
        """Return the words with names put in."""
        return self.text.format(**names)


NO_ANSWER = Words(
    "The app did not respond. Please try again or contact the app developer.",
    "the warning sign beside the element: slackapi/slack-github-action#513; its words follow those of commands",
    sure=False,
)
NOT_CONFIGURED = Words(
    "This app is not configured to handle interactive responses.",
    "the warning sign of an app without interactivity: CircleCI-Public/slack-orb#188",
)
GONE = Words("This message is not there any more as you saw it. Look at it again.", "ours", sure=False)
NO_ANSWER_TO_COMMAND = Words(
    "{command} failed because the app did not respond. Please try again or contact the app developer.",
    'dgurkaynak/slack-poker-planner#89; others still quote failed with the error "operation_timeout"',
)
FAILED_COMMAND = Words('{command} failed with the error "{error}"', "integrations/slack#1446")
NOT_A_COMMAND = Words("{command} is not a valid command.", "the first sentence of what Slackbot says")
NOT_IN_THREADS = Words("{command} is not supported in threads. Sorry!", "Slack's composer in a thread")
NO_CONNECTION = Words("We had some trouble connecting. Try again?", "modals: slackapi/bolt-python#1318")
NO_SHORTCUT = Words("Sorry, this didn't work. Try again?", "shortcuts: slackapi/python-slack-sdk#813")
NO_RESULTS = Words("No results found", "menus of options the app gives: slackapi/bolt-js#1479")
NOT_LISTENING = Words(
    "Sending messages to this app has been turned off.", "the messages tab of an app that reads none", sure=False
)
NAME_TAKEN = Words("That name is already taken by a channel, username, or user group.", "making a channel", sure=False)


@dataclass(frozen=True)
class Seen:
    """`error` is what Slack shows when something went wrong; `fields` are errors under inputs, by block id.

    `ts` is the timestamp of a message the person wrote; `more` goes into the answer as it is.
    """

    error: str | None = None
    fields: Json = field(default_factory=dict)
    ts: str | None = None
    more: Json = field(default_factory=dict)

    def answer(self) -> Json:
        """Return it for the page and for tests."""
        good = self.error is None and not self.fields
        return {"ok": good, "error": self.error, "errors": self.fields, "ts": self.ts, **self.more}


class NotPossibleError(Exception):
    """The person could not have done this (no such button, not in the channel); the page answers HTTP 400."""


def command_failure(command: str, outcome: Unanswered) -> str:
    """Return Slack's words for a slash command nobody took."""
    match outcome.why:
        case Why.TIMEOUT:
            return NO_ANSWER_TO_COMMAND.said(command=command)
        case Why.NO_ADDRESS:
            error = "app_missing_action_url"
        case Why.REFUSED:
            error = "http_service_error" if (outcome.status or 0) >= 500 else "http_client_error"
        case Why.NOT_CONNECTED | Why.CLOSED | Why.TOO_MANY_REDIRECTS:
            error = "dispatch_failed"
        case other:
            assert_never(other)
    return FAILED_COMMAND.said(command=command, error=error)


def press_failure(outcome: Unanswered) -> str:
    """Return Slack's words for a press or a choice nobody took."""
    return (NOT_CONFIGURED if outcome.why is Why.NO_ADDRESS else NO_ANSWER).text
