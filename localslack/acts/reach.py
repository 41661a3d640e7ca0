"""Where somebody can act: what membership, role and company allow."""

from localslack.acts.seen import NOT_LISTENING, NotPossibleError
from localslack.team.rooms import Room
from localslack.workspace import Workspace


def reach(workspace: Workspace, user: str, channel: str) -> Room:
    """Return a conversation the person is in; they cannot act anywhere else.

    Somebody of another company acts only where the conversation is shared with theirs.
    """
    room = workspace.rooms.get(channel)
    if room is None or not workspace.rooms.has(channel, user):
        raise NotPossibleError(f"{user} is not in {channel}")
    if workspace.people.is_stranger(user):
        own = room.kind == "im" and workspace.rooms.has(channel, workspace.team.bot_user)
        if own or (room.kind == "channel" and room.shared != "ext"):
            raise NotPossibleError(f"{channel} is not shared with the company of {user}")
    return room


def write_into(workspace: Workspace, user: str, channel: str) -> Room:
    """Return a conversation the person may write to: not archived, and no app that reads nothing."""
    room = reach(workspace, user, channel)
    if room.archived:
        raise NotPossibleError(f"{channel} is archived")
    bot = workspace.team.bot_user
    if room.kind == "im" and workspace.rooms.has(room.id, bot) and not workspace.app.features.reads:
        raise NotPossibleError(NOT_LISTENING.text)
    return room


def of_the_team(workspace: Workspace, user: str, what: str) -> None:
    """Refuse those of other companies: the app is not installed at theirs."""
    if workspace.people.is_stranger(user):
        raise NotPossibleError(f"{user} is of another company and cannot {what}")


def full_member(workspace: Workspace, user: str, what: str) -> None:
    """Refuse guests and those of other companies."""
    of_the_team(workspace, user, what)
    person = workspace.person(user)
    if person.guest or person.single_channel:
        raise NotPossibleError(f"{user} is a guest and cannot {what}")
