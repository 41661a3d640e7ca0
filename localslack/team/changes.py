"""What changes in the workspace: people, conversations, the app itself. Each change tells the pages and the app.

The control API calls these. People: `add_person`, `change_person` (`{"deleted": true}` is how somebody leaves). Conversations
by id: `change_room`, `remove_room`. With a `Room`: `enter`, `exit_room`, `archive`, `unarchive`, `rename`, `describe`, `share`,
`unshare`, `create_room`. The app: `uninstall`, `install`. Unknown people, fields or conversations are refused with `ValueError`;
nothing here asks whether somebody may do it.
"""

from localslack import events
from localslack.clock import seconds
from localslack.config import Person
from localslack.kept import drop, keep, kept
from localslack.talk import messages
from localslack.talk.messages import Draft
from localslack.team import room_shapes
from localslack.team.people import shown_person
from localslack.team.room_shapes import facts, remember
from localslack.team.rooms import Room
from localslack.wire import Json
from localslack.workspace import Workspace

PROFILE = frozenset({"name", "handle", "email", "title"})
OTHER_COMPANY = "T0ELSEWHERE"
"""Whom a channel is shared with when nobody says."""
OF_A_CHANNEL = (
    *("members", "messages", "ephemerals", "reactions", "reads", "pins", "bookmarks", "scheduled", "sessions"),
    *("streams", "file_shares", "hooks"),
)
"""Tables of what belongs to a conversation."""


def change_person(workspace: Workspace, user: str, changes: Json) -> Person:
    """Change fields of a person (see `people.CHANGEABLE`): roles, name, mail, whether they left. Event: `user_change`."""
    person = workspace.people.change(user, changes)
    _tell_of_person(workspace, "user_change", person)
    if changes.keys() & PROFILE:
        _tell_of_person(workspace, "user_profile_changed", person)
    workspace.feed.tell("people", {})
    workspace.feed.tell("rooms", {})
    return person


def add_person(workspace: Workspace, user: str, given: Json) -> Person:
    """Add somebody with at least `name` and `email`; full members of the team come into #general. Event: `team_join`."""
    person = workspace.people.add(user, given)
    workspace.feed.tell("people", {})
    if person.team == workspace.team.id:
        _tell_of_person(workspace, "team_join", person)
        general = workspace.rooms.named("general")
        if general and not person.guest and not person.single_channel:
            enter(workspace, general, user)
    return person


def create_room(workspace: Workspace, name: str, private: bool, creator: str) -> Room:
    """Make a channel with its creator in it; the caller has checked the name. Event: `channel_created` of a public one."""
    room = workspace.rooms.create(name, private, creator)
    if not private:
        events.of_channel(workspace, room, "created", {"channel": room_shapes.in_event(workspace, room)})
    _joined(workspace, room, creator, None)
    return room


def enter(workspace: Workspace, room: Room, user: str, inviter: str | None = None) -> bool:
    """Put somebody into a conversation, invited or by themselves; returns whether that is new.

    Events: `member_joined_channel`, the message `channel_join`.
    """
    if not workspace.knows(user):
        raise ValueError(f"nobody here is {user}")
    if room.kind == "im":
        raise ValueError("a direct conversation has two people for ever")
    if not workspace.rooms.join(room.id, user):
        return False
    _joined(workspace, room, user, inviter)
    return True


def exit_room(workspace: Workspace, room: Room, user: str, by: str | None = None) -> bool:
    """Take somebody out of a conversation, or `by` another; returns whether they were in it.

    Events: `member_left_channel`, the message `channel_leave`; of the bot itself `channel_left` or `group_left`.
    """
    if not workspace.rooms.leave(room.id, user):
        return False
    if user == workspace.team.bot_user:
        name = "group_left" if room.private else "channel_left"
        stamp = {"event_ts": workspace.state.next_ts()}
        events.tell(workspace, name, {"type": name, "channel": room.id, "actor_id": by or user, **stamp})
    else:
        events.in_room(workspace, room, "member_left_channel", _member(workspace, room, user))
    _note(workspace, room, user, "channel_leave", f"<@{user}> has left the channel")
    workspace.feed.tell("rooms", {})
    return True


def archive(workspace: Workspace, room: Room, by: str) -> Room:
    """Archive a channel: nobody writes there any more. Events: `channel_archive`, and the message of that name."""
    _note(workspace, room, by, "channel_archive", f"<@{by}> archived the channel")
    changed = _change(workspace, room, archived=True)
    events.of_channel(workspace, changed, "archive", {"channel": room.id, "user": by, "is_moved": 0})
    return changed


def unarchive(workspace: Workspace, room: Room, by: str) -> Room:
    """Open an archived channel again. Events: `channel_unarchive`, and the message of that name."""
    changed = _change(workspace, room, archived=False)
    _note(workspace, changed, by, "channel_unarchive", f"<@{by}> un-archived the channel")
    actor = "actor_id" if room.private else "user"
    events.of_channel(workspace, changed, "unarchive", {"channel": room.id, actor: by})
    return changed


def rename(workspace: Workspace, room: Room, name: str, by: str) -> Room:
    """Give a channel another name; the caller has checked it. Events: `channel_rename`, the message `channel_name`."""
    before = facts(workspace, room).get("previous_names", [])
    remember(workspace, room, previous_names=[room.name, *(each for each in before if each != room.name)])
    changed = _change(workspace, room, name=name)
    text = f'<@{by}> has renamed the channel from "{room.name}" to "{name}"'
    _note(workspace, changed, by, "channel_name", text, old_name=room.name, name=name)
    about = {"id": room.id, "is_channel": True, "is_mpim": False, "name": name, "name_normalized": name}
    events.of_channel(workspace, changed, "rename", {"channel": {**about, "created": room.created}})
    return changed


def describe(workspace: Workspace, room: Room, what: str, text: str, by: str) -> Room:
    """Set a conversation's `topic` or `purpose`; `what` says which. Event: the message `channel_topic` or `channel_purpose`."""
    remember(workspace, room, **{what: {"creator": by, "last_set": int(seconds(workspace.clock))}})
    changed = _change(workspace, room, **{what: text})
    words = "description" if what == "purpose" else "topic"
    said = f"<@{by}> set the channel {words}: {text}" if text else f"<@{by}> cleared the channel {words}"
    _note(workspace, changed, by, f"channel_{what}", said, **{what: text})
    return changed


def share(workspace: Workspace, room: Room, company: str = OTHER_COMPANY) -> Room:
    """Share a channel with another company, named by its team id. Event: `channel_shared`."""
    remember(workspace, room, company=company)
    changed = _change(workspace, room, shared="ext")
    _told_of_sharing(workspace, changed, "channel_shared", {"connected_team_id": company})
    return changed


def unshare(workspace: Workspace, room: Room) -> Room:
    """End the sharing of a channel; people of other companies leave it. Event: `channel_unshared`."""
    company = facts(workspace, room).get("company", OTHER_COMPANY)
    for user in workspace.rooms.members(room.id):
        if workspace.people.is_stranger(user):
            exit_room(workspace, room, user)
    changed = _change(workspace, room, shared="no")
    gone = {"previously_connected_team_id": company, "is_ext_shared": False}
    _told_of_sharing(workspace, changed, "channel_unshared", gone)
    return changed


def change_room(workspace: Workspace, channel: str, changes: Json, by: str | None = None) -> Room:
    """Change a conversation by id, as `by` or the first of the team: any of `rooms.CHANGEABLE`, and `company` with `shared`."""
    room = workspace.rooms.get(channel)
    if room is None:
        raise ValueError(f"there is no conversation {channel}")
    actor = by or (workspace.team.people[0].id if workspace.team.people else workspace.team.bot_user)
    company = str(changes.get("company", OTHER_COMPANY))
    for name, value in changes.items():
        match name, value:
            case "archived", bool():
                if value != room.archived:
                    room = archive(workspace, room, actor) if value else unarchive(workspace, room, actor)
            case "name", str():
                room = rename(workspace, room, value, actor)
            case (("topic" | "purpose"), str()):
                room = describe(workspace, room, name, value, actor)
            case "shared", "ext":
                room = share(workspace, room, company)
            case "shared", "no" if room.shared == "ext":
                room = unshare(workspace, room)
            case "company", str():
                pass
            case _:
                room = _change(workspace, room, **{name: value})
    return room


def remove_room(workspace: Workspace, channel: str, by: str) -> None:
    """Delete a channel and all that was said in it. Event: `channel_deleted` or `group_deleted`."""
    room = workspace.rooms.get(channel)
    if room is None:
        raise ValueError(f"there is no conversation {channel}")
    when = {"date_deleted": int(seconds(workspace.clock))} if room.private else {}
    events.of_channel(workspace, room, "deleted", {"channel": room.id, **when, "actor_id": by})
    with workspace.state.transaction():
        for table in OF_A_CHANNEL:
            workspace.state.run(f"DELETE FROM {table} WHERE channel = ?", channel)  # noqa: S608 - our own tables
        workspace.state.run("DELETE FROM channels WHERE id = ?", channel)
        drop(workspace, room_shapes.FACTS, channel)
    workspace.feed.tell("rooms", {})


def uninstall(workspace: Workspace) -> None:
    """Take the app out of the workspace: its tokens are worth nothing then. Events: `tokens_revoked`, `app_uninstalled`."""
    if installed(workspace):
        revoked = {"oauth": [], "bot": [workspace.team.bot_user]}
        stamp = {"event_ts": workspace.state.next_ts()}
        events.tell(workspace, "tokens_revoked", {"type": "tokens_revoked", "tokens": revoked, **stamp})
        stamp = {"event_ts": workspace.state.next_ts()}
        events.tell(workspace, "app_uninstalled", {"type": "app_uninstalled", **stamp})
        keep(workspace, "app", workspace.team.app_id, {"uninstalled": True})


def install(workspace: Workspace) -> None:
    """Put the app back; any token works again."""
    drop(workspace, "app", workspace.team.app_id)


def installed(workspace: Workspace) -> bool:
    """Return whether the app is in the workspace."""
    return kept(workspace, "app", workspace.team.app_id) is None


def _joined(workspace: Workspace, room: Room, user: str, inviter: str | None) -> None:
    by = {"inviter": inviter} if inviter else {}
    events.in_room(workspace, room, "member_joined_channel", {**_member(workspace, room, user), **by})
    _note(workspace, room, user, "channel_join", f"<@{user}> has joined the channel", **by)
    workspace.feed.tell("rooms", {})


def _member(workspace: Workspace, room: Room, user: str) -> Json:
    person = workspace.people.get(user)
    team = person.team if person else workspace.team.id
    return {"user": user, "channel": room.id, "channel_type": room.id[0], "team": team}


def _change(workspace: Workspace, room: Room, **changes: object) -> Room:
    remember(workspace, room, updated=int(seconds(workspace.clock) * 1000))
    changed = workspace.rooms.change(room.id, **changes)
    workspace.feed.tell("rooms", {})
    return changed


def _note(workspace: Workspace, room: Room, user: str, subtype: str, text: str, **more: object) -> None:
    """Write what happened into the channel, as Slack does."""
    messages.post(workspace, room, user, Draft(text, more={"subtype": subtype, **more}))


def _told_of_sharing(workspace: Workspace, room: Room, name: str, more: Json) -> None:
    if not room.private or workspace.rooms.has(room.id, workspace.team.bot_user):
        stamp = {"event_ts": workspace.state.next_ts()}
        events.tell(workspace, name, {"type": name, "channel": room.id, **more, **stamp}, room.shared == "ext")


def _tell_of_person(workspace: Workspace, name: str, person: Person) -> None:
    user = shown_person(person, workspace.app, workspace.team, workspace.clock, workspace.base_url)
    stamp = {"cache_ts": int(seconds(workspace.clock)), "event_ts": workspace.state.next_ts()}
    events.tell(workspace, name, {"type": name, "user": user, **stamp})
