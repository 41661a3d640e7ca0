"""Coming together: joining, leaving, making channels, inviting, and opening direct conversations."""

import re

from localslack.acts.reach import full_member, of_the_team, reach
from localslack.acts.seen import NAME_TAKEN, NotPossibleError, Seen
from localslack.team import changes, room_shapes
from localslack.team.rooms import Room
from localslack.workspace import Workspace

NAME = re.compile(r"[\w-]{1,80}")
MOST_IN_A_GROUP = 9
"""People of a group conversation, oneself among them."""


def join(workspace: Workspace, user: str, channel: str) -> Seen:
    """Come into a public channel."""
    full_member(workspace, user, "join a channel uninvited")
    room = workspace.rooms.get(channel)
    if room is None or room.closed:
        raise NotPossibleError(f"there is no public channel {channel}")
    _open(room)
    changes.enter(workspace, room, user)
    return Seen(more={"channel": channel})


def leave(workspace: Workspace, user: str, channel: str) -> Seen:
    """Go out of a channel; nobody leaves the one everybody is in."""
    room = _channel(workspace, user, channel)
    if room_shapes.is_general(room):
        raise NotPossibleError(f"nobody can leave #{room.name}")
    changes.exit_room(workspace, room, user)
    return Seen()


def create(workspace: Workspace, user: str, name: str, private: bool) -> Seen:
    """Make a channel with oneself in it."""
    full_member(workspace, user, "create a channel")
    if not NAME.fullmatch(name) or name != name.lower():
        raise NotPossibleError(f"{name!r} is no name for a channel: small letters, digits, - and _, 80 at most")
    taken = {each.handle for each in workspace.people.all()} | {each.handle for each in workspace.team.groups}
    if workspace.rooms.named(name) or name in taken:
        return Seen(error=NAME_TAKEN.text)
    return Seen(more={"channel": changes.create_room(workspace, name, private, user).id})


def invite(workspace: Workspace, user: str, channel: str, invited: list[str]) -> Seen:
    """Bring people, or the app, into a channel one is in."""
    room = _channel(workspace, user, channel)
    full_member(workspace, user, "invite")
    _open(room)
    for each in invited:
        _check_invited(workspace, room, each)
    for each in invited:
        changes.enter(workspace, room, each, user)
    return Seen()


def remove(workspace: Workspace, user: str, channel: str, removed: str) -> Seen:
    """Take somebody, or the app, out of a channel one is in."""
    room = _channel(workspace, user, channel)
    full_member(workspace, user, "remove somebody")
    if room_shapes.is_general(room) or not workspace.rooms.has(channel, removed):
        raise NotPossibleError(f"{removed} cannot be removed from {channel}")
    changes.exit_room(workspace, room, removed, user)
    return Seen()


def open_direct(workspace: Workspace, user: str, others: list[str]) -> Seen:
    """Open the direct conversation with somebody, or with several; the answer's `channel` is its id."""
    everybody = frozenset({user, *others})
    if not others or len(everybody) > MOST_IN_A_GROUP:
        raise NotPossibleError(f"a direct conversation is with 1 to {MOST_IN_A_GROUP - 1} others")
    for other in everybody - {user}:
        _check_reachable(workspace, user, other)
    return Seen(more={"channel": workspace.direct(everybody).id})


def _channel(workspace: Workspace, user: str, channel: str) -> Room:
    room = reach(workspace, user, channel)
    if room.kind != "channel":
        raise NotPossibleError(f"{channel} is no channel")
    return room


def _open(room: Room) -> None:
    if room.archived:
        raise NotPossibleError(f"{room.id} is archived")


def _check_invited(workspace: Workspace, room: Room, invited: str) -> None:
    person = workspace.people.get(invited)
    if not workspace.knows(invited) or (person is not None and person.deleted):
        raise NotPossibleError(f"nobody here is {invited}")
    if workspace.people.is_stranger(invited) and room.shared != "ext":
        raise NotPossibleError(f"{room.id} is not shared with the company of {invited}")
    elsewhere = [each for each in workspace.rooms.of(invited) if each.kind == "channel" and each.id != room.id]
    if person is not None and person.single_channel and elsewhere:
        raise NotPossibleError(f"{invited} is a guest of one channel only")


def _check_reachable(workspace: Workspace, user: str, other: str) -> None:
    """Guests and strangers reach those they share a channel with; strangers never the app, which is not theirs."""
    if not workspace.knows(other):
        raise NotPossibleError(f"nobody here is {other}")
    if other == workspace.team.bot_user:
        of_the_team(workspace, user, "write to the app")
        return
    for one in (user, other):
        person = workspace.person(one)
        outside = person.guest or person.single_channel or workspace.people.is_stranger(one)
        if outside and not _share_a_channel(workspace, user, other):
            raise NotPossibleError(f"{user} and {other} are in no channel together")


def _share_a_channel(workspace: Workspace, one: str, other: str) -> bool:
    theirs = {room.id for room in workspace.rooms.of(other) if room.kind == "channel"}
    return any(room.id in theirs for room in workspace.rooms.of(one))
