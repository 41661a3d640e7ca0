"""Coming to the app: its home tab and its messages tab."""

from localslack import events, views
from localslack.acts.seen import NotPossibleError, Seen
from localslack.rooms import Room
from localslack.wire import Json
from localslack.workspace import Workspace

TABS = ("home", "messages")


def come(workspace: Workspace, user: str, tab: str) -> Seen:
    """Open one of the app's tabs; the app hears `app_home_opened`."""
    if tab not in TABS:
        raise NotPossibleError(f"the app has the tabs {', '.join(TABS)}")
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
    events.tell(workspace, "app_home_opened", event)
    return Seen()


def direct(workspace: Workspace, user: str) -> Room:
    """Return the direct conversation of a person and the app."""
    workspace.person(user)
    return workspace.direct(frozenset({user, workspace.team.bot_user}))
