"""Submitting and closing modals."""

from typing import assert_never

from localslack import views
from localslack.acts import inputs, payloads
from localslack.acts.seen import NO_CONNECTION_IN_MODAL, NotPossibleError, Seen
from localslack.blocks.judge import checked_view
from localslack.line.port import Acked, Unanswered
from localslack.views import View
from localslack.wire import Json, SlackError
from localslack.workspace import Workspace


async def submit(workspace: Workspace, user: str, view_id: str, given: Json) -> Seen:
    """Send a modal. What the app answers happens to it: errors under its inputs, another view, or it closes."""
    view = _open(workspace, user, view_id)
    state = inputs.values(view.body["blocks"], given, view.inputs)
    views.keep_inputs(workspace, view, state)
    wrong = inputs.mistakes(view.body["blocks"], state)
    if wrong:
        return Seen(fields=wrong)
    payload = {
        **payloads.common(workspace, "view_submission", user),
        "trigger_id": workspace.slips.trigger(user, view.id),
        "view": views.with_state(view, state),
        "response_urls": [],
    }
    match await workspace.line.deliver("interactive", payload, accepts=True):
        case Acked(said):
            return _after(workspace, view, said or {})
        case Unanswered():
            return Seen(error=NO_CONNECTION_IN_MODAL)
        case other:
            assert_never(other)


async def close(workspace: Workspace, user: str, view_id: str, everything: bool) -> Seen:
    """Close one modal, or all of them; the app hears of it where it asked to."""
    view = _open(workspace, user, view_id)
    going = views.stack(workspace, user) if everything or view.body["clear_on_close"] else [view]
    for each in reversed(going):
        views.close(workspace, each)
    for each in going:
        if each.body["notify_on_close"]:
            payload = payloads.common(workspace, "view_closed", user)
            state = inputs.values(each.body["blocks"], {}, each.inputs)
            payload |= {"view": views.with_state(each, state), "is_cleared": len(going) > 1}
            await workspace.line.deliver("interactive", payload, accepts=False)
    return Seen()


def _open(workspace: Workspace, user: str, view_id: str) -> View:
    view = views.find(workspace, view_id)
    if view is None or view.user != user or view.kind != "modal":
        raise NotPossibleError(f"{user} has no modal {view_id} open")
    return view


def _after(workspace: Workspace, view: View, said: Json) -> Seen:
    try:
        return _respond(workspace, view, said)
    except SlackError as refusal:
        workspace.log_call("view_submission", refusal.code, refusal.answer())
        return Seen(error=NO_CONNECTION_IN_MODAL)


def _respond(workspace: Workspace, view: View, said: Json) -> Seen:
    match said.get("response_action"):
        case None:
            views.close(workspace, view)
        case "errors":
            return Seen(fields=_checked_errors(view, said.get("errors")))
        case "update":
            views.replace(workspace, view, checked_view(said.get("view"), "modal"))
        case "push":
            views.push(workspace, view.user, checked_view(said.get("view"), "modal"))
        case "clear":
            views.close_all(workspace, view.user)
        case _:
            raise SlackError("invalid_response_action")
    return Seen()


def _checked_errors(view: View, errors: object) -> Json:
    """An error for a block that is no input of this view is refused, as Slack refuses it."""
    known = {block["block_id"] for block in view.body["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= known:
        raise SlackError("invalid_response_action_errors")
    return {str(block_id): str(text) for block_id, text in errors.items()}
