"""What the page begins with: who is here, which conversations there are and what is unread in them. No messages."""

from collections import defaultdict
from dataclasses import asdict

from localslack import views
from localslack.acts import home
from localslack.config import Person
from localslack.page_api.calls import last_failure
from localslack.page_api.door import is_visitor, open_to
from localslack.talk import history
from localslack.team import groups
from localslack.team.rooms import Room
from localslack.wire import Json
from localslack.workspace import Workspace


def boot(workspace: Workspace, me: Person) -> Json:
    """Return all the page needs to draw itself for one person."""
    team, app = workspace.team, workspace.app
    direct = None if workspace.people.is_stranger(me.id) else home.direct(workspace, me.id)
    members = _members(workspace)
    return {
        "team": {"id": team.id, "name": team.name, "domain": team.domain},
        "me": me.id,
        "number": workspace.feed.number,
        "people": people(workspace, me, members),
        "groups": [
            {"id": one.id, "handle": one.handle, "name": one.name}
            for one in groups.all_groups(workspace)
            if not one.deleted
        ],
        "app": {
            "user": team.bot_user,
            "name": app.name,
            "description": app.description,
            "channel": direct.id if direct else None,
            **asdict(app.features),
        },
        "commands": [
            {"name": one.name, "description": one.description, "usage_hint": one.usage_hint} for one in app.commands
        ],
        "shortcuts": [asdict(one) for one in app.shortcuts],
        "rooms": [shown(workspace, me, room, members[room.id]) for room in workspace.rooms.of(me.id)],
        "public": {room.id: room.name for room in workspace.rooms.all() if open_to(workspace, me, room)},
        "visitor": is_visitor(workspace, me),
        "views": views.shown(workspace, me.id),
        "connected": workspace.line.connected,
        "failure": last_failure(workspace),
        "address": workspace.base_url,
    }


def people(workspace: Workspace, me: Person, members: dict[str, list[str]]) -> list[Json]:
    """Return everybody by name; `near` says whom this person can write to. Visitors know those they share a channel with."""
    shared = {user for users in members.values() if me.id in users for user in users}
    visitor = is_visitor(workspace, me)
    return [
        {
            "id": one.id,
            "name": one.name,
            "handle": one.handle,
            "title": one.title,
            "zone": one.zone,
            "role": role(workspace, one),
            "near": not one.deleted and (not visitor or one.id in shared),
        }
        for one in workspace.people.all()
    ]


def role(workspace: Workspace, person: Person) -> str:
    """Return what somebody is here, as Slack calls it; nothing for a plain member."""
    if workspace.people.is_stranger(person.id):
        return "stranger"
    names = ("deleted", "owner", "admin", "single_channel", "guest")
    return next((name for name in names if getattr(person, name)), "")


def shown(workspace: Workspace, me: Person, room: Room, members: list[str] | None = None) -> Json:
    """Return a conversation as the page lists it; `read` is up to where it was read, `latest` its newest message."""
    users = workspace.rooms.members(room.id) if members is None else members
    row = workspace.state.one("SELECT ts FROM reads WHERE user = ? AND channel = ?", me.id, room.id)
    read = row["ts"] if row else history.FIRST_TS
    last = workspace.state.one(
        f"SELECT ts FROM messages WHERE channel = ? AND {history.TOP} ORDER BY ts DESC LIMIT 1",  # noqa: S608 - a constant
        room.id,
    )
    inside = me.id in users
    unread, mentions = history.unread(workspace, room.id, me.id, read) if inside else (0, 0)
    return {
        **asdict(room),
        "member": inside,
        "members": len(users),
        "with": [user for user in users if user != me.id] if room.kind != "channel" else [],
        "unread": unread,
        "mentions": mentions,
        "read": read,
        "latest": last["ts"] if last else history.FIRST_TS,
    }


def _members(workspace: Workspace) -> dict[str, list[str]]:
    """Return who is in which conversation, with one question for all of them."""
    left = {person.id for person in workspace.people.all() if person.deleted}
    found: dict[str, list[str]] = defaultdict(list)
    for row in workspace.state.all("SELECT channel, user FROM members ORDER BY rowid"):
        if row["user"] not in left:
            found[row["channel"]].append(row["user"])
    return found
