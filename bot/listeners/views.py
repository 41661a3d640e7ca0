"""Forms that come back."""

from __future__ import annotations

from collections.abc import Mapping

from slack_bolt.app.async_app import AsyncApp

from bot import asking, escalating, forms, home_pages, lists, pending
from bot.cards import ids
from bot.cards.blocks import Json
from bot.face import Ack, Face, Form, Sent
from bot.listeners.actions import ANY

FORMS: Mapping[str, tuple[str, Form]] = {
    ids.REJECT_FORM: ("Reject", forms.rejected),
    ids.READ_FORM: ("Approve", forms.approved_in_full),
    ids.EDIT_FORM: ("Edit", forms.edited),
    ids.EDIT_CONFIRM_FORM: ("Edit", forms.edit_confirmed),
    ids.HAND_BACK_FORM: ("Hand back", forms.handed_back),
    ids.REASSIGN_FORM: (pending.REASSIGN_TITLE, pending.reassigned),
    ids.LATER_FORM: (pending.LATER_TITLE, pending.put_off),
    ids.ASK_FORM: (asking.ASK_TITLE, asking.asked),
    ids.ASK_CONFIRM_FORM: (asking.CUSTOMER_TITLE, asking.mailed),
    ids.QUESTION_FORM: (asking.ANSWER_TITLE, asking.answered),
    ids.QUESTION_ASK_FORM: (asking.CUSTOMER_TITLE, asking.asked_customer),
    ids.BATCH_CHOOSE_FORM: (lists.CHOOSE_TITLE, lists.some_chosen),
    ids.BATCH_REJECT_FORM: (lists.REJECT_TITLE, lists.all_rejected),
    ids.BATCH_WHY_FORM: (lists.WHY_TITLE, forms.only_read),
    ids.WHY_FORM: ("Why?", forms.only_read),
    ids.HANDOFF_FORM: ("Handoff", forms.only_read),
    ids.LOADING_FORM: ("Baton", forms.only_read),
    ids.FIND_FORM: (home_pages.FIND, home_pages.found),
    ids.NEW_TASK_FORM: (home_pages.HAND, home_pages.handed_in),
    ids.AGENT_PAUSE_FORM: (home_pages.PAUSE, home_pages.paused),
    ids.AGENT_RESUME_FORM: (home_pages.RESUME, home_pages.resumed),
    ids.AGENT_DETAILS_FORM: ("Agent", forms.only_read),
    ids.ESCALATE_FORM: (escalating.TITLE, escalating.called),
}


def register(app: AsyncApp, face: Face) -> None:
    """One listener for all callback ids."""

    @app.view(ANY)
    async def sent(ack: Ack, view: Json, context: Json) -> None:
        title, form = FORMS.get(str(view.get("callback_id")), ("Baton", forms.only_read))
        await face.submit(ack, Sent(context["member"], view), title, form)

    @app.view_closed(ANY)
    async def closed(ack: Ack) -> None:
        await ack()
