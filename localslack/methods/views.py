"""views.*: https://docs.slack.dev/reference/methods"""

from localslack import views
from localslack.blocks.judge import checked_view
from localslack.methods.call import Call
from localslack.state import packed
from localslack.wire import Json, SlackError, invalid

LARGEST_VIEW = 250 * 1024
"""https://docs.slack.dev/reference/methods/views.open (`view_too_large`)"""


def open_view(call: Call) -> Json:
    """Open a modal for the person whose trigger this is.

    What else they had open goes away, unless the trigger comes from there: then the new one lies on top. Slack says only
    that an app should not do that.
    """
    content, trigger = _content(call, "modal"), call.workspace.slips.spend(_trigger_id(call))
    if trigger.view_id is None:
        views.close_all(call.workspace, trigger.user)
    return _answer(views.push(call.workspace, trigger.user, content, trigger.channel))


def push(call: Call) -> Json:
    """Put a modal upon the one whose trigger this is."""
    content, trigger = _content(call, "modal"), call.workspace.slips.spend(_trigger_id(call))
    if trigger.view_id is None:
        raise SlackError("invalid_trigger_id")
    if not views.stack(call.workspace, trigger.user):
        raise SlackError("not_found")
    return _answer(views.push(call.workspace, trigger.user, content, trigger.channel))


def update(call: Call) -> Json:
    """Put new content into an open view, by `view_id` or `external_id`."""
    content = _content(call, "modal", "home")
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
    content = _content(call, "home")
    if not call.workspace.app.features.home_tab:
        raise SlackError("not_enabled")
    if not call.workspace.people.get(user) or call.workspace.people.is_stranger(user):
        raise invalid("user not found", "/user_id")
    return _answer(views.publish(call.workspace, user, content, call.args.text("hash")))


def _trigger_id(call: Call) -> str:
    return call.args.text("trigger_id") or call.args.needed("interactivity_pointer")


def _content(call: Call, *kinds: str) -> Json:
    view = call.args.structure("view", "invalid_arguments")
    if view is None:
        raise invalid("missing required field: view")
    if not isinstance(view, dict):
        raise invalid("must provide an object", "/view")
    if len(packed(view).encode()) > LARGEST_VIEW:
        raise SlackError("view_too_large")
    return checked_view(view, *kinds)


def _answer(view: views.View) -> Json:
    return {"view": views.with_state(view, view.inputs)}
