"""What calling for help and handing a message in look like."""

from __future__ import annotations

from dataclasses import replace

from bot.cards import approval, escalate, given_up, notice, replies
from bot.cards.blocks import Json, Ref
from bot.cards.escalate import EscalateForm
from core.contract.authority import Step as Need
from tests.bot.cards import samples as s

WHY = "Sam Whitlock asks for help from finance: she disputes two invoices, and I do not know which one is right."
FORM = EscalateForm(
    s.AP, "Dana Whitfield, T-1042", (("finance", "Finance: Priya Nair"), ("owner", "Owner: Maya Lindqvist")), "finance",
    still_decidable=True,
)  # fmt: skip
LINK = "https://harbor.slack.example/archives/C0SUPPORT/p1764000000000100"


def ordinary() -> dict[str, Json]:
    """Each in each of its states."""
    two = (Need(role="support_lead"), Need(role="finance"))
    message = replace(
        FORM, ref=Ref("msg-C0GENERAL-1764000000.000100-1764000000.000100-U0JO", 0), about="What Jo Marsh wrote"
    )
    return {
        "approval, help called": approval.render(s.approval(called_for=(WHY, s.NOW))),
        "approval 1 of 2, help called": approval.render(s.approval(steps=two, called_for=(WHY, s.NOW))),
        "task given up": given_up.given_up(s.taken(), "She asks about a lease, and I do not know our terms.", s.NOW),
        "task from a message": replies.task_now("T-1042", "This is {task} already.", LINK),
        "task from a message, no card": replies.task_now("T-1042", "This is {task} now."),
        "call for help": escalate.escalate_modal(FORM),
        "call for help on a message": escalate.escalate_modal(replace(message, quoted="The till is down again.", first="")),
    } | {f"notice {what}": notice.render(what, "T-1042", "C0SUPPORT") for what in notice.WORDS}  # fmt: skip


def hostile(x: str) -> dict[str, Json]:
    """`x` wherever text from outside can stand."""
    form = replace(FORM, about=x, quoted=x, queues=(("finance", x),))
    return {
        "hostile approval, help called": approval.render(s.approval(called_for=(x, s.NOW))),
        "hostile task given up": given_up.given_up(s.taken(words=x, about=x), x, s.NOW),
        "hostile call for help": escalate.escalate_modal(form),
    }
