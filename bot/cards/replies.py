"""Short answers that one person sees: to a command, a mention, or a click that did not count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, assert_never
from zoneinfo import ZoneInfo

from bot.cards import ids
from bot.cards.blocks import (
    Json,
    Ref,
    Run,
    ask,
    b,
    btn,
    ephemeral,
    items,
    line,
    lines,
    message,
    modal,
    note,
    plain_note,
    rich,
    row,
    say,
    sec,
    t,
)
from bot.cards.words import clip, either, label, mention, one_line, when, with_mentions
from core.contract.authority import Refused

_LISTED = 15


@dataclass(frozen=True, slots=True)
class HelpGroup:
    """Commands of one kind, as typed, with what they do."""

    title: str
    commands: tuple[tuple[str, str], ...]


def help_reply(groups: tuple[HelpGroup, ...]) -> Json:
    """What one can ask Baton for: the commands that exist, from the caller's table."""
    rows = []
    for place, group in enumerate(groups):
        rows.append(row(b(group.title if place == 0 else f"\n{group.title}")))
        rows += [row(t(command, code=True), f"  {what}") for command, what in group.commands]
    names = ", ".join(command for group in groups for command, _ in group.commands)
    return ephemeral(
        f"What Baton can do: {names}.",
        [
            ask("What Baton can do for you"),
            *([rich(*rows)] if rows else []),
            plain_note(
                "In a thread, slash commands do not work: write @Baton and the same words. Words never count as an "
                "approval; only the buttons of a card do."
            ),
        ],
    )


@dataclass(frozen=True, slots=True)
class Status:
    """How things are: a line for each agent, what waits, and how the systems do."""

    headline_words: str  # "All running except Sales"
    paused: bool = False
    agents: tuple[tuple[str, str], ...] = ()  # ("Sales", "is paused by Maya: 3 held")
    waiting: tuple[str, ...] = ()
    systems: tuple[tuple[str, str], ...] = ()  # ("Mail", "working")


def status_reply(status: Status) -> Json:
    """The answer to `/baton status`."""
    blocks = [line("Baton", "", "paused" if status.paused else "", label(status.headline_words))]
    if status.agents:
        blocks.append(rich(row(b("Agents")), items(*([b(name), t(f" {words}")] for name, words in status.agents))))
    rows = [clip(one_line(each), 200) for each in status.waiting[:_LISTED]]
    if len(status.waiting) > _LISTED:
        rows.append(f"{len(status.waiting) - _LISTED} more")
    blocks.append(rich(row(b(f"Waiting for people, {len(status.waiting)}")), *([items(*rows)] if rows else [])))
    if status.systems:
        pairs: list[tuple[str, Run]] = list(status.systems)
        blocks.append(rich(lines(*pairs)))
    return ephemeral(f"{status.headline_words}. {len(status.waiting)} waiting for people.", blocks)


def opened(task_id: str, about: str, *, owner_words: str = "") -> Json:
    """The answer to a mention or a direct message: which task it became. `about` is what was asked, as outside text."""
    what = clip(one_line(about), 200)
    words = f"I opened *{label(task_id)}*." + (f" {label(owner_words, 200)}" if owner_words else "")
    return message(f"I opened {task_id}: {what}", [sec(words), *([say(f"“{what}”")] if what else [])])


def joined(task_id: str) -> Json:
    """The answer to a message in the thread of a task that is already open."""
    return message(f"I added this to {task_id}.", [sec(f"I added this to *{label(task_id)}*.")])


def told(text: str) -> Json:
    """A private line in our own or somebody else's words, as plain text."""
    return message(text, [say(text)])


def task_now(task_id: str, words: str, link: str = "") -> Json:
    """A private line about a task, with the way to its card. `link` is our own; `words` too."""
    to_card = (
        {**btn("Open", ids.HOME_OPEN, Ref(task_id, 0), reader=f"Open the card of {task_id}"), "url": link}
        if link
        else None
    )
    return ephemeral(words.replace("{task}", task_id), [sec(words.replace("{task}", f"*{label(task_id)}*"), to_card)])


# Clicks that do not count -------------------------------------------------------------------------------------------


def not_allowed(
    what: str, why: str, who_can: tuple[str, ...] = (), until: datetime | None = None, zone: ZoneInfo | None = None
) -> Json:
    """`what` is a verb and its object of our own: "approve this reply". `who_can` are user ids or names."""
    others = "Nothing has changed."
    if who_can:
        end = f", until {when(until, zone)}" if until and zone else ""
        others = f"{either(who_can)} can{end}. {others}"
    return ephemeral(f"You cannot {what}. {why}", [sec(f"*You cannot {label(what)}.* {label(why, 300)}"), sec(others)])


def already(
    by: str = "", at: datetime | None = None, zone: ZoneInfo | None = None, outcome: str = "decided it"
) -> Json:
    """Somebody was first; `outcome` is a phrase of our own: "sent it with an edit"."""
    time = f", {when(at, zone)}" if at and zone else ""
    who = f" {mention(by)} {label(outcome)}{time}." if by else ""
    return ephemeral(
        "This was already decided. Your click changed nothing.",
        [sec(f"*Already decided.*{who} Your click changed nothing.")],
    )


_AboutThing = Literal[
    "already_decided",
    "expired",
    "stale_card",
    "not_found",
    "claimed_by_other",
    "seen_already",
    "nobody_next",
    "undo_over",
]
_AboutPerson = Literal["not_a_member", "not_the_role", "own_request", "already_signed"]


def refusal_words(refused: Refused) -> tuple[str, str]:
    """A headline and what to do, for each code of a refusal."""
    match refused.code:
        case (
            "already_decided"
            | "expired"
            | "stale_card"
            | "not_found"
            | "claimed_by_other"
            | "seen_already"
            | "nobody_next"
            | "undo_over"
        ):
            return _about_thing(refused.code)
        case "not_a_member" | "not_the_role" | "own_request" | "already_signed":
            return _about_person(refused.code)
        case _:
            assert_never(refused.code)


def _about_thing(code: _AboutThing) -> tuple[str, str]:
    match code:
        case "already_decided":
            return "Already decided.", "The card shows how it ended."
        case "expired":
            return "Too late.", "The time to decide ran out. The card says who has the task now."
        case "stale_card":
            return "This card was out of date.", "Something changed since it was drawn. Look at it again, then decide."
        case "not_found":
            return "This no longer exists.", "It may be very old. Ask for the task by its number."
        case "seen_already":
            return "Somebody has seen this already.", "The card says who, and for how long they have it."
        case "nobody_next":
            return "Nobody comes after this.", "Take it over, or it is asked again; the card says when."
        case "undo_over":
            return "Too late to undo.", "The time for it has run out."
        case "claimed_by_other":
            return "Someone else has this task.", "Ask them, or wait until they hand it back."
        case _:
            assert_never(code)


def _about_person(code: _AboutPerson) -> tuple[str, str]:
    match code:
        case "not_a_member":
            return "You cannot decide this.", "Only active members of this team can; guests cannot."
        case "not_the_role":
            return "You cannot decide this.", "It needs a role that you do not hold. The card names who decides."
        case "own_request":
            return "You cannot decide this.", "You asked for it, and nobody approves their own request."
        case "already_signed":
            return "Your yes already counts.", "It needs another person now."
        case _:
            assert_never(code)


def refused(refusal: Refused) -> Json:
    """The answer to a click that did not count: what, why, and that nothing changed. For the person who clicked."""
    head, advice = refusal_words(refusal)
    blocks = [sec(f"*{head}* {advice} Your click changed nothing.")]
    if refusal.reason.strip() and one_line(refusal.reason) not in (head, advice):
        reason = refusal.reason
        names_holder = refusal.code in (
            "claimed_by_other",
            "seen_already",
        )  # our own words with a user id; other reasons may quote anybody
        blocks.append(note(with_mentions(reason)) if names_holder else plain_note(clip(one_line(reason), 300)))
    return ephemeral(f"{head} {advice} Your click changed nothing.", blocks)


def loading_modal(title: str, ref: str) -> Json:
    """What opens at once while the page itself is read: a trigger lives three seconds."""
    return modal(ids.LOADING_FORM, title, [say("One moment…")], ref=ref, close="Close")


def page_refused(title: str, why: str, ref: str) -> Json:
    """In place of a page that cannot be shown; `why` says what to do."""
    return modal(ids.LOADING_FORM, title, [say(why)], ref=ref, close="Close")
