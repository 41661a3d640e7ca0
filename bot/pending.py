"""Handing a decision on, reminding of it and putting it off: what stands in the forms, and what they do when they come back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import assert_never

from bot import clicks
from bot.cards import later, reassign, replies
from bot.cards.blocks import Json, Ref, parse_ref
from bot.cards.later import LaterAnswer, LaterForm
from bot.cards.operations import speech
from bot.cards.reassign import ReassignForm
from bot.cards.words import plural
from bot.face import Click, Face, Sent
from bot.forms import CLOSES, shown
from bot.pages import GONE, pending
from bot.render.approval import parts
from bot.render.scene import subject_of
from core.contract.authority import Decision, Refused, Verb
from core.contract.base import RequestId
from core.errors import BadInput
from core.moment import from_us
from policies.rules import assignment, sla
from policies.rules.assignment import Holder
from workflows import calling
from workflows.calling import Case
from workflows.later import Reminded, Snoozed, TooSoon
from workflows.people import NotPossible
from workflows.reassign import Reassigned
from workflows.views import RequestView

REASSIGN_TITLE, LATER_TITLE = "Hand to someone else", "Remind or snooze"
NOBODY_ELSE = "Nobody else can decide this by the rules, so it cannot be handed on."

TOO_LATE = "That is too soon for it to be put off."
NOT_YOURS = "You are not among those who can decide it, so you can remind them and nothing else."


# Forms as they open --------------------------------------------------------------------------------------------------


def reassign_page(face: Face, click: Click) -> Json:
    """Who else may decide it."""
    view = pending(face, click.value)
    case = _case(face, view)
    able = case.able()
    now = tuple(each.person for each in case.called())
    people = tuple(
        (each.user, _titled(each)) for each in able
        if each.user and f"{assignment.PERSON}:{each.user}" != case.assignee and (each.user,) != now
    )  # fmt: skip
    if not people:
        raise BadInput(NOBODY_ELSE)
    _, _, resolved = parts(view)
    noun = f"{speech(resolved, subject_of(resolved)).noun}, {view.task.id}"
    return reassign.reassign_modal(ReassignForm(
        parse_ref(click.value), noun, from_us(view.request["due_at"]), face.scene.zone, people, _teams(case, able)
    ))  # fmt: skip


def later_page(face: Face, click: Click) -> Json:
    """What can be done about its being asked at all."""
    view = pending(face, click.value)
    services, limits = face.services, face.services.policy().limits
    now, due_at = services.clock.now(), from_us(view.request["due_at"])
    case, me = _case(face, view), click.member.user_id
    fits = tuple(each for each in limits.snooze_min if now + timedelta(minutes=each) < due_at)
    may = me in {each.user for each in case.able()}
    is_called = me in {each.user for each in case.called()}
    opens_at = sla.opens(services.policy(), now)
    last = services.later.last(view.request["id"])
    return later.later_modal(LaterForm(
        parse_ref(click.value), face.scene.zone, due_at, limits.remind_every_min, last[1] if last else None,
        mine=fits if is_called else (), opens_at=opens_at if is_called and opens_at < due_at else None,
        all_of_us=fits if may else (),
        only_remind_words="" if may and fits else TOO_LATE if may else NOT_YOURS,
    ))  # fmt: skip


def _case(face: Face, view: RequestView) -> Case:
    case = calling.of_view(face.services.ledger, face.services.policy(), view)
    if case is None:
        raise BadInput(GONE)
    return case


def _titled(each: Holder) -> str:
    return f"{each.name}, {', '.join(sorted(role.replace('_', ' ') for role in each.roles))}"


def _teams(case: Case, able: tuple[Holder, ...]) -> tuple[tuple[str, str], ...]:
    """The roles of those who can decide, with how many of them hold it; not the one that has it, or that would change nothing."""
    found = []
    for role in sorted({role for each in able for role in each.roles}):
        holders = [each for each in able if role in each.roles]
        to_all = len(holders) == len(able) and not case.assignee
        if f"{assignment.ROLE}:{role}" != case.assignee and not to_all:
            name = role.replace("_", " ").capitalize()
            found.append((role, f"{name} ({plural(len(holders), 'person', 'people')})"))
    return tuple(found)


# Forms as they come back ---------------------------------------------------------------------------------------------


def reassigned(face: Face, sent: Sent) -> Json:
    """Somebody else is asked now."""
    given = reassign.parse_reassign(sent.view)
    decision = _decision(given.ref, sent, "reassign", given.note)
    match face.services.reassign.to(decision, given.to, sent.member):
        case Reassigned():
            return CLOSES
        case NotPossible(reason=reason):
            return {"response_action": "errors", "errors": {reassign.TO_BLOCK: reason[:150]}}
        case Refused() as refused:
            return shown(REASSIGN_TITLE, clicks.refusal(face, given.ref.id, refused))
        case never:
            assert_never(never)


def put_off(face: Face, sent: Sent) -> Json:
    """The others are reminded, or it is shown again later."""
    given = later.parse_later(sent.view)
    if given.kind == "remind":
        answer: Reminded | Snoozed | TooSoon | NotPossible | Refused = face.services.later.remind(
            _decision(given.ref, sent, "remind"), sent.member
        )
    else:
        answer = face.services.later.snooze(
            _decision(given.ref, sent, "snooze"), sent.member, _until(face, given), everyone=given.kind == "all"
        )
    match answer:
        case Reminded() | Snoozed():
            return CLOSES
        case TooSoon(by=by, at=at, again_at=again_at):
            return {"response_action": "update", "view": later.too_soon(given.ref, by, at, again_at, face.scene.zone)}
        case NotPossible(reason=reason):
            return shown(LATER_TITLE, replies.told(reason))
        case Refused() as refused:
            return shown(LATER_TITLE, clicks.refusal(face, given.ref.id, refused))
        case never:
            assert_never(never)


def _decision(ref: Ref, sent: Sent, verb: Verb, note: str = "") -> Decision:
    return Decision(
        request_id=RequestId(ref.id),
        version=ref.version,
        person=sent.member.user_id,
        verb=verb,
        note=note,
        surface="modal",
    )


def _until(face: Face, given: LaterAnswer) -> datetime:
    now = face.services.clock.now()
    if given.minutes is None:
        return sla.opens(face.services.policy(), now)
    return now + timedelta(minutes=given.minutes)
