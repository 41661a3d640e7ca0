"""users.* and dnd.*: https://docs.slack.dev/reference/methods"""

from localslack.clock import seconds
from localslack.config import Person
from localslack.kept import drop, keep, kept
from localslack.methods.call import Call
from localslack.methods.conversations import of_types
from localslack.team import room_shapes
from localslack.team.people import SLACKBOT, shown_bot, shown_person, shown_slackbot
from localslack.wire import Json, SlackError

PRESENCE = "presence"
EVERYBODY = 1_000_000
MOST_ASKED = 50
AWAKE: Json = {"dnd_enabled": False, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1}


def info(call: Call) -> Json:
    """Describe one user."""
    return {"user": _described(call, call.args.text("user") or "") | _locale(call)}


def everyone(call: Call) -> Json:
    """List all users of the team, bots and those who left among them; without a limit all at once."""
    team = call.workspace.team
    people = [_shown(call, each) for each in call.workspace.people.all() if each.team == team.id]
    users = [*people, _described(call, call.bot), _described(call, SLACKBOT)]
    listed = call.page("members", [user | _locale(call) for user in users], default=EVERYBODY)
    return {**listed, "cache_ts": int(seconds(call.workspace.clock))}


def by_email(call: Call) -> Json:
    """Find a user by mail address."""
    found = call.workspace.people.by_email(call.given("email"))
    if found is None or call.workspace.people.is_stranger(found.id):
        raise SlackError("users_not_found")
    return {"user": _shown(call, found)}


def conversations(call: Call) -> Json:
    """List the conversations a user is in (the bot's own without `user`); private ones only if the bot is in them too."""
    user = call.args.text("user") or call.bot
    if not call.workspace.knows(user):
        raise SlackError("user_not_found")
    mine = {room.id for room in call.workspace.rooms.of(call.bot)}
    rooms = [room for room in of_types(call, call.workspace.rooms.of(user)) if not room.closed or room.id in mine]
    shown = [room_shapes.shown(call.workspace, room) for room in rooms]
    return call.page("channels", [{key: room[key] for key in room if key != "is_member"} for room in shown])


def profile(call: Call) -> Json:
    """Return a user's profile."""
    shown = _described(call, call.args.text("user") or call.bot)["profile"]
    return {"profile": {**shown, "fields": {}, "status_emoji_display_info": []}}


def presence(call: Call) -> Json:
    """Say whether a user is there: people always are, unless they left; the bot while it is connected."""
    user = call.args.text("user") or call.bot
    if user != call.bot:
        return {"presence": "away" if call.person(user).deleted else "active"}
    connected = call.workspace.line.connected
    away = kept(call.workspace, PRESENCE, call.bot) is not None
    state = "active" if connected and not away else "away"
    told = {"online": connected > 0, "auto_away": False, "manual_away": away, "connection_count": connected}
    return {"presence": state, **told, "last_activity": int(seconds(call.workspace.clock))}


def set_presence(call: Call) -> Json:
    """Set the bot's own presence: `auto` or `away`."""
    match call.given("presence"):
        case "auto":
            drop(call.workspace, PRESENCE, call.bot)
        case "away":
            keep(call.workspace, PRESENCE, call.bot, {"away": True})
        case _:
            raise SlackError("invalid_presence")
    return {}


def dnd_info(call: Call) -> Json:
    """Say whether a user wants not to be disturbed; here nobody minds."""
    _described(call, call.args.text("user") or call.bot)
    return {**AWAKE, "snooze_enabled": False, "snooze_endtime": 0, "snooze_remaining": 0, "snooze_is_indefinite": False}


def dnd_team(call: Call) -> Json:
    """Say of several users whether they want not to be disturbed."""
    users = call.users()
    if not users:
        raise SlackError("no_users_provided")
    return {"users": {user: dict(AWAKE) for user in users[:MOST_ASKED] if call.workspace.knows(user)}}


def _described(call: Call, user: str) -> Json:
    here = call.workspace
    if user == call.bot:
        return shown_bot(here.app, here.team, here.clock, here.base_url)
    return shown_slackbot(here.team, here.clock, here.base_url) if user == SLACKBOT else _shown(call, call.person(user))


def _shown(call: Call, person: Person) -> Json:
    here = call.workspace
    return shown_person(person, here.app, here.team, here.clock, here.base_url)


def _locale(call: Call) -> Json:
    return {"locale": "en-US"} if call.args.flag("include_locale") else {}
