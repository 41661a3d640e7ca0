"""Calling for help: from a card's menu, a button, or on any message. One door, `workflows.escalating`, for all of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import assert_never

from bot import clicks
from bot.cards import escalate, replies
from bot.cards.blocks import Json, Ref, parse_ref
from bot.cards.escalate import EscalateForm
from bot.face import Click, Face, Place, Sent
from bot.forms import CLOSES, shown
from bot.messages import Message, author_of, make_task
from bot.pages import GONE
from bot.render.task import who
from bot.threads import task_of_card, task_of_thread
from core.contract.authority import Refused
from core.errors import BadInput
from core.ports import Member
from policies.rules import authority
from policies.schema import Policy
from workflows import escalating, views
from workflows.escalating import CalledFor, Escalating, Plea
from workflows.people import NotPossible

TITLE = "Call for help"
HEAD_START = timedelta(
    seconds=20
)  # people are called to a new task at once; should that fail, the planner reads it then
MESSAGE = "msg"  # what a form is about that was opened on a message: msg-CHANNEL-TS-THREAD-AUTHOR


def page(face: Face, click: Click) -> Json:
    """The form, for what a button or a choice under ••• is about."""
    ref = parse_ref(click.value)
    found = escalating.subject(face.services.ledger, ref.id)
    if found is None:
        raise BadInput(GONE)
    return _form(face, click.member, ref, *found)


def page_of(message: Message) -> Callable[[Face, Click], Json]:
    """The form, for a message: for the task of its card, or for the task that it becomes."""

    def read(face: Face, click: Click) -> Json:
        task_id = task_of_card(face, message.place) or task_of_thread(face, message.place)
        if task_id:
            return _form(face, click.member, Ref(task_id, 0), task_id, "")
        if message.is_ours or not message.text:
            make_task(face, message, click.member.user_id)  # says why it cannot be
        _needs_role(face, click.member)
        place = message.place
        ref = Ref("-".join((MESSAGE, place.channel, place.ts, place.thread_ts or place.ts, message.by)), 0)
        about = f"What {message.author} wrote"
        return escalate.escalate_modal(EscalateForm(ref, about, queues(face.services.policy()), quoted=message.text))

    return read


def _form(face: Face, member: Member, ref: Ref, task_id: str, request_id: str) -> Json:
    _needs_role(face, member)
    view = views.task_view(face.services.ledger, task_id)
    if view is None:
        raise BadInput(GONE)
    waits = [each for each in view.requests if each["kind"] == "approval" and each["state"] == "pending"]
    mine = next((each for each in view.requests if each["id"] == request_id), None) or next(iter(waits), None)
    about = f"{who(view.event) or 'a task'}, {task_id}"
    return escalate.escalate_modal(EscalateForm(
        ref, about, queues(face.services.policy()), str(mine["queue"]) if mine else "", still_decidable=bool(waits),
    ))  # fmt: skip


def queues(policy: Policy) -> tuple[tuple[str, str], ...]:
    """Whom one can call, a role once: the queue's name, and its words with those who hold the role."""
    found: dict[str, tuple[str, str]] = {}
    for name, queue in policy.queues.items():
        people = [each.name for each in policy.people.values() if queue.role in each.roles]
        if people and queue.role not in found:
            found[queue.role] = (name, f"{name.replace('_', ' ').capitalize()}: {', '.join(people)}")
    return tuple(found.values())


def _needs_role(face: Face, member: Member) -> None:
    if not member.is_member or not authority.roles_of(face.services.policy(), member.mail):
        raise BadInput(clicks.NO_ROLE.reason)


def called(face: Face, sent: Sent) -> Json:
    """The form came back: they are called, or why not."""
    given = escalate.parse_escalate(sent.view)
    if not given.why:
        return {"response_action": "errors", "errors": {escalate.WHY_BLOCK: "Say in a few words why."}}
    task_id, request_id = _subject(face, given.ref, sent)
    plea = Plea(
        given.queue, given.why, given.when == "now", request_id, given.ref.version if request_id else None, "modal"
    )
    match Escalating(face.services.ledger, face.services.policy).call(task_id, plea, sent.member):
        case CalledFor():
            return CLOSES
        case NotPossible(reason=reason):
            return {"response_action": "errors", "errors": {escalate.TO_BLOCK: reason[:150]}}
        case Refused() as refused:
            return shown(TITLE, replies.refused(refused))
        case never:
            assert_never(never)


def _subject(face: Face, ref: Ref, sent: Sent) -> tuple[str, str]:
    """The task, and the request if the form was about one; a message becomes its task now. Raises `BadInput`."""
    kind, *parts = ref.id.split("-")
    if kind == MESSAGE and len(parts) == 4:
        channel, ts, thread, by = parts
        place = Place(channel, sent.member.user_id, ts, thread)
        message = Message(place, escalate.quoted_in(sent.view), author_of(face, by), by=by)
        return make_task(face, message, sent.member.user_id, HEAD_START).task_id, ""
    found = escalating.subject(face.services.ledger, ref.id)
    if found is None:
        raise BadInput(GONE)
    return found
