"""What every interaction payload carries, as Slack sends it (shapes: slackapi/java-slack-sdk `json-logs`)."""

from localslack.rooms import Room
from localslack.wire import Json
from localslack.workspace import Workspace


def common(workspace: Workspace, kind: str, user: str) -> Json:
    """Return the fields that all interactions share."""
    team, person = workspace.team, workspace.person(user)
    return {
        "type": kind,
        "team": {"id": team.id, "domain": team.domain},
        "user": {"id": user, "username": person.handle, "name": person.handle, "team_id": team.id},
        "api_app_id": team.app_id,
        "token": "local",
        "enterprise": None,
        "is_enterprise_install": False,
    }


def named(room: Room) -> Json:
    """Return a conversation as payloads name it."""
    return {"id": room.id, "name": "directmessage" if room.kind == "im" else room.name}


def response_url(workspace: Workspace, hook_id: str) -> str:
    """Return the address of a response URL."""
    return f"{workspace.base_url}/_hooks/{hook_id}"
