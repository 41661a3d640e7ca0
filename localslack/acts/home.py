"""Coming to the app: its home tab, its messages tab, and what an AI app hears of where somebody is."""

from localslack import events, views
from localslack.acts.reach import of_the_team
from localslack.acts.seen import NotPossibleError, Seen
from localslack.talk import messages
from localslack.talk.messages import Draft
from localslack.team.rooms import Room
from localslack.wire import Json
from localslack.workspace import Workspace

TABS = ("home", "messages")
NEW_THREAD = "New Assistant Thread"


def come(workspace: Workspace, user: str, tab: str, at: str | None = None) -> Seen:
    """Open one of the app's tabs; the app hears `app_home_opened`.

    `at` is the conversation the person came from: an app with `agent_view` is told of it. One with `assistant_view` gets a
    new thread when its messages tab is opened, and `assistant_thread_started`; the answer's `ts` is that thread's.
    """
    if tab not in TABS or (tab == "home" and not workspace.app.features.home_tab):
        raise NotPossibleError(f"the app has no tab {tab}")
    of_the_team(workspace, user, "open the app's home")
    room = direct(workspace, user)
    event: Json = {
        "type": "app_home_opened",
        "user": user,
        "channel": room.id,
        "tab": tab,
        "event_ts": workspace.state.next_ts(),
    }
    shown = views.home(workspace, user)
    if shown and tab == "home":
        event["view"] = views.with_state(shown, shown.inputs)
    if workspace.app.features.agent:
        event["context"] = _entities(workspace, user, at)
    events.tell(workspace, "app_home_opened", event)
    if tab == "messages" and workspace.app.features.assistant:
        return Seen(ts=start_thread(workspace, user, room, at))
    return Seen()


def look(workspace: Workspace, user: str, at: str, thread_ts: str | None = None) -> Seen:
    """Look at a conversation while the app is open beside it.

    An app with `agent_view` hears `app_context_changed`, one with `assistant_view` `assistant_thread_context_changed` of
    the thread `thread_ts`; the others hear nothing.
    """
    of_the_team(workspace, user, "have the app open")
    if not workspace.rooms.has(at, user):
        raise NotPossibleError(f"{user} is not in {at}")
    room, features = direct(workspace, user), workspace.app.features
    if features.agent:
        context = {"channel": room.id, "user": user, "context": _entities(workspace, user, at)}
        _tell(workspace, "app_context_changed", context)
    if features.assistant and thread_ts:
        _tell_of_thread(workspace, "assistant_thread_context_changed", user, room, thread_ts, at)
    return Seen()


def direct(workspace: Workspace, user: str) -> Room:
    """Return the direct conversation of a person and the app."""
    workspace.person(user)
    return workspace.direct(frozenset({user, workspace.team.bot_user}))


def start_thread(workspace: Workspace, user: str, room: Room, at: str | None = None) -> str:
    """Begin a new conversation with an app that has `assistant_view`; returns the timestamp of its root."""
    about = {"title": NEW_THREAD, "title_blocks": [], "artifacts": []}
    more = {"subtype": "assistant_app_thread", "assistant_app_thread": about}
    root = messages.post(workspace, room, workspace.team.bot_user, Draft(text=NEW_THREAD, more=more))
    _tell_of_thread(workspace, "assistant_thread_started", user, room, root["ts"], at)
    return str(root["ts"])


def _tell_of_thread(workspace: Workspace, name: str, user: str, room: Room, thread_ts: str, at: str | None) -> None:
    context: Json = {"channel_id": at, "team_id": workspace.team.id, "enterprise_id": None} if at else {}
    thread = {"user_id": user, "context": context, "channel_id": room.id, "thread_ts": thread_ts}
    _tell(workspace, name, {"assistant_thread": thread})


def _tell(workspace: Workspace, name: str, more: Json) -> None:
    events.tell(workspace, name, {"type": name, **more, "event_ts": workspace.state.next_ts()})


def _entities(workspace: Workspace, user: str, at: str | None) -> Json:
    """https://docs.slack.dev/reference/events/app_context_changed: empty where there is nothing to tell."""
    if at is None or not workspace.rooms.has(at, user):
        return {}
    return {"entities": [{"type": "slack#/types/channel_id", "value": at, "team_id": workspace.team.id}]}
