"""Questions and answers on cards, in each of their states."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.cards import approval, ask, question
from bot.cards.approval import ApprovalState
from bot.cards.ask import AskForm
from bot.cards.asked import AskedLine
from bot.cards.blocks import Json, Ref
from bot.cards.escalation import EscalationState
from bot.cards.question import QuestionCard, QuestionState
from bot.cards.understood import Understood, reply
from tests.bot.cards import samples as s

QU = Ref("es_8Kd2Wz5nFa", 1)
FORM = AskForm(s.AP, "Support agent", "Dana Whitfield", s.DUE, s.ZONE)
TO_AGENT = AskedLine("U0THEO", "the support agent", "Do members get anything off the pads?", "answered",
                     "This is what I have on that:\nThe handoff: “The Tide plan says 20% off parts.”")  # fmt: skip
TO_CUSTOMER = AskedLine("U0THEO", "Dana Whitfield", "Which day do you mean?", "open", "",
                        "The mail is on its way, or went out. The answer comes here.")  # fmt: skip
CAME = replace(TO_CUSTOMER, standing="answered", answer="On Saturday, please.")

QUESTION = "What is it about: a bike or a repair, renting or buying, an invoice or a payment, or something else?"
ASKS = s.approval(
    resolved=s.mail(f"Hi Dana,\n\nthank you for writing to us. So that the right one of us can answer, one question:\n\n"
                    f"{QUESTION}\n\nBest regards,\nHarbor & Pine").model_copy(update={"operation": "mail.question"}),
    by_person=True, why_text="This asks the customer what they mean, once. The message says too little to place it. The model "
    "gave no sure answer. If the answer does not help, or none comes by the next business day, a person gets the task.",
)  # fmt: skip


def card(state: QuestionState = QuestionState.OPEN, **changes: Any) -> QuestionCard:
    made = QuestionCard(
        ref=QU, task_id="T-1071", agent="Orders agent", state=state, zone=s.ZONE,
        question="Which bike does Noor Haddad mean?", options=("Bike 22, the blue Tern", "Bike 9, the Kona"),
        customer="Noor Haddad", words="The blue one, as last time, for Friday please.", now=s.NOW,
        rungs=s.rungs(EscalationState.OPEN), called_names=("Sam Whitlock",), may_ask_customer=True, person="U0JO",
        answer="Bike 22, the blue Tern", ended_at=s.NOW,
    )  # fmt: skip
    return replace(made, **changes)


def ordinary() -> dict[str, Json]:
    return {
        "approval answered": approval.render(s.approval(asked=(TO_AGENT,))),
        "approval asked, open": approval.render(
            s.approval(asked=(replace(TO_AGENT, standing="open", answer=""), TO_CUSTOMER))
        ),
        "approval asked, no answer": approval.render(
            s.approval(asked=(replace(TO_AGENT, standing="not_answered", answer="Could not answer. Ask the customer."),
                              replace(TO_CUSTOMER, standing="not_sent")))
        ),
        "approval the customer answered": approval.render(
            s.approval(ApprovalState.WITHDRAWN, asked=(CAME,), decided_at=s.NOW,
                       next_words="The customer answered, and a newer draft replaced this one: it has a card of its own.")
        ),
        "approval of an agent's question": approval.render(ASKS),
        "an agent's question, sent": approval.render(
            replace(ASKS, state=ApprovalState.APPROVED, effect=s.effect(resolved=ASKS.resolved),
                    asked=(replace(TO_CUSTOMER, person="Support agent", text=QUESTION),))
        ),
        "an agent's question, answered": approval.render(
            replace(ASKS, state=ApprovalState.APPROVED, effect=s.effect(resolved=ASKS.resolved),
                    asked=(replace(CAME, person="Support agent", text=QUESTION, answer="Renting, for six."),))
        ),
        "approval remarked on": approval.render(
            s.approval(asked=(replace(TO_AGENT, text="With the member price, please.", standing="told", answer=""),))
        ),
        "understood": reply("yes, but with the member price", Understood("yes", "with the member price"), Ref("dr_1", 3)),
        "understood, bare": reply("yes", Understood("yes", ""), s.AP),
        "understood, a no": reply("no, too dear", Understood("no", "too dear"), Ref("dr_1", 3)),
        "understood, over": reply("yes", Understood("yes", ""), None, "And this one was decided already."),
        "ask": ask.ask_modal(FORM),
        "ask, nobody to write to": ask.ask_modal(replace(FORM, customer="")),
        "ask customer": ask.customer_modal(QU, "Noor Haddad", "Which bike does Noor Haddad mean?"),
        "ask confirm": ask.mail_modal(s.AP, "dr_1", s.mail("Hi Dana,\n\nwhich day do you mean?")),
        "question": question.render(card()),
        "question without options": question.render(card(options=(), may_ask_customer=False)),
        "question with one option": question.render(card(options=("Bike 22",), also="It could not be carried out.")),
        "question seen": question.render(card(seen_by="Jo Beckett", called_names=())),
        "question answered": question.render(card(QuestionState.ANSWERED)),
        "question passed on": question.render(card(QuestionState.PASSED_ON, to_customer=(TO_CUSTOMER,))),
        "question closed": question.render(card(QuestionState.CLOSED, closed_words="The task was closed")),
        "question other": question.other_modal(QU, "Orders agent", "Which bike does Noor Haddad mean?"),
    }  # fmt: skip


def hostile(x: str) -> dict[str, Json]:
    line = AskedLine(x, x, x, "answered", x, x)
    many = (line, replace(line, standing="open"), replace(line, standing="not_sent"), line)
    found = {
        f"question {state}": question.render(
            card(state, agent=x, question=x, options=(x[:60],) * 2, also=x,
                 customer=x, words=x, called_names=(x,) * 9,
                 seen_by=x, person=x, answer=x, closed_words=x, next_words=x, to_customer=many)
        )
        for state in QuestionState
    }  # fmt: skip
    return found | {
        "asked": approval.render(s.approval(asked=many)),
        "asked, ended": approval.render(s.approval(ApprovalState.WITHDRAWN, asked=many)),
        "understood": reply(x, Understood("yes", x), s.AP, x),
        "understood, over": reply(x, Understood("no", x), None, x),
        "ask": ask.ask_modal(replace(FORM, agent=x, customer=x)),
        "ask customer": ask.customer_modal(QU, x, x),
        "ask confirm": ask.mail_modal(s.AP, "dr_1", s.mail(x)),
        "question other": question.other_modal(QU, x, x),
    }
