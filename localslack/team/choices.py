"""What the lists of people and conversations offer, and which conversation a menu starts with."""

from localslack.talk.interactive import elements_of
from localslack.team.rooms import Room
from localslack.wire import Json
from localslack.workspace import Workspace

CONVERSATIONS = frozenset({"conversations_select", "multi_conversations_select"})
CHANNELS = frozenset({"channels_select", "multi_channels_select"})
PEOPLE = frozenset({"users_select", "multi_users_select"})


def offers(workspace: Workspace, user: str, element: Json, chosen: str) -> bool:
    """Return whether a menu of people, channels or conversations offers this id to this person."""
    kind = element["type"]
    if kind in PEOPLE:
        return _is_here(workspace, chosen)
    room = workspace.rooms.get(chosen)
    if kind in CHANNELS:
        return room is not None and not room.closed and _sees(workspace, user, room)
    wanted = element.get("filter") or {}
    if room is None:
        return _is_here(workspace, chosen) and _fits(workspace, wanted, "im", chosen == workspace.team.bot_user)
    outside = wanted.get("exclude_external_shared_channels") and room.shared == "ext"
    with_bot = room.kind == "im" and workspace.rooms.has(room.id, workspace.team.bot_user)
    return _sees(workspace, user, room) and not outside and _fits(workspace, wanted, _kind(room), with_bot)


def starts(workspace: Workspace, user: str, blocks: list[Json], here: str | None) -> Json:
    """Return `{block_id: {action_id: value}}` for menus that start with the conversation a modal was opened from.

    https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element (`default_to_current_conversation`)
    """
    state: Json = {}
    for block, element in elements_of(blocks):
        wants = element["type"] in CONVERSATIONS and element.get("default_to_current_conversation")
        if here is None or not wants or not offers(workspace, user, element, here):
            continue
        many = element["type"].startswith("multi_")
        value = {"selected_conversations": [here]} if many else {"selected_conversation": here}
        state.setdefault(block["block_id"], {})[element["action_id"]] = {"type": element["type"], **value}
    return state


def _is_here(workspace: Workspace, user: str) -> bool:
    found = workspace.people.get(user)
    return user == workspace.team.bot_user or (found is not None and not found.deleted)


def _sees(workspace: Workspace, user: str, room: Room) -> bool:
    """Members see everything that is theirs; the team sees public channels too, guests and strangers do not."""
    if room.archived:
        return False
    person = workspace.person(user)
    inside = workspace.rooms.has(room.id, user)
    return inside or not (room.closed or person.guest or person.single_channel or workspace.people.is_stranger(user))


def _kind(room: Room) -> str:
    if room.kind == "channel":
        return "private" if room.private else "public"
    return room.kind


def _fits(workspace: Workspace, wanted: Json, kind: str, with_bot: bool) -> bool:
    included = wanted.get("include")
    return (not included or kind in included) and not (with_bot and wanted.get("exclude_bot_users"))
