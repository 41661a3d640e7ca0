"""assistant.threads.* and agents.sessions.*: https://docs.slack.dev/reference/methods"""

from localslack.methods import scopes
from localslack.methods.call import TS, Call
from localslack.talk import history, messages, sessions
from localslack.team.rooms import Room
from localslack.wire import Json, SlackError, invalid

MOST_LOADING = 10
MOST_PROMPTS = 4
LONGEST_TITLE = 200
STOPPED = "agent_session_stopped"


def set_status(call: Call) -> Json:
    """Say what the app is doing in a thread; empty takes it away."""
    room, thread_ts = _thread(call)
    status, loading = call.given("status"), call.args.structure("loading_messages", "invalid_arguments") or []
    if not isinstance(loading, list) or any(not isinstance(each, str) for each in loading):
        raise invalid("must provide an array", "/loading_messages")
    if len(loading) > MOST_LOADING:
        raise invalid("no more than 10 items allowed", "/loading_messages")
    sessions.set_status(call.workspace, room, thread_ts, status, loading, _face(call))
    return {}


def set_title(call: Call) -> Json:
    """Name a thread. The app hears of the change of the message a conversation with an AI app begins with."""
    room, thread_ts = _thread(call)
    title = call.given("title")
    sessions.say(call.workspace, room, thread_ts, title=title)
    about = messages.found(call.workspace, room.id, thread_ts).get("assistant_app_thread")
    if about is not None:
        change = {"assistant_app_thread": {**about, "title": title}}
        messages.update(call.workspace, room, thread_ts, change, edited=False)
    return {}


def set_prompts(call: Call) -> Json:
    """Suggest what the person may say next; without a thread below the newest message, or where nothing was said yet.

    An app with `agent_view` may name no thread: https://docs.slack.dev/reference/methods/assistant.threads.setSuggestedPrompts
    says that such a call "silently fails".
    """
    features = call.workspace.app.features
    if call.workspace.app.scopes is not None and not (features.agent or features.assistant):
        raise SlackError("not_agent_app")
    room, thread_ts = _thread(call, needed=False)
    prompts = call.args.structure("prompts", "invalid_arguments")
    if prompts is None:
        raise invalid("missing required field: prompts")
    if not isinstance(prompts, list) or len(prompts) > MOST_PROMPTS:
        raise invalid(f"must provide an array of at most {MOST_PROMPTS} prompts", "/prompts")
    for place, prompt in enumerate(prompts):
        for name in ("title", "message"):
            if not isinstance(prompt, dict) or not isinstance(prompt.get(name), str):
                raise invalid(f"missing required field: {name}", f"/prompts/{place}")
    title = call.args.text("title") or None
    if not (features.agent and call.args.text("thread_ts")):
        sessions.say(call.workspace, room, thread_ts, prompts=prompts, prompts_title=title)
    return {}


def set_progress(call: Call) -> Json:
    """Say how far the app's work in a thread is; the first time this begins a session."""
    if not call.args.has("status"):
        raise invalid("missing required field: status")
    room, thread_ts = _session(call)
    progress = call.given("status")
    if progress not in sessions.PROGRESS:
        raise SlackError("invalid_status")
    said = sessions.find(call.workspace, room.id, thread_ts) or {}
    begun = {} if "progress" in said else _beginning(call, room)
    said = sessions.say(call.workspace, room, thread_ts, progress=progress, **begun, **_face(call))
    subscribed = call.workspace.app.events
    if subscribed is not None and STOPPED not in subscribed:
        call.warn("missing_agent_session_stopped_event_subscription")
    title = {"title": said["title"]} if "title" in said else {}
    return {"status": progress, "agent_status": progress, **title}


def rename(call: Call) -> Json:
    """Give a session another title."""
    title = _title(call, call.given("title"))
    room, thread_ts = _session(call)
    if not title:
        raise invalid("must be more than 0 characters", "/title")
    if "progress" not in (sessions.find(call.workspace, room.id, thread_ts) or {}):
        raise SlackError("session_not_found")
    sessions.say(call.workspace, room, thread_ts, title=title)
    return {"title": title}


def _thread(call: Call, needed: bool = True) -> tuple[Room, str]:
    """Return the conversation and the thread a call is about; `detail` says in words what is wrong."""
    try:
        room = call.own_room("channel_id")
    except SlackError as refusal:
        if refusal.code in {"channel_not_found", "not_in_channel"}:
            raise SlackError("channel_not_found", extra={"detail": "Invalid channel_id"}) from None
        raise
    if not needed and not call.args.text("thread_ts"):
        newest = history.latest(call.workspace, room.id, history.ALWAYS, 1).messages
        return room, str(newest[0]["ts"]) if newest else ""
    thread_ts = call.given("thread_ts")
    if not TS.fullmatch(thread_ts) or history.find(call.workspace, room.id, thread_ts) is None:
        raise SlackError("invalid_thread_ts", extra={"detail": "Thread not found"})
    return room, thread_ts


def _session(call: Call) -> tuple[Room, str]:
    room = call.room("channel_id")
    if not call.workspace.rooms.has(room.id, call.bot):
        raise SlackError("not_authorized")
    if not call.args.text("thread_ts"):
        raise SlackError("thread_ts_required")
    if history.find(call.workspace, room.id, call.given("thread_ts")) is None:
        raise SlackError("session_not_found")
    return room, call.given("thread_ts")


def _beginning(call: Call, room: Room) -> Json:
    initiator = call.args.text("initiator_user_id")
    if initiator and not call.workspace.rooms.has(room.id, initiator):
        raise SlackError("user_not_found")
    return {"title": _title(call, call.args.text("title") or "") or None, "initiator": initiator}


def _title(call: Call, title: str) -> str:
    if len(title) > LONGEST_TITLE:
        raise invalid(f"must be less than {LONGEST_TITLE + 1} characters", "/title")
    return title


def _face(call: Call) -> Json:
    """Return the name and icon the app wants to be seen with; without the scope it keeps its own."""
    if call.workspace.app.scopes is not None and not scopes.granted(call.workspace.app, scopes.OWN_NAMES):
        return {}
    names = ("username", "icon_emoji", "icon_url")
    return {name: value for name in names if (value := call.args.text(name)) is not None}
