"""Buttons and menus."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slack_bolt.app.async_app import AsyncApp

from bot import (
    answers,
    asking,
    asking_again,
    clicks,
    escalating,
    home_pages,
    lists,
    pages,
    pending,
    understood,
    undoing,
)  # fmt: skip
from bot.cards import ids
from bot.cards.blocks import Json
from bot.face import Ack, Act, Click, Face, Page, Place
from core.ports import Member

MENUS = frozenset({ids.APPROVAL_MORE, ids.ESCALATION_MORE, ids.EFFECT_MORE, ids.QUESTION_MORE})
ANY = re.compile(r".+", re.DOTALL)

ACTS: Mapping[str, Act] = {
    ids.APPROVAL_APPROVE: clicks.approve,
    ids.APPROVAL_MORE: clicks.more,
    ids.ESCALATION_MORE: clicks.unknown,
    ids.EFFECT_MORE: clicks.unknown,
    ids.APPROVAL_UNDO: undoing.undo,
    ids.BATCH_APPROVE_ALL: lists.approve_all,
    ids.APPROVAL_ASK_AGAIN: asking_again.press,
    ids.ESCALATION_TAKE_OVER: clicks.take_over_request,
    ids.ESCALATION_ACKNOWLEDGE: answers.acknowledge,
    ids.ESCALATION_NOT_NOW: answers.not_now,
    ids.TASK_TAKE_OVER: clicks.take_over_task,
    ids.EFFECT_MARK_SENT: clicks.went_through,
    ids.EFFECT_MARK_NOT_SENT: clicks.did_not,
    ids.PAUSE_RESUME: clicks.resume,
    ids.OUTAGE_TRY_NOW: clicks.try_now,
    ids.HOME_OPEN: home_pages.opened,
    ids.QUESTION_ANSWER_1: asking.answer_1,
    ids.QUESTION_ANSWER_2: asking.answer_2,
    ids.QUESTION_MORE: asking.more,
    ids.UNDERSTOOD_TELL: understood.tell,
}
PAGES: Mapping[str, tuple[str, Page]] = {
    ids.APPROVAL_REJECT: ("Reject", pages.reject),
    ids.APPROVAL_EDIT: ("Edit", pages.edit),
    ids.APPROVAL_READ: ("Read it all", pages.read),
    ids.APPROVAL_WHY: ("Why?", pages.why_request),
    ids.ESCALATION_WHY: ("Why?", pages.why_request),
    ids.TASK_WHY: ("Why?", pages.why_task),
    ids.EFFECT_WHY: ("Why?", pages.why_effect),
    ids.TASK_HAND_BACK: ("Hand back", pages.hand_back),
    ids.HANDOFF_DETAILS: ("Handoff", pages.handoff_details),
    ids.BATCH_CHOOSE: (lists.CHOOSE_TITLE, lists.choose_page),
    ids.BATCH_REJECT: (lists.REJECT_TITLE, lists.reject_page),
    ids.BATCH_WHY: (lists.WHY_TITLE, lists.why_page),
    ids.HOME_FIND: (home_pages.FIND, home_pages.find_task),
    ids.HOME_NEW_TASK: (home_pages.HAND, home_pages.new_task),
    ids.HOME_PAUSE: (home_pages.PAUSE, home_pages.pause),
    ids.AGENT_MORE: ("Agent", home_pages.agent),
    ids.TASK_ESCALATE: (escalating.TITLE, escalating.page),
    ids.QUESTION_WHY: ("Why?", pages.why_request),
    ids.UNDERSTOOD_EDIT: ("Edit", understood.edit),
    ids.QUESTION_OTHER: (asking.ANSWER_TITLE, asking.other_page),
    ids.QUESTION_ASK_CUSTOMER: (asking.CUSTOMER_TITLE, asking.customer_page),
}
# Choices under ••• that open a form; by their verb, on whichever card.
MENU_PAGES: Mapping[str, tuple[str, Page]] = {
    ids.REASSIGN: (pending.REASSIGN_TITLE, pending.reassign_page),
    ids.LATER: (pending.LATER_TITLE, pending.later_page),
    ids.ESCALATE: (escalating.TITLE, escalating.page),
    ids.ASK: (asking.ASK_TITLE, asking.ask_page),
    ids.OTHER: (asking.ANSWER_TITLE, asking.other_page),
}


def register(app: AsyncApp, face: Face) -> None:
    """One listener for all ids, so that also a button of an older version is answered."""

    @app.action(ANY)
    async def pressed(ack: Ack, body: Json, action: Json, context: Json) -> None:
        click = clicked(face, body, action, context["member"], context["place"])
        about, _, verb = click.value.rpartition(":")
        if page := PAGES.get(click.action):
            await face.open(ack, click, *page)
        elif click.action in MENUS and (page := MENU_PAGES.get(verb)):
            await face.open(ack, replace(click, value=about), *page)
        else:
            await face.act(ack, click, ACTS.get(click.action, clicks.unknown))
        if (body.get("view") or {}).get("type") == "home":
            face.homes.touched(click.member.user_id)


def clicked(face: Face, body: Json, action: Json, member: Member, place: Place) -> Click:
    """The click, out of Slack's payload."""
    option: Any = action.get("selected_option") or {}
    now = face.services.clock.now().timestamp()
    seconds = max(0, int(now - float(place.ts))) if place.ts else None
    value = str(action.get("value") or option.get("value") or "")
    return Click(member, place, str(action.get("action_id", "")), value, str(body.get("trigger_id", "")), seconds)
