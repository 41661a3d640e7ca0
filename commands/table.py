"""The table of verbs, and the one way to ask for one. There is no verb that decides an approval: people do that on its card."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

from commands.context import CommandContext
from commands.verb import FAILED, MISTYPED, Answer, Verb
from core.ports import Member

VERBS: Mapping[str, Verb] = {
    verb.name: verb
    for verb in (
        Verb("help", "What you can ask for.", "help [VERB]", who="anyone"),
        Verb("status", "How things are: what is paused, and what waits for whom.", "status", who="member"),
        Verb("tasks", "The newest tasks.", "tasks [--limit N]"),
        Verb("task", "One task with all that happened on it.", "task T-n"),
        Verb("pause", "Stops an agent, or everything.", "pause AGENT|everything [for 30m|2h|1d] [why ...]"),
        Verb("resume", "Lets a paused agent go on.", "resume AGENT|everything"),
        Verb("reassign", "Hands the decision that a task waits for to somebody else who may decide it.",
             "reassign T-n to MAIL|ROLE|QUEUE [because ...]"),
        Verb("remind", "Calls those again who are asked for the decision that a task waits for.", "remind T-n"),
        Verb("why", "Why a task waits for people, and who can decide.", "why T-n"),
        Verb("take", "Gives you a task and stops its agents.", "take over T-n"),
        Verb("hand", "Gives your task back to the agents, with what you did.", "hand back T-n [to AGENT|nobody]: note"),
        Verb("escalate", "Calls people to a task.", "escalate T-n [to QUEUE] [today]: why"),
        Verb("seen", "Says that you have seen a call; nobody else is called for a while.", "seen T-n"),
        Verb("snooze", "Puts off a decision that you are asked for.", "snooze T-n 15m|1h|tomorrow [for all]"),
        Verb("undo", "Takes back what was done on a task, while that still goes.", "undo T-n [because ...]"),
        Verb("notify", "What Baton writes to you in private.", "notify [all|mine|urgent|off]"),
        Verb("away", "Says that you are away, so that your delegate is called; or who is.",
             "away [MAIL] [until DATE|for 3d]"),
        Verb("back", "Says that you are here again.", "back [MAIL]"),
        Verb("submit", "Lets mails, forms and chat messages in from files.",
             "submit PATH ... [--source mail|form|chat] [--lines]", who="machine"),
        Verb("audit", "Checks that no line of the record was changed or taken out.", "audit verify"),
        Verb("policy", "Checks the rules' files, and tries each agent on its own examples.", "policy check"),
        Verb("workers", "Which processes run, what they are at, and which have gone.", "workers"),
        Verb("doctor", "What is set up, what is missing, and what to do about it.", "doctor"),
        Verb("backup", "Writes everything that Baton keeps into one file, also while it runs. Not the key.", "backup FILE",
             who="machine"),
        Verb("restore", "Makes a backup the installation again; it stands still until a person has looked.",
             "restore FILE [--to URL] [--aside] [--systems] [--unsound]", who="machine"),
        Verb("move", "Copies everything to another database, and compares it there row by row.", "move --to URL", who="machine"),
        Verb("train", "Trains the local model on the examples.", "train", who="machine"),
    )
}  # fmt: skip


DECIDES = frozenset({"approve", "approved", "reject", "rejected", "edit"})
ONLY_THE_CARD = (
    "Words decide nothing: only the buttons of a card do, where you see exactly what you decide. Nothing was approved, rejected "
    "or changed."
)


def answer(context: CommandContext, words: Sequence[str], by: Member | None) -> Answer:
    """The answer to what was typed. `by`: the verified person; None on the command line, whose user owns the machine.

    The caller shows `text`, and `refused` to nobody but the one who asked."""
    name, *rest = words or ["help"]
    if name.lower().rstrip(":,.!") in DECIDES:
        return Answer(ONLY_THE_CARD, {"error": ONLY_THE_CARD}, exit_code=FAILED)
    verb = VERBS.get(name.lower())
    if verb is None:
        return _unknown(name)
    return verb.run(context, rest, by)


def _unknown(name: str) -> Answer:
    near = difflib.get_close_matches(name.lower(), VERBS, n=1)
    guess = f"Did you mean {near[0]}? " if near else ""
    text = f"There is no verb {name[:40]}. {guess}There are: {', '.join(VERBS)}."
    return Answer(text, {"error": text}, exit_code=MISTYPED)
