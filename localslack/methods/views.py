"""views.*: https://docs.slack.dev/reference/methods"""

from localslack import views
from localslack.blocks.judge import checked_view
from localslack.methods.call import Call
from localslack.wire import Json, SlackError, invalid


def open_view(call: Call) -> Json:
    """Open a modal for the person whose trigger this is."""
    return _raise_modal(call, fresh=True)


def push(call: Call) -> Json:
    """Put a modal upon the one that is open."""
    return _raise_modal(call, fresh=False)


def update(call: Call) -> Json:
    """Put new content into an open view, by `view_id` or `external_id`."""
    content = checked_view(_given(call), "modal", "home")
    if call.args.text("view_id"):
        found = views.find(call.workspace, call.args.needed("view_id"))
    elif call.args.text("external_id"):
        found = views.by_external_id(call.workspace, call.args.needed("external_id"))
    else:
        raise invalid("must provide either view_id or external_id")
    if found is None:
        raise SlackError("not_found")
    return _answer(views.replace(call.workspace, found, content, call.args.text("hash")))


def publish(call: Call) -> Json:
    """Set a person's home tab."""
    user = call.args.needed("user_id")
    content = checked_view(_given(call), "home")
    if not call.workspace.people.get(user):
        raise invalid("user not found", "/user_id")
    return _answer(views.publish(call.workspace, user, content, call.args.text("hash")))


def _raise_modal(call: Call, fresh: bool) -> Json:
    trigger_id = call.args.text("trigger_id") or call.args.needed("interactivity_pointer")
    content = checked_view(_given(call), "modal")
    trigger = call.workspace.slips.spend(trigger_id)
    if fresh and trigger.view_id is None:
        views.close_all(call.workspace, trigger.user)
    if not fresh and not views.stack(call.workspace, trigger.user):
        raise SlackError("invalid_trigger_id")
    return _answer(views.push(call.workspace, trigger.user, content))


def _given(call: Call) -> Json:
    view = call.args.structure("view", "invalid_arguments")
    if view is None:
        raise invalid("missing required field: view")
    if not isinstance(view, dict):
        raise invalid("must provide an object", "/view")
    return view


def _answer(view: views.View) -> Json:
    return {"view": views.with_state(view, view.inputs)}
