"""The card that asks people to approve one operation, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.cards import also, approval_ended, effect, escalate, ids, undo
from bot.cards import asked as questions
from bot.cards import blocks as kit
from bot.cards.asked import AskedLine
from bot.cards.blocks import Json, Ref
from bot.cards.limits import faults
from bot.cards.operations import Speech, bar, beginning, chunks, fits, length, shown, speech
from bot.cards.words import (
    clip,
    either,
    full_stop,
    hour,
    is_user,
    label,
    mention,
    one_line,
    percent,
    plain_when,
    plural,
    when,
)
from core.contract.authority import Step
from core.contract.work import Resolved
from core.errors import BadInput

_OTHERS = 4  # names beside those who are called
_WHY = 600  # the rest of a long reason is under Why?


class ApprovalState(StrEnum):
    """What a card can say. Frozen: the states of a request, and the reasons for which one is closed."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"
    TAKEN = "taken"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Signature:
    """One person's yes, for one role."""

    role: str
    person: str  # user id or name
    at: datetime


@dataclass(frozen=True, slots=True)
class ApprovalCard:
    """All that the card shows. Texts ending in `_words` are our own; the rest may come from outside."""

    task_id: str
    agent: str
    ref: Ref  # the request, in the version that this card shows
    state: ApprovalState
    resolved: Resolved
    why_text: str  # for whom and why, one or two sentences
    confidence: float
    sources: int
    steps: tuple[Step, ...]
    deciders: tuple[str, ...]  # user ids of those who must act now; plain names of others who may
    due_at: datetime
    on_expiry_words: str  # "It is not sent. The task goes to the support queue."
    zone: ZoneInfo
    subject: str = ""  # in place of the counterparty
    signatures: tuple[Signature, ...] = ()
    undo_words: str = "Cannot be undone once done."
    rule_words: str = ""  # the rule that binds, where it is worth a line (money)
    decided_by: str = ""  # who ended it; empty when nobody did
    decided_at: datetime | None = None
    reason_words: str = ""  # of a rejection, from our own list
    note: str = ""  # what the person wrote
    next_words: str = ""  # what happens now
    effect: effect.EffectCard | None = None  # once approved
    task_ref: Ref | None = None  # for taking over what expired
    handed_by: str = ""  # who handed it to those who decide now
    handed_note: str = ""
    called_for: tuple[str, datetime] | None = None  # why help was called for, and when
    asked: tuple[AskedLine, ...] = ()  # what people asked before deciding
    by_person: bool = False  # a person wrote it or it only asks, so that no agent is sure of anything
    others: tuple[str, ...] = ()  # names of those who may decide too and are not called
    can_ask_again: bool = False  # nobody decided in time, and the task still waits
    instead_words: str = ""  # "Sam Whitlock for Theo Okafor, who is away"
    also_for: tuple[str, ...] = ()  # other tasks that ask for the very same; it is decided and done once


def render(card: ApprovalCard) -> Json:
    """The card as it stands. Once approved, it is the card of its effect."""
    match card.state:
        case ApprovalState.PENDING:
            return _pending(card)
        case ApprovalState.APPROVED:
            made = card.effect or approval_ended.on_its_way(card)
            out = undo.render(made, made.undo) if made.undo and made.undo.state else effect.render(made)
            return questions.under(out, card.asked)
        case ApprovalState.REJECTED:
            return approval_ended.rejected(card)
        case ApprovalState.EXPIRED:
            return approval_ended.expired(card)
        case ApprovalState.TAKEN:
            return approval_ended.ended(
                card, "person", "Taken over", "A person looks after it now: {noun}", "took the task over"
            )
        case ApprovalState.SUPERSEDED:
            return approval_ended.ended(card, "ended", "Replaced", "A newer version replaces it: {noun}", "replaced it")
        case ApprovalState.WITHDRAWN:
            return approval_ended.ended(card, "ended", "Withdrawn", "No longer needed: {noun}", "took it back")
        case _:
            assert_never(card.state)


def decidable(card: ApprovalCard) -> bool:
    """Whether it can be read whole in Slack, on the card or in the form, and so be approved there."""
    return fits(card.resolved) or read_modal(card) is not None


def read_modal(card: ApprovalCard) -> Json | None:
    """The whole text, with Approve at its end (callback `approval.read`, read back with `forms.ref_of`).

    None when even a form cannot hold it; then it cannot be approved in Slack, and the card says so."""
    text = chunks(card.resolved)
    if text is None:
        return None
    said = speech(card.resolved, card.subject)
    end = kit.plain_note(f"That was all of it, {length(card.resolved):,} characters.")
    rules = [kit.sec(label(card.rule_words, 600))] if card.rule_words else []
    view = kit.modal(
        ids.READ_FORM,
        "Read it all",
        [
            kit.line(card.agent, card.task_id, "wait", "Waiting for a decision"),
            kit.ask(said.question),
            *text,
            end,
            *rules,
            kit.terms(("By when", when(card.due_at, card.zone)), ("Undo", label(card.undo_words, 200))),
        ],
        ref=str(card.ref),
        submit=clip(said.yes, 24),
    )
    return None if faults(view) else view


# Waiting ------------------------------------------------------------------------------------------------------------


def _needed(card: ApprovalCard) -> int:
    return sum(step.count for step in card.steps)


def _words(card: ApprovalCard) -> str:
    needed = _needed(card)
    if needed == 1 and card.called_for:
        return "Waiting for a decision, help was called for"
    return "Waiting for a decision" if needed == 1 else f"{len(card.signatures)} of {needed} approvals"


def _pending(card: ApprovalCard) -> Json:
    said = speech(card.resolved, card.subject)
    whole = fits(card.resolved)
    readable = whole or read_modal(card) is not None
    sure = (
        ""
        if card.by_person
        else f"The agent is {percent(card.confidence)} sure, from {plural(card.sources, 'source')}."
    )
    blocks = [
        kit.line(card.agent, card.task_id, "wait", _words(card)),
        kit.ask(said.question),
        kit.say(f"{full_stop(clip(card.why_text.strip(), _WHY))} {sure}".strip(), kit.why(ids.APPROVAL_WHY, card.ref)),
    ]
    blocks += bar(card.resolved, "ahead") if whole else [beginning(card.resolved), kit.sec(_not_whole(card, readable))]
    if card.rule_words:
        blocks.append(kit.sec(label(card.rule_words, 600)))
    if _needed(card) > 1:
        blocks.append(kit.sec(_signatures(card)))
    if card.called_for:
        blocks.append(escalate.called_for(*card.called_for, card.zone))
    if card.handed_by:
        blocks.append(_handed_on(card))
    blocks += [*questions.block(card.asked), *also.block(card.also_for)]
    return kit.message(_pending_text(card, said, whole), [*blocks, _terms(card), _buttons(card, said, whole, readable)])


def _not_whole(card: ApprovalCard, readable: bool) -> str:
    part = f"*This is not all of it:* {shown(card.resolved):,} of {length(card.resolved):,} characters."
    if readable:
        return f"{part} It can be approved at the end of the full text, not here."
    return f"{part} It is too long to be shown in Slack, so it cannot be approved here. Reject it and ask for a shorter one."


def _pending_text(card: ApprovalCard, said: Speech, whole: bool) -> str:
    question = said.question[:1].lower() + said.question[1:]
    long = "" if whole else " It is long; read it in full to decide."
    signed = "" if not card.signatures else f" {_words(card)}."
    same = also.text(card.also_for)
    by = f"Decide by {plain_when(card.due_at, card.zone)}."
    return f"{card.agent} asks: {question}{signed}{same}{long} {by} {card.task_id}"


def _signatures(card: ApprovalCard) -> str:
    rows = [
        f":white_check_mark: {mention(each.person)} for {_role(each.role)}, {hour(each.at, card.zone)}"
        for each in card.signatures
    ]
    for step in card.steps:
        missing = step.count - sum(each.role == step.role for each in card.signatures)
        if missing > 0:
            rows.append(f":hourglass_flowing_sand: {missing} from {_role(step.role)}")
    return "\n".join(["*Who decides:*", *rows, f"Asked now: {_asked(card)}"])


def _asked(card: ApprovalCard) -> str:
    """Who is called; others who may are plain names."""
    names = [label(each, 40) for each in card.others[:_OTHERS]]
    if len(names) > 1:
        names = [", ".join(names[:-1]) + f" and {names[-1]}"]
    instead = f". {label(card.instead_words, 300)}" if card.instead_words else ""
    return either(card.deciders) + instead + (f". {names[0]} may too." if names else "")


def _handed_on(card: ApprovalCard) -> Json:
    words = clip(one_line(card.handed_note), 300)
    return kit.rich(
        kit.row(
            kit.person(card.handed_by if is_user(card.handed_by) else label(card.handed_by)),
            kit.b(" handed it on: " if words else " handed it on."),
            *filter(None, [words]),
        )
    )


def _role(role: str) -> str:
    return label(role.replace("_", " "))


def _terms(card: ApprovalCard) -> Json:
    who = [] if _needed(card) > 1 else [("Who decides", _asked(card))]
    return kit.terms(
        *who,
        ("By when", when(card.due_at, card.zone)),
        ("If nobody does", label(card.on_expiry_words, 200)),
        ("Undo", label(card.undo_words, 200)),
    )


def _buttons(card: ApprovalCard, said: Speech, whole: bool, readable: bool) -> Json:
    elements = []
    if whole:
        elements += [_approve(card, said), kit.btn("Edit…", ids.APPROVAL_EDIT, card.ref)]
    elif readable:
        elements.append(kit.btn("Read it all…", ids.APPROVAL_READ, card.ref, primary=True))
    elements += [
        kit.btn("Reject…", ids.APPROVAL_REJECT, card.ref),
        kit.more(
            ids.APPROVAL_MORE,
            card.ref,
            ("Ask a question…", ids.ASK),
            ("Hand to someone else…", ids.REASSIGN),
            ("Remind or snooze…", ids.LATER),
            ("Take over the task", ids.TAKE_OVER),
            ("Call for help…", ids.ESCALATE),
        ),
    ]
    return kit.actions("approval.decide", card.ref, *elements)


def _approve(card: ApprovalCard, said: Speech) -> Json:
    """Money asks once more. A second question on everything would only teach people to press twice."""
    second = None
    if card.resolved.amount_cents:
        second = kit.confirm(said.question, "It starts when everybody whose yes it needs has approved.", said.yes)
    return kit.btn(said.yes, ids.APPROVAL_APPROVE, card.ref, primary=True, confirm=second)


def parse_more(value: str) -> Ref:
    """What an option of `approval.more` is about; its only verb is `take_over`. Raises BadInput for any other."""
    ref, verb = kit.parse_option(value)
    if verb != ids.TAKE_OVER:
        raise BadInput("This menu is too old. Open the card again.")
    return ref
