"""conversations.* that change channels and who is in them: https://docs.slack.dev/reference/methods"""

from localslack.methods.call import Call
from localslack.team import changes
from localslack.team.room_shapes import is_general, shown
from localslack.team.rooms import Room
from localslack.wire import Json, SlackError, invalid

LONGEST_NAME = 80
LONGEST_TOPIC = 250
MOST_INVITED = 100
MARKS = "-_"


def create(call: Call) -> Json:
    """Make a channel with the bot in it."""
    name, private = _name(call), call.args.flag("is_private")
    call.check_scope("group" if private else "channel")
    return {"channel": shown(call.workspace, changes.create_room(call.workspace, name, private, call.bot))}


def join(call: Call) -> Json:
    """Put the bot into a public channel."""
    room = _channel(call)
    if room.archived:
        raise SlackError("is_archived")
    if not changes.enter(call.workspace, room, call.bot):
        call.warn("already_in_channel")
    return {"channel": shown(call.workspace, room)}


def leave(call: Call) -> Json:
    """Take the bot out of a channel. Where it was not, Slack's page shows `ok: false` without an error."""
    room = _channel(call)
    if not call.workspace.rooms.has(room.id, call.bot):
        return {"ok": False, "not_in_channel": True}
    if room.archived:
        raise SlackError("is_archived")
    if is_general(room):
        raise SlackError("cant_leave_general")
    if call.workspace.rooms.members(room.id) == [call.bot]:
        raise SlackError("last_member")
    changes.exit_room(call.workspace, room, call.bot)
    return {}


def archive(call: Call) -> Json:
    """Archive a channel the bot is in."""
    room = _own_channel(call)
    if is_general(room):
        raise SlackError("cant_archive_general")
    if room.archived:
        raise SlackError("already_archived")
    changes.archive(call.workspace, room, call.bot)
    return {}


def unarchive(call: Call) -> Json:
    """Refuse: "Bot tokens (xoxb-...) cannot currently be used to unarchive conversations", says Slack's page.

    They get `not_in_channel` (open-cli-collective/slack-chat-api issue 26).
    """
    if not _channel(call).archived:
        raise SlackError("not_archived")
    raise SlackError("not_in_channel")


def rename(call: Call) -> Json:
    """Give a channel another name; only its maker may."""
    room = _own_channel(call)
    if room.archived:
        raise SlackError("is_archived")
    if room.creator != call.bot:
        raise SlackError("not_authorized")
    return {"channel": shown(call.workspace, changes.rename(call.workspace, room, _name(call), call.bot))}


def set_topic(call: Call) -> Json:
    """Set a channel's topic."""
    return _describe(call, "topic")


def set_purpose(call: Call) -> Json:
    """Set a channel's description."""
    return _describe(call, "purpose")


def invite(call: Call) -> Json:
    """Put people into a channel: all of them or nobody, unless `force` says to take those who can be invited."""
    room = _own_channel(call)
    if room.archived:
        raise SlackError("is_archived")
    users = call.users()
    if not users:
        raise SlackError("no_user")
    if len(users) > MOST_INVITED:
        raise invalid("must be less than 101 items", "/users")
    refused = {user: code for user in users if (code := _refusal(call, room, user))}
    errors: list[Json] = [{"user": user, "ok": False, "error": code} for user, code in refused.items()]
    if errors and (len(errors) == len(users) or not call.args.flag("force")):
        raise SlackError(str(errors[0]["error"]), extra={"errors": errors})
    for user in users:
        if user not in refused:
            changes.enter(call.workspace, room, user, inviter=call.bot)
    return {"channel": shown(call.workspace, room)} | ({"errors": errors} if errors else {})


def kick(call: Call) -> Json:
    """Take somebody out of a channel."""
    room = _own_channel(call)
    user = call.given("user")
    if not call.workspace.knows(user):
        raise SlackError("user_not_found")
    if user == call.bot:
        raise SlackError("cant_kick_self")
    if is_general(room):
        raise SlackError("cant_kick_from_general")
    if not changes.exit_room(call.workspace, room, user, by=call.bot):
        raise SlackError("not_in_channel")
    return {"errors": {}}


def _channel(call: Call) -> Room:
    room = call.room()
    if room.kind != "channel":
        raise SlackError("method_not_supported_for_channel_type")
    return room


def _own_channel(call: Call) -> Room:
    room = _channel(call)
    if not call.workspace.rooms.has(room.id, call.bot):
        raise SlackError("not_in_channel")
    return room


def _describe(call: Call, what: str) -> Json:
    room = call.own_room()
    if room.kind == "im":
        raise SlackError("method_not_supported_for_channel_type")
    text = call.given(what)
    if room.archived:
        raise SlackError("is_archived")
    if len(text) > LONGEST_TOPIC:
        raise SlackError("too_long")
    return {"channel": shown(call.workspace, changes.describe(call.workspace, room, what, text, call.bot))}


def _name(call: Call) -> str:
    """Return the name a channel shall have: lower case letters of any language, digits, hyphens and underscores."""
    name = call.given("name").removeprefix("#")
    if not name:
        raise SlackError("invalid_name_required")
    if len(name) > LONGEST_NAME:
        raise SlackError("invalid_name_maxlength")
    if any(not (each.isalnum() or each in MARKS) or each.isupper() for each in name):
        raise SlackError("invalid_name_specials")
    if all(each in MARKS for each in name):
        raise SlackError("invalid_name_punctuation")
    if call.workspace.rooms.named(name):
        raise SlackError("name_taken")
    return name


def _refusal(call: Call, room: Room, user: str) -> str | None:
    """Return why somebody cannot be invited, or None. Guests are let into more channels by admins only."""
    if user == call.bot:
        return "cant_invite_self"
    person = call.workspace.people.get(user)
    if person is None:
        return "user_not_found"
    if call.workspace.rooms.has(room.id, user):
        return "already_in_channel"
    if person.deleted or (person.team != call.workspace.team.id and room.shared != "ext"):
        return "cant_invite"
    if person.single_channel and any(each.kind == "channel" for each in call.workspace.rooms.of(user)):
        return "ura_max_channels"
    return "user_is_restricted" if person.guest or person.single_channel else None
