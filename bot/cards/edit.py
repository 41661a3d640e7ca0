"""Editing a proposal: the form, the difference, and what comes back.

The edited text does not fit private_metadata, so between the two steps the caller keeps it as a draft of its own and
hands its id to `difference_modal`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.cards import ids
from bot.cards.blocks import Json, Ref, field, line, lines, modal, parse_ref, plain_note, rich, rule, sec, text_in
from bot.cards.difference import Change, changes_block
from bot.cards.forms import answer, ref_of, typed
from bot.cards.operations import chunks, speech
from bot.cards.words import clip, label, safe
from core.contract.work import Resolved
from core.errors import BadInput

LONGEST = 3000  # what one field of a Slack form holds
_BLOCK = "approval.edit."
_NOTE_BLOCK = "approval.edit_note"
_NOTE_LONGEST = 300


@dataclass(frozen=True, slots=True)
class EditField:
    """An argument that a person may change, as text."""

    name: str  # of the argument
    label: str
    value: str
    multiline: bool = False
    max_length: int = LONGEST
    optional: bool = False


@dataclass(frozen=True, slots=True)
class EditForm:
    """`fixed` are lines that stay as they are: recipients and amounts' ceilings come from the system of record."""

    ref: Ref
    task_id: str
    agent: str
    noun: str  # "reply": of `Edit the reply`
    fixed: tuple[tuple[str, str], ...]
    fields: tuple[EditField, ...]
    fixed_words: str = "These come from the record and cannot be changed here."


@dataclass(frozen=True, slots=True)
class EditAnswer:
    """`changes` holds only the arguments that were really changed, by name. Empty: nothing was."""

    ref: Ref
    changes: dict[str, str]
    note: str


def edit_modal(form: EditForm, note: str = "") -> Json:
    """Step 1 (callback `approval.edit`), with a note that was written before. Raises BadInput where a text is longer than a
    form field can hold."""
    for each in form.fields:
        if len(safe(each.value)) > min(each.max_length, LONGEST):
            raise BadInput(f"{each.label} is too long to be edited in Slack. Reject it and say what to change.")
    blocks = [line(form.agent, form.task_id, "wait", "Waiting for a decision")]
    if form.fixed:
        blocks += [rich(lines(*form.fixed, most=LONGEST - 100)), plain_note(form.fixed_words)]
    blocks += [_field(each) for each in form.fields]
    blocks.append(
        field(
            _NOTE_BLOCK,
            "Why the change?",
            text_in(
                ids.NOTE,
                initial=safe(note)[:_NOTE_LONGEST],
                placeholder="For example: members get 20% off parts",
                most=_NOTE_LONGEST,
            ),
            hint="The agent learns from this sentence.",
            optional=True,
        )
    )
    return modal(ids.EDIT_FORM, f"Edit the {form.noun}", blocks, ref=str(form.ref), submit="See the difference")


def _field(each: EditField) -> Json:
    element = text_in(ids.FIELD, initial=safe(each.value), multiline=each.multiline, most=min(each.max_length, LONGEST))
    return field(_BLOCK + each.name, each.label, element, optional=each.optional)


def parse_edit(view: Json) -> EditAnswer:
    """What step 1 sent back; changes are judged against what the form itself showed. Raises BadInput."""
    changes = {}
    for block in view.get("blocks", ()):
        block_id = str(block.get("block_id", ""))
        if not block_id.startswith(_BLOCK) or not answer(view, block_id, ids.FIELD):
            continue
        now = typed(view, block_id, ids.FIELD)
        if now != safe(str(block["element"].get("initial_value", ""))).strip():
            changes[block_id.removeprefix(_BLOCK)] = now
    return EditAnswer(ref_of(view), changes, typed(view, _NOTE_BLOCK, ids.NOTE))


def nothing_changed(view: Json) -> Json:
    """The `errors` response for a form that was sent without a change: the words stand under its first field."""
    first = next(
        (block["block_id"] for block in view.get("blocks", ()) if str(block.get("block_id", "")).startswith(_BLOCK)),
        _NOTE_BLOCK,
    )
    return {
        "response_action": "errors",
        "errors": {first: "Nothing is changed yet. To approve it as it is, use the card."},
    }


@dataclass(frozen=True, slots=True)
class DifferenceForm:
    """Step 2: what changed, and the whole of what happens now."""

    ref: Ref
    draft_ref: str  # the caller's id of the kept edit
    resolved: Resolved  # with the edit in it
    changes: tuple[Change, ...]
    subject: str = ""
    undo_words: str = "Cannot be undone once done."
    approvals_words: str = ""  # "A change starts the approvals again: …"
    note: str = ""


def difference_modal(form: DifferenceForm, *, pushed: bool = False) -> Json:
    """Step 2 (callback `approval.edit_confirm`), for `response_action` update, or push with `pushed` (then one can go
    back). Raises BadInput where the whole cannot be shown, so that nobody approves what they could not read."""
    text = chunks(form.resolved)
    if text is None:
        raise BadInput("This is too long to be shown in Slack, so it cannot be approved here. Please make it shorter.")
    said = speech(form.resolved, form.subject)
    approvals = f" {label(form.approvals_words, 300)}" if form.approvals_words else ""
    note = [("Your note", form.note)] if form.note else []
    return modal(
        ids.EDIT_CONFIRM_FORM,
        "With your edit?",
        [
            changes_block("What you changed", form.changes, *note),
            rule(),
            *text,
            sec(f"*{label(form.undo_words, 200)}* The agent's draft is replaced, and it is told so.{approvals}"),
        ],
        ref=f"{form.ref} {form.draft_ref}",
        submit=clip(said.yes, 24),
        close="Back" if pushed else "Cancel",
    )


def parse_edit_confirm(view: Json) -> tuple[Ref, str]:
    """The request and the draft that were confirmed. Raises BadInput."""
    ref, _, draft = str(view.get("private_metadata", "")).partition(" ")
    if not draft.replace("_", "").isalnum():
        raise BadInput("This form came back incomplete. Close it and open it again from the card.")
    return parse_ref(ref), draft


def labels(fields: tuple[EditField, ...]) -> Mapping[str, str]:
    """The words for each argument, for `difference.differences`."""
    return {each.name: each.label for each in fields}
