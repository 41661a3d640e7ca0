"""Submitting and closing modals."""

from typing import assert_never

from localslack import views
from localslack.acts import inputs, payloads
from localslack.acts.ask import ask
from localslack.acts.attach import hand_over
from localslack.acts.mistakes import mistakes
from localslack.acts.seen import NO_CONNECTION, NotPossibleError, Seen
from localslack.blocks.judge import checked_view
from localslack.line.port import Acked, Unanswered
from localslack.talk.interactive import elements_of
from localslack.views import View
from localslack.wire import Json, Problem, SlackError
from localslack.workspace import Workspace


async def submit(workspace: Workspace, user: str, view_id: str, given: Json) -> Seen:
    """Send a modal. What the app answers happens to it: errors under its inputs, another view, or it closes."""
    view = _open(workspace, user, view_id)
    if not view.body["submit"]:
        raise NotPossibleError(f"{view_id} has no submit button")
    blocks = view.body["blocks"]
    state = inputs.values(workspace, user, blocks, given, view.inputs)
    views.keep_inputs(workspace, view, state)
    wrong = mistakes(blocks, state)
    if wrong:
        return Seen(fields=wrong)
    hand_over(workspace, user, state)
    payload = {
        **payloads.common(workspace, "view_submission", user),
        "trigger_id": workspace.slips.trigger(user, view.id, view.channel),
        "view": views.with_state(view, state),
        "response_urls": _response_urls(workspace, user, blocks, state),
    }
    match await ask(workspace, "interactive", payload, accepts=True):
        case Acked(said):
            return _after(workspace, view.id, said or {})
        case Unanswered():
            return Seen(error=NO_CONNECTION.text)
        case other:
            assert_never(other)


async def close(workspace: Workspace, user: str, view_id: str, everything: bool) -> Seen:
    """Close one modal, or with its × all of them; the app hears of it where it asked to.

    Of a stack that goes away as a whole it hears once, of the first view, with `is_cleared`:
    https://docs.slack.dev/surfaces/modals (`view_closed`). A view with `clear_on_close` takes the stack along.
    """
    view = _open(workspace, user, view_id)
    cleared = everything or view.body["clear_on_close"]
    told = views.stack(workspace, user)[0] if cleared else view
    if cleared:
        views.close_all(workspace, user)
    else:
        views.close(workspace, view)
    if told.body["notify_on_close"]:
        state = inputs.values(workspace, user, told.body["blocks"], {}, told.inputs)
        payload = payloads.common(workspace, "view_closed", user)
        payload |= {"view": views.with_state(told, state), "is_cleared": cleared}
        await ask(workspace, "interactive", payload, accepts=False)
    return Seen()


def _open(workspace: Workspace, user: str, view_id: str) -> View:
    """Only the view on top can be sent or closed, also from a second window that shows another one still."""
    top = views.stack(workspace, user)[-1:]
    if not top or top[0].id != view_id:
        raise NotPossibleError(f"{user} has no modal {view_id} on top")
    return top[0]


def _response_urls(workspace: Workspace, user: str, blocks: list[Json], state: Json) -> list[Json]:
    """Return an address for each conversation that was chosen in a menu with `response_url_enabled`."""
    found: list[Json] = []
    for block, element in elements_of(blocks):
        value = state.get(block["block_id"], {}).get(element["action_id"], {})
        chosen = value.get("selected_conversation") or value.get("selected_channel")
        if block["type"] != "input" or not element.get("response_url_enabled") or not chosen:
            continue
        person = workspace.people.get(chosen)
        channel = workspace.direct(frozenset({user, chosen})).id if person else chosen
        hook = workspace.slips.hook(channel, user, None, False, None)
        place = {"block_id": block["block_id"], "action_id": element["action_id"], "channel_id": channel}
        found.append({**place, "response_url": payloads.response_url(workspace, hook)})
    return found


def _after(workspace: Workspace, view_id: str, said: Json) -> Seen:
    """What the app says of a view that went away meanwhile changes nothing."""
    view = views.find(workspace, view_id)
    if view is None:
        return Seen()
    try:
        return _respond(workspace, view, said)
    except SlackError as refusal:
        workspace.log_call("view_submission", refusal.code, {"said": said, **refusal.answer()})
        return Seen(error=NO_CONNECTION.text)


def _respond(workspace: Workspace, view: View, said: Json) -> Seen:
    match said.get("response_action"):
        case None:
            views.close(workspace, view)
        case "errors":
            return Seen(fields=_checked_errors(view, said.get("errors")))
        case "update":
            views.replace(workspace, view, checked_view(said.get("view"), "modal"))
        case "push":
            views.push(workspace, view.user, checked_view(said.get("view"), "modal"), view.channel)
        case "clear":
            views.close_all(workspace, view.user)
        case other:
            raise _unfit("/response_action", f"unknown response_action: {other}")
    return Seen()


def _checked_errors(view: View, errors: object) -> Json:
    """An error for a block that is no input of this view is refused, as Slack refuses it."""
    known = {block["block_id"] for block, _ in elements_of(view.body["blocks"]) if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors:
        raise _unfit("/errors", "must provide an object with an error for an input block")
    for block_id, text in errors.items():
        if block_id not in known:
            raise _unfit(f"/errors/{block_id}", "is no input block of this view")
        if not isinstance(text, str) or not text:
            raise _unfit(f"/errors/{block_id}", "must provide a string")
    return errors


def _unfit(pointer: str, message: str) -> SlackError:
    return SlackError("invalid_arguments", (Problem(pointer, message),))
