"""Asking a question on a card: the form, and the mail to the customer before it goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, cast
from zoneinfo import ZoneInfo

from bot.cards import ids
from bot.cards.blocks import Json, Ref, field, hour_note, modal, option, parse_ref, plain_note, radios, sec, text_in
from bot.cards.forms import chosen, ref_of, typed
from bot.cards.operations import chunks
from bot.cards.words import clip, label, one_line
from core.contract.work import Resolved
from core.errors import BadInput

Whom = Literal["agent", "customer"]
WHOM: tuple[Whom, Whom] = ("agent", "customer")
TEXT_BLOCK: Final = "approval.ask.text"
_WHOM_BLOCK = "approval.ask.whom"
MOST = 600
_BROKEN = "This form came back incomplete. Close it and open it again from the card."


@dataclass(frozen=True, slots=True)
class AskForm:
    """`customer` is how the customer is called, from outside; empty where nobody can be written to."""

    ref: Ref
    agent: str
    customer: str
    due_at: datetime
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class AskAnswer:
    """What somebody wants to know, and of whom."""

    ref: Ref
    whom: Whom
    text: str


def ask_modal(form: AskForm) -> Json:
    """The form (callback `approval.ask`)."""
    options = [
        option(f"The {form.agent[:1].lower()}{form.agent[1:]}", "agent", "Answers on the card from what it read")
    ]
    who = clip(one_line(form.customer), 30)
    if form.customer:
        options.append(option("The customer", "customer", f"Sends a mail to {who}. You see it before it goes."))
    return modal(
        ids.ASK_FORM,
        "Ask a question",
        [
            field(_WHOM_BLOCK, "Whom?", radios(ids.WHOM, options, 0)),
            field(TEXT_BLOCK, "Question", text_in(ids.QUESTION, multiline=True, most=MOST)),
            hour_note("The card keeps waiting and its time stays", form.due_at, form.zone, "The answer comes back on the card."),
        ],
        ref=str(form.ref),
        submit="Ask",
    )  # fmt: skip


def parse_ask(view: Json) -> AskAnswer:
    """What was asked. Raises BadInput."""
    whom = chosen(view, _WHOM_BLOCK, ids.WHOM, WHOM)
    if not whom:
        raise BadInput("Please say whom to ask.")
    return AskAnswer(ref_of(view), cast("Whom", whom), _text(view))


def customer_modal(ref: Ref, customer: str, question: str) -> Json:
    """The form with which an agent's question is asked of the customer (callback `question.ask_customer`)."""
    who = clip(one_line(customer), 60) or "the customer"
    return modal(
        ids.QUESTION_ASK_FORM,
        "Ask the customer",
        [
            plain_note(f"The agent asks the team: {clip(one_line(question), 300)}"),
            field(TEXT_BLOCK, "Question",
                  text_in(ids.QUESTION, multiline=True, most=MOST, placeholder=f"What should {who} tell us?"),
                  hint="One clear question. It goes out once on this task."),
            plain_note("You see the whole mail before it goes. When the answer comes, the agent goes on with it."),
        ],
        ref=str(ref),
        submit="See the mail",
    )  # fmt: skip


def parse_customer(view: Json) -> AskAnswer:
    """The question to the customer. Raises BadInput."""
    return AskAnswer(ref_of(view), "customer", _text(view))


def mail_modal(ref: Ref, draft_id: str, mail: Resolved) -> Json:
    """The mail as it would go out (callback `approval.ask_confirm`). Raises BadInput where it cannot be shown whole."""
    text = chunks(mail)
    if text is None:
        raise BadInput("This is too long to be shown in Slack. Please ask a shorter question.")
    words = (
        "Cannot be undone once sent. Where the rules want somebody else's approval as well, it waits for that first."
    )
    return modal(
        ids.ASK_CONFIRM_FORM,
        "Send this question?",
        [*text, sec(label(words, 300))],
        ref=f"{ref} {draft_id}",
        submit="Send the mail",
        close="Do not send",
    )


def parse_mail(view: Json) -> tuple[Ref, str]:
    """The request and the draft that were confirmed. Raises BadInput."""
    ref, _, draft = str(view.get("private_metadata", "")).partition(" ")
    if not draft.replace("_", "").isalnum():
        raise BadInput(_BROKEN)
    return parse_ref(ref), draft


def _text(view: Json) -> str:
    text = typed(view, TEXT_BLOCK, ids.QUESTION)[:MOST]
    if not text:
        raise BadInput("Please write the question.")
    return text
