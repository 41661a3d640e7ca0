"""users.* and usergroups.*: https://docs.slack.dev/reference/methods"""

from localslack.config import Person
from localslack.methods.call import Call
from localslack.methods.rooms import shown_room
from localslack.people import shown_bot, shown_person
from localslack.wire import Json, SlackError
from localslack.workspace import Workspace


def info(call: Call) -> Json:
    """Describe one user."""
    user = call.args.needed("user")
    if user == call.bot:
        return {"user": shown_bot(call.workspace.app, call.workspace.team)}
    return {"user": _shown(call, call.workspace.person(user))}


def everyone(call: Call) -> Json:
    """List all users, the bot among them."""
    team = call.workspace.team
    people = [_shown(call, each) for each in call.workspace.people.all() if each.team == team.id]
    return call.page("members", [*people, shown_bot(call.workspace.app, team)])


def by_email(call: Call) -> Json:
    """Find a user by mail address."""
    found = call.workspace.people.by_email(call.args.needed("email"))
    if found is None or call.workspace.people.is_stranger(found.id):
        raise SlackError("users_not_found")
    return {"user": _shown(call, found)}


def conversations(call: Call) -> Json:
    """List the conversations a user is in (the bot's own without `user`)."""
    user = call.args.text("user") or call.bot
    if not call.workspace.knows(user):
        raise SlackError("user_not_found")
    kinds = {"public_channel": "channel", "im": "im", "mpim": "mpim"}
    wanted = {kinds.get(kind.strip(), "") for kind in (call.args.text("types") or "public_channel").split(",")}
    mine = [
        room for room in call.workspace.rooms.all() if call.workspace.rooms.has(room.id, user) and room.kind in wanted
    ]
    visible = [room for room in mine if room.kind == "channel" or call.workspace.rooms.has(room.id, call.bot)]
    return call.page("channels", [shown_room(call.workspace, room) for room in visible])


def groups(call: Call) -> Json:
    """List the user groups; their people with `include_users`."""
    people = call.args.flag("include_users")
    return {
        "usergroups": [_shown_group(call.workspace, place, people) for place in range(len(call.workspace.team.groups))]
    }


def group_people(call: Call) -> Json:
    """List the users of a group."""
    wanted = call.args.needed("usergroup")
    for group in call.workspace.team.groups:
        if group.id == wanted:
            return {"users": list(group.people)}
    raise SlackError("no_such_subteam")


def _shown(call: Call, person: Person) -> Json:
    return shown_person(person, call.workspace.app, call.workspace.team, call.workspace.clock)


def _shown_group(workspace: Workspace, place: int, people: bool) -> Json:
    group = workspace.team.groups[place]
    shown = {
        "id": group.id,
        "team_id": workspace.team.id,
        "is_usergroup": True,
        "name": group.name,
        "handle": group.handle,
    }
    shown |= {"description": "", "is_external": False, "date_delete": 0, "user_count": len(group.people)}
    return {**shown, "users": list(group.people)} if people else shown
