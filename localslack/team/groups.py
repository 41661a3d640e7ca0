"""User groups: those of the workspace file, and what was made or changed since.

A change tells the pages (`people`) and the app (`subteam_created`, `subteam_updated`, `subteam_members_changed`,
`subteam_self_added`, `subteam_self_removed`).
"""

import secrets
from dataclasses import asdict, dataclass, replace
from typing import Any

from localslack import events
from localslack.clock import seconds
from localslack.kept import all_kept, keep
from localslack.wire import Json, SlackError
from localslack.workspace import Workspace

KIND = "group"


@dataclass(frozen=True)
class Group:
    """A user group; times in seconds since 1970, `deleted` is 0 while it is enabled."""

    id: str
    handle: str
    name: str
    description: str
    people: tuple[str, ...]
    channels: tuple[str, ...] = ()
    made_by: str = ""
    changed_by: str = ""
    made: int = 0
    changed: int = 0
    deleted: int = 0


def all_groups(workspace: Workspace) -> list[Group]:
    """Return every group, disabled ones too, the file's first."""
    found = {each.id: Group(each.id, each.handle, each.name, "", each.people) for each in workspace.team.groups}
    for key, body in all_kept(workspace, KIND).items():
        found[key] = Group(**{**body, "people": tuple(body["people"]), "channels": tuple(body["channels"])})
    return list(found.values())


def find(workspace: Workspace, group: str) -> Group:
    """Return a group; refuses an unknown one."""
    for each in all_groups(workspace):
        if each.id == group:
            return each
    raise SlackError("no_such_subteam")


def make(workspace: Workspace, by: str, name: str, handle: str, description: str, channels: tuple[str, ...]) -> Group:
    """Make a group nobody is in yet."""
    now = int(seconds(workspace.clock))
    made = Group("S0" + secrets.token_hex(4).upper(), handle, name, description, (), channels, by, by, now, now)
    _keep(workspace, made)
    _tell(workspace, "subteam_created", {"subteam": in_event(workspace, made)})
    return made


def change(workspace: Workspace, group: Group, by: str, **changes: Any) -> Group:
    """Change a group's name, handle, description, channels or people, or when it was disabled (`deleted`)."""
    changed = replace(group, changed_by=by, changed=int(seconds(workspace.clock)), **changes)
    _keep(workspace, changed)
    _tell(workspace, "subteam_updated", {"subteam": in_event(workspace, changed)})
    if changed.people != group.people:
        _tell_of_people(workspace, group, changed)
    return changed


def shown(workspace: Workspace, group: Group, count: bool = False, people: bool = False) -> Json:
    """Return a group as Slack's subteam object, with the number of its people and the people if asked for."""
    described: Json = {
        "id": group.id,
        "team_id": workspace.team.id,
        "is_usergroup": True,
        "is_subteam": True,
        "name": group.name,
        "description": group.description,
        "handle": group.handle,
        "is_external": False,
        "date_create": group.made,
        "date_update": group.changed,
        "date_delete": group.deleted,
        "auto_type": None,
        "auto_provision": False,
        "enterprise_subteam_id": "",
        "created_by": group.made_by,
        "updated_by": group.changed_by,
        "deleted_by": group.changed_by if group.deleted else None,
        "prefs": {"channels": list(group.channels), "groups": []},
    }
    described |= {"users": list(group.people)} if people else {}
    return described | ({"user_count": len(group.people)} if count else {})


def in_event(workspace: Workspace, group: Group) -> Json:
    """Return a group as its events carry it."""
    left_out = {"auto_type"} if group.deleted else {"auto_type", "deleted_by"}
    described = shown(workspace, group, count=True, people=True)
    described = {key: value for key, value in described.items() if key not in left_out}
    return {**described, "channel_count": len(group.channels), "is_section": False}


def _keep(workspace: Workspace, group: Group) -> None:
    keep(workspace, KIND, group.id, asdict(group))
    workspace.feed.tell("people", {})


def _tell_of_people(workspace: Workspace, old: Group, new: Group) -> None:
    added = [user for user in new.people if user not in old.people]
    removed = [user for user in old.people if user not in new.people]
    _tell(
        workspace,
        "subteam_members_changed",
        {
            "subteam_id": new.id,
            "team_id": workspace.team.id,
            "date_previous_update": old.changed,
            "date_update": new.changed,
            "added_users": added,
            "added_users_count": len(added),
            "removed_users": removed,
            "removed_users_count": len(removed),
        },
    )
    bot = workspace.team.bot_user
    if bot in added:
        _tell(workspace, "subteam_self_added", {"subteam_id": new.id})
    if bot in removed:
        _tell(workspace, "subteam_self_removed", {"subteam_id": new.id})


def _tell(workspace: Workspace, name: str, more: Json) -> None:
    events.tell(workspace, name, {"type": name, **more, "event_ts": workspace.state.next_ts()})
