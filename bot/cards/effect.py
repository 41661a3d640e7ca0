"""The card of one operation after it was allowed or approved: waiting, on its way, sent, failed, not known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.cards import escalate, ids
from bot.cards.blocks import (
    Json,
    Mark,
    Ref,
    actions,
    ask,
    btn,
    confirm,
    items,
    line,
    message,
    more,
    plain_note,
    rich,
    row,
    sec,
    t,
    terms,
)
from bot.cards.blocks import b as bold
from bot.cards.blocks import why as why_button
from bot.cards.difference import Change, changes_block
from bot.cards.operations import Moment, bar, speech
from bot.cards.words import either, hour, label, mention, plain_hour, when
from core.contract.effect import EffectState
from core.contract.work import Resolved


@dataclass(frozen=True, slots=True)
class UndoPart:
    """How an effect can be taken back, or what came of trying to. `ref`: the effect that a press takes back."""

    ref: Ref
    until: datetime | None = None  # set: it can be pressed until then
    state: EffectState | None = None  # of the undo; None while nobody has pressed
    by: str = ""  # who pressed
    at: datetime | None = None
    note: str = ""
    resolved: Resolved | None = None  # what the undo does
    own_ref: Ref | None = None  # of the undo itself, for saying what became of it
    settled_at: datetime | None = None
    settled_by: str = ""  # a person who said what became of it
    reason: str = ""  # why it did not work, or is not known
    waits_words: str = ""
    waits_until: datetime | None = None
    asks_at: datetime | None = None
    answers_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class EffectCard:
    """All that a card about one effect shows. Texts ending in `_words` are our own; the rest may come from outside."""

    task_id: str
    agent: str
    ref: Ref  # the effect
    state: EffectState
    resolved: Resolved
    zone: ZoneInfo
    task_ref: Ref | None = None  # for taking over what failed
    approval_ref: Ref | None = None  # None: policy allowed it without asking
    subject: str = ""  # in place of the counterparty
    decided_by: tuple[str, ...] = ()  # user ids or names, in the order of their decisions
    decided_at: datetime | None = None
    rule_words: str = ""  # the rule that allowed it, where nobody was asked
    changes: tuple[Change, ...] = ()  # an edit before approval
    edited_by: str = ""
    note: str = ""  # the editor's
    receipt: str = ""  # the provider's reference
    settled_at: datetime | None = None
    settled_by: str = ""  # a person who said that it went through, or did not
    reason: str = ""  # the provider's words, or why it is not known
    known: tuple[str, ...] = ()  # what is known while it is unknown
    waits_words: str = ""  # "50 mails an hour are used up"
    waits_until: datetime | None = None  # None: until a person acts
    clears: tuple[str, ...] = ()  # who says what happened
    clear_by: datetime | None = None
    if_nobody_words: str = ""
    answers_from: datetime | None = None  # set: too early to say that it did not go out
    asks_at: datetime | None = None  # set: the other system is asked by itself, next then
    held_by: str = ""  # a person has the task: nothing of it is sent
    undo: UndoPart | None = None
    is_call: bool = False  # it calls for a person, so the task can be taken from here


def render(card: EffectCard) -> Json:
    """The card as it stands."""
    match card.state:
        case EffectState.HELD | EffectState.READY if card.waits_words:
            return _waiting(card)
        case EffectState.READY | EffectState.SENDING:
            return _sending(card)
        case EffectState.HELD:
            return _waiting(card)
        case EffectState.SENT:
            return _sent(card)
        case EffectState.FAILED:
            return _failed(card)
        case EffectState.UNKNOWN:
            return _unknown(card)
        case EffectState.CANCELLED:
            return _cancelled(card)
        case _:
            assert_never(card.state)


def waits_line(words: str, until: datetime | None, zone: ZoneInfo) -> str:
    """`Waits: 50 mails an hour are used up. Goes on at 3:05 PM.`, in mrkdwn."""
    goes_on = f"Goes on at {hour(until, zone)}." if until else "Goes on when that is over."
    said = label(words, 200)
    return f"*Waits:* {said[:1].upper()}{said[1:]}. {goes_on}"


def _head(card: EffectCard, mark: Mark, words: str, headline: str) -> list[Json]:
    return [line(card.agent, card.task_id, mark, words), ask(headline)]


def who(card: EffectCard, done: str) -> str:
    """Who said yes: people, or the rule."""
    if card.decided_by and card.decided_at:
        people = " and ".join(mention(person) for person in card.decided_by)
        return f"{people} {done}, {when(card.decided_at, card.zone)}."
    return f"Allowed without asking: {label(card.rule_words, 200)}." if card.rule_words else "Allowed without asking."


def _why(card: EffectCard) -> Json:
    return (
        why_button(ids.APPROVAL_WHY, card.approval_ref) if card.approval_ref else why_button(ids.EFFECT_WHY, card.ref)
    )


def after(card: EffectCard, *elements: Json) -> Json:
    """The row of buttons below a card that asks nothing any more."""
    return actions("effect.after", card.ref, *elements, escalate.button(card.task_id), _why(card))


def _plain(card: EffectCard, head: Sequence[Json], words: Sequence[str], moment: Moment, *elements: Json) -> list[Json]:
    return [*head, sec("\n".join(words)), *bar(card.resolved, moment), after(card, *elements)]


def _waiting(card: EffectCard) -> Json:
    said = speech(card.resolved, card.subject)
    words = waits_line(card.waits_words or "held back", card.waits_until, card.zone)
    head = _head(card, "paused", f"Waiting, not {said.participle} yet", f"Waiting: {said.noun}")
    return message(
        f"Waiting, not {said.participle} yet: {said.noun}, because {card.waits_words}. {card.task_id}",
        _plain(card, head, [who(card, "approved it"), words], "ahead"),
    )


def _sending(card: EffectCard) -> Json:
    said = speech(card.resolved, card.subject)
    exactly = "approved it with an edit" if card.changes else "approved it exactly as shown"
    head = _head(card, "wait", f"{'Approved' if card.decided_by else 'Allowed'}, being {said.participle}", said.doing)
    return message(
        f"Being {said.participle} now: {said.noun}. {card.task_id}",
        _plain(card, head, [f"{who(card, exactly)} This card says how it ended."], "now"),
    )


def _sent(card: EffectCard) -> Json:
    said = speech(card.resolved, card.subject)
    edit = ", with an edit" if card.changes else ""
    words = [who(card, "changed the draft and approved it" if card.changes else "approved it as written")]
    if card.settled_by and card.settled_at:
        words.append(f"{mention(card.settled_by)} says that it went through, {when(card.settled_at, card.zone)}.")
    elif card.settled_at:
        words.append(f"{said.participle.capitalize()} {hour(card.settled_at, card.zone)}.")
    if card.receipt:
        words.append(f"Receipt {label(card.receipt)}.")
    blocks = [*_head(card, "done", f"{said.participle.capitalize()}{edit}", said.done), sec(" ".join(words))]
    if card.changes:
        blocks.append(changes_block("What was changed", card.changes, *([("Note", card.note)] if card.note else [])))
    blocks += bar(card.resolved, "past")
    if card.changes:
        blocks.append(
            plain_note("The agent's draft was replaced. The edit is kept as an example for it to learn from.")
        )
    if card.undo is None or card.undo.until is None:
        return message(f"{said.done}{edit}. {card.task_id}", [*blocks, after(card)])
    blocks.append(terms(undo_terms(card.undo.until, card.zone)))
    until = plain_hour(card.undo.until, card.zone)
    return message(
        f"{said.done}{edit}. It can be undone until {until}. {card.task_id}", [*blocks, after(card, undo_button(card))]
    )


def undo_terms(until: datetime, zone: ZoneInfo) -> tuple[str, str]:
    """Until when it can be taken back, as a line of terms."""
    return "Undo", f"Until {when(until, zone)}. It is taken back in the other system, where that still goes."


def undo_button(card: EffectCard) -> Json:
    """Danger, and Slack's own second question. Only while the window is open."""
    said = speech(card.resolved, card.subject)
    second = confirm(
        f"Undo: {said.noun}?",
        "We ask the other system to take it back. If that comes too late, nothing changes and this card says so.",
        "Undo",
    )
    ref = card.undo.ref if card.undo else card.ref
    return btn(
        "Undo", ids.APPROVAL_UNDO, ref, danger=True, confirm={**second, "style": "danger"}, reader=f"Undo {said.noun}"
    )


def _failed(card: EffectCard) -> Json:
    said = speech(card.resolved, card.subject)
    at = f", {when(card.settled_at, card.zone)}" if card.settled_at else ""
    what = (
        f"{mention(card.settled_by)} says that it did not go through{at}."
        if card.settled_by
        else f"The system on the other side refused it{at}."
    )
    owner = f" {either(card.clears)} has the task." if card.clears else ""
    blocks = [
        *_head(card, "careful", f"Failed, not {said.participle}", f"Failed: {said.noun}"),
        sec(f"{what} {said.nothing}{owner}"),
    ]
    if card.reason:
        blocks.append(rich(row(bold("What it said: "), t(card.reason[:600]))))
    buttons = [btn("Take over", ids.TASK_TAKE_OVER, card.task_ref)] if card.task_ref else []
    blocks += [*bar(card.resolved, "never"), after(card, *buttons)]
    return message(f"Failed, not {said.participle}: {said.noun}. {card.task_id}", blocks)


def _unknown(card: EffectCard) -> Json:
    said = speech(card.resolved, card.subject)
    at = f", {when(card.settled_at, card.zone)}" if card.settled_at else ""
    then = (
        f"We ask the other system what became of it, next at {hour(card.asks_at, card.zone)}. What it says counts."
        if card.asks_at
        else "We have *not* tried again and will not: a second try could do it twice."
    )
    blocks = [
        *_head(card, "careful", "Not known if it went through", f"Did it go through: {said.noun}?"),
        sec(f"No clear answer came back{at}. {then}"),
    ]
    known = [
        *([f"The answer was: {card.reason[:300]}"] if card.reason else []),
        *(each[:300] for each in card.known[:8]),
    ]
    if known:
        blocks.append(rich(row(bold("What we know")), items(*known)))
    blocks += bar(card.resolved, "maybe")
    pairs = [("Who clears it up", mention(card.held_by) if card.held_by else either(card.clears))]
    if card.clear_by:
        pairs.append(("By when", when(card.clear_by, card.zone)))
    if card.if_nobody_words:
        pairs.append(("If nobody does", label(card.if_nobody_words, 200)))
    pairs.append(("Until then", "It counts as done in every limit, and the task waits."))
    blocks.append(terms(*pairs))
    return message(
        f"We do not know whether this went through: {said.noun}. Please look. {card.task_id}",
        [*blocks, *_answers(card)],
    )


def _answers(card: EffectCard) -> list[Json]:
    said = speech(card.resolved, card.subject)
    early = []
    if card.answers_from:
        at = hour(card.answers_from, card.zone)
        early = [sec(f"It may still be on its way: “It did not” opens at {at}.")]
    buttons = answer_buttons(card.ref, said.participle, is_open=not card.answers_from, is_held=bool(card.held_by))
    if card.task_ref and card.is_call:
        verb = ("Hand back…", ids.TASK_HAND_BACK) if card.held_by else ("Take over", ids.TASK_TAKE_OVER)
        buttons.append(btn(*verb, card.task_ref))
    help_menu = more(ids.EFFECT_MORE, Ref(card.task_id, 0), ("Call for help…", ids.ESCALATE))
    return [*early, actions("effect.settle", card.ref, *buttons, _why(card), help_menu)]


def answer_buttons(ref: Ref, participle: str, *, is_open: bool, is_held: bool | None = None) -> list[Json]:
    """What a person can say of an unknown effect. `is_open`: it is safe to say that it did not go out; `is_held`: a person has
    the task, so that nothing of it is sent; None where the card cannot tell."""
    went = btn(
        "It went through",
        ids.EFFECT_MARK_SENT,
        ref,
        confirm=confirm(
            "It went through?", f"It is recorded as {participle} and never tried again.", "It went through"
        ),
    )
    if not is_open:
        return [went]
    look = "Please look in the other system first: if you are wrong, it may be done twice."
    unless = ", unless a person has the task" if is_held is None else ""
    then = "It stays here: a person has the task." if is_held else f"It is done now, under the same reference{unless}."
    not_so = btn(
        "It did not" if is_held else f"It did not, {'send it' if participle == 'sent' else 'do it now'}",
        ids.EFFECT_MARK_NOT_SENT,
        ref,
        confirm=confirm("It did not go through?", f"{then} {look}", "It did not"),
    )
    return [went, not_so]


def _cancelled(card: EffectCard) -> Json:
    said = speech(card.resolved, card.subject)
    head = _head(card, "ended", f"Cancelled, not {said.participle}", f"Cancelled: {said.noun}")
    why = f" {label(card.reason, 200)}" if card.reason else ""
    return message(
        f"Cancelled, not {said.participle}: {said.noun}. {card.task_id}",
        _plain(card, head, [f"{said.nothing}{why}"], "proposed"),
    )
