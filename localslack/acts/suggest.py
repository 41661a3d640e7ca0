"""Menus whose options the app gives while somebody types: block_suggestion, and what comes back."""

from typing import Any, assert_never

from localslack import views
from localslack.acts import inputs, payloads
from localslack.acts.ask import ask
from localslack.acts.click import container, located, message_seen
from localslack.acts.reach import reach
from localslack.acts.seen import GONE, NO_RESULTS, NotPossibleError, Seen
from localslack.blocks.judge import Surface, block_problems
from localslack.line.port import Acked, Unanswered
from localslack.wire import Json, Problem, SlackError
from localslack.workspace import Workspace

EXTERNAL = frozenset({"external_select", "multi_external_select"})
SHORTEST_QUERY = 3
"""Characters before the app is asked, unless the menu says otherwise:
https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element#external_select"""
INSIDE = "/blocks/0/elements/0"


async def on_message(workspace: Workspace, user: str, channel: str, ts: str, asked: Json) -> Seen:
    """Ask the app for the options of a menu on a message; `asked` has `action_id`, `block_id` and the typed `value`."""
    room = reach(workspace, user, channel)
    message = message_seen(workspace, user, channel, ts)
    place = located(message, asked["action_id"], asked["block_id"]) if message else None
    if message is None or place is None:
        return Seen(error=GONE.text)
    found: Json = {"container": container(room, message, place.attachment), "channel": payloads.named(room)}
    if not message.get("is_ephemeral"):
        found["message"] = message
    return await _ask(workspace, user, place.block, place.element, asked["value"], found)


async def on_view(workspace: Workspace, user: str, view_id: str, asked: Json) -> Seen:
    """Ask the app for the options of a menu in a modal or on the home tab; `asked` as above."""
    view = views.find(workspace, view_id)
    if view is None or view.user != user:
        raise NotPossibleError(f"{user} has no view {view_id} open")
    found = inputs.find(view.body["blocks"], asked["action_id"], asked["block_id"])
    if found is None:
        return Seen(error=GONE.text)
    state = inputs.values(workspace, user, view.body["blocks"], {}, view.inputs)
    place = {"container": {"type": "view", "view_id": view.id}, "view": views.with_state(view, state)}
    return await _ask(workspace, user, *found, asked["value"], place)


async def _ask(workspace: Workspace, user: str, block: Json, element: Json, typed: str, place: Json) -> Seen:
    if element["type"] not in EXTERNAL:
        raise NotPossibleError(f"{element['action_id']} has its own options")
    if len(typed) < int(element.get("min_query_length", SHORTEST_QUERY)):
        return Seen(more={"options": []})
    payload = {
        **payloads.common(workspace, "block_suggestion", user),
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "value": typed,
        **place,
    }
    match await ask(workspace, "interactive", payload, accepts=True):
        case Acked(said):
            return _offered(workspace, said or {})
        case Unanswered(why):
            workspace.log_call("block_suggestion", why.value, {"action_id": element["action_id"]})
            return Seen(error=NO_RESULTS.text, more={"options": []})
        case other:
            assert_never(other)


def _offered(workspace: Workspace, said: Json) -> Seen:
    """Judge what the app offers. The person only sees that there is nothing; the log says what was wrong."""
    try:
        return Seen(more=_checked(said))
    except SlackError as refusal:
        workspace.log_call("block_suggestion", refusal.code, {"said": said, **refusal.answer()})
        return Seen(error=NO_RESULTS.text, more={"options": []})


def _checked(said: Json) -> Json:
    given: Json = {name: said[name] for name in ("options", "option_groups") if name in said}
    if len(given) != 1:
        raise SlackError("invalid_arguments", (Problem("", "must define either `options` or `option_groups`"),))
    (name, offered), *_ = given.items()
    if offered == []:
        return given
    problems = _problems(name, offered)
    if problems:
        raise SlackError("invalid_arguments", problems)
    return given


def _problems(name: str, offered: Any) -> tuple[Problem, ...]:
    """What is wrong with options is what would be wrong with them in a menu that brings its own."""
    menu = {"type": "static_select", "action_id": "menu", "placeholder": {"type": "plain_text", "text": "x"}}
    found = block_problems([{"type": "actions", "elements": [{**menu, name: offered}]}], Surface.MESSAGE)
    return tuple(Problem(each.pointer.removeprefix(INSIDE), each.message) for each in found)
