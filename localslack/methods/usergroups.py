"""usergroups.*: https://docs.slack.dev/reference/methods"""

import re
from typing import Any

from localslack.clock import seconds
from localslack.methods.call import Call
from localslack.team import groups
from localslack.team.groups import Group
from localslack.wire import Json, SlackError

HANDLE = re.compile(r"[\w.-]{1,21}")
LONGEST_NAME = 255
LONGEST_DESCRIPTION = 140
FORBIDDEN = frozenset({"everyone", "here", "channel", "group"})


def every(call: Call) -> Json:
    """List the user groups; disabled ones, the number of their people and the people themselves only if asked for."""
    found = groups.all_groups(call.workspace)
    if not call.args.flag("include_disabled"):
        found = [each for each in found if not each.deleted]
    return {"usergroups": [_shown(call, each, people=call.args.flag("include_users")) for each in found]}


def people(call: Call) -> Json:
    """List the users of a group."""
    return {"users": list(groups.find(call.workspace, call.given("usergroup")).people)}


def create(call: Call) -> Json:
    """Make a group."""
    name, handle = _name(call, call.given("name"), ""), call.args.text("handle") or ""
    handle = _handle(call, handle or re.sub(r"[^\w.-]+", "-", name.lower())[:21], "")
    made = groups.make(call.workspace, call.bot, name, handle, _description(call), _channels(call))
    return {"usergroup": _shown(call, made)}


def update(call: Call) -> Json:
    """Change a group's name, handle, description or channels."""
    group = groups.find(call.workspace, call.given("usergroup"))
    given: dict[str, Any] = {}
    if call.args.has("name"):
        given["name"] = _name(call, call.given("name"), group.id)
    if call.args.has("handle"):
        given["handle"] = _handle(call, call.given("handle"), group.id)
    if call.args.has("description"):
        given["description"] = _description(call)
    if call.args.has("channels"):
        given["channels"] = _channels(call)
    return {"usergroup": _shown(call, groups.change(call.workspace, group, call.bot, **given), people=True)}


def set_people(call: Call) -> Json:
    """Say who is in a group."""
    group = groups.find(call.workspace, call.given("usergroup"))
    users = call.users()
    if not users:
        raise SlackError("no_users_provided")
    if any(not call.workspace.knows(user) for user in users):
        raise SlackError("invalid_users")
    if any(call.workspace.people.is_stranger(user) for user in users):
        raise SlackError("failed_for_some_users")
    changed = groups.change(call.workspace, group, call.bot, people=tuple(users))
    return {"usergroup": _shown(call, changed, people=True)}


def enable(call: Call) -> Json:
    """Take a disabled group into use again."""
    return _switched(call, 0)


def disable(call: Call) -> Json:
    """Take a group out of use."""
    return _switched(call, int(seconds(call.workspace.clock)))


def _switched(call: Call, deleted: int) -> Json:
    group = groups.find(call.workspace, call.given("usergroup"))
    return {"usergroup": _shown(call, groups.change(call.workspace, group, call.bot, deleted=deleted))}


def _shown(call: Call, group: Group, people: bool = False) -> Json:
    return groups.shown(call.workspace, group, count=call.args.flag("include_count"), people=people)


def _name(call: Call, name: str, own: str) -> str:
    if not name.strip():
        raise SlackError("missing_subteam_name")
    if len(name) > LONGEST_NAME:
        raise SlackError("name_too_long")
    if any(each.name == name and each.id != own for each in groups.all_groups(call.workspace)):
        raise SlackError("name_already_exists")
    return name


def _handle(call: Call, handle: str, own: str) -> str:
    bare = handle.removeprefix("@")
    if not HANDLE.fullmatch(bare) or bare != bare.lower():
        raise SlackError("bad_handle")
    if bare in FORBIDDEN:
        raise SlackError("forbidden_handle")
    taken = {each.handle for each in groups.all_groups(call.workspace) if each.id != own}
    taken |= {each.handle for each in call.workspace.people.here()}
    if bare in taken or call.workspace.rooms.named(bare):
        raise SlackError("handle_already_exists")
    return bare


def _description(call: Call) -> str:
    description = call.args.text("description") or ""
    if len(description) > LONGEST_DESCRIPTION:
        raise SlackError("description_too_long")
    return description


def _channels(call: Call) -> tuple[str, ...]:
    channels = call.users("channels")
    if any(call.workspace.rooms.get(channel) is None for channel in channels):
        raise SlackError("invalid_channel_provided")
    return tuple(channels)
