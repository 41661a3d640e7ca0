"""A list of low-risk requests of one kind: the wording once, each row complete, all decided at once or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.cards import blocks as kit
from bot.cards import ids
from bot.cards.blocks import Json, Ref, Run
from bot.cards.forms import answer, chosen, ref_of, typed
from bot.cards.operations import speech
from bot.cards.reject import REASONS
from bot.cards.words import clip, either, label, mention, one_line, plain_when, plural, safe, when
from core.contract.work import Resolved
from core.errors import BadInput

WHICH_BLOCK, REASON_BLOCK, NOTE_BLOCK = "batch.choose.which", "batch.reject.reason", "batch.reject.note"
_PLURALS: dict[str, tuple[str, str]] = {
    "mail.reply": ("Send {n} replies?", "replies"),
    "mail.send": ("Send {n} mails?", "mails"),
    "crm.create_lead": ("Add {n} new leads?", "new leads"),
    "crm.update_lead": ("Change {n} leads?", "changes of leads"),
    "crm.log_activity": ("Note {n} contacts?", "notes"),
    "crm.create_task": ("Set {n} to-dos?", "to-dos"),
}
_WHY = 300
SPOKEN_ABOUT = "spoken_about"  # it waits, and somebody asked or said something about it, or called for help
TAKEN_BACK = "taken_back"


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One request. `words`: how it stands, in our words, once it does not wait here any more."""

    ref: Ref
    task_id: str
    resolved: Resolved
    why_text: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class BatchCard:
    """All that the list shows. Texts ending in `_words` are our own; the rest may come from outside."""

    ref: Ref  # the list, in the state that this card shows
    agent: str
    zone: ZoneInfo
    waiting: tuple[BatchRow, ...]
    ended: tuple[BatchRow, ...]
    wording_text: str = ""  # the text that all have in common, `{name}` for its reader
    deciders: tuple[str, ...] = ()
    due_at: datetime | None = None  # of the first that runs out
    on_expiry_words: str = ""
    undo_words: str = ""


def render(card: BatchCard) -> Json:
    """The list as it stands."""
    return _waiting(card) if card.waiting else _over(card)


def _names(card: BatchCard, count: int) -> tuple[str, str]:
    resolved = (card.waiting or card.ended)[0].resolved
    if count == 1:
        return speech(resolved).question, speech(resolved).noun
    operation = resolved.operation
    question, noun = _PLURALS.get(operation, ("Carry this out {n} times?", f"times “{operation.rpartition('.')[2]}”"))
    return question.replace("{n}", str(count)), noun.replace("_", " ")


def _waiting(card: BatchCard) -> Json:
    count = len(card.waiting)
    question, noun = _names(card, count)
    blocks = [
        kit.line(card.agent, plural(count, "task"), "wait", "Waiting for a decision"),
        kit.ask(question),
        kit.say(
            "All are low risk and of one kind. Each is recorded as a decision of its own, and has its own card in the thread.",
            kit.why(ids.BATCH_WHY, card.ref),
        ),
        *_wording(card),
        kit.rich(kit.row(kit.b("What happens")), kit.items(*(_row(each) for each in card.waiting), style="ordered")),
        *_ended(card),
        _terms(card),
        _buttons(card, question, noun),
    ]
    by = f" Decide by {plain_when(card.due_at, card.zone)}." if card.due_at else ""
    asks = f"{question[:1].lower()}{question[1:]}"
    return kit.message(f"{card.agent} asks: {asks} All low risk, one kind.{by}", blocks)


def _wording(card: BatchCard) -> list[Json]:
    if not card.wording_text:
        return []
    return [kit.rich(kit.row(kit.b("The wording, the same for all")), kit.quote(safe(card.wording_text)))]


def _row(each: BatchRow) -> list[Run]:
    """Everything that is this one's own: with the wording it is the whole of what happens."""
    pairs = [(one_line(name), one_line(value)) for name, value in each.resolved.lines]
    runs: list[Run] = []
    for place, (name, value) in enumerate(pairs):
        runs += [kit.b(f"{name}: "), kit.t(f"{value}\n" if place < len(pairs) - 1 else value)]
    return [*runs, kit.t(f"  ({each.task_id})")]


def _ended(card: BatchCard) -> list[Json]:
    if not card.ended:
        return []
    rows = [[kit.b(f"{each.task_id}: "), kit.t(_short(each)), kit.t(f". {each.words}")] for each in card.ended]
    return [kit.rich(kit.row(kit.b("Not in this list any more")), kit.items(*rows))]


def _short(each: BatchRow) -> str:
    return clip(speech(each.resolved, _who(each)).noun, 100)


def _who(each: BatchRow) -> str:
    return next(
        (value for name, value in each.resolved.lines if name in ("To", "Contact", "Lead", "Name")), ""
    ).partition(", ")[0]


def _terms(card: BatchCard) -> Json:
    due = [("By when", when(card.due_at, card.zone))] if card.due_at else []
    return kit.terms(
        ("Who decides", either(card.deciders)),
        *due,
        ("If nobody does", label(card.on_expiry_words, 200)),
        ("Undo", label(card.undo_words, 200)),
    )


def _buttons(card: BatchCard, question: str, noun: str) -> Json:
    count = len(card.waiting)
    second = kit.confirm(
        question,
        f"Exactly the {count} that are listed. If one has changed in the meantime, none is decided and you are told.",
        f"Approve all {count}",
    )
    return kit.actions(
        "batch.decide", card.ref,
        kit.btn(f"Approve all {count}", ids.BATCH_APPROVE_ALL, card.ref, primary=True, confirm=second,
                reader=f"Approve all {count} {noun}"),
        kit.btn("Choose…", ids.BATCH_CHOOSE, card.ref),
        kit.btn("Reject all…", ids.BATCH_REJECT, card.ref),
    )  # fmt: skip


def _over(card: BatchCard) -> Json:
    count = len(card.ended)
    _, noun = _names(card, count)
    blocks = [
        kit.line(card.agent, plural(count, "task"), "", "Nothing waits here any more"),
        kit.ask(f"Over: {count} {noun}"),
        kit.rich(kit.row(kit.b("What came of each")), kit.items(*(
            [kit.b(f"{each.task_id}: "), kit.t(_short(each)), kit.t(f". {each.words}")] for each in card.ended))),
        kit.actions("batch.after", card.ref, kit.why(ids.BATCH_WHY, card.ref)),
    ]  # fmt: skip
    return kit.message(f"Nothing of this list waits any more: {count} {noun}.", blocks)


# Forms ---------------------------------------------------------------------------------------------------------------


def choose_modal(card: BatchCard) -> Json:
    """Which of them (callback `batch.choose`); what is not ticked keeps waiting."""
    options = [
        kit.option(
            _short(each),
            str(each.ref),
            ", ".join(value for _, value in each.resolved.lines[1:] if value) or each.task_id,
        )
        for each in card.waiting
    ]
    boxes = {"type": "checkboxes", "action_id": ids.BATCH_WHICH, "options": options}
    return kit.modal(
        ids.BATCH_CHOOSE_FORM,
        "Choose some",
        [
            *_wording(card),
            kit.field(
                WHICH_BLOCK, "Approve", boxes, hint="The others keep waiting. Each row stands whole on the card."
            ),
            kit.plain_note("High risk and money never come in a list."),
        ],
        ref=str(card.ref),
        submit="Approve these",
    )


def parse_choose(view: Json) -> tuple[Ref, frozenset[str]]:
    """The list and the ids of those that were ticked. Raises BadInput."""
    picked = answer(view, WHICH_BLOCK, ids.BATCH_WHICH).get("selected_options") or []
    try:
        which = frozenset(kit.parse_ref(str(each["value"])).id for each in picked)
    except (KeyError, TypeError) as error:
        raise BadInput("This form came back incomplete. Close it and open it again from the card.") from error
    if not which:
        raise BadInput("Please tick at least one.")
    return ref_of(view), which


def reject_modal(card: BatchCard) -> Json:
    """One reason for all of them (callback `batch.reject`)."""
    count = len(card.waiting)
    _, noun = _names(card, count)
    reasons = [kit.option(text, key) for key, text in REASONS.items()]
    return kit.modal(
        ids.BATCH_REJECT_FORM,
        f"Reject all {count}",
        [
            kit.say(f"{count} {noun} will not happen. The tasks stay open, and the agent is told."),
            kit.field(REASON_BLOCK, "What is wrong?", kit.radios(ids.REASON, reasons)),
            kit.field(NOTE_BLOCK, "Tell the agent", kit.text_in(ids.NOTE, multiline=True, most=600),
                      hint="The agent gets these words. The customers never see them.", optional=True),
        ],
        ref=str(card.ref),
        submit="Reject all",
    )  # fmt: skip


def parse_reject(view: Json) -> tuple[Ref, str, str]:
    """The list, the reason's key and the note. Raises BadInput."""
    reason = chosen(view, REASON_BLOCK, ids.REASON, tuple(REASONS))
    if not reason:
        raise BadInput("Please say what is wrong.")
    return ref_of(view), reason, typed(view, NOTE_BLOCK, ids.NOTE)


def why_modal(card: BatchCard, rule_words: str) -> Json:
    """Why these stand in one list, and each one's own reason."""
    rows = (*card.waiting, *card.ended)
    reasons: Sequence[Sequence[Run]] = [
        [kit.b(f"{each.task_id}: "), kit.t(clip(one_line(each.why_text), _WHY))] for each in rows
    ]
    return kit.modal(
        ids.BATCH_WHY_FORM,
        "Why one list?",
        [
            kit.say(rule_words),
            kit.rich(kit.row(kit.b("Why each of them")), kit.items(*reasons)),
            kit.plain_note("Evidence, rule, trail and cost of each stand under Why? on its own card, in the thread."),
        ],
        ref=str(card.ref),
        close="Close",
    )


def ended_words(state: str, participle: str, effect: str, who: str) -> str:
    """How a request stands that does not wait here any more. `who`: a user id or a name; `effect`: the effect's state."""
    by = f" by {one_line(who)}" if who and not mention(who).startswith("<@") else ""
    if state == "approved":
        done = {"sent": participle.capitalize(), "failed": f"Failed, not {participle}", "unknown": "Not known if it went through",
                "cancelled": f"Cancelled, not {participle}",
                TAKEN_BACK: f"{participle.capitalize()}, and taken back"}  # fmt: skip
        return done.get(effect, f"Approved{by}, being {participle}") + "."
    ended = {
        "rejected": f"Rejected{by}",
        "expired": "Nobody decided in time",
        "taken": "A person has the task",
        "pending": "Handed on",
    }
    if state == SPOKEN_ABOUT:
        return f"Spoken about: it waits on its own card, not {participle} yet."
    return f"{ended.get(state, 'Replaced or withdrawn')}, not {participle}."
