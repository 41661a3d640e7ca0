"""Asking and answering in Slack: what stands in the forms, what buttons do, and what forms do when they come back."""

from __future__ import annotations

from typing import assert_never

from bot import answers, clicks
from bot.cards import ask, question, replies
from bot.cards.ask import AskForm
from bot.cards.blocks import Json, Ref, parse_ref
from bot.face import Click, Face, Sent
from bot.forms import CLOSES, shown
from bot.pages import GONE, pending
from bot.render.question import row_of
from bot.render.scene import Row, agent_name
from bot.render.task import who
from core.contract.authority import Decision, Refused, Verb
from core.contract.base import RequestId
from core.errors import BadInput
from core.moment import from_us
from core.ports import Member
from workflows import asking, requests, views
from workflows.people import NotPossible
from workflows.questions import Asked, Drafted, Told
from workflows.views import RequestView

ASK_TITLE, ANSWER_TITLE, CUSTOMER_TITLE = "Ask a question", "Answer the agent", "Ask the customer"
OVER = "This question is no longer open. The card says why."
WAITS = "Your question waits for somebody else's approval before it goes out. It has a card of its own."


# Forms as they open --------------------------------------------------------------------------------------------------


def ask_page(face: Face, click: Click) -> Json:
    """Whom one asks, and what."""
    view = pending(face, click.value)
    customer = (who(view.event) or "the customer") if view.task.contact else ""
    agent = agent_name(view.request["agent"])
    return ask.ask_modal(
        AskForm(parse_ref(click.value), agent, customer, from_us(view.request["due_at"]), face.scene.zone)
    )


def other_page(face: Face, click: Click) -> Json:
    """An answer in words."""
    view, row = _open(face, click.value)
    return question.other_modal(parse_ref(click.value), agent_name(view.request["agent"]), row["text"])


def customer_page(face: Face, click: Click) -> Json:
    """The agent's question, put to the customer."""
    view, row = _open(face, click.value)
    return ask.customer_modal(parse_ref(click.value), who(view.event), row["text"])


def _open(face: Face, value: str) -> tuple[RequestView, Row]:
    view = views.request_view(face.services.ledger, parse_ref(value).id)
    row = row_of(face.scene, view.request["id"]) if view else None
    if view is None or row is None:
        raise BadInput(GONE)
    if view.request["state"] != requests.PENDING:
        raise BadInput(_over(face, view, row))
    return view, row


def _over(face: Face, view: RequestView, row: Row) -> str:
    """Who was faster, in words for a form."""
    if view.request["state"] != asking.ANSWERED:
        return OVER
    found = face.services.directory.cached(str(row["answered_by"]))
    return f"{found.name if found else 'Somebody'} has answered it already: {row['answer']}"


# Buttons -------------------------------------------------------------------------------------------------------------


def answer_1(face: Face, click: Click) -> Json | None:
    """The agent's first guess is right."""
    return _answer(face, click, 0)


def answer_2(face: Face, click: Click) -> Json | None:
    """The agent's second guess is right."""
    return _answer(face, click, 1)


def more(face: Face, click: Click) -> Json | None:
    """The ••• menu of a question: taking the task over, or having seen it."""
    ref, verb = question.parse_more(click.value)
    if verb == "seen":
        return answers.acknowledge(face, Click(click.member, click.place, click.action, str(ref), click.trigger_id))
    return clicks.take_over_of(face, click, ref.id)


def _answer(face: Face, click: Click, option: int) -> Json | None:
    ref = parse_ref(click.value)
    given = _decision(ref, click.member, "answer", surface="card")
    return _told(face, ref, face.services.questions.answer(given, "", click.member, option))


def _told(face: Face, ref: Ref, answer: Told | Refused) -> Json | None:
    match answer:
        case Told():
            return None
        case Refused() as refused:
            return _refusal(face, ref, refused)
        case never:
            assert_never(never)


def _refusal(face: Face, ref: Ref, refused: Refused) -> Json:
    """Why it does not count; of what is answered, by whom."""
    view = views.request_view(face.services.ledger, ref.id)
    row = row_of(face.scene, ref.id) if view else None
    if refused.code == "already_decided" and row is not None and row["state"] == asking.ANSWERED:
        return replies.already(row["answered_by"], from_us(row["answered_at"]), face.scene.zone, "answered it")
    if view is not None and view.request["kind"] == requests.APPROVAL:
        return clicks.refusal(face, ref.id, refused)
    return replies.refused(refused)


# Forms as they come back ---------------------------------------------------------------------------------------------


def asked(face: Face, sent: Sent) -> Json:
    """The agent is asked; for the customer the form turns into the mail."""
    given = ask.parse_ask(sent.view)
    if given.whom == "customer":
        return _mail(face, sent, given)
    answer = face.services.questions.ask_agent(
        _decision(given.ref, sent.member, "ask", surface="modal"), given.text, sent.member
    )
    return _end(face, ASK_TITLE, given.ref, answer)


def asked_customer(face: Face, sent: Sent) -> Json:
    """The form turns into the mail, as it would go out."""
    return _mail(face, sent, ask.parse_customer(sent.view))


def mailed(face: Face, sent: Sent) -> Json:
    """The mail is a proposal now; it goes out at once only where this person alone may approve it."""
    ref, draft_id = ask.parse_mail(sent.view)
    return _end(face, CUSTOMER_TITLE, ref, face.services.questions.send(draft_id, sent.member))


def answered(face: Face, sent: Sent) -> Json:
    """The agent gets these words."""
    ref, text = question.parse_other(sent.view)
    given = _decision(ref, sent.member, "answer", surface="modal")
    said = _told(face, ref, face.services.questions.answer(given, text, sent.member))
    return CLOSES if said is None else shown(ANSWER_TITLE, said)


def _mail(face: Face, sent: Sent, given: ask.AskAnswer) -> Json:
    match face.services.questions.draft(RequestId(given.ref.id), given.ref.version, sent.member, given.text):
        case Drafted(draft_id=draft_id, mail=mail):
            return {"response_action": "update", "view": ask.mail_modal(given.ref, draft_id, mail)}
        case NotPossible(reason=reason):
            return _under(reason)
        case Refused() as refused:
            return shown(CUSTOMER_TITLE, _refusal(face, given.ref, refused))
        case never:
            assert_never(never)


def _end(face: Face, title: str, ref: Ref, answer: Asked | NotPossible | Refused) -> Json:
    match answer:
        case Asked(waits=waits):
            return shown(title, replies.told(WAITS)) if waits else CLOSES
        case NotPossible(reason=reason):
            return shown(title, replies.told(reason))
        case Refused() as refused:
            return shown(title, _refusal(face, ref, refused))
        case never:
            assert_never(never)


def _under(words: str) -> Json:
    return {"response_action": "errors", "errors": {ask.TEXT_BLOCK: words[:150]}}


def _decision(ref: Ref, member: Member, verb: Verb, *, surface: str) -> Decision:
    return Decision(
        request_id=RequestId(ref.id), version=ref.version, person=member.user_id, verb=verb, surface=surface
    )
