"""users.* and usergroups.*: https://docs.slack.dev/reference/methods"""

from zoneinfo import ZoneInfo

from localslack.config import Person
from localslack.methods.call import Call
from localslack.methods.rooms import shown_room
from localslack.wire import Json, SlackError
from localslack.workspace import Workspace


def info(call: Call) -> Json:
    """Describe one user."""
    user = call.args.needed("user")
    if user == call.bot:
        return {"user": shown_bot(call.workspace)}
    return {"user": shown_person(call.workspace, call.workspace.person(user))}


def everyone(call: Call) -> Json:
    """List all users, the bot among them."""
    people = [shown_person(call.workspace, person) for person in call.workspace.team.people]
    return call.page("members", [*people, shown_bot(call.workspace)])


def by_email(call: Call) -> Json:
    """Find a user by mail address."""
    email = call.args.needed("email").lower()
    for person in call.workspace.team.people:
        if person.email.lower() == email:
            return {"user": shown_person(call.workspace, person)}
    raise SlackError("users_not_found")


def conversations(call: Call) -> Json:
    """List the conversations a user is in (the bot's own without `user`)."""
    user = call.args.text("user") or call.bot
    if not call.workspace.knows(user):
        raise SlackError("user_not_found")
    kinds = {"public_channel": "channel", "im": "im", "mpim": "mpim"}
    wanted = {kinds.get(kind.strip(), "") for kind in (call.args.text("types") or "public_channel").split(",")}
    mine = [room for room in call.workspace.rooms() if call.workspace.is_member(room.id, user) and room.kind in wanted]
    visible = [room for room in mine if room.kind == "channel" or call.workspace.is_member(room.id, call.bot)]
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


def shown_person(workspace: Workspace, person: Person) -> Json:
    """Return a person as Slack's user object; the mail address only when the app may see it."""
    scopes = workspace.app.scopes
    profile = {
        "real_name": person.name,
        "display_name": person.handle,
        "title": person.title,
        "team": workspace.team.id,
    }
    if scopes is None or "users:read.email" in scopes:
        profile["email"] = person.email
    offset = workspace.clock.now().astimezone(ZoneInfo(person.zone)).utcoffset()
    return {
        "id": person.id,
        "team_id": workspace.team.id,
        "name": person.handle,
        "deleted": False,
        "real_name": person.name,
        "tz": person.zone,
        "tz_label": person.zone,
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "profile": profile,
        "is_admin": person.admin,
        "is_owner": person.owner,
        "is_primary_owner": person.owner,
        "is_restricted": person.guest,
        "is_ultra_restricted": False,
        "is_bot": False,
        "is_app_user": False,
        "is_email_confirmed": True,
        "updated": 0,
    }


def shown_bot(workspace: Workspace) -> Json:
    """Return the bot as Slack's user object."""
    team, name = workspace.team, workspace.app.name
    profile = {
        "real_name": name,
        "display_name": name,
        "api_app_id": team.app_id,
        "bot_id": team.bot_id,
        "team": team.id,
    }
    roles = dict.fromkeys(("is_admin", "is_owner", "is_primary_owner", "is_restricted", "is_ultra_restricted"), False)
    return {
        "id": team.bot_user,
        "team_id": team.id,
        "name": name.lower(),
        "deleted": False,
        "real_name": name,
        "tz": team.zone,
        "profile": profile,
        **roles,
        "is_bot": True,
        "is_app_user": False,
        "updated": 0,
    }


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
